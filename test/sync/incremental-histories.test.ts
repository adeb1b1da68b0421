import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import type { Store } from '../../lib/store/index.js'
import {
  collectionOf,
  documentLine,
  openCopy,
  put,
  removalLine,
  revisionAt,
  stateOf,
  useReplicaPair,
} from './support/replica-pair.js'

/** One change; a write has a revision that no other one has, near or far from the last. */
type Change =
  | { readonly kind: 'write'; readonly key: number; readonly leaf: number }
  | { readonly kind: 'remove'; readonly key: number }
  | { readonly kind: 'truncate' }

const keys = fc.integer({ min: 0, max: 12 })
const change: fc.Arbitrary<Change> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant('write' as const),
      key: keys,
      leaf: fc.oneof(fc.integer({ min: 0, max: 6 }), fc.constant(1_000_000)),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('remove' as const), key: keys }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('truncate' as const) }) },
)
const history = fc.array(change, { maxLength: 20 })

/** Makes changes to stores and to what they should hold, with revisions that are never used twice. */
class History {
  #count = 0

  async play(
    changes: readonly Change[],
    name: string,
    stores: readonly Store[],
    expected: Map<string, string>,
  ): Promise<void> {
    let lines: string[] = []
    for (const one of changes) {
      if (one.kind === 'truncate') {
        expected.clear()
        lines = []
        for (const store of stores) await store.truncateCollection(collectionOf(store, name))
      } else {
        lines.push(this.#lineOf(one, expected))
      }
    }
    for (const store of stores) await put(store, name, lines)
  }

  #lineOf(one: Exclude<Change, { kind: 'truncate' }>, expected: Map<string, string>): string {
    const key = `k${one.key}`
    if (one.kind === 'remove') {
      expected.delete(key)
      return removalLine(key)
    }
    this.#count += 1
    const line = documentLine(key, revisionAt(this.#count, one.leaf), { write: this.#count })
    expected.set(key, line)
    return line
  }
}

describe('incrementalSync() after any history', () => {
  const pair = useReplicaPair()

  it('ends with the documents and the tree of the source', async () => {
    let runs = 0
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
        await pair.withFollower(async (follower) => {
          await put(follower, name, [])
          await histories.play(common, name, [leader, follower], expected)
          await histories.play(theirs, name, [follower], new Map(expected))
        })
        await histories.play(ours, name, [leader], expected)
        const options = { collections: [name] }
        // A server and a store in turn: both are looked up by revision, but not by the same code.
        const source = runs % 2 === 0 ? await openCopy(leader.path) : undefined
        await pair.bringUp(options, source)
        const follower = (await stateOf(pair.at('follower'), name)).get(name)
        assert.deepEqual(linesOf(follower), [...expected.values()].sort())
        const { count, hash } = (await stateOf(leader.path, name)).get(name) ?? {}
        assert.deepEqual({ count: follower?.['count'], hash: follower?.['hash'] }, { count, hash })
      },
    )
    await fc.assert(anyHistories, { numRuns: 25 })
  })
})

function linesOf(state: Readonly<Record<string, unknown>> | undefined): string[] {
  const lines = state?.['documents'] as string[]
  return lines.filter((line) => line !== '').sort()
}
