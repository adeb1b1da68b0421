import assert from 'node:assert/strict'
import { ResyncLimit } from '../../../lib/sync/follow/resync-limit.js'

describe('ResyncLimit', () => {
  let nowMs = 0
  /** Runs that end in a gap after so many seconds; tells after which of them it takes another. */
  function runs(seconds: readonly number[]): boolean[] {
    nowMs = 5000
    const limit = new ResyncLimit(() => nowMs)
    return seconds.map((one) => {
      limit.begin()
      nowMs += one * 1000
      return limit.takesAnother()
    })
  }

  it('takes two short runs in a row, and no third', () => {
    assert.deepEqual(runs([1, 1, 1]), [true, true, false])
  })

  it('counts anew after a run of two minutes', () => {
    assert.deepEqual(runs([1, 1, 120, 1, 119, 119]), [true, true, true, true, true, false])
  })

  it('takes any number of long runs', () => {
    assert.ok(runs(Array.from({ length: 50 }, () => 121)).every(Boolean))
  })

  it('takes as many as it is told', () => {
    const taken = (shortRunsMax: number): boolean[] => {
      const limit = new ResyncLimit(() => 0, shortRunsMax)
      return [limit.takesAnother(), limit.takesAnother()]
    }
    assert.deepEqual(
      [taken(0), taken(1)],
      [
        [false, false],
        [true, false],
      ],
    )
  })

  it('counts from when it was made, where no run began', () => {
    nowMs = 0
    const limit = new ResyncLimit(() => nowMs)
    assert.deepEqual(
      [limit.takesAnother(), limit.takesAnother(), limit.takesAnother()],
      [true, true, false],
    )
  })
})
