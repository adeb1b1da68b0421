import assert from 'node:assert/strict'
import fc from 'fast-check'
import { LogPattern } from '../../lib/store/log-pattern.js'
import { lanesOf, u64 } from './support/u64.js'

describe('LogPattern', () => {
  it('setTick() writes any tick after any other', () => {
    const near = fc.tuple(u64, fc.array(fc.integer({ min: 0, max: 2 ** 31 })))
    const anyTicks = near.map(([first, steps]) => {
      const ticks = [first]
      for (const step of steps) ticks.push(BigInt.asUintN(64, (ticks.at(-1) ?? 0n) + BigInt(step)))
      return ticks
    })
    fc.assert(
      fc.property(fc.array(anyTicks), (groups) => {
        const pattern = new LogPattern('{"tick":"0","type":2001,"db":"ä"', '}\n')
        for (const value of groups.flat()) {
          pattern.setTick(...lanesOf(value))
          assert.equal(pattern.front.toString(), `{"tick":"${value}","type":2001,"db":"ä"`)
        }
        assert.equal(pattern.back.toString(), '}\n')
      }),
    )
  })
})
