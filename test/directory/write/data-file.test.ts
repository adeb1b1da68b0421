import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { CHUNK_BYTES } from '../../../lib/core/index.js'
import { DataFile } from '../../../lib/directory/write/data-file.js'
import { replaceTextFile, writeTextFile } from '../../../lib/directory/write/durable-file.js'
import { matchesDigest } from '../../../lib/directory/write/matches-digest.js'
import { useTemporaryDirectory } from '../../support/temporary-directory.js'

/** A disk that is always full. */
const FULL = '/dev/full'
const NO_SPACE = {
  code: 'ERR_OUTPUT_FILE',
  message: `Cannot write file "${FULL}": there is no space left on its disk`,
}

describe('DataFile', () => {
  const { at } = useTemporaryDirectory()

  it('writes any content, and tells its size and hash', async () => {
    for (const isGzip of [false, true]) {
      for (const bytes of [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, 5 * CHUNK_BYTES + 7]) {
        const content = randomBytes(bytes)
        const file = await DataFile.create('name', at('file'), isGzip)
        await file.write(content)
        assert.equal(file.contentBytes, bytes)
        const digest = await file.finish()
        const stored = await readFile(at('file'))
        assert.ok(content.equals(isGzip ? gunzipSync(stored) : stored))
        const sha256 = createHash('sha256').update(stored).digest('hex')
        assert.deepEqual(digest, { name: 'name', bytes: stored.length, sha256 })
        assert.equal(await matchesDigest(at('file'), digest), true)
      }
    }
  })

  it('gives the same bytes however the content comes', async () => {
    const content = Buffer.from(
      Array.from({ length: 60_000 }, (_, index) => `{"n":${index * 7919}}\n`).join(''),
    )
    const anyLengths = fc.array(fc.integer({ min: 1, max: 300_000 }), { minLength: 1 })
    const whole = await DataFile.create('name', at('whole'), true)
    await whole.write(content)
    const expected = await whole.finish()
    await fc.assert(
      fc.asyncProperty(anyLengths, async (lengths) => {
        const file = await DataFile.create('name', at('cut'), true)
        let offset = 0
        for (let index = 0; offset < content.length; index += 1) {
          const end = offset + (lengths[index % lengths.length] ?? 1)
          await file.write(content.subarray(offset, end))
          offset = end
        }
        assert.deepEqual(await file.finish(), expected)
      }),
      { numRuns: 8 },
    )
  })

  it('takes copies, so that the content may be used again', async () => {
    const file = await DataFile.create('name', at('file'), false)
    const content = Buffer.from('first')
    await file.write(content)
    content.write('other')
    await file.finish()
    assert.equal(await readFile(at('file'), 'utf8'), 'first')
  })

  it('makes files that others cannot read', async () => {
    await (await DataFile.create('name', at('file'), false)).finish()
    assert.equal((await stat(at('file'))).mode & 0o137, 0)
  })

  it('says where no file can be made', async () => {
    await assert.rejects(DataFile.create('name', at('none/file'), true), {
      code: 'ERR_OUTPUT_FILE',
      message: `Cannot write file "${at('none/file')}": there is no such directory`,
    })
  })

  it('abandon() closes the file at any time', async () => {
    for (const isGzip of [false, true]) {
      const file = await DataFile.create('name', at('file'), isGzip)
      await file.write(randomBytes(3 * CHUNK_BYTES))
      await file.abandon()
      await file.abandon()
      await assert.rejects(file.finish(), { code: 'ERR_OUTPUT_FILE' })
    }
  })

  it('says that the disk is full, whenever that is found', async function () {
    if (!existsSync(FULL)) this.skip()
    for (const isGzip of [false, true]) {
      const small = await DataFile.create('name', FULL, isGzip)
      await small.write(Buffer.from('x'))
      await assert.rejects(small.finish(), NO_SPACE)
      await small.abandon()
      const large = await DataFile.create('name', FULL, isGzip)
      await assert.rejects(async () => {
        for (let block = 0; block < 64; block += 1) await large.write(randomBytes(CHUNK_BYTES))
      }, NO_SPACE)
      await assert.rejects(large.write(randomBytes(2 * CHUNK_BYTES)), NO_SPACE)
      await assert.rejects(large.finish(), NO_SPACE)
      await large.abandon()
    }
  })
})

describe('matchesDigest()', () => {
  const { at } = useTemporaryDirectory()

  it('tells files that are gone, cut or changed', async () => {
    const digest = await writeTextFile(at('.'), 'file', 'content')
    assert.equal(await matchesDigest(at('file'), digest), true)
    assert.equal(await matchesDigest(at('none'), digest), false)
    await writeTextFile(at('.'), 'file', 'conten')
    assert.equal(await matchesDigest(at('file'), digest), false)
    await writeTextFile(at('.'), 'file', 'Content')
    assert.equal(await matchesDigest(at('file'), digest), false)
  })

  it('ends with the signal', async () => {
    const digest = await writeTextFile(at('.'), 'file', 'content')
    const signal = AbortSignal.abort(new Error('stopped'))
    await assert.rejects(matchesDigest(at('file'), digest, signal), /stopped/)
  })
})

describe('replaceTextFile()', () => {
  const { at } = useTemporaryDirectory()

  it('leaves nothing beside the file', async () => {
    await replaceTextFile(at('file'), 'one')
    await replaceTextFile(at('file'), 'two')
    assert.equal(await readFile(at('file'), 'utf8'), 'two')
    assert.equal(existsSync(at('file.tmp')), false)
  })
})
