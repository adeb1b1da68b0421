import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  createHybridClock,
  firstStampAt,
  nextStamp,
  nextStampAfter,
  revision,
  stampCounter,
  stampTimeMs,
} from '../../lib/values/index.js'
import { describeWithShared, readSharedJson } from '../support/shared.js'

const NOW_MS = 1_700_000_000_000
const DAY_MS = 24 * 3600 * 1000
const COUNTER_MAX = 2n ** 20n - 1n

const stampOf = (timeMs: number, counter = 0n): bigint => (BigInt(timeMs) << 20n) + counter
const anyTimeMs = fc.integer({ min: NOW_MS - 3, max: NOW_MS + 3 })
const anyStamp = fc
  .tuple(anyTimeMs, fc.oneof(fc.bigInt({ min: 0n, max: 3n }), fc.constant(COUNTER_MAX)))
  .map(([timeMs, counter]) => stampOf(timeMs, counter))

describe('stampTimeMs() and stampCounter()', () => {
  it('take a stamp apart', () => {
    assert.equal(stampTimeMs(stampOf(NOW_MS, 17n)), BigInt(NOW_MS))
    assert.equal(stampCounter(stampOf(NOW_MS, 17n)), 17n)
    assert.equal(stampCounter(stampOf(NOW_MS, COUNTER_MAX)), COUNTER_MAX)
  })
})

describe('firstStampAt()', () => {
  it('gives the lowest stamp of a millisecond', () => {
    assert.equal(firstStampAt(NOW_MS), stampOf(NOW_MS))
    assert.equal(stampTimeMs(firstStampAt(NOW_MS) - 1n), BigInt(NOW_MS - 1))
    assert.equal(firstStampAt(0), 0n)
  })
})

describe('nextStamp()', () => {
  it('starts a new millisecond with counter 0', () => {
    assert.equal(nextStamp(stampOf(NOW_MS, 5n), BigInt(NOW_MS) + 1n), stampOf(NOW_MS + 1))
  })

  it('counts on within a millisecond and when the wall clock goes back', () => {
    assert.equal(nextStamp(stampOf(NOW_MS, 5n), BigInt(NOW_MS)), stampOf(NOW_MS, 6n))
    assert.equal(nextStamp(stampOf(NOW_MS, 5n), BigInt(NOW_MS) - 9n), stampOf(NOW_MS, 6n))
  })

  it('carries a full counter into the time', () => {
    assert.equal(nextStamp(stampOf(NOW_MS, COUNTER_MAX), BigInt(NOW_MS)), stampOf(NOW_MS + 1))
  })
})

describe('nextStampAfter()', () => {
  it('is larger than both stamps, whatever the wall clock says', () => {
    fc.assert(
      fc.property(anyStamp, anyTimeMs, anyStamp, (last, nowMs, received) => {
        const next = nextStampAfter(last, BigInt(nowMs), received)
        assert.ok(next > last && next > received)
      }),
    )
  })
})

describe('createHybridClock()', () => {
  it('gives strictly growing stamps while the wall clock jumps', () => {
    fc.assert(
      fc.property(anyStamp, fc.array(anyTimeMs, { minLength: 2 }), (last, times) => {
        const clock = createHybridClock(last, () => times.shift() ?? NOW_MS)
        let before: bigint = last
        for (let turns = times.length; turns > 0; turns -= 1) {
          const stamp = clock.next()
          assert.ok(stamp > before)
          assert.equal(clock.last, stamp)
          before = stamp
        }
      }),
    )
  })

  it('goes by the wall clock when none is given', () => {
    const startMs = BigInt(Date.now())
    const timeMs = stampTimeMs(createHybridClock(0n).next())
    assert.ok(timeMs >= startMs && timeMs <= BigInt(Date.now()))
  })

  it('refuses to start from what is no revision', () => {
    assert.throws(() => createHybridClock(-1n), { code: 'ERR_REVISION' })
    assert.throws(() => createHybridClock(2n ** 64n), { code: 'ERR_REVISION' })
  })

  it('makes no stamp of 2^63 or more', () => {
    const clock = createHybridClock(2n ** 63n - 2n, () => NOW_MS)
    assert.equal(clock.next(), 2n ** 63n - 1n)
    assert.throws(() => clock.next(), RangeError)
  })

  it('goes on after a foreign stamp, and not back for an old one', () => {
    const clock = createHybridClock(stampOf(NOW_MS), () => NOW_MS)
    assert.equal(clock.observe(revision(stampOf(NOW_MS + 50, 3n))), true)
    assert.equal(clock.last, stampOf(NOW_MS + 50, 3n))
    assert.equal(clock.observe(revision(stampOf(NOW_MS - 50))), true)
    assert.equal(clock.next(), stampOf(NOW_MS + 50, 4n))
  })

  it('follows a foreign stamp up to a day ahead, and tells of one beyond', () => {
    const clock = createHybridClock(stampOf(NOW_MS), () => NOW_MS)
    const bound = stampOf(NOW_MS + DAY_MS)
    assert.equal(clock.observe(revision(bound)), true)
    assert.equal(clock.last, bound)
    assert.equal(clock.observe(revision(bound + 1n)), false)
    assert.equal(clock.last, bound)
    assert.equal(clock.next(), bound + 1n)
  })
})

interface ClockVectors {
  readonly clock: readonly {
    readonly last: string
    readonly physicalMs: string
    readonly received: string | null
    readonly next: string
  }[]
  readonly values: readonly {
    readonly value: string
    readonly timeMs: string
    readonly count: string
  }[]
}

describeWithShared('the clock of the original', () => {
  const { clock, values } = readSharedJson('vectors/merkle/revision-id.json') as ClockVectors

  it('takes stamps apart alike', () => {
    assert.notEqual(values.length, 0)
    for (const { value, timeMs, count } of values) {
      assert.equal(stampTimeMs(BigInt(value)), BigInt(timeMs), value)
      assert.equal(stampCounter(BigInt(value)), BigInt(count), value)
    }
  })

  for (const { last, physicalMs, received, next } of clock) {
    it(`goes from ${last} at ${physicalMs} ms, having received ${received ?? 'nothing'}, to ${next}`, () => {
      const stamp =
        received === null
          ? nextStamp(BigInt(last), BigInt(physicalMs))
          : nextStampAfter(BigInt(last), BigInt(physicalMs), BigInt(received))
      assert.equal(stamp, BigInt(next))
    })
  }
})
