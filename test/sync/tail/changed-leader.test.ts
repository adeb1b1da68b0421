import assert from 'node:assert/strict'
import { lastValueFrom, tap, toArray } from 'rxjs'
import { followTail, resumeOnError } from '../../../lib/sync/tail/index.js'
import { inOrder, withLogLeader } from '../../support/fake-log-leader.js'
import type { FakeTail } from '../../support/fake-tail.js'
import { removalAt } from '../../support/marker-lines.js'

const FAILURES: readonly (readonly [string, FakeTail])[] = [
  ['its connection was lost', { cut: 'before' }],
  ['an answer was cut off', { lines: [removalAt(11n), removalAt(12n)], lastTick: 12n, cut: 5 }],
  ['a gateway had nobody behind it', { refusal: { status: 503, errorNum: 503 } }],
]

describe('followTail() of an address where another server answers', () => {
  for (const [what, failure] of FAILURES) {
    it(`takes nothing from that one after ${what}`, async () => {
      let serverId = '1'
      const answers = inOrder(
        { lines: [removalAt(10n)], lastTick: 30n, checkMore: true },
        failure,
        // What the other one writes has higher ticks, so these tell nothing.
        { lines: [removalAt(30n)], lastTick: 30n },
      )
      const tail: typeof answers = (call, index) => {
        if (index > 0) serverId = '2'
        return answers(call, index)
      }
      const ticks: bigint[] = []
      const script = { tail, serverId: () => serverId, lastTick: () => 30n }
      await withLogLeader(script, async ({ source }) => {
        const chunk$ = followTail(source, { from: 'start', follow: false }).pipe(
          resumeOnError({ minDelayMs: 1, maxDelayMs: 1 }),
          tap(({ markers }) => {
            for (const { tick } of markers.markers()) ticks.push(tick)
          }),
          toArray(),
        )
        await assert.rejects(lastValueFrom(chunk$), { code: 'ERR_LEADER_CHANGED' })
        assert.deepEqual(ticks, [10n])
      })
    })
  }
})
