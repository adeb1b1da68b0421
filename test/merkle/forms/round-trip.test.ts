import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  formatTree,
  leafCount,
  parseTree,
  type MerkleTree,
  type TreeForm,
  type TreeNode,
} from '../../../lib/merkle/index.js'
import { asyncBlocks, cutAt } from '../../support/streams.js'
import { assertSameTree, textOf, treeArbitrary } from './tree-support.js'

const FORMS: readonly TreeForm[] = [
  'documented',
  'transitional',
  'current',
  'onlyPopulated',
  'onlyPopulatedWithoutSkip',
]

function leavesOf(tree: MerkleTree): TreeNode[] {
  return Array.from({ length: leafCount(tree.depth) }, (_, index) => tree.leaf(index))
}

describe('parseTree() of formatTree()', () => {
  for (const form of FORMS) {
    it(`gives an equal tree for the form ${form}, with the bytes cut anywhere`, async () => {
      const cuts = fc.array(fc.nat(10_000), { maxLength: 8 })
      await fc.assert(
        fc.asyncProperty(treeArbitrary, cuts, fc.boolean(), async (tree, offsets, pad) => {
          const bytes = Buffer.from(textOf(tree, { form, pad }))
          const blocks = cutAt(
            bytes,
            offsets.map((offset) => offset % bytes.length),
          )
          const read = await parseTree(asyncBlocks(blocks))
          // The documented form does not tell where the range began.
          assertSameTree(read.tree, tree, form === 'documented' ? tree.rangeMin : undefined)
        }),
        { numRuns: 60 },
      )
    })

    it(`gives the text again for the form ${form}`, async () => {
      await fc.assert(
        fc.asyncProperty(treeArbitrary, async (tree) => {
          const text = textOf(tree, { form })
          const { tree: read } = await parseTree([Buffer.from(text)])
          assert.equal([...formatTree(read, { form })].join(''), text)
        }),
        { numRuns: 40 },
      )
    })
  }

  it('meets trees of every kind', () => {
    const trees = fc.sample(treeArbitrary, { numRuns: 300, seed: 5 })
    const hasLeaf = (isMeant: (leaf: TreeNode) => boolean): boolean =>
      trees.some((tree) => leavesOf(tree).some(isMeant))
    assert.ok(trees.some((tree) => tree.rangeMin < tree.initialRangeMin))
    assert.ok(trees.some((tree) => tree.rangeMax > tree.initialRangeMin + 64n * 8n ** 4n))
    assert.ok(trees.some((tree) => tree.populatedCount === 0))
    assert.ok(hasLeaf(({ count, hash }) => count > 0 && hash === 0n))
    assert.ok(hasLeaf(({ count, hash }) => count === 0 && hash !== 0n))
  })
})
