import assert from 'node:assert/strict'
import type { RevisionAccess, Snapshot, Source } from '../../../lib/replica/index.js'
import { withBothReplicas, type ReplicaData } from '../../support/replica-kinds.js'
import { useTemporaryDirectory } from '../../support/temporary-directory.js'
import { diff, line } from './support/diff-outcome.js'

/** Lets a test look at, or change, what a source is asked by revision. */
function withAccess(
  source: Source,
  change: (access: RevisionAccess) => RevisionAccess,
): Source & { readonly trees: number } {
  let trees = 0
  const wrapped: Source & { readonly trees: number } = {
    get trees() {
      return trees
    },
    address: source.address,
    database: source.database,
    onNotice: () => undefined,
    async openSnapshot(options) {
      const inner = await source.openSnapshot(options)
      const snapshot: Snapshot = {
        tick: inner.tick,
        serverId: inner.serverId,
        inventory: (inventoryOptions) => inner.inventory(inventoryOptions),
        dump: () => assert.fail('a dump was read'),
        tree: (definition, treeOptions) => {
          trees += 1
          return inner.tree(definition, treeOptions)
        },
        async seek(definition, seekOptions) {
          const access = await inner.seek?.(definition, seekOptions)
          assert.ok(access !== undefined)
          return change(access)
        },
        close: () => inner.close(),
      }
      return snapshot
    },
    close: () => Promise.resolve(),
  }
  return wrapped
}

/** Notes the revisions whose documents are asked for. */
function countingAccess(fetched: bigint[]): (access: RevisionAccess) => RevisionAccess {
  return (access) => ({
    revisions: (ranges, options) => access.revisions(ranges, options),
    documents: (revisions, options) => {
      const noted = async function* (): AsyncGenerator<BigUint64Array> {
        for await (const block of revisions) {
          fetched.push(...block)
          yield block
        }
      }
      return access.documents(noted(), options)
    },
  })
}

describe('diffReplicas() by revision', () => {
  const { at } = useTemporaryDirectory()
  const keys = Array.from({ length: 3000 }, (_, index) => index)
  /** 3,000 documents of which 100 were changed later, and three removed. */
  const a: ReplicaData = { c: keys.map((index) => line(`k${index}`, index, { v: 1 })) }
  const b: ReplicaData = {
    c: keys
      .filter((index) => index % 1000 !== 7)
      .map((index) =>
        index % 30 === 0
          ? line(`k${index}`, 4000 + index, { v: 2 })
          : line(`k${index}`, index, { v: 1 }),
      ),
  }

  it('fetches the documents whose revision is on one side only, each once', async () => {
    await withBothReplicas(at('.'), ['store', 'leader'], [a, b], async (sourceA, sourceB) => {
      const fetched = { a: [] as bigint[], b: [] as bigint[] }
      const countedA = withAccess(sourceA, countingAccess(fetched.a))
      const countedB = withAccess(sourceB, countingAccess(fetched.b))
      const { differences, finished } = await diff(countedA, countedB)
      assert.equal(differences.length, 103)
      assert.equal(fetched.a.length, 103)
      assert.equal(fetched.b.length, 100)
      assert.equal(new Set([...fetched.a, ...fetched.b]).size, 203)
      const { read } = finished.totals
      assert.equal(read.documentsRead, 203)
      assert.ok(
        read.revisionsListed >= 203 && read.revisionsListed < 600,
        `${read.revisionsListed}`,
      )
      assert.deepEqual([countedA.trees, countedB.trees], [1, 1])
    })
  })

  it('looks at nothing but the trees of equal collections', async () => {
    await withBothReplicas(at('.'), ['leader', 'store'], [a, a], async (sourceA, sourceB) => {
      const refuse = (): never => assert.fail('a revision was looked up')
      const { finished } = await diff(withAccess(sourceA, refuse), withAccess(sourceB, refuse))
      assert.ok(finished.isEqual)
      assert.equal(finished.totals.read.revisionsListed, 0)
    })
  })

  /** What of a replica that tells too little, and what is said then. */
  const liars: readonly [string, (access: RevisionAccess) => RevisionAccess, RegExp][] = [
    [
      'lists fewer revisions than its tree counts',
      (access) => ({
        ...access,
        async *revisions(ranges, options) {
          for await (const block of access.revisions(ranges, options)) yield block.subarray(1)
        },
      }),
      /its trees count \d+ revisions that may differ, \d+ came; compare it by content$/,
    ],
    [
      'gives fewer documents than it lists',
      (access) => ({
        ...access,
        async *documents(revisions, options) {
          for await (const dumped of access.documents(revisions, options)) {
            if (dumped.chunk.lineCount === 0) yield dumped
          }
        },
      }),
      /of \d+ documents whose revisions were listed, \d+ came; compare it by content$/,
    ],
  ]
  for (const [title, lie, message] of liars) {
    it(`fails where a replica ${title}`, async () => {
      await withBothReplicas(at('.'), ['store', 'store'], [a, b], async (sourceA, sourceB) => {
        const keep = (access: RevisionAccess): RevisionAccess => access
        for (const [one, other] of [
          [keep, lie],
          [lie, keep],
        ] as const) {
          await assert.rejects(diff(withAccess(sourceA, one), withAccess(sourceB, other)), {
            code: 'ERR_DIFF_INCOMPLETE',
            message,
          })
        }
      })
    })
  }
})
