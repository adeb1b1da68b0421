import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { buildTree, type BuildProgress } from '../../../lib/merkle/index.js'
import { asyncBlocks } from '../../support/streams.js'
import { useTemporaryDirectory } from '../../support/temporary-directory.js'
import { threadCount } from './support/pools.js'
import { ascendingRevisions, contentOf, linesOf } from './support/sample-lines.js'
import { assertSameTree, treeOf } from './support/trees.js'

describe('buildTree()', () => {
  const { at } = useTemporaryDirectory()
  const revisions = ascendingRevisions(2000)
  const expected = treeOf(revisions)

  it('builds the same tree of an array, a stream and files, with any workers', async () => {
    await writeFile(at('a.json'), contentOf(linesOf(revisions)))
    for (const workers of [0, 1, 2, undefined]) {
      const array = new BigUint64Array(revisions)
      assertSameTree(await buildTree(array, { workers }), expected)
      assertSameTree(await buildTree(asyncBlocks([array]), { workers }), expected)
      assertSameTree(await buildTree({ files: [at('a.json')] }, { workers }), expected)
    }
  })

  it('builds as the options say', async () => {
    const told: BuildProgress[] = []
    const tree = await buildTree(new BigUint64Array(revisions), {
      depth: 3,
      initialRangeMin: 0n,
      onProgress: (progress) => told.push(progress),
    })
    assertSameTree(tree, treeOf(revisions, 0n, 3))
    assert.equal(told.at(-1)?.revisions, revisions.length)
    const signal = AbortSignal.abort(new Error('enough'))
    await assert.rejects(buildTree(new BigUint64Array(1), { signal }), /^Error: enough$/)
  })

  it('takes no thread for a small array, and leaves none behind', async () => {
    const threads = threadCount()
    await buildTree(new BigUint64Array(revisions), {
      onProgress: () => {
        assert.equal(threadCount(), threads)
      },
    })
    await buildTree(asyncBlocks([new BigUint64Array(revisions)]), { workers: 2 })
    await assert.rejects(buildTree({ files: [at('none.json')] }, { workers: 2 }))
    assert.equal(threadCount(), threads)
  })

  it('refuses a number of workers that is none', async () => {
    await assert.rejects(buildTree(new BigUint64Array(1), { workers: -1 }), RangeError)
  })
})
