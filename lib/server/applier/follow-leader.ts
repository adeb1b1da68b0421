import { asyncScheduler, type Observable } from 'rxjs'
import type { LogPosition, Target } from '../../replica/index.js'
import {
  followAllDatabases,
  followReplica,
  ResyncLimit,
  runToEnd,
  type FollowAllEvent,
  type FollowEvent,
  type FollowingOptions,
} from '../../sync/index.js'
import { ERROR_NUMBER } from '../../wire/index.js'
import { ApplierError, toApplierError } from './applier-error.js'
import type { ApplierConfig } from './applier-config.js'
import type { ApplierRun } from './applier-task.js'
import { beginRun, type RunBegin, type RunEnds } from './begin-run.js'
import { CountingFollow } from './counting-follow.js'
import { followedNames } from './followed-names.js'

const SECOND_MS = 1000
const KIB = 1024
/** Bounds of figures (client notes, 3.5 and 1.6). */
const IDLE_MS_MIN = 250
const IDLE_MS_MAX = 60_000
const CHUNK_BYTES_MIN = 16 * KIB
const CHUNK_BYTES_MAX = 128 * KIB * KIB
/** How long a leader of tidemark may wait for news. */
const WAIT_MS = 30_000
const PROGRESS_MS = 250
/** Trees that neither side keeps are built one at a time. */
const WORKERS = 1
/** What another synchronisation gets over (client notes, 3.5). */
const RESYNCED: ReadonlySet<number> = new Set([
  ERROR_NUMBER.startTickNotPresent,
  ERROR_NUMBER.noStartTick,
  ERROR_NUMBER.collectionNotFound,
])

/**
 * Follows a leader, and synchronises anew where its log does not go on and that is wanted.
 *
 * @throws what ended it; the signal's reason
 */
export async function followLeader(ends: RunEnds): Promise<void> {
  const { run } = ends
  const { config, figures, scheduler = asyncScheduler } = run
  const limit = new ResyncLimit(() => scheduler.now(), config.autoResyncRetries)
  const state: RunState = { isCopying: false, hasFollowed: false, limit }
  figures.phase = run.begin.kind === 'sync' ? 'initial' : 'running'
  let begin = await beginRun(ends)
  for (;;) {
    state.isCopying = begin === 'copy'
    if (state.isCopying) figures.phase = 'initial'
    try {
      await runToEnd(follow(ends, begin), (event) => {
        noteEvent(ends, state, event)
      })
      return
    } catch (error) {
      await afterError(ends, state, error)
      begin = 'copy'
    }
  }
}

interface RunState {
  /** Data is moved from the leader's snapshot, not from its log. */
  isCopying: boolean
  /** The log was read. */
  hasFollowed: boolean
  readonly limit: ResyncLimit
}

function follow(
  { run, source, target, retries }: RunEnds,
  begin: RunBegin,
): Observable<FollowEvent | FollowAllEvent> {
  const { config, figures, database, signal, scheduler = asyncScheduler } = run
  const counting = { figures, ignoreErrors: config.ignoreErrors, now: () => scheduler.now() }
  const followed = withFollow(target, counting)
  const options: FollowingOptions = {
    begin,
    incremental: config.incremental,
    onGap: config.requireFromPresent ? 'fail' : 'skip',
    resume: retries.resume,
    idleMs: idleOf(config),
    waitMs: waitOf(config),
    chunkBytes: chunkOf(config),
    progressMs: PROGRESS_MS,
    scheduler,
    onExcluded: (markers) => {
      figures.totalOperationsExcluded += markers
    },
  }
  const all = { ...followedNames(config), ...options, workers: WORKERS, signal }
  // Of all databases the original keeps nothing that the leader has not (client notes, 1.7).
  return database === undefined
    ? followAllDatabases(source, followed, { ...all, deleteExtra: true })
    : followReplica(source, followed, all)
}

