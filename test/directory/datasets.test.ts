import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { isDumpDirectory } from '../../lib/directory/index.js'
import { openSnapshotOf, readDump } from '../support/dump-directory.js'
import { describeWithShared, sharedUrl } from '../support/shared.js'

/** What the data sets' own description says: collections in order, documents of each. */
interface DataSet {
  readonly name: string
  readonly database: string
  readonly tick: bigint
  readonly counts: Readonly<Record<string, number>>
  readonly views: readonly string[]
}

const DATA_SETS: readonly DataSet[] = [
  {
    name: 'fraud-detection',
    database: 'fraud-detection',
    tick: 63082802n,
    counts: {
      _analyzers: 0,
      _appbundles: 0,
      _apps: 0,
      _aqlfunctions: 0,
      _graphs: 2,
      _modules: 0,
      account: 54,
      bank: 3,
      branch: 10,
      Class: 4,
      customer: 17,
      accountHolder: 54,
      Relationship: 4,
      transaction: 62,
    },
    views: ['Text_Search'],
  },
  {
    name: 'itsm-incidents-cluster',
    database: 'TUThjyjglmb376tll56bgsvo',
    tick: 1100014618n,
    counts: {
      customer: 24918,
      incident: 24918,
      support_org: 24918,
      vendor: 24918,
      incident_customer: 24918,
      incident_support_org: 24918,
      incident_vendor: 24918,
    },
    views: [],
  },
  {
    name: 'imdb-people-enveloped',
    database: 'IMDB',
    tick: 67131n,
    counts: { _graphs: 2, Genre: 30, directed: 11915, hasMovie: 23420 },
    views: [],
  },
  {
    name: 'got-family-tree',
    database: 'familyTree',
    tick: 219959n,
    counts: { character: 392, places: 0, link: 348 },
    views: ['test'],
  },
  {
    name: 'debian-deps-partial',
    database: 'debianGraph',
    tick: 512981182271n,
    counts: {
      _aqlfunctions: 0,
      _frontend: 0,
      _graphs: 1,
      _modules: 0,
      _routing: 3,
      Breaks: 7698,
      Conflicts: 6573,
      'Pre-Depends': 3867,
      Provides: 7313,
      Replaces: 10395,
      Suggests: 19535,
    },
    views: [],
  },
]

describeWithShared('openDirectory, real dumps', () => {
  for (const { name, database, tick, counts, views } of DATA_SETS) {
    const path = fileURLToPath(sharedUrl(`datasets/${name}`))

    it(`${name}: tells database, tick, collections in order and views`, async () => {
      const { source, snapshot, notices } = await openSnapshotOf(path)
      const inventory = await snapshot.inventory()
      assert.equal(await isDumpDirectory(path), true)
      assert.equal(source.address, `dir:${path}`)
      assert.equal(source.database, database)
      assert.equal(snapshot.tick, tick)
      assert.deepEqual(
        inventory.collections.map(({ definition }) => definition.name),
        Object.keys(counts),
      )
      assert.deepEqual(
        inventory.views.map((view) => view.name),
        views,
      )
      assert.deepEqual(notices, [])
    })

    it(`${name}: gives the files' bytes, and as many entries as it should`, async () => {
      const { snapshot } = await openSnapshotOf(path)
      for (const { definition, size } of (await snapshot.inventory()).collections) {
        const file = dataFileOf(path, definition.name)
        const dump = await readDump(snapshot, definition.name)
        assert.equal(dump.error, undefined)
        assert.equal(dump.text, readData(file))
        assert.equal(dump.lineCount, counts[definition.name])
        assert.equal(size.bytes, statSync(file).size)
        assert.equal(dump.readBytes, dump.lineCount === 0 ? 0 : size.bytes)
      }
    })
  }

  it('makes up a globallyUniqueId where an old dump has none', async () => {
    const path = fileURLToPath(sharedUrl('datasets/debian-deps-partial'))
    const { snapshot } = await openSnapshotOf(path)
    const ids = (await snapshot.inventory()).collections.map(({ definition }) => [
      definition.globallyUniqueId,
      definition.parameters['globallyUniqueId'],
    ])
    assert.deepEqual(ids[0], ['_aqlfunctions', '_aqlfunctions'])
    assert.deepEqual(ids[5], ['dump/Breaks', 'dump/Breaks'])
  })
})

function dataFileOf(path: string, collection: string): string {
  const names = readdirSync(path).filter((name) => /^.*_[0-9a-f]{32}\.data\.json/.test(name))
  const name = names.find((text) => text.replace(/_[0-9a-f]{32}\..*$/, '') === collection)
  assert.ok(name !== undefined)
  return join(path, name)
}

function readData(file: string): string {
  const bytes = readFileSync(file)
  return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()
}
