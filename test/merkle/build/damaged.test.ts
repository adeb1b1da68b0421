import assert from 'node:assert/strict'
import { appendFile, chmod, mkdir, writeFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { LINE_BYTES_MAX } from '../../../lib/core/index.js'
import { TreePool } from '../../../lib/merkle/build/tree-pool.js'
import { TreeBuildError } from '../../../lib/merkle/index.js'
import { LineTooLongError } from '../../../lib/streams/index.js'
import { DumpLineError } from '../../../lib/wire/index.js'
import { chunkOf } from '../../support/chunk.js'
import { asyncBlocks } from '../../support/streams.js'
import { useTemporaryDirectory } from '../../support/temporary-directory.js'
import { assertNothingOpen, isBuildError, usePool } from './support/pools.js'
import { ascendingRevisions, contentOf, linesOf } from './support/sample-lines.js'
import { assertSameTree, treeOf } from './support/trees.js'

const revisions = ascendingRevisions(2000)
const lines = linesOf(revisions)
const content = contentOf(lines)

function isBadLine(lineNumber: number, byteOffset: number, source: string | undefined) {
  return (error: unknown): boolean => {
    assert.ok(error instanceof DumpLineError, String(error))
    assert.deepEqual(
      [error.lineNumber, error.byteOffset, error.source],
      [lineNumber, byteOffset, source],
    )
    return true
  }
}

for (const workers of [0, 1, 2]) {
  describe(`building from what is damaged, with ${workers} workers`, () => {
    let pool: TreePool
    before(() => {
      // So small that lines of one file are read by several tasks.
      pool = new TreePool({ workers, rangeBytes: 10_000 })
    })
    after(() => pool.close())
    const { at } = useTemporaryDirectory()

    /** Afterwards the pool is as good as before, and nothing is left open. */
    const rejects = async (
      paths: readonly string[],
      check: (error: unknown) => boolean,
    ): Promise<void> => {
      await assert.rejects(pool.buildFromFiles(paths, { initialRangeMin: 0n }), check)
      assertNothingOpen(at(''))
      await writeFile(at('good.json'), content)
      assertSameTree(await pool.buildFromFiles([at('good.json')]), treeOf(revisions))
    }

    it('names file, line and byte of a bad line, wherever it is', async () => {
      for (const index of [0, 1, 999, 1999]) {
        const damaged = lines.with(index, '{"_key":')
        const start = contentOf(lines.slice(0, index)).length
        await writeFile(at('bad.json'), contentOf(damaged))
        await rejects([at('bad.json')], isBadLine(index + 1, start, at('bad.json')))
        await writeFile(at('bad.json.gz'), gzipSync(contentOf(damaged)))
        await rejects([at('bad.json.gz')], isBadLine(index + 1, start, at('bad.json.gz')))
      }
    })

    it('names the bad line also when the first revision is looked for', async () => {
      await writeFile(at('bad.json'), contentOf(['', lines[0]?.slice(0, -5) ?? '', ...lines]))
      const build = pool.buildFromFiles([at('bad.json')])
      await assert.rejects(build, isBadLine(2, 1, at('bad.json')))
    })

    it('never shows the document', async () => {
      const secret = '{"_key":"1","_rev":"_x","name":"Ada Lovelace",}'
      await writeFile(at('bad.json'), contentOf([...lines, secret.replace('_rev', 'rev')]))
      await rejects([at('bad.json')], (error) => !String(error).includes('Lovelace'))
    })

    it('refuses documents that no tree can hold', async () => {
      for (const line of [
        '{"_key":"1"}',
        '{"_key":"1","_rev":"N9999999999"}',
        '{"_key":"1","_rev":"G----------"}',
      ]) {
        await writeFile(at('bad.json'), contentOf([...lines.slice(0, 3), line, ...lines]))
        await rejects([at('bad.json')], (error) => {
          assert.ok(error instanceof DumpLineError)
          assert.equal(error.lineNumber, 4)
          return error.reason.includes('no usable "_rev"')
        })
      }
    })

    it('refuses a line that is too long', async () => {
      const block = Buffer.alloc(2 ** 20, 'x')
      await writeFile(at('bad.json'), contentOf(lines.slice(0, 2)))
      for (let bytes = 0; bytes <= LINE_BYTES_MAX; bytes += block.length) {
        await appendFile(at('bad.json'), block)
      }
      // One range of it all, or reading it would begin once in each.
      await usePool({ workers }, async (one) => {
        await assert.rejects(one.buildFromFiles([at('bad.json')]), (error) => {
          assert.ok(error instanceof LineTooLongError, String(error))
          assert.equal(error.lineNumber, 3)
          return error.source === at('bad.json')
        })
      })
    })

    it('refuses what is no file to read', async () => {
      await mkdir(at('directory'))
      await rejects(
        [at('good.json'), at('none.json')],
        isBuildError(at('good.json'), /does not exist/),
      )
      await rejects([at('directory')], isBuildError(at('directory'), /not a regular file/))
      if (process.getuid?.() === 0) return
      await writeFile(at('locked.json'), content)
      await chmod(at('locked.json'), 0)
      await rejects([at('locked.json')], isBuildError(at('locked.json'), /no permission/))
    })

    it('refuses gzip data that ends early, is damaged, or has a rest', async () => {
      const packed = gzipSync(content)
      const damaged = Buffer.from(packed)
      damaged.fill(0xff, packed.length / 2, packed.length / 2 + 8)
      const path = at('bad.json.gz')
      await writeFile(path, packed.subarray(0, -12))
      await rejects([path], isBuildError(path, /^its gzip data ends early$/))
      await writeFile(path, damaged)
      await rejects(
        [path],
        (error) => error instanceof TreeBuildError || error instanceof DumpLineError,
      )
      await writeFile(path, Buffer.concat([packed, Buffer.alloc(4)]))
      await rejects([path], isBuildError(path, /^4 bytes come after the end of its gzip data$/))
      await writeFile(path, content)
      await rejects(
        [path],
        isBuildError(path, /^its gzip data is damaged \(incorrect header check\)$/),
      )
      await assert.rejects(pool.buildFromFiles([path]), isBuildError(path, /damaged/))
    })

    it('keeps the cause', async () => {
      await assert.rejects(pool.buildFromFiles([at('none.json')]), (error) => {
        assert.ok(error instanceof TreeBuildError && error.cause instanceof Error)
        return error.cause.message.startsWith('ENOENT')
      })
    })

    it('names the bad line of a chunk', async () => {
      const chunk = chunkOf(lines.slice(0, 5).with(3, '{"_key":"1"'), 'somewhere')
      const start = contentOf(lines.slice(0, 3)).length
      const build = pool.buildFromStream(asyncBlocks([chunkOf(lines), chunk]))
      await assert.rejects(build, isBadLine(4, start, 'somewhere'))
    })
  })
}
