/*
 * A leader under mixed load, a store that follows it and a feed of its changes are killed at random
 * points and started again. In the end the follower has what the leader has, its own log tells each
 * change of the leader once, and the feed was told each change, again only what it had not confirmed.
 */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { Random } from '../fuzz/random.js'
import { stateOf } from '../sync/support/replica-pair.js'
import { assertSameList } from '../support/assert-same-list.js'
import { readLoadedState } from '../support/loaded-state.js'
import { describeChange, readChanges, type LoggedChange } from '../support/logged-changes.js'
import { LoadLeader } from '../support/mixed-load-leader.js'
import { ChangeFeed } from './change-feed.js'
import { KillableCommand } from './killable-command.js'

/** A load that does not end by itself. */
const ENDLESS = { operations: Number.MAX_SAFE_INTEGER }
/** Steps of the load between two kills; starting a process takes about as long as 500 of them. */
const STEPS_MAX = 1500

const VICTIMS = [['follower'], ['leader'], ['leader', 'follower'], ['feed'], ['leader', 'feed']]
type Victim = 'follower' | 'leader' | 'feed'

/** How {@link soakKills} kills. */
export interface KillSoakOptions {
  /** For the stores; empty. */
  readonly directory: string
  readonly points: number
  readonly seed: number
  /** Called after each kill. */
  readonly onPoint?: ((point: number, victims: readonly string[]) => void) | undefined
}

/** What was done, and seen. */
export interface KillSoakFigures {
  /** Processes killed. */
  readonly kills: number
  /** Changes that the leader acknowledged. */
  readonly changes: number
  /** Events of the feed, each counted once. */
  readonly events: number
  /** Events that came again. */
  readonly repeated: number
}

/** Kills and checks; throws an AssertionError when something was lost or done twice. */
export async function soakKills(options: KillSoakOptions): Promise<KillSoakFigures> {
  const soak = new KillSoak(options)
  try {
    return await soak.run()
  } finally {
    await soak.leader.kill()
  }
}

class KillSoak {
  readonly leader: LoadLeader
  readonly #options: KillSoakOptions
  readonly #random: Random
  readonly #paths: Readonly<Record<'leader' | 'follower' | 'checkpoint', string>>
  #kills = 0

  constructor(options: KillSoakOptions) {
    const { directory, seed } = options
    this.#options = options
    this.#random = new Random(seed, 0)
    this.#paths = {
      leader: join(directory, 'leader'),
      follower: join(directory, 'follower'),
      checkpoint: join(directory, 'feed.checkpoint'),
    }
    this.leader = new LoadLeader({ path: this.#paths.leader, seed })
  }

  async run(): Promise<KillSoakFigures> {
    const { leader } = this
    await leader.start(ENDLESS)
    const follow = ['sync', leader.url, `store:${this.#paths.follower}`, '--follow']
    const follower = new KillableCommand(follow)
    const feed = new ChangeFeed(leader.url, this.#paths.checkpoint)
    // The copy is done before the load begins, so that all of the load comes through the log.
    follower.start(['--until', 'caught-up'])
    await follower.end()
    const begin = await this.#logEnds()
    follower.start()
    await feed.start(['--follow'])
    leader.load()
    for (let point = 1; point <= this.#options.points; point += 1) {
      await leader.untilStep(leader.steps + 1 + this.#random.below(STEPS_MAX))
      const victims = VICTIMS[this.#random.below(VICTIMS.length)] as readonly Victim[]
      await this.#strike(victims, { follower, feed })
      this.#options.onPoint?.(point, victims)
    }
    await follower.kill()
    await feed.kill()
    // Serves what there is, and writes no more.
    await leader.stop()
    await leader.start({ operations: 0 })
    follower.start(['--until', 'caught-up'])
    await follower.end()
    await feed.finish()
    await leader.stop()
    await this.#check(begin, feed)
    const { repeated, count } = feed
    return { kills: this.#kills, changes: leader.model.changeCount, events: count, repeated }
  }

  async #strike(
    victims: readonly Victim[],
    { follower, feed }: { follower: KillableCommand; feed: ChangeFeed },
  ): Promise<void> {
    this.#kills += victims.length
    const dead: Promise<void>[] = []
    for (const victim of victims) dead.push({ follower, feed, leader: this.leader }[victim].kill())
    await Promise.all(dead)
    if (victims.includes('leader')) {
      this.leader.model.check(await readLoadedState(this.#paths.leader))
      await this.leader.start(ENDLESS)
      this.leader.load()
    }
    if (victims.includes('follower')) follower.start()
    if (victims.includes('feed')) await feed.start(['--follow'])
  }

  async #check(begin: LogEnds, feed: ChangeFeed): Promise<void> {
    const { leader, follower } = this.#paths
    this.leader.model.check(await readLoadedState(leader))
    assert.deepEqual(await stateOf(follower), await stateOf(leader))
    const log = await readChanges(leader)
    const followed = await readChanges(follower)
    const applied = textsBehind(followed, begin.follower)
    assertSameList(applied, textsBehind(log, begin.leader), 'the log of the follower')
    feed.check(log)
  }

  async #logEnds(): Promise<LogEnds> {
    const [leader, follower] = await Promise.all([
      readChanges(this.#paths.leader),
      readChanges(this.#paths.follower),
    ])
    return { leader: leader.at(-1)?.tick ?? 0n, follower: follower.at(-1)?.tick ?? 0n }
  }
}

/** Newest ticks of both logs when the load began. */
interface LogEnds {
  readonly leader: bigint
  readonly follower: bigint
}

/** Frames of transactions; and indexes, which a leader makes again where a follower has them. */
const LEFT_OUT: ReadonlySet<LoggedChange['kind']> = new Set(['begin', 'commit', 'create-index'])

/** What changed behind a tick, whatever transactions that stands in. */
function textsBehind(log: readonly LoggedChange[], tick: bigint): string[] {
  const changes = log.filter((change) => change.tick > tick && !LEFT_OUT.has(change.kind))
  return changes.map(describeChange)
}
