import type { Tick } from '../../values/index.js'
import { ERROR_NUMBER, type JsonObject } from '../../wire/index.js'
import { RequestError } from '../request-error.js'
import { APPLIER_DEFAULTS, type ApplierConfig } from './applier-config.js'
import { failureOf, type ApplierOutcome } from './applier-failure.js'
import type { ApplierFailure, ApplierFigures } from './applier-figures.js'
import type { ApplierEvent, ApplierParts } from './applier-parts.js'
import { formatRecord, parseRecord, type ApplierRecord } from './applier-record.js'
import type { ApplierBegin } from './applier-run.js'
import { createFigures, showPosition } from './create-figures.js'
import { describeState } from './describe-state.js'
import { nextBegin, positionText } from './next-begin.js'
import { noEndpoint } from './parse-applier-config.js'

/** Where the records of followers are kept: by the id of the database, or the name of all of them. */
export const APPLIER_META = 'appliers/'
const ALL_DATABASES = 'global'

/** A run that has not ended. */
interface ActiveRun {
  readonly stop: AbortController
  readonly synchronised: Promise<'synchronised'>
  readonly ended: Promise<ApplierOutcome>
}

/**
 * The background follower of one database, or of all of them: its configuration, its state, and its run
 * while there is one. What it is told to do, it does one after the other.
 */
export class Applier {
  readonly #parts: ApplierParts
  readonly #metaName: string
  #record: ApplierRecord | undefined
  #figures: ApplierFigures
  #active: ActiveRun | undefined
  #lastTurn: Promise<unknown> = Promise.resolve()

  constructor(parts: ApplierParts) {
    const { store, database, now } = parts
    this.#parts = parts
    this.#metaName = `${APPLIER_META}${database?.id ?? ALL_DATABASES}`
    const kept = store.getMeta(this.#metaName)
    this.#record = kept === undefined ? undefined : parseRecord(kept, database?.name)
    this.#figures = createFigures(database?.name, now())
    this.#figures.lastError = this.#record?.failure
  }

  /** Whether a run has not ended. */
  get isActive(): boolean {
    return this.#active !== undefined
  }

  /** What it is configured with; the defaults where nobody has. */
  get config(): ApplierConfig {
    return this.#record?.config ?? APPLIER_DEFAULTS
  }

  /** The document that `applier-state` answers. */
  describe(): JsonObject {
    const { store, database, version, now } = this.#parts
    const { serverId } = store
    const figures = this.isActive
      ? this.#figures
      : showPosition(this.#figures, store.followPosition(database))
    const { config } = this
    const startedAt = this.#record?.startedAt
    return describeState({ figures, startedAt, config, serverId, version, now: now() })
  }

  /**
   * Gives it a configuration, which counts from its next start on.
   *
   * @param change - is given what it is configured with by then; may throw
   * @throws RequestError 400 with errorNum 1411 while it runs
   */
  configure(change: (before: ApplierConfig) => ApplierConfig): Promise<void> {
    return this.#inTurn(async () => {
      const config = change(this.config)
      if (this.isActive) throw stillRunning()
      await this.#keep({ ...this.#record, config })
    })
  }

