import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import type { Source } from '../../../lib/replica/index.js'
import { History, history, linesOf } from '../support/history.js'
import { inKeyChunks } from '../support/key-chunks.js'
import {
  openCopy,
  outcomesOf,
  put,
  stateOf,
  useReplicaPair,
  warningsOf,
  type ReplicaPair,
} from '../support/replica-pair.js'

/** A source of the leader's store; undefined is the leader over HTTP. */
type OpenSource = (path: string) => Promise<Source> | undefined

/** Brings a follower up to a leader after histories that they share and that they do not. */
async function converge(pair: ReplicaPair, open: OpenSource, numRuns: number): Promise<void> {
  let runs = 0
  let repaired = 0
  const anyHistories = fc.asyncProperty(history, history, history, async (common, ours, theirs) => {
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
    const events = await pair.bringUp({ collections: [name] }, await open(leader.path))
    repaired += outcomesOf(events)[name] === 'repaired' ? 1 : 0
    assert.ok(
      warningsOf(events).every((text) => !text.includes('as a whole')),
      'not compared',
    )
    const follower = (await stateOf(pair.at('follower'), name)).get(name)
    assert.deepEqual(linesOf(follower), [...expected.values()].sort())
    const { count, hash } = (await stateOf(leader.path, name)).get(name) ?? {}
    assert.deepEqual({ count: follower?.['count'], hash: follower?.['hash'] }, { count, hash })
  })
  await fc.assert(anyHistories, { numRuns })
  assert.ok(repaired > 0, 'none was compared')
}

describe('incrementalSync() by keys, after any history', function () {
  this.timeout(60_000)
  const pair = useReplicaPair({ compat: 'arangodb-3.7' })

  it('ends with the documents and the tree of a leader before 3.8', () =>
    converge(pair, () => undefined, 15))

  it('ends with them where documents are in many chunks', () =>
    converge(pair, async (path) => inKeyChunks(await openCopy(path), { chunkKeys: 3 }), 30))

  it('ends with them where the source has another hash', () => {
    const hash = (value: bigint): bigint => BigInt.asUintN(64, ~value)
    return converge(
      pair,
      async (path) => inKeyChunks(await openCopy(path), { chunkKeys: 4, hash }),
      15,
    )
  })
})
