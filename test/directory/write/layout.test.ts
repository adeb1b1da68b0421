import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openDirectory, type DirectoryTargetOptions } from '../../../lib/directory/index.js'
import type { ReplicaNotice } from '../../../lib/replica/index.js'
import { parseExactJson } from '../../../lib/streams/index.js'
import {
  parseCollectionDefinition,
  parseViewDefinition,
  type ViewDefinition,
} from '../../../lib/wire/index.js'
import { chunkOf } from '../../support/chunk.js'
import { describeWithShared, sharedUrl } from '../../support/shared.js'
import { useTemporaryDirectory } from '../../support/temporary-directory.js'
import {
  contentOf,
  copyInto,
  linesOf,
  namesIn,
  ORIGIN,
  withDirectoryTarget,
} from '../support/written-dump.js'

const PARAMETERS =
  '{"cacheEnabled":false,"cid":"11","computedValues":null,"deleted":false,' +
  '"globallyUniqueId":"h1/11","id":"11","minRevision":1667750939696562176,"name":"NAME",' +
  '"numberOfShards":1,"shadowCollections":[1],"syncByRevision":true,"threshold":0.10,"type":2}'
const KEPT_PARAMETERS = PARAMETERS.replace('"shadowCollections":[1],', '')
const INDEX = '{"fields":["a"],"id":"12","name":"i","type":"persistent","unique":false}'
const NEW_INDEX = '{"fields":["x","y"],"id":"13","name":"m","type":"mdi"}'
const VIEW = '{"globallyUniqueId":"h1/20","id":"20","name":"seen","type":"arangosearch","big":1.0}'
const ALIAS = '{"globallyUniqueId":"h1/21","id":"21","name":"alias","type":"search-alias"}'
const NAMES = ['c', '_system-1', '0digits', 'größe', 'C', '../up', 'empty']

const md5 = (name: string): string => createHash('md5').update(name).digest('hex')
const viewOf = (text: string): ViewDefinition => parseViewDefinition(parseExactJson(text), 'view')

/** Writes one collection of each name, and the views; every collection has the id 11. */
async function write(
  path: string,
  options: DirectoryTargetOptions = {},
): Promise<readonly string[]> {
  const notices: ReplicaNotice[] = []
  await withDirectoryTarget(path, options, async (target) => {
    target.onNotice = (notice) => notices.push(notice)
    const copy = await target.beginCopy(ORIGIN)
    for (const name of NAMES) {
      const parameters = PARAMETERS.replace('NAME', name)
      const text = `{"parameters":${parameters},"indexes":[${INDEX},${NEW_INDEX}]}`
      const into = await copy.replaceCollection(
        parseCollectionDefinition(parseExactJson(text), name),
      )
      if (name !== 'empty') await into.write(chunkOf(linesOf(0, 3)))
    }
    for (const text of [VIEW, ALIAS]) await copy.replaceView(viewOf(text))
    await copy.finish()
  })
  return notices.map(({ message }) => message)
}

/** What stands for a name in the names of files (client notes, 4.1). */
function stemOf(name: string): string {
  const isTraditional = /^[A-Za-z_][A-Za-z0-9_-]*$/.test(name)
  return `${isTraditional ? name : '11'}_${md5(name)}`
}

const textOf = (path: string): Promise<string> => readFile(path, 'utf8')

