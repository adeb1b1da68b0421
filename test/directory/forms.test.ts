import assert from 'node:assert/strict'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { isDumpDirectory, openDirectory } from '../../lib/directory/index.js'
import {
  openSnapshotOf,
  readDump,
  structureOf,
  withFiles,
  type Files,
} from '../support/dump-directory.js'

/** MD5 of `c`. */
const HASH = '4a8a08f09d37b73795649038408b5f33'
const lineOf = (key: string): string => `{"_key":"${key}"}\n`
const gzipOf = (key: string): Buffer => gzipSync(lineOf(key))

const ORDER_OF_CHOICE = [
  `c_${HASH}.data.json`,
  `c_${HASH}.data.json.gz`,
  'c.data.json.gz',
  `c_${HASH}.0.data.json.gz`,
  `c_${HASH}.0.data.json`,
  'c.data.json',
]

describe('openDirectory, forms of dumps', () => {
  it('takes the first data file of the order of arangorestore and names the others', async () => {
    for (const index of ORDER_OF_CHOICE.keys()) {
      const names = ORDER_OF_CHOICE.slice(index)
      const files: Record<string, string | Buffer> = {
        [`c_${HASH}.structure.json`]: structureOf('c'),
      }
      for (const name of names) files[name] = name.endsWith('.gz') ? gzipOf(name) : lineOf(name)
      await withFiles({ ...files, 'dump.json': '{}' }, async (path) => {
        const { snapshot, notices } = await openSnapshotOf(path)
        assert.equal((await readDump(snapshot, 'c')).text, lineOf(names[0] ?? ''))
        assert.deepEqual(
          notices.map(({ kind, message }) => [kind, /"(.*?)"/.exec(message)?.[1]]),
          names.slice(1).map((name) => ['warning', join(path, name)]),
        )
      })
    }
  })

  it('reads the parts of a split collection in the order of their numbers', async () => {
    const files: Record<string, string | Buffer> = { 'c.structure.json': structureOf('c') }
    for (let part = 0; part < 12; part += 1) {
      const name = `c_${HASH}.${part}.data.json`
      if (part % 2 === 0) files[name] = lineOf(`${part}`)
      else files[`${name}.gz`] = gzipOf(`${part}`)
    }
    await withFiles(files, async (path) => {
      const { snapshot } = await openSnapshotOf(path)
      const expected = Array.from({ length: 12 }, (_, part) => lineOf(`${part}`)).join('')
      assert.equal((await readDump(snapshot, 'c')).text, expected)
    })
  })

  it('refuses a split collection with a missing part, the first one too', async () => {
    const structure = { 'c.structure.json': structureOf('c') }
    for (const [parts, missing] of [
      [[0, 1, 3], 2],
      [[1, 2], 0],
    ] as const) {
      const data = Object.fromEntries(
        parts.map((part) => [`c_${HASH}.${part}.data.json.gz`, gzipOf('1')]),
      )
      await withFiles({ ...structure, ...data }, async (path) => {
        const name = `c_${HASH}.${missing}.data.json.gz": this part of the collection is missing`
        await assert.rejects(openSnapshotOf(path), (error: Error) => error.message.endsWith(name))
      })
    }
  })

  it('reads an empty gzip file, several members in one file, and no last newline', async () => {
    const several = Buffer.concat([
      gzipOf('1'),
      gzipSync(''),
      gzipOf('2'),
      gzipSync('{"_key":"3"}'),
    ])
    await withFiles({ 'c.structure.json': structureOf('c') }, async (path) => {
      const data = join(path, 'c.data.json.gz')
      await writeFile(data, gzipSync(''))
      const empty = await readDump((await openSnapshotOf(path)).snapshot, 'c')
      assert.deepEqual([empty.error, empty.text], [undefined, ''])
      await writeFile(data, several)
      const dump = await readDump((await openSnapshotOf(path)).snapshot, 'c')
      assert.deepEqual([dump.error, dump.lineCount], [undefined, 3])
      assert.equal(dump.readBytes, several.length)
    })
  })

  it('reads members whose ends fall on the ends of blocks', async () => {
    const member = gzipSync(lineOf('a'))
    const many = Buffer.concat(Array.from({ length: 30_000 }, () => member))
    const files = { 'c.structure.json': structureOf('c'), 'c.data.json.gz': many }
    await withFiles(files, async (path) => {
      const dump = await readDump((await openSnapshotOf(path)).snapshot, 'c')
      assert.deepEqual([dump.error, dump.lineCount], [undefined, 30_000])
    })
  })

  it('finds files that bear an id in place of a name', async () => {
    // MD5 of `größe`.
    const hash = 'fdbb3a56280acfa9031707622c599ccb'
    const files = {
      [`77_${hash}.structure.json`]: structureOf('größe', { cid: '77' }),
      [`77_${hash}.data.json`]: lineOf('1'),
    }
    await withFiles(files, async (path) => {
      const { snapshot } = await openSnapshotOf(path)
      assert.equal((await readDump(snapshot, 'größe')).text, lineOf('1'))
    })
  })

  it('warns of data that no structure file tells of', async () => {
    const files = {
      'dump.json': '{}',
      'c.structure.json': structureOf('c'),
      [`c_${HASH}.0.data.json`]: lineOf('1'),
      'lost_0123456789abcdef0123456789abcdef.data.json.gz': gzipOf('2'),
    }
    await withFiles(files, async (path) => {
      const { snapshot, notices } = await openSnapshotOf(path)
      assert.equal((await readDump(snapshot, 'c')).text, lineOf('1'))
      assert.equal(notices.length, 1)
      assert.match(notices[0]?.message ?? '', /lost_.*no structure file/)
    })
  })

  it('takes a definition without data for an empty collection, with a warning', async () => {
    await withFiles({ 'c.structure.json': structureOf('c') }, async (path) => {
      const { source, snapshot, notices } = await openSnapshotOf(path)
      assert.deepEqual(
        [source.database, snapshot.tick, snapshot.serverId],
        Array(3).fill(undefined),
      )
      const [first] = (await snapshot.inventory()).collections
      assert.deepEqual(first?.size, { documents: undefined, bytes: 0 })
      assert.equal((await readDump(snapshot, 'c')).text, '')
      assert.deepEqual(notices, [
        { kind: 'warning', message: `There is no dump.json in "${path}"` },
        { kind: 'warning', message: `There is no data file of collection "c" in "${path}"` },
      ])
      await snapshot.close()
      await source.close()
    })
  })

  it('keeps one of two structure files of a collection, and leaves out deleted ones', async () => {
    const files = {
      'dump.json': '{}',
      [`c_${HASH}.structure.json`]: structureOf('c', { type: 3 }),
      'c.structure.json': structureOf('c'),
      'c.data.json': '',
      'd.structure.json': structureOf('d', { deleted: true }),
      'd.data.json': '',
    }
    await withFiles(files, async (path) => {
      const { snapshot, notices } = await openSnapshotOf(path)
      const { collections } = await snapshot.inventory()
      assert.deepEqual(
        collections.map(({ definition }) => [definition.name, definition.type]),
        [['c', 3]],
      )
      assert.deepEqual(
        notices.map(({ message }) => message),
        [`Left out "${join(path, 'c.structure.json')}": collection "c" has another structure file`],
      )
    })
  })

  it('moves the indexes of old structure files up and keeps large numbers exactly', async () => {
    const text = `{"parameters":{"name":"c","type":2,"minRevision":1667750939696562176,
      "indexes":[{"id":"0","type":"primary"},{"id":"9","type":"hash"}]},"indexes":[]}`
    await withFiles({ 'c.structure.json': text }, async (path) => {
      const [first] = (await (await openSnapshotOf(path)).snapshot.inventory()).collections
      assert.deepEqual(first?.definition.indexes, [{ id: '9', type: 'hash' }])
      assert.equal(String(first.definition.parameters['minRevision']), '1667750939696562176')
    })
  })

  it('orders collections as arangorestore does', async () => {
    const files: Record<string, string> = {}
    const names: Files = {
      Zed: structureOf('Zed'),
      a: structureOf('a'),
      edge: structureOf('edge', { type: 3 }),
      like: structureOf('like', { distributeShardsLike: 'a' }),
      _graphs: structureOf('_graphs'),
    }
    for (const [name, text] of Object.entries(names)) files[`${name}.structure.json`] = String(text)
    await withFiles(files, async (path) => {
      const { collections } = await (await openSnapshotOf(path)).snapshot.inventory()
      assert.deepEqual(
        collections.map(({ definition }) => definition.name),
        ['_graphs', 'a', 'Zed', 'edge', 'like'],
      )
    })
  })
})

describe('isDumpDirectory', () => {
  it('tells dumps from other directories, files and nothing', async () => {
    await withFiles({ 'dump.json': '', 'in/c.structure.json': '', 'out/x': '' }, async (path) => {
      const inner = (await readdir(path)).map((name) => join(path, name))
      const paths = [path, join(path, 'none'), ...inner.sort()]
      assert.deepEqual(await Promise.all(paths.map(isDumpDirectory)), [
        true,
        false,
        false,
        true,
        false,
      ])
    })
  })
})

describe('Snapshot of a directory', () => {
  it('refuses to dump a collection that the directory does not have', async () => {
    const files = { 'c.structure.json': structureOf('c'), 'd.structure.json': structureOf('d') }
    await withFiles(files, async (path) => {
      const { snapshot } = await openSnapshotOf(path)
      const [first] = (await snapshot.inventory()).collections
      assert.ok(first !== undefined)
      await withFiles({ 'd.structure.json': structureOf('d') }, async (other) => {
        const { snapshot: without } = await openSnapshotOf(other)
        assert.throws(() => without.dump(first.definition), /there is no collection "c" in it/)
      })
      await assert.doesNotReject(openDirectory(path))
    })
  })
})
