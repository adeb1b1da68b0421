import assert from 'node:assert/strict'
import type { Source } from '../../../../lib/replica/index.js'
import { openStoreTarget } from '../../../../lib/store/index.js'
import {
  followReplica,
  runToEnd,
  type FollowEvent,
  type FollowOptions,
  type FollowProgress,
} from '../../../../lib/sync/index.js'
import { DATABASE, openLeader, type ReplicaPair } from '../../support/replica-pair.js'

/** How fast everything has to go here. */
const FAST: FollowOptions = { idleMs: { min: 250, max: 250 }, workers: 0, progressMs: 1 }

/** A run that is under way. */
export interface RunningFollow {
  readonly events: readonly FollowEvent[]
  /** Resolves once an event is as asked for, also one that has come already. */
  readonly until: (isIt: (event: FollowEvent) => boolean) => Promise<FollowEvent>
  /** Aborts it and waits for its end. */
  readonly stop: () => Promise<void>
  /** The error that it ended with; undefined when it completed. */
  readonly ended: Promise<unknown>
}

/** Begins to follow the leader of a pair, or another source, into the pair's follower. */
export async function startFollow(
  pair: ReplicaPair,
  options: FollowOptions = {},
  source: Source = openLeader(pair.served()),
): Promise<RunningFollow> {
  const target = await openStoreTarget(pair.at('follower'), DATABASE)
  const controller = new AbortController()
  const events: FollowEvent[] = []
  const listeners = new Set<() => void>()
  const run$ = followReplica(source, target, { ...FAST, signal: controller.signal, ...options })
  const ended = runToEnd(run$, (event) => {
    events.push(event)
    for (const listener of listeners) listener()
  })
    .then(
      () => undefined,
      (error: unknown) => error ?? new Error('failed with nothing'),
    )
    .finally(async () => {
      await Promise.all([source.close(), target.close()])
      for (const listener of listeners) listener()
    })
  let isOver = false
  void ended.then(() => {
    isOver = true
  })
  return {
    events,
    ended,
    async stop() {
      controller.abort(new Error('stopped'))
      assert.match(((await ended) as Error).message, /stopped/)
    },
    until: (isIt) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = events.find(isIt)
          if (found !== undefined) resolve(found)
          if (found === undefined && !isOver) return
          listeners.delete(look)
          void ended.then((error) => {
            reject(error instanceof Error ? error : new Error('it ended before that'))
          })
        }
        listeners.add(look)
        look()
        void ended.then(look)
      }),
  }
}

/** Follows until nothing is left; gives the events, or throws what it ended with. */
export async function catchUp(
  pair: ReplicaPair,
  options: FollowOptions = {},
  source?: Source,
): Promise<readonly FollowEvent[]> {
  const run = await startFollow(pair, { until: 'caught-up', ...options }, source)
  const error = await run.ended
  if (error !== undefined) throw error as Error
  return run.events
}

/** Kinds of events, each named once where it stands several times in a row. */
export function kindsOf(events: readonly FollowEvent[]): readonly string[] {
  return events
    .map(({ kind }) => kind)
    .filter((kind, index, all) => kind !== all[index - 1] && !COPY_DETAILS.has(kind))
}

const COPY_DETAILS = new Set([
  'collection-started',
  'progress',
  'collection-finished',
  'compared',
  'repair-progress',
])

/** The last event that tells how far it came. */
export function lastOf(events: readonly FollowEvent[]): FollowProgress {
  const last = events.findLast((event): event is FollowProgress => event.kind === 'followed')
  return last ?? assert.fail('nothing was told of the log')
}