describe('openDirectoryTarget(), names and content of files', () => {
  const { at } = useTemporaryDirectory()

  it('names files as arangodump does, with the hash of the name', async () => {
    const endings = [
      [{}, ['data.json.gz']],
      [{ gzip: false }, ['data.json']],
      [{ vpack: true }, ['data.vpack.gz']],
      [{ vpack: true, gzip: false }, ['data.vpack']],
      [{ splitBytes: 60 }, ['0.data.json.gz', '1.data.json.gz', '2.data.json.gz']],
    ] as const
    for (const [index, [options, data]] of endings.entries()) {
      await write(at(`${index}`), options)
      const expected = NAMES.flatMap((name) => [
        `${stemOf(name)}.structure.json`,
        ...(name === 'empty' ? data.slice(0, 1) : data).map((end) => `${stemOf(name)}.${end}`),
      ])
      const others = [
        'ENCRYPTION',
        'dump.json',
        'tidemark.json',
        'seen.view.json',
        'alias.view.json',
      ]
      assert.deepEqual(await namesIn(at(`${index}`)), [...expected, ...others].sort())
    }
  })

  it('names differ in more than upper and lower case', async () => {
    await write(at('dump'))
    const lower = (await readdir(at('dump'))).map((name) => name.toLowerCase())
    assert.equal(new Set(lower).size, lower.length)
  })

  it('writes nothing outside the directory', async () => {
    await write(at('dump'))
    assert.deepEqual(await namesIn(at('.')), ['dump'])
  })

  it('writes ENCRYPTION without a newline', async () => {
    await write(at('dump'))
    assert.equal(await textOf(at('dump/ENCRYPTION')), 'none')
  })

  it('writes dump.json of 3.12 with its attributes in their order', async () => {
    const head =
      '{"database":"shop","createdAt":"2026-01-02T03:04:05Z","lastTickAtDumpStart":"1234"'
    const properties = '"properties":{"id":"7","name":"shop","isSystem":false}}'
    await write(at('plain'))
    assert.equal(
      await textOf(at('plain/dump.json')),
      `${head},"useEnvelope":false,"useVPack":false,${properties}`,
    )
    await write(at('vpack'), { vpack: true })
    assert.equal(
      await textOf(at('vpack/dump.json')),
      `${head},"useEnvelope":false,"useVPack":true,${properties}`,
    )
  })

  it('writes dump.json of 3.8 with its attributes in their order', async () => {
    const head = '{"database":"shop","lastTickAtDumpStart":"1234"'
    const properties = '"properties":{"id":"7","name":"shop","isSystem":false}}'
    for (const envelope of [true, false]) {
      await write(at(`${envelope}`), { format: '3.8', envelope })
      assert.equal(
        await textOf(at(`${envelope}/dump.json`)),
        `${head},"useEnvelope":${envelope},${properties}`,
      )
    }
  })

  it('tells in dump.json what is known of the database and no more', async () => {
    const bare = { address: 'dir:x', serverId: undefined, tick: undefined }
    await withDirectoryTarget(at('dump'), { format: '3.8' }, async (target) => {
      target.describeDatabase({ name: 'named' })
      await (await target.beginCopy(bare)).finish()
    })
    assert.equal(
      await textOf(at('dump/dump.json')),
      '{"database":"named","useEnvelope":false,"properties":{"name":"named","isSystem":false}}',
    )
  })

  it('writes structures of 3.12 as the source tells them, number for number', async () => {
    assert.deepEqual(await write(at('dump')), [])
    for (const name of NAMES) {
      assert.equal(
        await textOf(at(`dump/${stemOf(name)}.structure.json`)),
        `{"indexes":[${INDEX},${NEW_INDEX}],"parameters":${KEPT_PARAMETERS.replace('NAME', name)}}`,
      )
    }
    assert.equal(await textOf(at('dump/seen.view.json')), VIEW)
    assert.equal(await textOf(at('dump/alias.view.json')), ALIAS)
  })

  it('writes structures of 3.8 without what servers had only later, and says so', async () => {
    const messages = await write(at('dump'), { format: '3.8' })
    assert.deepEqual(messages, [
      ...NAMES.map(
        (name) =>
          `An index of type "mdi" of collection "${name}" is left out: servers up to 3.8 do not know it`,
      ),
      'View "alias" is left out: servers up to 3.8 have no type "search-alias"',
    ])
    const parameters = KEPT_PARAMETERS.replace('NAME', 'c').replace('"computedValues":null,', '')
    assert.equal(
      await textOf(at(`dump/${stemOf('c')}.structure.json`)),
      `{"indexes":[${INDEX}],"parameters":${parameters}}`,
    )
    assert.equal((await namesIn(at('dump'))).includes('alias.view.json'), false)
  })

  it('writes lines that end in a newline, bare or enveloped', async () => {
    const lines = linesOf(0, 3)
    const file = `${stemOf('c')}.data.json`
    for (const format of ['3.8', '3.12'] as const) {
      for (const [gzip, end] of [
        [true, '.gz'],
        [false, ''],
      ] as const) {
        const [bare, enveloped] = [at(`${format} ${gzip}`), at(`${format} ${gzip} enveloped`)]
        await write(bare, { format, gzip })
        await write(enveloped, { format, gzip, envelope: true })
        assert.equal(
          String(await contentOf(join(bare, file + end))),
          lines.map((line) => `${line}\n`).join(''),
        )
        assert.equal(
          String(await contentOf(join(enveloped, file + end))),
          lines.map((line) => `{"type":2300,"data":${line}}\n`).join(''),
        )
      }
    }
  })

  it('writes an empty file for a collection without documents', async () => {
    const sizes = [
      [{}, 'data.json.gz', 20],
      [{ gzip: false }, 'data.json', 0],
      [{ vpack: true, gzip: false }, 'data.vpack', 1],
      [{ splitBytes: 100 }, '0.data.json.gz', 20],
    ] as const
    for (const [index, [options, end, size]] of sizes.entries()) {
      await write(at(`${index}`), options)
      assert.equal((await stat(at(`${index}/${stemOf('empty')}.${end}`))).size, size)
    }
  })

  it('writes gzip without a time, so that equal dumps have equal bytes', async () => {
    await write(at('dump'))
    const bytes = await readFile(at(`dump/${stemOf('c')}.data.json.gz`))
    assert.equal(bytes.readUInt32LE(4), 0)
  })
})

describeWithShared('openDirectoryTarget(), beside what arangodump wrote', () => {
  const { at } = useTemporaryDirectory()

  it('writes the same names, structures, views and lines', async () => {
    for (const [name, envelope] of [
      ['got-family-tree', false],
      ['fraud-detection', true],
    ] as const) {
      const original = fileURLToPath(sharedUrl(`datasets/${name}`))
      await copyInto(await openDirectory(original), at(name), { envelope })
      const names = (await readdir(original)).filter((file) => file !== 'dump.json')
      for (const file of names) {
        assert.deepEqual(
          await contentOf(join(at(name), file)),
          await contentOf(join(original, file)),
        )
      }
      const made = new Set(await namesIn(at(name)))
      for (const file of ['ENCRYPTION', 'dump.json', 'tidemark.json', ...names]) made.delete(file)
      assert.deepEqual([...made], [])
    }
  })

  it('writes dump.json of 3.8 as servers up to 3.11 do', async () => {
    const original = fileURLToPath(sharedUrl('datasets/got-family-tree'))
    await copyInto(await openDirectory(original), at('dump'), { format: '3.8' })
    assert.equal(
      await textOf(at('dump/dump.json')),
      readFileSync(join(original, 'dump.json'), 'utf8'),
    )
  })
})
