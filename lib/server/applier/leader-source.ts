import { openRemote } from '../../remote/index.js'
import type {
  ChangeLog,
  ChangeLogOptions,
  ChangeLogState,
  CloseLogOptions,
  GlobalSnapshot,
  LogAnswer,
  LoggedCollection,
  LogRequest,
  OperationOptions,
  ReplicaNotice,
  Snapshot,
  Source,
} from '../../replica/index.js'
import { tick, type Tick } from '../../values/index.js'
import { ERROR_NUMBER } from '../../wire/index.js'
import { parseSyncEndpoint } from '../sync/index.js'
import { ApplierError } from './applier-error.js'
import type { ApplierFigures } from './applier-figures.js'
import type { ApplierRun } from './applier-task.js'

const SECOND_MS = 1000
const TIMER_MS_MAX = 2 ** 31 - 1
/** Attempts after the first, of what a copy asks for (client notes, 1.1). */
const COPY_RETRIES = 2

/** What of a run a {@link LeaderSource} needs. */
export type LeaderSourceOptions = Pick<ApplierRun, 'config' | 'figures' | 'syncs'> & {
  /** Name of the leader's database. */
  readonly database: string
  readonly now: () => number
  /** Called whenever the leader has answered what was asked of its log. */
  readonly onAnswer: () => void
}

/** What a log is counted with. */
type Counting = Pick<LeaderSourceOptions, 'figures' | 'now' | 'onAnswer'>

/**
 * The leader that a background follower reads, and the figures of it. Requests for its log are
 * not repeated here: whoever follows counts its failures.
 *
 * @throws ApplierError 1410 without an endpoint, or with one of another form
 */
export class LeaderSource implements Source {
  readonly address: string
  readonly database: string
  readonly #counting: Counting
  readonly #copied: Source
  readonly #logged: Source

  constructor({ config, syncs, database, ...counting }: LeaderSourceOptions) {
    const endpoint = readEndpoint(config.endpoint)
    const { connectTimeout, requestTimeout, initialSyncMaxWaitTime } = config
    const open = (silenceSeconds: number, retries: number): Source =>
      openRemote(
        { kind: 'remote', url: endpoint.url, database },
        {
          ...credentialsOf(config.secret),
          retries,
          retryDelayMs: syncs.retryDelayMs,
          silenceMsMax: toTimerMs(silenceSeconds),
          connectMsMax: toTimerMs(connectTimeout),
          mayConnect: (address) => syncs.maySyncFrom(address, endpoint),
        },
      )
    this.#copied = open(initialSyncMaxWaitTime, COPY_RETRIES)
    this.#logged = open(requestTimeout, 0)
    this.#counting = counting
    this.address = this.#logged.address
    this.database = database
  }

  set onNotice(onNotice: (notice: ReplicaNotice) => void) {
    this.#copied.onNotice = onNotice
    this.#logged.onNotice = onNotice
  }

  get onNotice(): (notice: ReplicaNotice) => void {
    return this.#logged.onNotice
  }

  openSnapshot(options?: OperationOptions): Promise<Snapshot> {
    this.#counting.figures.totalRequests += 1
    return this.#copied.openSnapshot(options)
  }

  openGlobalSnapshot(options?: OperationOptions): Promise<GlobalSnapshot> {
    this.#counting.figures.totalRequests += 1
    if (this.#copied.openGlobalSnapshot !== undefined) {
      return this.#copied.openGlobalSnapshot(options)
    }
    return Promise.reject(new TypeError('Cannot read all databases: servers have them'))
  }

  openLog(options?: ChangeLogOptions): ChangeLog {
    const log = this.#logged.openLog?.(options)
    if (log !== undefined) return new CountingLog(log, this.#counting)
    throw new TypeError('Cannot open a log: servers have one')
  }

  async close(): Promise<void> {
    await Promise.all([this.#copied.close(), this.#logged.close()])
  }
}

function readEndpoint(text: string | undefined) {
  try {
    return parseSyncEndpoint(text ?? '')
  } catch (cause) {
    const message = 'Cannot follow: no endpoint of a leader is configured'
    throw new ApplierError(ERROR_NUMBER.invalidApplierConfiguration, message, { cause })
  }
}

/** A password counts with a username only, a token without one (client notes, section 5). */
function credentialsOf({ username = '', password = '', jwt = '' }: ApplierRun['config']['secret']) {
  if (username !== '') return { username, password }
  return jwt === '' ? {} : { jwt }
}

/** Undefined, which is the client's own bound, for 0. */
function toTimerMs(seconds: number): number | undefined {
  return seconds > 0 ? Math.min(Math.ceil(seconds * SECOND_MS), TIMER_MS_MAX) : undefined
}

/** A log, and the figures of its being read. */
class CountingLog implements ChangeLog {
  readonly address: string
  readonly database: string | undefined
  readonly #log: ChangeLog
  readonly #figures: ApplierFigures
  readonly #now: () => number
  readonly #onAnswer: () => void

  constructor(log: ChangeLog, { figures, now, onAnswer }: Counting) {
    this.#log = log
    this.#figures = figures
    this.#now = now
    this.#onAnswer = onAnswer
    this.address = log.address
    this.database = log.database
  }

  async state(options?: OperationOptions): Promise<ChangeLogState> {
    const figures = this.#figures
    figures.totalRequests += 1
    const state = await this.#log.state(options)
    const { serverId, version = '' } = state
    figures.leader = { serverId, version }
    figures.lastAvailable = state.lastTick
    return state
  }

  collections(options?: OperationOptions): Promise<readonly LoggedCollection[]> {
    this.#figures.totalRequests += 1
    return this.#log.collections(options)
  }

  async read(request: LogRequest, options?: OperationOptions): Promise<LogAnswer> {
    const figures = this.#figures
    const begunMs = this.#now()
    figures.totalRequests += 1
    const message = `fetching the log of the leader behind tick ${request.from}`
    figures.progress = { ...figures.progress, time: begunMs, message }
    const answer = await this.#log.read(request, options)
    this.#onAnswer()
    const { lastIncluded, lastTick } = answer
    figures.lastAvailable = lastTick
    this.#noteProcessed(lastIncluded === 0n ? lookedAtBy(answer, request) : request.from)
    // A leader that has nothing waits for news: that is no time of fetching.
    if (lastIncluded > 0n) {
      figures.totalFetchTime += this.#now() - begunMs
      figures.fetchCount += 1
    }
    return answer
  }

  close(options?: CloseLogOptions): Promise<void> {
    return this.#log.close(options)
  }

  #noteProcessed(reached: Tick): void {
    const { lastProcessed = tick(0n) } = this.#figures
    if (reached > lastProcessed) this.#figures.lastProcessed = reached
  }
}

/**
 * How far a log without a marker for us was looked at: to its end, but for leaders that look at so much
 * at one time only; what lies behind that may be for us.
 */
function lookedAtBy({ lastScanned, lastTick }: LogAnswer, { from }: LogRequest): Tick {
  const isPart = lastScanned > from && lastScanned < lastTick
  return isPart ? tick(lastScanned - 1n) : lastTick
}