/** The target whose log is applied as told by the configuration. */
function withFollow(
  target: Target,
  counting: ConstructorParameters<typeof CountingFollow>[1],
): Target {
  return new Proxy(target, {
    get(inner, name) {
      if (name !== 'openFollow') return Reflect.get(inner, name, inner) as unknown
      return async (...options: Parameters<NonNullable<Target['openFollow']>>) => {
        const followed = await inner.openFollow?.(...options)
        return followed && new CountingFollow(followed, counting)
      }
    },
  })
}

function noteEvent(
  { run, retries }: RunEnds,
  state: RunState,
  event: FollowEvent | FollowAllEvent,
): void {
  const { figures } = run
  const time = (run.scheduler ?? asyncScheduler).now()
  switch (event.kind) {
    case 'started':
    case 'databases-started':
      state.isCopying = true
      figures.phase = 'initial'
      break
    case 'collection-started': {
      const message = `synchronising collection "${event.collection}"`
      figures.progress = { ...figures.progress, time, message }
      break
    }
    case 'warning':
      figures.progress = { ...figures.progress, time, message: event.message }
      break
    case 'finished':
      retries.noteAnswer()
      break
    case 'follow-started':
      noteFollowing(run, state, event.position)
      break
    case 'followed':
      retries.noteAnswer()
      figures.lastApplied = event.position.tick
      figures.safeResume = event.position.resumeTick
      break
    default:
  }
}

/** From here on the log is read: what was synchronised is durable, and where its log goes on. */
function noteFollowing(
  { figures, begin, onSynchronised }: ApplierRun,
  state: RunState,
  { tick, resumeTick }: LogPosition,
): void {
  figures.phase = 'running'
  figures.lastApplied = tick
  figures.safeResume = resumeTick
  state.limit.begin()
  const isFirst = !state.hasFollowed
  state.isCopying = false
  state.hasFollowed = true
  if (isFirst && begin.kind === 'sync') onSynchronised?.()
}

/** Decides whether to go on with another synchronisation, and waits until it is time. */
async function afterError(
  { run, retries }: RunEnds,
  state: RunState,
  error: unknown,
): Promise<void> {
  const { config, figures, signal, begin } = run
  signal.throwIfAborted()
  if (state.isCopying) {
    // Who asked for a synchronisation is told; one that this run began by itself is tried again.
    if (begin.kind === 'sync' && !state.hasFollowed) throw error
    await retries.waitAfter(error)
    return
  }
  const failure = toApplierError(error, config.secret)
  if (!RESYNCED.has(failure.errorNum) || !config.autoResync) throw failure
  if (!state.limit.takesAnother()) {
    const reason = 'it had to be synchronised anew too often'
    const message = `${failure.message} (${reason})`
    throw new ApplierError(failure.errorNum, message, { cause: error })
  }
  figures.totalResyncs += 1
}

/** Milliseconds between two looks at a log without news. */
function idleOf({ idleMinWaitTime, idleMaxWaitTime, adaptivePolling }: ApplierConfig) {
  const toMs = (seconds: number): number =>
    Math.min(Math.max(Math.ceil(seconds * SECOND_MS), IDLE_MS_MIN), IDLE_MS_MAX)
  const min = toMs(Math.min(idleMinWaitTime, idleMaxWaitTime))
  return { min, max: adaptivePolling ? Math.max(min, toMs(idleMaxWaitTime)) : min }
}

/** Well below what is taken for silence. */
function waitOf({ requestTimeout }: ApplierConfig): number {
  return requestTimeout > 0
    ? Math.min(WAIT_MS, Math.floor((requestTimeout * SECOND_MS) / 2))
    : WAIT_MS
}

function chunkOf({ chunkSize }: ApplierConfig): number | undefined {
  return chunkSize === 0
    ? undefined
    : Math.min(Math.max(chunkSize, CHUNK_BYTES_MIN), CHUNK_BYTES_MAX)
}
