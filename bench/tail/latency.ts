import type { ChildProcess } from 'node:child_process'
import { filter, firstValueFrom, ReplaySubject, share } from 'rxjs'
import type { FollowTarget, Source, Target } from '../../lib/replica/index.js'
import { followReplica } from '../../lib/sync/index.js'
import { answerOf } from '../support/child-process.js'
import { summarize, type Ratio } from '../support/ratio.js'
import type { WrittenAt } from './leader-process.js'

const NANOSECONDS = 1e6
const WARMUP_WRITES = 20

/** Who follows whom. */
export interface LatencyBench {
  readonly source: Source
  /** Empty. */
  readonly target: Target
  /** The leader, which writes when it is asked to. */
  readonly leader: ChildProcess
  readonly writes: number
}

/**
 * Measures from the begin of a write in the leader's process until it is on the follower's disk, one
 * write at a time: the leader says at once that there is something new.
 */
export async function measureLatency(bench: LatencyBench): Promise<readonly Ratio[]> {
  let onApplied: (atNs: bigint) => void = () => undefined
  const target = tellApplied(bench.target, (atNs) => {
    onApplied(atNs)
  })
  const events$ = followReplica(bench.source, target).pipe(
    share({ connector: () => new ReplaySubject(1) }),
  )
  const following = events$.subscribe()
  try {
    await firstValueFrom(events$.pipe(filter(({ kind }) => kind === 'follow-started')))
    const ownMs: number[] = []
    const wholeMs: number[] = []
    for (let write = -WARMUP_WRITES; write < bench.writes; write += 1) {
      const applied = new Promise<bigint>((resolve) => {
        onApplied = resolve
      })
      bench.leader.send('write')
      const { begunNs, doneNs } = (await answerOf(bench.leader)) as WrittenAt
      const begun = BigInt(begunNs)
      const ended = await applied
      if (write < 0) continue
      ownMs.push(Number(BigInt(doneNs) - begun) / NANOSECONDS)
      wholeMs.push(Number(ended - begun) / NANOSECONDS)
    }
    return [
      summarize({ name: 'write to the commit of the leader, ms' }, ownMs),
      summarize({ name: 'write to the commit of the follower, ms' }, wholeMs),
      summarize({ name: 'the same, 99th percentile, ms' }, [percentile(wholeMs, 0.99)]),
    ]
  } finally {
    following.unsubscribe()
  }
}

/** The least value that is not below that share of all. */
function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.ceil(share * sorted.length) - 1] ?? 0
}

/** A target that says when changes are on its disk. */
function tellApplied(target: Target, tell: (atNs: bigint) => void): Target {
  const openFollow = async (): Promise<FollowTarget> => {
    const followed = await target.openFollow?.()
    if (followed === undefined) throw new TypeError('Cannot measure: the target cannot follow')
    return {
      position: () => followed.position(),
      async apply(groups, position, options) {
        const result = await followed.apply(groups, position, options)
        if (groups.length > 0) tell(process.hrtime.bigint())
        return result
      },
    }
  }
  return {
    address: target.address,
    database: target.database,
    beginCopy: (origin) => target.beginCopy(origin),
    unfinishedCopy: () => target.unfinishedCopy(),
    openSnapshot: (options) => target.openSnapshot(options),
    openFollow,
    close: () => target.close(),
  }
}