  /**
   * Starts it, unless it runs.
   *
   * @param from - behind which tick; behind what was applied last where none is given, or with the
   *   synchronisation that it has not finished
   * @throws RequestError 400 with errorNum 1410 where it is not configured, and what `assertMayRun`
   *   throws
   */
  start(from?: Tick): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#active?.stop.signal.aborted === false) return
      await this.#active?.ended
      if (this.#record === undefined) throw noEndpoint()
      if (from === undefined) {
        this.#begin(this.#record, await nextBegin(this.#record, this.#parts))
        return
      }
      const begin = { kind: 'tick', tick: from } as const
      const before = positionText(this.#parts)
      this.#begin({ ...this.#record, begin: { ...begin, before } }, begin)
    })
  }

  /** Starts it if it is to start with the server; where it may not, its state says so. */
  async startWithServer(): Promise<void> {
    if (!this.config.autoStart) return
    try {
      await this.start()
    } catch (error) {
      this.#fail(error)
    }
  }

  /** Stops it; resolves when everything that was applied is durable. */
  stop(): Promise<void> {
    return this.#inTurn(() => this.#stop())
  }

  /** Stops it and forgets its configuration, its state, and where the data stands in a log. */
  forget(): Promise<void> {
    return this.#inTurn(() => this.#forget())
  }

  /**
   * Forgets what was, and starts anew with a synchronisation.
   *
   * @returns resolves when that is over, or the run ended before
   * @throws RequestError as {@link start}
   */
  async makeFollower(config: ApplierConfig): Promise<'synchronised' | ApplierOutcome> {
    const active = await this.#inTurn(async () => {
      this.#parts.assertMayRun()
      await this.#forget()
      return this.#begin({ config, begin: { kind: 'sync' } }, { kind: 'sync' })
    })
    return Promise.race([active.synchronised, active.ended])
  }

  /** Stops it, out of turn. */
  async close(): Promise<void> {
    await this.#stop()
  }

  async #stop(): Promise<void> {
    if (this.#active === undefined) return
    this.#figures.phase = 'shutdown'
    this.#active.stop.abort()
    await this.#active.ended
  }

  async #forget(): Promise<void> {
    const { store, database, now } = this.#parts
    await this.#stop()
    await store.putMeta(this.#metaName, undefined)
    await store.forgetPosition(database)
    this.#record = undefined
    this.#figures = createFigures(database?.name, now())
  }

  /** Everything until the first `await` of the run happens at once: nobody else begins meanwhile. */
  #begin(record: ApplierRecord, begin: ApplierBegin): ActiveRun {
    this.#parts.assertMayRun()
    const { store, database, now } = this.#parts
    this.#record = { ...record, startedAt: now(), failure: undefined }
    // Until the leader answers, where the data stands is all that is known.
    this.#figures = showPosition(this.#figures, store.followPosition(database))
    this.#figures.phase = begin.kind === 'sync' ? 'initial' : 'running'
    this.#figures.lastError = undefined
    const stop = new AbortController()
    let onSynchronised = (): void => undefined
    const synchronised = new Promise<'synchronised'>((resolve) => {
      onSynchronised = () => {
        resolve('synchronised')
      }
    })
    const ended = this.#run(begin, stop.signal, onSynchronised)
    this.#active = { stop, synchronised, ended }
    return this.#active
  }

  async #run(
    begin: ApplierBegin,
    signal: AbortSignal,
    onSynchronised: () => void,
  ): Promise<ApplierOutcome> {
    try {
      await this.#follow(begin, signal, onSynchronised)
      this.#tell('stopped')
      return 'stopped'
    } catch (error) {
      if (!signal.aborted || error !== signal.reason) return this.#fail(error)
      this.#tell('stopped')
      return 'stopped'
    } finally {
      this.#settle()
      // Where not even that can be written, the store has failed the run before.
      await this.#keep(this.#record).catch(() => undefined)
    }
  }

  async #follow(
    begin: ApplierBegin,
    signal: AbortSignal,
    onSynchronised: () => void,
  ): Promise<void> {
    const { store, database, syncs, run } = this.#parts
    this.#tell('started')
    await this.#keep(this.#record)
    if (signal.aborted) return
    const parts = { config: this.config, store, database, begin, figures: this.#figures, syncs }
    let kept: Promise<void> | undefined
    await run({
      ...parts,
      signal,
      onSynchronised: () => {
        // What comes now goes on from the position that the synchronisation left.
        if (this.#record !== undefined) kept = this.#keep({ ...this.#record, begin: undefined })
        onSynchronised()
      },
    })
    await kept
  }

  #settle(): void {
    const { now } = this.#parts
    this.#active = undefined
    this.#figures.phase = 'inactive'
    const { failedConnects } = this.#figures.progress
    this.#figures.progress = { time: now(), message: 'applier shut down', failedConnects }
  }

  #fail(error: unknown): ApplierFailure {
    const failure = failureOf(error, this.#parts.now())
    this.#figures.lastError = failure
    if (this.#record !== undefined) this.#record = { ...this.#record, failure }
    this.#tell('failed', { failure, error })
    return failure
  }

  #tell(kind: ApplierEvent['kind'], why: Pick<ApplierEvent, 'failure' | 'error'> = {}): void {
    const { database, onEvent } = this.#parts
    onEvent({ kind, database: database?.name, endpoint: this.config.endpoint ?? '', ...why })
  }

  async #keep(record: ApplierRecord | undefined): Promise<void> {
    this.#record = record
    if (record === undefined) return
    await this.#parts.store.putMeta(this.#metaName, formatRecord(record))
  }

  #inTurn<Result>(action: () => Promise<Result>): Promise<Result> {
    const done = this.#lastTurn.then(action)
    this.#lastTurn = done.catch(() => undefined)
    return done
  }
}

/** 400 with 1411: the configuration of a follower that runs stays. */
function stillRunning(): RequestError {
  const message = 'cannot perform operation while applier is running'
  return new RequestError(400, ERROR_NUMBER.applierRunning, message)
}
