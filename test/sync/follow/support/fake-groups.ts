import type {
  ApplyGroupsResult,
  ChangeGroup,
  FollowTarget,
  LogPosition,
} from '../../../../lib/replica/index.js'
import { NO_GROUPS_APPLIED } from '../../../../lib/sync/follow/follow-event.js'
import type { TailGroup } from '../../../../lib/sync/tail/tail-item.js'
import { tick } from '../../../../lib/values/index.js'
import { positionAt } from './positions.js'

/** A group that counts its holds. */
export interface FakeGroup extends TailGroup {
  readonly holds: () => number
}

/** What a fake group says of itself. */
interface FakeGroupOptions {
  readonly markers?: number
  readonly bytes?: number
  readonly isLevel?: boolean
}

/** Makes a group that ends at a tick. */
export function groupAt(
  at: bigint,
  { markers = 1, bytes = 100, isLevel = false }: FakeGroupOptions = {},
): FakeGroup {
  let holds = 0
  return {
    transactionId: undefined,
    databaseName: 'shop',
    markerCount: markers,
    bytes: markers === 0 ? 0 : bytes,
    position: positionAt(at),
    leader: { serverId: '7', database: 'shop', lastTick: tick(1000n), isLevel },
    names: { collectionName: () => undefined, databaseName: () => 'shop' },
    chunks: () => [],
    holds: () => holds,
    hold: () => {
      holds += 1
      let isHeld = true
      return () => {
        if (isHeld) holds -= 1
        isHeld = false
      }
    },
  }
}

/** What was asked of a {@link FakeTarget}. */
interface AppliedCall {
  /** Ticks of the groups. */
  readonly groups: readonly bigint[]
  readonly position: LogPosition
}

/** A target that applies when it is told to. */
export interface FakeTarget extends Pick<FollowTarget, 'apply'> {
  readonly calls: AppliedCall[]
  /** Lets the call under way end. */
  readonly finish: (error?: Error) => Promise<void>
}

/** @param isManual - calls wait for `finish`; else they end by themselves */
export function createFakeTarget(isManual = false): FakeTarget {
  const calls: AppliedCall[] = []
  let end: ((error?: Error) => void) | undefined
  return {
    calls,
    apply(groups: readonly ChangeGroup[], position: LogPosition) {
      calls.push({ groups: groups.map((group) => group.position.tick), position })
      const markers = groups.reduce((sum, group) => sum + group.markerCount, 0)
      const result: ApplyGroupsResult = { ...NO_GROUPS_APPLIED, markers }
      if (!isManual) return Promise.resolve(result)
      return new Promise((resolve, reject) => {
        end = (error) => {
          if (error === undefined) resolve(result)
          else reject(error)
        }
      })
    },
    async finish(error) {
      end?.(error)
      await settle()
    },
  }
}

/** Lets everything happen that only waits for its turn. */
export async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}
