import assert from 'node:assert/strict'
import { delay, of, takeUntil, timer } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import { followFeed } from '../../../lib/sync/tail/follow-feed.js'
import { inTurn } from '../../../lib/sync/tail/in-turn.js'
import { resumeOnError, type TailRetry } from '../../../lib/sync/tail/resume-on-error.js'
import { tick } from '../../../lib/values/index.js'
import { documentLine, FakeFeed, type ScriptedAnswer } from './support/fake-feed.js'

const DAY_MS = 24 * 3600 * 1000
const MAX_DELAY_MS = 30_000
/** One marker in so much time, on average. */
const MARKER_MS = 20_000

/** Numbers from 0 to below 1 that are the same at each run (xorshift). */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

/**
 * A leader that writes markers as time passes, and drops connections: before an answer, in the middle
 * of one, and for minutes.
 */
class UnsteadyFeed extends FakeFeed {
  written = 0
  disconnects = 0
  readonly #random: () => number
  readonly #now: () => number
  #downUntilMs = 0
  #nextMarkerMs = 0

  constructor(random: () => number, now: () => number, state: object) {
    super([], state)
    this.#random = random
    this.#now = now
    this.stateNow = () => ({ lastTick: tick(BigInt(this.written)) })
    this.answer = (request) => this.#answer(request.from)
  }

  #answer(from: bigint): ScriptedAnswer | Error {
    this.#write()
    if (this.#now() < this.#downUntilMs) return this.#drop()
    const chance = this.#random()
    if (chance < 0.01) this.#downUntilMs = this.#now() + this.#random() * 600_000
    if (chance < 0.03) return this.#drop()
    // At most five markers in an answer, two in a chunk.
    const last = BigInt(Math.min(this.written, Number(from) + 5))
    const ticks = Array.from(
      { length: Number(last - from) },
      (_, index) => from + BigInt(index) + 1n,
    )
    const lines = ticks.map((at) => documentLine(at))
    const chunks = [lines.slice(0, 2), lines.slice(2, 4), lines.slice(4)].filter(
      ({ length }) => length > 0,
    )
    if (this.#random() < 0.05 && chunks.length > 1) this.breakAfter = 1
    const lastTick = BigInt(this.written)
    const lastIncluded = last > from ? last : 0n
    return { lastIncluded, lastScanned: last, lastTick, checkMore: last < lastTick, chunks }
  }

  #drop(): Error {
    this.disconnects += 1
    return new Error('connection reset')
  }

  #write(): void {
    while (this.#nextMarkerMs <= this.#now()) {
      this.written += this.#random() < 0.1 ? 12 : 1
      this.#nextMarkerMs += this.#random() * 2 * MARKER_MS
    }
  }
}

/** Follows for a day of virtual time. */
function followForADay(seed: number, { canWait = false, workMs = 0 } = {}) {
  const scheduler = new TestScheduler(assert.deepEqual)
  const random = seeded(seed)
  const ticks: bigint[] = []
  const retries: TailRetry[] = []
  const feed = new UnsteadyFeed(random, () => scheduler.now(), { canWait })
  scheduler.run(() => {
    followFeed(() => feed, { from: 'start' })
      .pipe(
        resumeOnError({ random, onRetry: (retry) => void retries.push(retry) }),
        inTurn(() => (workMs === 0 ? of(1) : of(1).pipe(delay(workMs)))),
        takeUntil(timer(DAY_MS)),
      )
      .subscribe(({ markers }) => {
        for (const marker of markers.markers()) ticks.push(marker.tick)
      })
  })
  return { feed, ticks, retries }
}

describe('a day of virtual time', () => {
  for (const seed of [1, 20_261_121, 77]) {
    it(`brings every marker once and in order, whatever breaks (seed ${String(seed)})`, () => {
      const { feed, ticks, retries } = followForADay(seed)
      assert.ok(feed.disconnects > 200, String(feed.disconnects))
      assert.equal(retries.length, feed.disconnects + feed.broken)
      assert.ok(feed.broken > 20, String(feed.broken))
      // What was written in the last minutes may not have been asked for yet.
      assert.ok(
        ticks.length > feed.written - 100,
        `${String(ticks.length)} of ${String(feed.written)}`,
      )
      assert.deepEqual(
        ticks,
        ticks.map((_, index) => BigInt(index) + 1n),
      )
    })
  }

  it('asks no more often than its pace allows', () => {
    const { feed, ticks } = followForADay(5)
    // One request a second when nothing comes, and one more for each that brought something.
    const requestsMax = DAY_MS / 1000 + ticks.length + feed.disconnects
    assert.ok(feed.requests.length < requestsMax, String(feed.requests.length))
    // And no less often than the longest pause, but for what a leader was down.
    assert.ok(feed.requests.length > DAY_MS / 2500 / 2, String(feed.requests.length))
  })

  it('keeps delays within their bound', () => {
    const { retries } = followForADay(6)
    assert.ok(retries.every(({ delayMs }) => delayMs >= 0 && delayMs < MAX_DELAY_MS))
    assert.ok(retries.some(({ delayMs }) => delayMs > MAX_DELAY_MS / 2))
    assert.ok(Math.max(...retries.map(({ attempt }) => attempt)) < 100)
  })

  it('asks less the slower the consumer is', () => {
    const quick = followForADay(7)
    const slow = followForADay(7, { workMs: 60_000 })
    // A request for each answer that was worked off, a minute for each chunk.
    assert.ok(slow.feed.requests.length < DAY_MS / 60_000 + 3000, String(slow.feed.requests.length))
    assert.ok(slow.feed.requests.length < quick.feed.requests.length / 5)
    assert.deepEqual(
      slow.ticks,
      slow.ticks.map((_, index) => BigInt(index) + 1n),
    )
  })

  it('is not misled by a leader that says that it can wait, and does not', () => {
    const { feed, ticks } = followForADay(8, { canWait: true })
    const requestsMax = DAY_MS / 1000 + ticks.length + feed.disconnects
    assert.ok(feed.requests.length < requestsMax, String(feed.requests.length))
  })
})
