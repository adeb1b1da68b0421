import type { LogPosition, Target } from '../../replica/index.js'
import {
  ResyncLimit,
  runFollow,
  runFollowAll,
  type FollowAllEvent,
  type FollowEvent,
  type FollowingOptions,
} from '../../sync/index.js'
import { ERROR_NUMBER } from '../../wire/index.js'
import { tellsSecret } from '../sync/index.js'
import { ApplierError, toApplierError } from './applier-error.js'
import type { ApplierFigures } from './applier-figures.js'
import type { ApplierRun } from './applier-task.js'
import { beginRun, isAsked, type RunBegin, type RunEnds } from './begin-run.js'
import { CountingFollow } from './counting-follow.js'
import { followedNames } from './followed-names.js'
import { pacesOf } from './paces-of.js'

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
  const { run, now } = ends
  const { config, figures } = run
  const limit = new ResyncLimit(now, config.autoResyncRetries)
  const state: RunState = { isCopying: false, hasFollowed: false, limit }
  figures.phase = run.begin.kind === 'sync' ? 'initial' : 'running'
  let begin = await beginRun(ends)
  for (;;) {
    state.isCopying = begin === 'copy'
    if (state.isCopying) figures.phase = 'initial'
    try {
      await follow(ends, begin, (event) => {
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

async function follow(
  { run, source, target, retries, now }: RunEnds,
  begin: RunBegin,
  onEvent: (event: FollowEvent | FollowAllEvent) => void,
): Promise<void> {
  const { config, figures, database, signal, scheduler } = run
  const counting = { figures, ignoreErrors: config.ignoreErrors, now }
  const followed = withFollow(target, counting)
  const options: FollowingOptions = {
    begin,
    incremental: config.incremental,
    onGap: config.requireFromPresent ? 'fail' : 'skip',
    resume: retries.resume,
    ...pacesOf(config),
    progressMs: PROGRESS_MS,
    scheduler,
    onExcluded: (markers) => {
      figures.totalOperationsExcluded += markers
    },
  }
  const all = { ...followedNames(config), ...options, workers: WORKERS, signal }
  // Of all databases the original keeps nothing that the leader has not (client notes, 1.7).
  const following =
    database === undefined
      ? runFollowAll(source, followed, { ...all, deleteExtra: true }, onEvent)
      : runFollow(source, followed, all, onEvent)
  await following
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
  { run, retries, now }: RunEnds,
  state: RunState,
  event: FollowEvent | FollowAllEvent,
): void {
  const { config, figures } = run
  const message = messageOf(event)
  // A warning has in it what the leader answered, and that may be what it was shown.
  if (message !== undefined && !tellsSecret(message, config.secret)) {
    figures.progress = { ...figures.progress, time: now(), message }
  }
  if (event.kind === 'started' || event.kind === 'databases-started') {
    state.isCopying = true
    figures.phase = 'initial'
  }
  if (event.kind === 'finished') retries.noteAnswer()
  if (event.kind === 'follow-started') noteFollowing(run, state, event.position)
  // It is told with a delay: more may have been applied by now.
  if (event.kind === 'followed' && event.position.tick > (figures.lastApplied ?? 0n)) {
    notePosition(figures, event.position)
  }
}

function messageOf(event: FollowEvent | FollowAllEvent): string | undefined {
  if (event.kind === 'collection-started') return `synchronising collection "${event.collection}"`
  if (event.kind === 'follow-started') {
    return `reading the leader's log from tick ${String(event.position.resumeTick)}`
  }
  return event.kind === 'warning' ? event.message : undefined
}

/** From here on the log is read: what was synchronised is durable, and where its log goes on. */
function noteFollowing(
  { figures, begin, onSynchronised }: ApplierRun,
  state: RunState,
  position: LogPosition,
): void {
  figures.phase = 'running'
  notePosition(figures, position)
  state.limit.begin()
  const isFirst = !state.hasFollowed
  state.isCopying = false
  state.hasFollowed = true
  if (isFirst && begin.kind === 'sync') onSynchronised?.()
}

function notePosition(figures: ApplierFigures, { tick, resumeTick }: LogPosition): void {
  figures.lastApplied = tick === 0n ? undefined : tick
  figures.safeResume = resumeTick
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
    if (isAsked(begin) && !state.hasFollowed) throw error
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
