import assert from 'node:assert/strict'
import fc from 'fast-check'
import { ClockMeter, readSecond } from '../../../lib/remote/examine/clock-meter.js'

/** A clock that is ahead, as it shows itself in seconds. */
function shown(localMs: number, aheadMs: number): { fromMs: number; resolutionMs: number } {
  return { fromMs: Math.floor((localMs + aheadMs) / 1000) * 1000, resolutionMs: 1000 }
}

describe('ClockMeter', () => {
  it('has no difference before a time was told', () => {
    assert.equal(new ClockMeter().difference, undefined)
  })

  it('gives half of the resolution and of the way as its uncertainty', () => {
    const meter = new ClockMeter()
    meter.add({ fromMs: 10_000, resolutionMs: 1000 }, { sentMs: 3000, receivedMs: 3200 })
    assert.deepEqual(meter.difference, { differenceMs: 7400, uncertaintyMs: 600 })
  })

  it('holds the true difference however many times are told', () => {
    const gaps = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 20 })
    const ahead = fc.integer({ min: -1_000_000, max: 1_000_000 })
    fc.assert(
      fc.property(ahead, gaps, fc.integer({ min: 0, max: 300 }), (aheadMs, waits, wayMs) => {
        const meter = new ClockMeter()
        let nowMs = 5_000_000
        for (const waitMs of waits) {
          nowMs += waitMs
          const span = { sentMs: nowMs, receivedMs: nowMs + wayMs }
          meter.add(shown(nowMs + wayMs / 2, aheadMs), span)
        }
        const { differenceMs, uncertaintyMs } = meter.difference ?? assert.fail()
        assert.ok(Math.abs(differenceMs - aheadMs) <= uncertaintyMs + 1)
      }),
    )
  })

  it('knows more of several times than of one', () => {
    const meter = new ClockMeter()
    for (const nowMs of [0, 900, 1950])
      meter.add(shown(nowMs, 0), { sentMs: nowMs, receivedMs: nowMs })
    assert.deepEqual(meter.difference, { differenceMs: 25, uncertaintyMs: 25 })
  })

  it('forgets what it knew when a clock was set', () => {
    const meter = new ClockMeter()
    meter.add(shown(1000, 0), { sentMs: 1000, receivedMs: 1000 })
    meter.add(shown(2000, 60_000), { sentMs: 2000, receivedMs: 2000 })
    assert.deepEqual(meter.difference, { differenceMs: 60_500, uncertaintyMs: 500 })
  })
})

describe('readSecond()', () => {
  it('reads times of headers and of logs', () => {
    const moment = { fromMs: 1735689600000, resolutionMs: 1000 }
    assert.deepEqual(readSecond('Wed, 01 Jan 2025 00:00:00 GMT'), moment)
    assert.deepEqual(readSecond('2025-01-01T00:00:00Z'), moment)
  })

  it('takes nothing else for a time', () => {
    assert.equal(readSecond('soon'), undefined)
    assert.equal(readSecond(undefined), undefined)
  })
})
