/*
 * Two leaders in processes of their own: one under mixed load, the other follows it in the background.
 * Either is killed at random points and started again; nobody but the second one's configuration
 * makes it go on. In the end both have the same documents and the same trees.
 */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { runInProcess } from '../cli/support/run-in-process.js'
import { Random } from '../fuzz/random.js'
import { askApplier, untilApplied } from '../server/support/applier.js'
import { stateOf } from '../sync/support/replica-pair.js'
import { readLoadedState } from '../support/loaded-state.js'
import { LoadLeader } from '../support/mixed-load-leader.js'
import { LeaderChild, send } from './leader-child.js'

/** A load that does not end by itself. */
const ENDLESS = { operations: Number.MAX_SAFE_INTEGER }
/** Steps of the load between two kills. */
const STEPS_MAX = 600
/** Who is killed, in turn. */
const VICTIMS = [['follower'], ['leader'], ['follower'], ['leader', 'follower']] as const

/** How {@link soakAppliers} kills. */
export interface ApplierSoakOptions {
  /** For the stores; empty. */
  readonly directory: string
  /** How often somebody is killed. */
  readonly points: number
  readonly seed: number
  /** Called after each kill. */
  readonly onPoint?: ((point: number, victims: readonly string[]) => void) | undefined
}

/** What was done. */
export interface ApplierSoakFigures {
  /** Kills of either. */
  readonly leaderKills: number
  readonly followerKills: number
  /** Changes that the leader acknowledged. */
  readonly changes: number
}

/** Kills and checks; throws an AssertionError when the follower is not what it follows. */
export async function soakAppliers(options: ApplierSoakOptions): Promise<ApplierSoakFigures> {
  const { directory, seed } = options
  const leader = new LoadLeader({ path: join(directory, 'leader'), seed })
  await leader.start(ENDLESS)
  const follower = await FollowingChild.start(join(directory, 'follower'), leader.url)
  try {
    return await soak(options, leader, follower)
  } finally {
    await Promise.all([leader.kill(), follower.child.kill()])
  }
}

/** A server that follows in the background. */
class FollowingChild {
  readonly path: string
  child: LeaderChild

  private constructor(path: string, child: LeaderChild) {
    this.path = path
    this.child = child
  }

  /** Starts it, and makes it a follower. */
  static async start(path: string, leaderUrl: string): Promise<FollowingChild> {
    const child = await LeaderChild.start(path)
    const endpoint = leaderUrl.replace('http', 'tcp')
    const body = { endpoint, autoStart: true, connectionRetryWaitTime: 0.25 }
    const { status } = await askApplier(child, 'PUT make-follower', body)
    assert.equal(status, 200)
    return new FollowingChild(path, child)
  }

  /** Starts it again after a kill. */
  async restart(): Promise<void> {
    this.child = await LeaderChild.start(this.path)
  }
}

async function soak(
  { directory, points, seed, onPoint }: ApplierSoakOptions,
  leader: LoadLeader,
  follower: FollowingChild,
): Promise<ApplierSoakFigures> {
  const random = new Random(seed, 0)
  const kills = { leader: 0, follower: 0 }
  leader.load()
  for (let point = 1; point <= points; point += 1) {
    await leader.untilStep(leader.steps + 1 + random.below(STEPS_MAX))
    const victims = VICTIMS[(point - 1) % VICTIMS.length] ?? VICTIMS[0]
    for (const victim of victims) kills[victim] += 1
    await strike(victims, leader, follower)
    onPoint?.(point, victims)
  }
  // Serves what there is, and writes no more.
  await leader.untilStep(leader.steps + 1)
  await leader.rest()
  const { tick } = (await send(`${leader.url}/_api/wal/lastTick`, 'GET')) as { tick: string }
  await untilApplied(follower.child, BigInt(tick))
  await assertSameTrees(leader.url, follower.child.url)
  await Promise.all([leader.stop(), follower.child.stop()])
  leader.model.check(await readLoadedState(join(directory, 'leader')))
  leader.model.check(await readLoadedState(follower.path))
  assert.deepEqual(await stateOf(follower.path), await stateOf(join(directory, 'leader')))
  return {
    leaderKills: kills.leader,
    followerKills: kills.follower,
    changes: leader.model.changeCount,
  }
}

async function strike(
  victims: readonly ('leader' | 'follower')[],
  leader: LoadLeader,
  follower: FollowingChild,
): Promise<void> {
  const wasLeader = victims.includes('leader')
  const wasFollower = victims.includes('follower')
  await Promise.all([
    ...(wasLeader ? [leader.kill()] : []),
    ...(wasFollower ? [follower.child.kill()] : []),
  ])
  if (wasFollower) await follower.restart()
  if (!wasLeader) return
  await leader.start(ENDLESS)
  leader.load()
}

/** By the trees that both keep. */
async function assertSameTrees(leader: string, follower: string): Promise<void> {
  const { exitCode, stdout, stderr } = await runInProcess(['diff', leader, follower])
  assert.equal(exitCode, 0, stdout + stderr)
}
