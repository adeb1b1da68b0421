import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import type { JsonObject } from '../../lib/wire/index.js'
import {
  openSnapshotOf,
  readDump,
  structureOf,
  withFiles,
  type Files,
} from '../support/dump-directory.js'
import { describeWithShared, sharedUrl } from '../support/shared.js'

const LINE = '{"_key":"1"}\n'

function hashed(name: string, replacement = name): string {
  return `${replacement}_${createHash('md5').update(name).digest('hex')}`
}

/** Takes files of the recorded dumps: their names there, and those that they are to have. */
async function recorded(names: Readonly<Record<string, string>>): Promise<Files> {
  const files: Record<string, Buffer> = {}
  for (const [from, to] of Object.entries(names)) {
    files[to] = await readFile(sharedUrl(`fixtures/dumps/${from}`))
  }
  return files
}

/** Opens a directory of these files, reads its only collection, and tells what was warned of. */
async function readOnly(files: Files) {
  let seen: Awaited<ReturnType<typeof readAll>> | undefined
  await withFiles(files, async (path) => {
    seen = await readAll(path)
  })
  assert.ok(seen !== undefined)
  return seen
}

async function readAll(path: string) {
  const { source, snapshot, notices } = await openSnapshotOf(path)
  const { collections, views } = await snapshot.inventory()
  const [first, ...others] = collections
  assert.ok(first !== undefined && others.length === 0)
  const { definition } = first
  const dump = await readDump(snapshot, definition.name)
  assert.equal(dump.error, undefined)
  const lines = dump.text.split('\n').filter((line) => line !== '')
  return { source, snapshot, notices, definition, views, dump, lines }
}

describe('openDirectory, generations of dumps', () => {
  it('reads what dump.json tells, whatever it does not', async () => {
    const all: JsonObject = {
      database: 'shop',
      createdAt: '2025-11-16T08:14:33Z',
      lastTickAtDumpStart: '7',
      useEnvelope: false,
      useVPack: false,
      properties: { id: '77', name: 'shop', isSystem: false, sharding: '' },
    }
    const names = Object.keys(all)
    for (let subset = 0; subset < 2 ** names.length; subset += 1) {
      const kept = names.filter((_, index) => (subset >> index) % 2 === 1)
      const metadata = Object.fromEntries(kept.map((name) => [name, all[name]]))
      const { source, snapshot, notices, lines } = await readOnly({
        'dump.json': JSON.stringify(metadata),
        'c.structure.json': structureOf('c'),
        'c.data.json': LINE,
      })
      const { properties } = await snapshot.inventory()
      assert.equal(source.database, metadata['database'])
      assert.equal(snapshot.tick, kept.includes('lastTickAtDumpStart') ? 7n : undefined)
      assert.deepEqual(properties, metadata['properties'])
      assert.deepEqual([notices, lines.length], [[], 1])
    }
  })

  it('finds definitions and data under every name that they may have', async () => {
    const name = 'größe 1'
    const structure = structureOf(name, { id: '76', cid: '77' })
    const stems: readonly (readonly [string, string])[] = [
      [hashed(name), hashed(name)],
      [name, hashed(name)],
      [name, name],
      ['77', hashed(name, '77')],
      ['76', hashed(name, '76')],
      [hashed(name, '77'), hashed(name, '77')],
      [hashed(name, '123456'), hashed(name, '123456')],
    ]
    for (const [structureStem, dataStem] of stems) {
      for (const end of ['.data.json', '.data.json.gz', '.0.data.json.gz']) {
        if (end.startsWith('.0') && dataStem === name) continue
        const { notices, definition, lines } = await readOnly({
          'dump.json': '{}',
          [`${structureStem}.structure.json`]: structure,
          [`${dataStem}${end}`]: end.endsWith('.gz') ? gzipSync(LINE) : LINE,
        })
        assert.equal(definition.name, name)
        assert.deepEqual([notices, lines.length], [[], 1], `${structureStem} ${dataStem}${end}`)
      }
    }
  })

  it('reads lines of every form, and removals', async () => {
    const forms = [
      '{"tick":"9","type":2300,"key":"1","rev":"9","data":{"_key":"1","_rev":"9"}}',
      '{"type":2300,"key":"2","data":{"_id":"c/2","_key":"2","_rev":"715925"}}',
      '{"type":2301,"data":{"_from":"a/1","_id":"c/3","_key":"3","_rev":"_gAAAAAA---","_to":"a/2"}}',
      '{"data":{"_key":"4"},"type":2300}',
      '{"_id":"c/5","_rev":"_gAAAAAB---","_key":"5"}',
      '{"type":2302,"data":{"_key":"1"}}',
      '{"type":2302,"key":"2","rev":"9"}',
    ]
    await withFiles(
      {
        'c.structure.json': structureOf('c'),
        'dump.json': '{}',
        'c.data.json': `${forms.join('\r\n')}\n`,
      },
      async (path) => {
        const { snapshot } = await openSnapshotOf(path)
        const [first] = (await snapshot.inventory()).collections
        assert.ok(first !== undefined)
        const seen: unknown[] = []
        for await (const { chunk } of snapshot.dump(first.definition)) {
          for (const { kind, key, revisionText } of chunk.entries()) {
            seen.push([kind, key, revisionText])
          }
        }
        assert.deepEqual(seen, [
          ['document', '1', '9'],
          ['document', '2', '715925'],
          ['document', '3', '_gAAAAAA---'],
          ['document', '4', undefined],
          ['document', '5', '_gAAAAAB---'],
          ['removal', '1', undefined],
          ['removal', '2', '9'],
        ])
      },
    )
  })
})

