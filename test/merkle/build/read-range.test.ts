import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import fc from 'fast-check'
import type { BuildProgress } from '../../../lib/merkle/index.js'
import { useTemporaryDirectory } from '../../support/temporary-directory.js'
import { usePool } from './support/pools.js'
import { ascendingRevisions, contentOf, linesOf } from './support/sample-lines.js'
import { assertSameTree, treeOf } from './support/trees.js'

describe('TreePool.buildFromFiles() with ranges cut anywhere', () => {
  const { at } = useTemporaryDirectory()
  const revisions = ascendingRevisions(25)
  const content = contentOf(linesOf(revisions))
  const blankLines = Buffer.from('\n\n')

  for (const workers of [0, 2]) {
    it(`takes each line once, with ${workers} workers`, async () => {
      await writeFile(at('a.json'), content)
      await writeFile(at('b.json'), Buffer.concat([blankLines, content.subarray(0, -1)]))
      const expected = treeOf([...revisions, ...revisions])
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 1, max: content.length + 5 }), async (rangeBytes) => {
          const told: BuildProgress[] = []
          const onProgress = (progress: BuildProgress): unknown => told.push(progress)
          await usePool({ workers, rangeBytes }, async (pool) => {
            const tree = await pool.buildFromFiles([at('a.json'), at('b.json')], { onProgress })
            assertSameTree(tree, expected)
          })
          assert.equal(told.at(-1)?.bytes, 2 * content.length + blankLines.length - 1)
        }),
        { numRuns: 8, examples: [[1], [content.length]] },
      )
    })
  }

  it('takes lines that are longer than their ranges', async () => {
    const [first = '', second = '', third = ''] = linesOf(revisions.slice(0, 3))
    const long = `${second.slice(0, -1)},"fill":"${'x'.repeat(3_000_000)}"}`
    await writeFile(at('a.json'), contentOf([first, long, third]))
    await usePool({ workers: 2, rangeBytes: 250_000 }, async (pool) => {
      assertSameTree(await pool.buildFromFiles([at('a.json')]), treeOf(revisions.slice(0, 3)))
    })
  })
})
