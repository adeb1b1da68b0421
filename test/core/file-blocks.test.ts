import assert from 'node:assert/strict'
import { existsSync, readdirSync, readlinkSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { CHUNK_BYTES, describeReadError, FileBlocks, isGzipPath } from '../../lib/core/index.js'
import { collectAll } from '../support/streams.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'

const content = Buffer.from('0123456789'.repeat(100_000))

/** What comes out of a file, and the error that comes after it. */
async function readAll(file: FileBlocks): Promise<{ bytes: Buffer; error: unknown }> {
  const blocks: Buffer[] = []
  try {
    for await (const block of file) blocks.push(block)
    return { bytes: Buffer.concat(blocks), error: undefined }
  } catch (error) {
    return { bytes: Buffer.concat(blocks), error }
  }
}

function isOpen(path: string): boolean {
  const directory = '/proc/self/fd'
  if (!existsSync(directory)) return false
  return readdirSync(directory).some((name) => {
    try {
      return readlinkSync(`${directory}/${name}`) === path
    } catch {
      return false
    }
  })
}

describe('FileBlocks', () => {
  const { at } = useTemporaryDirectory()

  it('gives the content of a file, gzipped or not, in blocks', async () => {
    await writeFile(at('a'), content)
    await writeFile(at('a.gz'), gzipSync(content))
    for (const [name, bytes] of [
      ['a', content.length],
      ['a.gz', gzipSync(content).length],
    ] as const) {
      const file = new FileBlocks(at(name))
      const blocks = await collectAll(file)
      assert.ok(blocks.length > 1 && blocks.every(({ length }) => length <= CHUNK_BYTES))
      assert.ok(Buffer.concat(blocks).equals(content))
      assert.equal(file.bytesRead, bytes)
      assert.equal(file.findFault(bytes), undefined)
    }
  })

  it('gives nothing of an empty file', async () => {
    await writeFile(at('a'), '')
    const file = new FileBlocks(at('a'))
    assert.deepEqual(await collectAll(file), [])
    assert.equal(file.findFault(0), undefined)
  })

  it('inflates several members of one file', async () => {
    const members = [content.subarray(0, 10), content.subarray(10)]
    await writeFile(at('a.gz'), Buffer.concat(members.map((member) => gzipSync(member))))
    assert.ok((await readAll(new FileBlocks(at('a.gz')))).bytes.equals(content))
  })

  it('finds that the size is another one, and that there is a rest', async () => {
    await writeFile(at('a'), content)
    const file = new FileBlocks(at('a'))
    await collectAll(file)
    assert.match(file.findFault(5) ?? '', /^its size changed from 5 to 1000000 bytes/)
    const packed = gzipSync(content)
    await writeFile(at('a.gz'), Buffer.concat([packed, Buffer.alloc(7)]))
    const longer = new FileBlocks(at('a.gz'))
    await collectAll(longer)
    const bytes = packed.length + 7
    assert.match(longer.findFault(bytes) ?? '', /^7 bytes come after the end of its gzip data$/)
  })

  it('gives what comes before a cut, then the error', async () => {
    const packed = gzipSync(content)
    await writeFile(at('a.gz'), packed.subarray(0, packed.length - 100))
    const { bytes, error } = await readAll(new FileBlocks(at('a.gz'), { aheadBytes: 2 ** 20 }))
    assert.ok(bytes.length > 0 && content.subarray(0, bytes.length).equals(bytes))
    assert.equal(describeReadError(error), 'its gzip data ends early')
  })

  it('has closed the file when it is left early', async () => {
    await writeFile(at('a'), content)
    await writeFile(at('a.gz'), gzipSync(content))
    for (const path of [at('a'), at('a.gz')]) {
      for await (const block of new FileBlocks(path)) {
        assert.ok(block.length > 0)
        break
      }
      assert.equal(isOpen(path), false)
    }
  })

  it('fails with the reason of the system, or that of the signal', async () => {
    const { error } = await readAll(new FileBlocks(at('none')))
    assert.equal(describeReadError(error), 'it does not exist')
    await writeFile(at('a'), content)
    const stop = new AbortController()
    stop.abort()
    const aborted = await readAll(new FileBlocks(at('a'), { signal: stop.signal }))
    assert.equal((aborted.error as Error).name, 'AbortError')
  })
})

describe('isGzipPath()', () => {
  it('goes by the end of the name', () => {
    const names = ['a.json.gz', 'a.json', 'gz', 'a.gz.json']
    assert.deepEqual(names.map(isGzipPath), [true, false, false, false])
  })
})

describe('describeReadError()', () => {
  it('has words for what happens often, and passes the others on', () => {
    const rows: [string, RegExp][] = [
      ['ENOENT', /^it does not exist$/],
      ['ENOTDIR', /^it is not a directory$/],
      ['EACCES', /^this user has no permission to read it$/],
      ['EPERM', /^this user has no permission to read it$/],
      ['Z_BUF_ERROR', /^its gzip data ends early$/],
      ['Z_DATA_ERROR', /^its gzip data is damaged \(so it was\)$/],
      ['EIO', /^so it was$/],
    ]
    for (const [code, expected] of rows) {
      assert.match(describeReadError(Object.assign(new Error('so it was'), { code })), expected)
    }
  })
})
