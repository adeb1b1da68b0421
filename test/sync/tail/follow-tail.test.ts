import assert from 'node:assert/strict'
import { map, take, takeUntil, timer } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import type { LogPosition, Source } from '../../../lib/replica/index.js'
import { followFeed } from '../../../lib/sync/tail/follow-feed.js'
import { followTail } from '../../../lib/sync/tail/follow-tail.js'
import { TailError } from '../../../lib/sync/tail/tail-error.js'
import type { TailChunk } from '../../../lib/sync/tail/tail-item.js'
import type { TailOptions } from '../../../lib/sync/tail/tail-options.js'
import { tick } from '../../../lib/values/index.js'
import { documentLine, FakeFeed, frameLine, type ScriptedAnswer } from './support/fake-feed.js'

const POSITION: LogPosition = {
  serverId: '17',
  database: 'shop',
  tick: tick(40n),
  resumeTick: tick(30n),
  openTransactions: [],
}
/** Two chunks, and nothing behind them. */
const TWO: ScriptedAnswer = {
  lastIncluded: 43n,
  lastScanned: 43n,
  lastTick: 43n,
  chunks: [[documentLine(41n), documentLine(42n)], [documentLine(43n)]],
}

/** What a chunk tells, for comparing. */
function told({ markers, tick: at, leader }: TailChunk): string {
  const ticks = [...markers.markers()].map((marker) => String(marker.tick))
  return `${ticks.join(' ')} @${String(at)} of ${String(leader.lastTick)}${leader.isLevel ? ' level' : ''}`
}

/** Reads to the end, or to the error, of a tail that answers at once. */
function readAll(
  feed: FakeFeed,
  options: Partial<TailOptions> = {},
): { chunks: TailChunk[]; error: unknown; isComplete: boolean } {
  const result = { chunks: [] as TailChunk[], error: undefined as unknown, isComplete: false }
  followFeed(() => feed, { from: POSITION, follow: false, ...options }).subscribe({
    next: (chunk) => result.chunks.push(chunk),
    error: (error: unknown) => {
      result.error = error
    },
    complete: () => {
      result.isComplete = true
    },
  })
  return result
}

