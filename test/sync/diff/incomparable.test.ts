import assert from 'node:assert/strict'
import { createLeaves, createTreeShape, MerkleTree } from '../../../lib/merkle/index.js'
import type { Source } from '../../../lib/replica/index.js'
import { withBothReplicas } from '../../support/replica-kinds.js'
import { useTemporaryDirectory } from '../../support/temporary-directory.js'
import {
  diff,
  line,
  scripted,
  dataA,
  dataB,
  warningsOf,
  type Outcome,
} from './support/diff-outcome.js'

describe('diffReplicas() where revisions cannot be compared', () => {
  const { at } = useTemporaryDirectory()

  describe('where revisions cannot be compared', () => {
    it('compares by content when documents have none', async () => {
      const a = scripted({ c: ['{"_key":"k1","v":1}', '{"_key":"k2","v":1}'] })
      const b = scripted({ c: [line('k1', 1, { v: 1 }), line('k2', 2, { v: 2 })] })
      for (const [one, other] of [
        [a, b],
        [b, a],
      ] as const) {
        const outcome = await diff(one, other)
        assert.deepEqual(outcome.differences, ['different c/k2 v'])
        assert.equal(outcome.finished.collections[0]?.by, 'content')
        const [warning = '', ...others] = warningsOf(outcome)
        assert.match(warning, /^collection "c" is compared by content: there is no revision tree/)
        assert.deepEqual(others, [])
      }
    })

    it('compares by content when a store had to replace them', async () => {
      const stripped = { c: ['{"_key":"k1","v":1}', '{"_key":"k2","v":1}'] }
      const data = { c: [line('k1', 1, { v: 1 }), line('k2', 2, { v: 1 })] }
      await withBothReplicas(at('.'), ['store', 'store'], [stripped, data], async (a, b) => {
        for (const [one, other] of [
          [a, b],
          [b, a],
        ] as const) {
          const outcome = await diff(one, other)
          assert.ok(outcome.finished.isEqual)
          assert.match(warningsOf(outcome)[0] ?? '', /could not keep the revisions they came with$/)
        }
      })
    })

    it('compares by content when documents share a revision', async () => {
      const a = scripted({ c: [line('k1', 1), line('k2', 1), line('k3', 3)] })
      const b = scripted({ c: [line('k1', 1), line('k3', 3)] })
      const outcome = await diff(a, b)
      assert.deepEqual(outcome.differences, ['onlyInA c/k2'])
      assert.match(warningsOf(outcome)[0] ?? '', /documents of it share a revision in scripted:$/)
    })

    /** A source whose trees are others than those of its documents. */
    function withTree(source: Source, tree: MerkleTree): Source {
      return {
        ...source,
        openSnapshot: async () => ({
          ...(await source.openSnapshot()),
          tree: () => Promise.resolve(tree),
        }),
      }
    }

    const trees: readonly [string, MerkleTree, MerkleTree, RegExp][] = [
      [
        'the depths of their trees differ',
        new MerkleTree({ depth: 2, rangeMin: 1n }),
        new MerkleTree({ depth: 3, rangeMin: 1n }),
        /: the depths of its revision trees are 2 and 3$/,
      ],
      [
        'a tree contradicts its leaves',
        new MerkleTree({ depth: 2, rangeMin: 1n }),
        MerkleTree.fromLeaves(createTreeShape({ depth: 2, rangeMin: 1n }), createLeaves(2), {
          count: 5,
          hash: 5n,
        }),
        /: its revision trees differ in no range$/,
      ],
      [
        'a tree cannot grow to the width of the other',
        new MerkleTree({ depth: 2, rangeMin: 2n ** 63n, rangeMax: 2n ** 63n + 4096n }),
        new MerkleTree({ depth: 2, rangeMin: 1n, rangeMax: 2n ** 63n + 1n }),
        /: its revision trees cannot be compared \(Cannot grow .*\)$/,
      ],
    ]
    for (const [title, treeA, treeB, reason] of trees) {
      it(`compares by content when ${title}`, async () => {
        const a = withTree(scripted({ c: [line('k1', 1, { v: 1 })] }), treeA)
        const b = withTree(scripted({ c: [line('k1', 2, { v: 2 })] }), treeB)
        const outcome = await diff(a, b)
        assert.deepEqual(outcome.differences, ['different c/k1 v'])
        assert.match(warningsOf(outcome)[0] ?? '', reason)
      })
    }

    it('refuses dumps with removals either way', async () => {
      const removal = '{"type":2302,"data":{"_key":"k1"}}'
      const a = scripted({ c: [line('k1', 1), removal] })
      const b = scripted({ c: [] })
      for (const by of ['revision', 'content'] as const) {
        await assert.rejects(diff(a, b, { by }), {
          code: 'ERR_DUMP_HAS_REMOVALS',
          message: /load it into a store first$/,
        })
      }
    })
  })

  it('hints at a comparison by content where revisions alone differ', async () => {
    const hintsOf = ({ events }: Outcome): string[] =>
      events.flatMap((event) => (event.kind === 'hint' ? [event.message] : []))
    const a = scripted({ c: [line('k1', 1, { v: 1 }), line('k2', 2)], d: [line('k', 1)] })
    const b = scripted({ c: [line('k1', 3, { v: 1.0 }), line('k2', 4)], d: [line('k', 1)] })
    assert.deepEqual(hintsOf(await diff(a, b)), [
      'all 2 different documents of "c" differ in _rev alone; a comparison by content would leave it out',
    ])
    assert.deepEqual(hintsOf(await diff(a, b, { by: 'content' })), [])
    assert.deepEqual(hintsOf(await diff(scripted(dataA), scripted(dataB))), [])
  })
})
