import assert from 'node:assert/strict'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { CHUNK_BYTES, JSON_DEPTH_MAX } from '../../lib/core/index.js'
import { DumpFileError } from '../../lib/directory/index.js'
import { createMerklePool } from '../../lib/merkle/index.js'
import { VelocyPackWriter } from '../../lib/wire/index.js'
import {
  openSnapshotOf,
  readDump,
  structureOf,
  withFiles,
  type Files,
} from '../support/dump-directory.js'

/** MD5 of `c`. */
const HASH = '4a8a08f09d37b73795649038408b5f33'
const STRUCTURE = { 'c.structure.json': structureOf('c'), 'dump.json': '{"useVPack":true}' }
const EMPTY_ARRAY = Buffer.of(0x01)

/** The VelocyPack form of an array of documents, or of any other JSON text. */
function packed(text: string): Buffer {
  const bytes = Buffer.from(text)
  const writer = new VelocyPackWriter({ depthMax: JSON_DEPTH_MAX + 1 })
  return Buffer.from(writer.write(bytes, 0, bytes.length))
}

function arrayOf(documents: readonly string[]): Buffer {
  return packed(`[${documents.join(',')}]`)
}

/** Reads the only collection of a directory of these files. */
async function readFiles(files: Files) {
  let dump: Awaited<ReturnType<typeof readDump>> | undefined
  await withFiles({ ...STRUCTURE, ...files }, async (path) => {
    const { snapshot, notices } = await openSnapshotOf(path)
    assert.deepEqual(notices, [])
    dump = await readDump(snapshot, 'c')
  })
  assert.ok(dump !== undefined)
  return dump
}

const linesOf = (documents: readonly string[]): string =>
  documents.map((text) => `${text}\n`).join('')

describe('openDirectory, VelocyPack data', () => {
  it('reads arrays that follow each other, empty ones and lone documents, gzipped or not', async () => {
    const documents = ['{"_key":"1"}', '{"_key":"2","a":[{}]}', '{"_key":"3"}', '{"_key":"4"}']
    const data = Buffer.concat([
      EMPTY_ARRAY,
      arrayOf(documents.slice(0, 2)),
      EMPTY_ARRAY,
      packed(documents[2] ?? ''),
      arrayOf(documents.slice(3)),
    ])
    for (const [name, bytes] of [
      [`c_${HASH}.data.vpack`, data],
      [`c_${HASH}.data.vpack.gz`, gzipSync(data)],
    ] as const) {
      const dump = await readFiles({ [name]: bytes })
      assert.equal(dump.error, undefined)
      assert.equal(dump.text, linesOf(documents))
      assert.equal(dump.lineCount, 4)
      assert.equal(dump.readBytes, bytes.length)
    }
  })

  it('reads nothing out of a file without data, or of empty arrays', async () => {
    for (const bytes of [Buffer.alloc(0), EMPTY_ARRAY, Buffer.concat([EMPTY_ARRAY, EMPTY_ARRAY])]) {
      const dump = await readFiles({ [`c_${HASH}.data.vpack`]: bytes })
      assert.deepEqual([dump.error, dump.text], [undefined, ''])
    }
  })

  it('keeps numbers, texts, the order of attributes and the deepest documents', async () => {
    const deep = '['.repeat(JSON_DEPTH_MAX - 1) + ']'.repeat(JSON_DEPTH_MAX - 1)
    const documents = [
      '{"_key":"z","b":18446744073709551615,"a":-9223372036854775808,"c":9007199254740993}',
      '{"_rev":"_gAAAAAA---","_key":"ö\\"\\\\ ","x":0.1,"y":-0,"n":null,"t":true,"e":""}',
      `{"_key":"deep","d":${deep}}`,
    ]
    const dump = await readFiles({ [`c_${HASH}.data.vpack`]: arrayOf(documents) })
    assert.deepEqual([dump.error, dump.text], [undefined, linesOf(documents)])
  })

  it('reads files cut into blocks, and documents larger than a chunk', async () => {
    const documents = Array.from({ length: 3000 }, (_, index) => {
      const fill = 'x'.repeat(index % 1000 === 0 ? 2 * CHUNK_BYTES : index % 300)
      return `{"_key":"${index}","fill":"${fill}"}`
    })
    const arrays = [documents.slice(0, 10), documents.slice(10, 2000), documents.slice(2000)]
    const data = Buffer.concat(arrays.map(arrayOf))
    const dump = await readFiles({ [`c_${HASH}.data.vpack`]: data })
    assert.equal(dump.error, undefined)
    assert.equal(dump.text, linesOf(documents))
  })

  it('reads the parts of a split collection', async () => {
    const dump = await readFiles({
      [`c_${HASH}.0.data.vpack.gz`]: gzipSync(arrayOf(['{"_key":"1"}'])),
      [`c_${HASH}.1.data.vpack.gz`]: gzipSync(arrayOf(['{"_key":"2"}'])),
    })
    assert.equal(dump.text, linesOf(['{"_key":"1"}', '{"_key":"2"}']))
  })

  it('writes the id of a document whose collection is told by a number', async () => {
    // {"_key":"k","_id":custom}: a compact object, whose `_key` and `_id` are told by small numbers.
    const id = Buffer.concat([Buffer.of(0x33, 0xf3), Buffer.alloc(8, 7)])
    const items = Buffer.concat([Buffer.of(0x31, 0x41, 0x6b), id])
    const document = Buffer.concat([Buffer.of(0x14, items.length + 3), items, Buffer.of(2)])
    const dump = await readFiles({ [`c_${HASH}.data.vpack`]: document })
    assert.deepEqual([dump.error, dump.text], [undefined, '{"_key":"k","_id":"c/k"}\n'])
  })

  it('builds the same tree as of JSON lines', async () => {
    const documents = Array.from({ length: 300 }, (_, index) => {
      return `{"_key":"${index}","_rev":"_g${String(index).padStart(3, '0')}AAA---"}`
    })
    const trees: [number, bigint][] = []
    const pool = createMerklePool({ workers: 0 })
    for (const files of [
      { [`c_${HASH}.data.vpack`]: arrayOf(documents), 'dump.json': '{"useVPack":true}' },
      { [`c_${HASH}.data.json`]: linesOf(documents), 'dump.json': '{}' },
    ]) {
      await withFiles({ ...STRUCTURE, ...files }, async (path) => {
        const { snapshot } = await openSnapshotOf(path)
        const [first] = (await snapshot.inventory()).collections
        assert.ok(first !== undefined)
        const tree = await snapshot.tree(first.definition, { pool })
        trees.push([tree.count, tree.hash])
      })
    }
    await pool.close()
    assert.equal(trees[0]?.[0], 300)
    assert.deepEqual(trees[0], trees[1])
  })
})