describeWithShared('openDirectory, recorded dumps', () => {
  it('reads definitions of 2.x, whose indexes are inside, and data beside them', async () => {
    const files = await recorded({ 'tut-imdb_edges.structure.json': 'imdb_edges.structure.json' })
    const { definition, notices } = await readOnly({ ...files, 'imdb_edges.data.json': '' })
    assert.deepEqual(
      [definition.name, definition.type, definition.id],
      ['imdb_edges', 3, '266191978919'],
    )
    assert.equal(definition.globallyUniqueId, 'dump/imdb_edges')
    assert.equal(notices.length, 1)
  })

  it('reads dumps of 3.0, with decimal revisions and sorted attributes', async () => {
    const files = await recorded({
      'zdf-_graphs.structure.json': '_graphs.structure.json',
      'zdf-_graphs.data.json': '_graphs.data.json',
      'zdf-dump.json': 'dump.json',
    })
    const { source, definition, lines } = await readOnly(files)
    assert.deepEqual([source.database, definition.isSystem, lines.length], ['_system', true, 1])
    const edges = await recorded({
      'debian-Breaks.structure.json': `${hashed('Breaks')}.structure.json`,
      'debian-Breaks.data.head20.json': `${hashed('Breaks')}.data.json`,
    })
    const breaks = await readOnly(edges)
    assert.deepEqual([breaks.definition.type, breaks.lines.length], [3, 20])
  })

  it('reads dumps of clusters, whose definitions have no hash in their name', async () => {
    const files = await recorded({
      'cw-imdb_edges.structure.json': 'imdb_edges.structure.json',
      'cw-dump.json': 'dump.json',
    })
    const data = { [`${hashed('imdb_edges')}.data.json.gz`]: gzipSync(LINE) }
    const { definition, lines, notices } = await readOnly({ ...files, ...data })
    assert.deepEqual([definition.name, lines.length, notices], ['imdb_edges', 1, []])
  })

  it('reads the same collection in an envelope and without', async () => {
    const structure = {
      'imdb-Genre_91563b044939df33670bd362715e334e.structure.json': 'Genre.structure.json',
    }
    const enveloped = await readOnly(
      await recorded({ ...structure, 'imdb-Genre.data.json': 'Genre.data.json' }),
    )
    const bare = await readOnly(
      await recorded({ ...structure, 'imdb-Genre.data.json.gz': 'Genre.data.json.gz' }),
    )
    assert.equal(enveloped.lines.length, bare.lines.length)
    assert.ok(enveloped.lines.every((line) => line.startsWith('{"type":2300,"data":')))
    assert.ok(bare.lines.every((line) => line.startsWith('{"_key":')))
  })

  it('reads views', async () => {
    const files = await recorded({
      'fraud-Text_Search.view.json': 'Text_Search.view.json',
      'gotTrivia-test.view.json': '77.view.json',
    })
    const { views } = await readOnly({ ...files, 'c.structure.json': structureOf('c') })
    assert.deepEqual(
      views.map(({ name, type }) => [name, type]).sort(),
      [
        ['Text_Search', 'arangosearch'],
        ['test', 'arangosearch'],
      ].sort(),
    )
  })
})
