import assert from 'node:assert/strict'
import { LagMeter } from '../../../lib/sync/follow/lag-meter.js'
import { tick } from '../../../lib/values/index.js'
import { positionAt } from './support/positions.js'

describe('LagMeter', () => {
  it('counts ticks to the newest of the leader, and seconds since it was level', () => {
    let nowMs = 1000
    const meter = new LagMeter(() => nowMs)
    nowMs = 3500
    assert.deepEqual(meter.measure(positionAt(5n), tick(12n), false), {
      isLevel: false,
      lagTicks: 7n,
      lagSeconds: 2.5,
    })
    nowMs = 4000
    assert.deepEqual(meter.measure(positionAt(12n), tick(12n), true), {
      isLevel: true,
      lagTicks: 0n,
      lagSeconds: 0,
    })
    nowMs = 5250
    assert.equal(meter.measure(positionAt(12n), tick(20n), false).lagSeconds, 1.25)
  })

  it('has no lag when level, though the newest tick is of something it does not follow', () => {
    const meter = new LagMeter(() => 0)
    assert.equal(meter.measure(positionAt(5n), tick(9n), true).lagTicks, 0n)
  })

  it('is never less than level', () => {
    let nowMs = 1000
    const meter = new LagMeter(() => nowMs)
    nowMs = 0
    const { lagTicks, lagSeconds } = meter.measure(positionAt(9n), tick(5n), false)
    assert.deepEqual([lagTicks, lagSeconds], [0n, 0])
  })

  it('counts ticks exactly', () => {
    const meter = new LagMeter(() => 0)
    const { lagTicks } = meter.measure(positionAt(1n), tick(2n ** 64n - 1n), false)
    assert.equal(lagTicks, 2n ** 64n - 2n)
  })
})
