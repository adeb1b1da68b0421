import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import { History, history, linesOf } from './support/history.js'
import { openCopy, outcomesOf, put, stateOf, useReplicaPair } from './support/replica-pair.js'

describe('incrementalSync() after any history', () => {
  const pair = useReplicaPair()

  it('ends with the documents and the tree of the source', async () => {
    let runs = 0
    let repaired = 0
    const anyHistories = fc.asyncProperty(
      history,
      history,
      history,
      async (common, ours, theirs) => {
        runs += 1
        const name = `c${runs}`
        const histories = new History()
        const expected = new Map<string, string>()
        const leader = pair.leader()
        await put(leader, name, [])
        // So that both have the same collection, which is not copied anew.
        await pair.bringUp({ collections: [name] })
        await pair.withFollower(async (follower) => {
          await histories.play(common, name, [leader, follower], expected)
          await histories.play(theirs, name, [follower], new Map(expected))
        })
        await histories.play(ours, name, [leader], expected)
        const options = { collections: [name] }
        // A server and a store in turn: both are looked up by revision, but not by the same code.
        const source = runs % 2 === 0 ? await openCopy(leader.path) : undefined
        const events = await pair.bringUp(options, source)
        repaired += outcomesOf(events)[name] === 'repaired' ? 1 : 0
        const follower = (await stateOf(pair.at('follower'), name)).get(name)
        assert.deepEqual(linesOf(follower), [...expected.values()].sort())
        const { count, hash } = (await stateOf(leader.path, name)).get(name) ?? {}
        assert.deepEqual({ count: follower?.['count'], hash: follower?.['hash'] }, { count, hash })
      },
    )
    await fc.assert(anyHistories, { numRuns: 25 })
    assert.ok(repaired > 0, 'none was compared')
  })
})
