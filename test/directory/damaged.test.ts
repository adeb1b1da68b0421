import assert from 'node:assert/strict'
import { mkdir, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { constants, gunzipSync, gzipSync } from 'node:zlib'
import { CHUNK_BYTES } from '../../lib/core/index.js'
import { DirectoryError, DumpFileError, openDirectory } from '../../lib/directory/index.js'
import { formatPartialState } from '../../lib/directory/partial-dump.js'
import { DumpLineError, WireFormatError } from '../../lib/wire/index.js'
import { collectAll } from '../support/streams.js'
import {
  openSnapshotOf,
  readDump,
  structureOf,
  withFiles,
  type Files,
} from '../support/dump-directory.js'

const STRUCTURE = { 'c.structure.json': structureOf('c') }
const LINES = Array.from({ length: 20_000 }, (_, index) => {
  const noise = Math.imul(index, 0x9e3779b1).toString(36)
  return `{"_key":"${index}","noise":"${noise}"}\n`
}).join('')

/** Reads the only collection of a directory of these files. */
async function readFiles(files: Files) {
  let dump: Awaited<ReturnType<typeof readDump>> | undefined
  await withFiles({ ...STRUCTURE, ...files }, async (path) => {
    dump = await readDump((await openSnapshotOf(path)).snapshot, 'c')
  })
  assert.ok(dump !== undefined)
  return dump
}

function assertFileError(error: unknown, file: string, reason: RegExp): void {
  assert.ok(error instanceof DumpFileError, String(error))
  assert.equal(error.code, 'ERR_DUMP_FILE')
  assert.ok(error.path.endsWith(file))
  assert.ok(error.message.includes(error.path))
  assert.match(error.message, reason)
}

/** All whole blocks before a damage; zlib drops the one that it was filling. */
function assertPrefix(text: string): void {
  assert.ok(LINES.startsWith(text))
  assert.ok(text.length > LINES.length - CHUNK_BYTES)
}

describe('openDirectory, what is no dump', () => {
  const refused: readonly (readonly [string, Files, string, RegExp])[] = [
    ['a missing path', {}, 'missing', /it does not exist/],
    ['a file', { file: '' }, 'file', /it is not a directory/],
    ['an empty directory', {}, '', /neither dump.json nor a file NAME.structure.json/],
    ['a store', { 'data.mdb': '' }, '', /it is a store, whose address is store:PATH\[#NAME\]/],
    [
      'an unfinished dump',
      { '.tidemark-partial/dump.json': '{}' },
      '',
      /was not finished.*--continue/,
    ],
    [
      'an unfinished dump with structures',
      { ...STRUCTURE, '.tidemark-partial/x': '' },
      '',
      /was not finished/,
    ],
    [
      'the inside of an unfinished dump',
      { '.tidemark-partial/dump.json': '{}' },
      '.tidemark-partial',
      /was not finished/,
    ],
    [
      'encrypted files',
      { ...STRUCTURE, ENCRYPTION: 'aes-256-ctr' },
      '',
      /encrypted \("aes-256-ctr"\), which is not supported/,
    ],
  ]
  for (const [title, files, name, reason] of refused) {
    it(`refuses ${title} and names the path`, async () => {
      await withFiles(files, async (home) => {
        const path = join(home, name)
        await assert.rejects(
          openDirectory(path),
          (error) =>
            error instanceof DirectoryError &&
            error.path === path &&
            error.message.includes(`"${path}"`) &&
            reason.test(error.message),
        )
      })
    })
  }

  it('reads the dump in a directory in which a newer one is only being made', async () => {
    const data = { ...STRUCTURE, 'c.data.json': '{"_key":"1"}\n' }
    const text = formatPartialState({ isBroken: false, overwrites: true, parts: [] })
    for (const files of [
      { ...data, '.tidemark-partial/directory.json': text },
      { ...data, 'dump.json': '{}', '.tidemark-partial/directory.json': '{' },
    ]) {
      await withFiles(files, async (path) => {
        assert.equal((await readDump((await openSnapshotOf(path)).snapshot, 'c')).lineCount, 1)
      })
    }
  })

  it('refuses a dump.json that is not JSON, not UTF-8, or of wrong types', async () => {
    await withFiles({ 'dump.json': '{"database":' }, async (path) => {
      await assert.rejects(openDirectory(path), (error) => {
        assertFileError(error, 'dump.json', /it is not JSON$/)
        return true
      })
      await writeFile(join(path, 'dump.json'), Buffer.from([0x22, 0xff, 0x22]))
      await assert.rejects(openDirectory(path), /dump.json": it is not UTF-8/)
      await writeFile(join(path, 'dump.json'), '{"lastTickAtDumpStart":"1e3"}')
      await assert.rejects(
        openDirectory(path),
        (error) => error instanceof WireFormatError && error.message.includes(path),
      )
    })
  })
})

describe('openDirectory, damaged files', () => {
  it('refuses a structure file whose name does not fit its collection', async () => {
    await withFiles({ 'd.structure.json': structureOf('c') }, async (path) => {
      await assert.rejects(openSnapshotOf(path), (error) => {
        assertFileError(error, 'd.structure.json', /does not fit the collection "c" in it/)
        return true
      })
    })
  })

  it('refuses a structure file that is not JSON or no definition', async () => {
    await withFiles({ 'c.structure.json': '{' }, async (path) => {
      await assert.rejects(openSnapshotOf(path), /c.structure.json": it is not JSON/)
      await writeFile(join(path, 'c.structure.json'), '{"indexes":[]}')
      await assert.rejects(openSnapshotOf(path), /c.structure.json": "parameters" is not an object/)
    })
  })

  it('gives what comes before a cut in gzip data, then names the file', async () => {
    const whole = gzipSync(LINES)
    for (const length of [1, 9, 20, 1000, whole.length >> 1, whole.length - 8, whole.length - 1]) {
      const cut = whole.subarray(0, length)
      const dump = await readFiles({ 'c.data.json.gz': cut })
      assertFileError(dump.error, 'c.data.json.gz', /its gzip data ends early/)
      const text = gunzipSync(cut, { finishFlush: constants.Z_SYNC_FLUSH }).toString()
      assert.equal(dump.text, text.slice(0, text.lastIndexOf('\n') + 1))
    }
  })

  it('gives what comes before a damage in gzip data, then names the file', async () => {
    const bytes = Buffer.concat([gzipSync(LINES), gzipSync(LINES)])
    bytes.fill(0xff, bytes.length >> 1, (bytes.length >> 1) + 40)
    const dump = await readFiles({ 'c.data.json.gz': bytes })
    assertFileError(dump.error, 'c.data.json.gz', /its gzip data is damaged/)
    assertPrefix(dump.text)
  })

  it('refuses bytes after the end of gzip data', async () => {
    for (const rest of [Buffer.from('rest'), Buffer.alloc(10), gzipSync(LINES).fill(0, 0, 1)]) {
      const bytes = Buffer.concat([gzipSync(LINES), rest])
      const dump = await readFiles({ 'c.data.json.gz': bytes })
      assertFileError(dump.error, 'c.data.json.gz', /gzip data/)
      assertPrefix(dump.text)
    }
  })

  it('refuses a .gz file of no bytes at all', async () => {
    const dump = await readFiles({ 'c.data.json.gz': '' })
    assertFileError(dump.error, 'c.data.json.gz', /its gzip data ends early/)
  })

  it('names file and line of what is no entry, after the lines before it', async () => {
    await withFiles({ ...STRUCTURE, 'c.data.json': '{"_key":"1"}\n{"_key":\n' }, async (path) => {
      const dump = await readDump((await openSnapshotOf(path)).snapshot, 'c')
      assert.ok(dump.error instanceof DumpLineError)
      assert.equal(dump.error.source, join(path, 'c.data.json'))
      assert.equal(dump.error.lineNumber, 2)
      assert.equal(dump.error.byteOffset, 13)
    })
  })

  it('notices a file that shrank or went since its snapshot', async () => {
    await withFiles({ ...STRUCTURE, 'c.data.json': LINES }, async (path) => {
      const { snapshot } = await openSnapshotOf(path)
      await truncate(join(path, 'c.data.json'), LINES.indexOf('\n') + 1)
      const { error } = await readDump(snapshot, 'c')
      assertFileError(error, 'c.data.json', /size changed from \d+ to \d+ bytes/)
    })
  })

  it('refuses a data file that is no file, or a link out of the directory', async () => {
    await withFiles({ ...STRUCTURE, 'in/real.json': '{"_key":"1"}\n' }, async (path) => {
      const data = join(path, 'c.data.json')
      await mkdir(data)
      await assert.rejects(openSnapshotOf(path), /c.data.json": it is not a regular file/)
      const gzip = join(path, 'c.data.json.gz')
      await symlink('/etc/hosts', gzip)
      await assert.rejects(openSnapshotOf(path), /symbolic link that leads out of the directory/)
    })
    await withFiles({ ...STRUCTURE, 'in/real.json': '{"_key":"1"}\n' }, async (path) => {
      await symlink('in/real.json', join(path, 'c.data.json'))
      assert.equal((await readDump((await openSnapshotOf(path)).snapshot, 'c')).lineCount, 1)
    })
  })

  it('stops when its signal is aborted, with the reason', async () => {
    await withFiles({ ...STRUCTURE, 'c.data.json.gz': gzipSync(LINES) }, async (path) => {
      const { snapshot } = await openSnapshotOf(path)
      const [first] = (await snapshot.inventory()).collections
      assert.ok(first !== undefined)
      const stop = new AbortController()
      const reason = new Error('enough')
      const chunks = snapshot.dump(first.definition, { signal: stop.signal })
      const read = async () => {
        for await (const { chunk } of chunks) {
          assert.ok(chunk.lineCount > 0)
          stop.abort(reason)
        }
      }
      await assert.rejects(read(), reason)
      await assert.rejects(
        collectAll(snapshot.dump(first.definition, { signal: stop.signal })),
        reason,
      )
    })
  })
})