describe('openDirectory, damaged VelocyPack data', () => {
  const good = arrayOf(['{"_key":"1"}'])
  const broken = Buffer.from(arrayOf(['{"_key":"1","a":"text"}']))
  broken[broken.length - 2] = 0xff
  const rows: readonly (readonly [string, Buffer, RegExp])[] = [
    ['a cut', good.subarray(0, -1), /damaged at byte \d+ \(the bytes end inside a value\)$/],
    ['what no value begins with', Buffer.concat([good, Buffer.of(0xff)]), /damaged at byte \d+/],
    ['a text that is not UTF-8', Buffer.concat([good, broken]), /damaged at byte \d+ \(.*\)$/],
    ['a document that is none', arrayOf(['{"_key":"1"}', '7']), /its document 2 cannot be read/],
    [
      'a date',
      Buffer.concat([good, Buffer.of(0x14, 14, 0x41, 0x61, 0x1c), Buffer.alloc(8), Buffer.of(1)]),
      /its document 2 cannot be read \(.*type date\)$/,
    ],
  ]
  for (const [title, bytes, reason] of rows) {
    it(`names the file and the place of ${title}`, async () => {
      const dump = await readFiles({ [`c_${HASH}.data.vpack`]: bytes })
      assert.ok(dump.error instanceof DumpFileError, String(dump.error))
      assert.ok(dump.error.path.endsWith(`c_${HASH}.data.vpack`))
      assert.match(dump.error.message, reason)
    })
  }

  it('numbers lines by documents, for errors of whoever reads them', async () => {
    const name = `c_${HASH}.data.vpack`
    const files = { ...STRUCTURE, [name]: arrayOf(['{"_key":"1"}', '{"_key":7}']) }
    await withFiles(files, async (path) => {
      const { error } = await readDump((await openSnapshotOf(path)).snapshot, 'c')
      assert.match(String(error), new RegExp(`Cannot read dump line 2 of ${join(path, name)}: `))
    })
  })
})

describe('openDirectory, JSON lines and VelocyPack', () => {
  const json = { [`c_${HASH}.data.json`]: '{"_key":"json"}\n' }
  const vpack = { [`c_${HASH}.data.vpack`]: arrayOf(['{"_key":"vpack"}']) }

  it('takes the form that dump.json tells, else JSON lines, and names the other', async () => {
    for (const [metadata, taken, left] of [
      ['{"useVPack":true}', 'vpack', 'json'],
      ['{"useVPack":false}', 'json', 'vpack'],
      ['{}', 'json', 'vpack'],
    ]) {
      const files = { ...STRUCTURE, ...json, ...vpack, 'dump.json': metadata ?? '' }
      await withFiles(files, async (path) => {
        const { snapshot, notices } = await openSnapshotOf(path)
        assert.equal((await readDump(snapshot, 'c')).text, `{"_key":"${taken}"}\n`)
        assert.equal(notices.length, 1)
        assert.match(notices[0]?.message ?? '', new RegExp(`Left out ".*data.${left}"`))
      })
    }
  })

  it('takes the other form where there is nothing else, with a warning', async () => {
    for (const [metadata, files, form] of [
      ['{"useVPack":true}', json, 'json'],
      ['{"useVPack":false}', vpack, 'vpack'],
    ] as const) {
      await withFiles({ ...STRUCTURE, ...files, 'dump.json': metadata }, async (path) => {
        const { snapshot, notices } = await openSnapshotOf(path)
        assert.equal((await readDump(snapshot, 'c')).text, `{"_key":"${form}"}\n`)
        assert.match(notices[0]?.message ?? '', /not of the form that dump.json tells/)
      })
    }
    await withFiles({ ...STRUCTURE, ...vpack, 'dump.json': '{}' }, async (path) => {
      const { snapshot, notices } = await openSnapshotOf(path)
      assert.equal((await readDump(snapshot, 'c')).text, '{"_key":"vpack"}\n')
      assert.deepEqual(notices, [])
    })
  })
})
