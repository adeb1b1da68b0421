import type { Store, StoreDatabase } from '../../store/index.js'
import { ERROR_NUMBER, type JsonObject } from '../../wire/index.js'
import type { LeaderLimits } from '../leader-limits.js'
import { limitReached, RequestError, shuttingDown } from '../request-error.js'
import type { Syncs } from '../sync/syncs.js'
import { Applier, APPLIER_META } from './applier.js'
import { unfinishedAnswer } from './applier-failure.js'
import type { ApplierConfig } from './applier-config.js'
import type { ApplierEvent, ApplierParts } from './applier-parts.js'
import { runApplier } from './applier-run.js'
import { untilAborted } from './until-aborted.js'

/** What {@link Appliers} is made of. */
export interface AppliersOptions {
  readonly store: Store
  readonly syncs: Pick<Syncs, 'isRunning' | 'maySyncFrom'>
  readonly limits: Pick<LeaderLimits, 'appliersMax'>
  /** Of ArangoDB, as this server says it is. */
  readonly version: string
  /** Called when one starts, stops or fails. */
  readonly onEvent?: ((event: ApplierEvent) => void) | undefined
  /** Default: {@link runApplier}. */
  readonly run?: ApplierParts['run'] | undefined
  /** Milliseconds since 1970. Default: `Date.now`. */
  readonly now?: (() => number) | undefined
}

/**
 * The background followers: one for each database, and one for all of them together. Only one writes
 * to a database at a time, and no synchronisation beside it.
 */
export class Appliers {
  readonly #options: AppliersOptions
  /** By the id of the database; undefined stands for all of them. */
  readonly #appliers = new Map<number | undefined, Applier>()
  #isClosing = false

  constructor(options: AppliersOptions) {
    this.#options = options
  }

  /** The follower of a database, or of all of them. */
  of(database: StoreDatabase | undefined): Applier {
    const known = this.#appliers.get(database?.id)
    if (known !== undefined) return known
    const { store, syncs, version, run = runApplier, now = Date.now, onEvent } = this.#options
    const applier: Applier = new Applier({
      store,
      database,
      syncs,
      version,
      run,
      now,
      assertMayRun: () => {
        this.#assertMayRun(applier, database)
      },
      onEvent: onEvent ?? (() => undefined),
    })
    this.#appliers.set(database?.id, applier)
    return applier
  }

  /** State documents by the names of databases; that of all of them together is not there. */
  describeAll(): JsonObject {
    const databases = this.#options.store.databases()
    return Object.fromEntries(databases.map((each) => [each.name, this.of(each).describe()]))
  }

  /**
   * Starts a follower anew with a synchronisation, and waits for that.
   *
   * @param signal - ends the waiting, not the follower
   * @throws RequestError 400, 403 or 500 with the errorNum of what ended it before, 503 with 30 when
   *   the leader closes; the signal's reason
   */
  async makeFollower(
    database: StoreDatabase | undefined,
    config: ApplierConfig,
    signal: AbortSignal,
  ): Promise<void> {
    const outcome = await untilAborted(this.of(database).makeFollower(config), signal)
    if (outcome !== 'synchronised') throw unfinishedAnswer(outcome, this.#isClosing)
  }

  /** Starts those that are to start with the server; whatever is in their way, their states tell. */
  async startWithServer(): Promise<void> {
    const { store } = this.#options
    const targets = [undefined, ...store.databases()]
    for (const target of targets) await this.of(target).startWithServer()
    const ids = new Set(store.databases().map(({ id }) => `${APPLIER_META}${id}`))
    const rows = store.metaNames(APPLIER_META).filter((name) => /\d$/.test(name))
    for (const row of rows) if (!ids.has(row)) await store.putMeta(row, undefined)
  }

  /** Stops and forgets the follower of a database that is going to be dropped. */
  async forgetDatabase(database: StoreDatabase): Promise<void> {
    await this.of(database).forget()
    this.#appliers.delete(database.id)
  }

  /**
   * Checks that no follower writes to a database.
   *
   * @throws RequestError 409 with errorNum 1411
   */
  assertIdle(database: StoreDatabase): void {
    if (this.of(database).isActive) throw running(409, `of database "${database.name}"`)
    if (this.of(undefined).isActive) throw running(409, 'of all databases')
  }

  /** Stops all of them, lets none begin, and resolves when they have ended. */
  async close(): Promise<void> {
    this.#isClosing = true
    await Promise.all([...this.#appliers.values()].map((applier) => applier.close()))
  }

  #assertMayRun(self: Applier, database: StoreDatabase | undefined): void {
    if (this.#isClosing) throw shuttingDown()
    const others = [...this.#appliers].filter(([, each]) => each !== self && each.isActive)
    const inTheWay = others.find(([id]) => database === undefined || id === undefined)
    if (inTheWay !== undefined) {
      throw running(400, inTheWay[0] === undefined ? 'of all databases' : 'of a database')
    }
    if (this.#options.syncs.isRunning(database)) {
      const message = 'a synchronisation is running'
      throw new RequestError(400, ERROR_NUMBER.applierRunning, message)
    }
    if (others.length >= this.#options.limits.appliersMax) throw limitReached('followers')
  }
}

/** 1411: only one may write to a database. */
function running(status: number, whose: string): RequestError {
  const message = `the background follower ${whose} is running`
  return new RequestError(status, ERROR_NUMBER.applierRunning, message)
}