describe('followTail()', () => {
  it('emits a chunk for each that comes, and completes when level if asked to', () => {
    const feed = new FakeFeed([TWO])
    const { chunks, isComplete } = readAll(feed)
    assert.deepEqual(chunks.map(told), ['41 42 @42 of 43', '43 @43 of 43 level'])
    assert.equal(isComplete, true)
    assert.deepEqual(feed.closed, [true])
  })

  it('begins where it is told to', () => {
    const froms = [tick(7n), 'start', 'now', POSITION] as const
    const asked = froms.map((from) => {
      const feed = new FakeFeed([{ lastScanned: 100n }], { lastTick: tick(100n) })
      readAll(feed, { from })
      return feed.asked[0]
    })
    assert.deepEqual(asked, [
      [7n, 0n],
      [0n, 0n],
      [100n, 0n],
      [30n, 0n],
    ])
  })

  it('tells where now is', () => {
    const { chunks } = readAll(new FakeFeed([{}]), { from: 'now' })
    assert.deepEqual(chunks.map(told), [' @100 of 100', ' @100 of 100 level'])
  })

  it('asks on behind what it read while there is more', () => {
    const feed = new FakeFeed([
      { ...TWO, checkMore: true, lastScanned: 50n, lastTick: 60n },
      { lastScanned: 60n, lastTick: 60n },
    ])
    const { chunks } = readAll(feed)
    assert.deepEqual(feed.asked, [
      [30n, 0n],
      [43n, 50n],
    ])
    assert.deepEqual(chunks.map(told), ['41 42 @42 of 60', '43 @43 of 60', ' @59 of 60 level'])
  })

  it('reads nothing while a chunk is held', () => {
    const feed = new FakeFeed([TWO, {}])
    const held: (() => void)[] = []
    followFeed(() => feed, { from: POSITION }).subscribe((chunk) => {
      held.push(chunk.hold(), chunk.hold())
    })
    // The chunk in hand, and the one ahead of it.
    assert.deepEqual([held.length, feed.pulls], [2, 2])
    held[0]?.()
    held[0]?.()
    assert.deepEqual([held.length, feed.pulls], [2, 2])
    held[1]?.()
    assert.deepEqual([held.length, feed.pulls, feed.requests.length], [4, 3, 1])
  })

  it('moves lines over to the next chunk that have its first tick', () => {
    const chunks = [
      [frameLine(41n, 2200, 9n), documentLine(41n), documentLine(42n)],
      [frameLine(42n, 2201, 9n)],
    ]
    const feed = new FakeFeed([{ ...TWO, lastIncluded: 42n, chunks }])
    assert.deepEqual(readAll(feed).chunks.map(told), ['41 41 @41 of 43', '42 42 @42 of 43 level'])
  })

  it('gives the rest of the tail with each chunk', () => {
    const feed = new FakeFeed([TWO, { ...TWO, chunks: [[documentLine(43n)]] }])
    const [first] = readAll(feed).chunks
    const again: string[] = []
    first?.rest().subscribe((chunk) => again.push(told(chunk)))
    assert.deepEqual(again, ['43 @43 of 43 level'])
    assert.deepEqual(feed.asked[1], [42n, 0n])
  })

  it('is cold: every subscription opens the log', () => {
    const feed = new FakeFeed(() => TWO)
    const tail$ = followFeed(() => feed, { from: POSITION, follow: false })
    assert.equal(feed.opened, 0)
    tail$.subscribe()
    tail$.subscribe()
    assert.equal(feed.opened, 2)
    assert.deepEqual(feed.asked, [
      [30n, 0n],
      [30n, 0n],
    ])
  })

  it('closes the log when its subscriber leaves', () => {
    const feed = new FakeFeed([TWO])
    followFeed(() => feed, { from: POSITION })
      .pipe(take(1))
      .subscribe()
    assert.deepEqual(feed.closed, [true])
    assert.equal(feed.requests.length, 1)
  })

  it('does not sign off where its place is kept, unless it can never go on there', () => {
    const options = { from: POSITION, keepsLog: true }
    const left = new FakeFeed([TWO])
    followFeed(() => left, options)
      .pipe(take(1))
      .subscribe()
    const ended = new FakeFeed([{}])
    readAll(ended, { ...options, follow: false })
    const aborted = new FakeFeed([{}])
    const controller = new AbortController()
    readAll(aborted, { ...options, signal: controller.signal })
    controller.abort()
    const gap = new FakeFeed([{ fromPresent: false }])
    readAll(gap, options)
    assert.deepEqual(
      [left, ended, aborted, gap].map((feed) => feed.closed),
      [[false], [false], [false], [true]],
    )
  })

  it('fails as the log does, which then may be kept by the leader', () => {
    const feed = new FakeFeed([TWO, new Error('gone')])
    const { error, chunks } = readAll(feed, { follow: true })
    assert.equal(chunks.length, 2)
    assert.match(String(error), /gone/)
    assert.deepEqual(feed.closed, [false])
  })

  it('fails when another server answers than the one that was asked first', () => {
    const feed = new FakeFeed([TWO, TWO])
    const read = feed.read.bind(feed)
    feed.read = (request) =>
      read(request).pipe(map((answer) => ({ ...answer, head: { ...answer.head, serverId: '18' } })))
    const { chunks, error } = readAll(feed)
    assert.deepEqual(chunks, [])
    assert.ok(error instanceof TailError && error.code === 'ERR_LEADER_CHANGED')
    assert.equal(feed.pulls, 0)
  })

  it('fails when the signal is aborted', () => {
    const controller = new AbortController()
    const feed = new FakeFeed([{}])
    const result = readAll(feed, { follow: true, signal: controller.signal })
    controller.abort(new Error('enough'))
    assert.match(String(result.error), /enough/)
    assert.deepEqual(feed.closed, [true])
    assert.match(String(readAll(feed, { signal: controller.signal }).error), /enough/)
  })

  it('refuses a source that has no log, and figures out of range', () => {
    const source = { address: 'dir:x' } as Source
    assert.throws(() => followTail(source, { from: 'now' }), {
      name: 'RangeError',
      message: 'Cannot follow dir:x: it keeps no log of changes',
    })
    for (const wrong of [{ waitMs: -1 }, { idleMs: { min: 1 } }, { idleMs: { max: 999 } }]) {
      assert.throws(() => followFeed(() => new FakeFeed([]), { from: 'now', ...wrong }), RangeError)
    }
  })

  const errors: [string, string, ScriptedAnswer, Partial<TailOptions>][] = [
    ['markers are missing', 'ERR_TAIL_GAP', { fromPresent: false }, {}],
    ['the log ends before us', 'ERR_TICK_BACKWARDS', { lastTick: 29n }, {}],
    [
      'the log ends before the position',
      'ERR_TICK_BACKWARDS',
      {},
      { from: { ...POSITION, tick: tick(101n) } },
    ],
    ['the log ends before the tick', 'ERR_TICK_BACKWARDS', {}, { from: tick(101n) }],
    ['a tick comes again', 'ERR_TICK_BACKWARDS', { ...TWO, chunks: [[documentLine(30n)]] }, {}],
    ['another server answers', 'ERR_LEADER_CHANGED', {}, { from: { ...POSITION, serverId: '18' } }],
    [
      'it is of another database',
      'ERR_TAIL_DATABASE',
      {},
      { from: { ...POSITION, database: 'b' } },
    ],
    [
      'it is of all databases',
      'ERR_TAIL_DATABASE',
      {},
      { from: { ...POSITION, database: undefined } },
    ],
  ]
  for (const [title, code, answer, options] of errors) {
    it(`fails with ${code} when ${title}`, () => {
      const feed = new FakeFeed([answer])
      const { error } = readAll(feed, options)
      assert.ok(error instanceof TailError)
      assert.equal(error.code, code)
      assert.match(error.message, /^Cannot follow the log of fake:shop: .*; .*[^.]$/)
      assert.deepEqual(feed.closed, [true])
    })
  }

  it('cannot tell of a gap when it begins at 0', () => {
    const feed = new FakeFeed([{ ...TWO, fromPresent: false }])
    assert.equal(readAll(feed, { from: 'start' }).isComplete, true)
  })

  it('pauses while there is nothing new, longer and longer, and not after work', () => {
    const feed = new FakeFeed((_request, index) => (index === 17 ? TWO : { lastTick: 43n }))
    const scheduler = new TestScheduler(assert.deepEqual)
    const times: number[] = []
    feed.onRequest = () => times.push(scheduler.now())
    scheduler.run(() => {
      followFeed(() => feed, { from: POSITION })
        .pipe(takeUntil(timer(24_000)))
        .subscribe()
    })
    const pauses = times.slice(1).map((time, index) => time - (times[index] ?? 0))
    const [short, long] = [1000, 2000]
    const expected = [...Array<number>(15).fill(short), long, long, 0, short, short, short, short]
    assert.deepEqual(pauses, expected)
  })

  it('pauses too when a leader that can wait promises markers and gives none', () => {
    const feed = new FakeFeed(() => ({ lastIncluded: 60n, lastTick: 60n }), { canWait: true })
    const scheduler = new TestScheduler(assert.deepEqual)
    scheduler.run(() => {
      followFeed(() => feed, { from: POSITION, scheduler })
        .pipe(take(1), takeUntil(timer(3500)))
        .subscribe()
    })
    assert.equal(feed.requests.length, 4)
  })

  it('looks what is left, and then lets a leader that can wait make the pause', () => {
    const feed = new FakeFeed([{ lastTick: 43n }, TWO], { canWait: true })
    readAll(feed, { follow: true, waitMs: 5000 })
    assert.deepEqual(
      feed.requests.map(({ waitMs }) => waitMs),
      [0, 5000, 5000],
    )
  })
})
