import assert from 'node:assert/strict'
import type { LogRange } from '../../lib/store/index.js'
import { formatMarkerLine, type MarkerForm } from '../../lib/wire/index.js'
import { chunkOf } from '../support/chunk.js'
import { documentText, makeCollection, systemOf } from './support/documents.js'
import { ALL, kindsOf, linesOf, makeHistory, NO_SYSTEM, parse, readLines } from './support/log.js'
import { readMarkers } from './support/markers.js'
import { useStore } from './support/use-store.js'

describe('StoreSnapshot.readLog()', () => {
  const { open, withTables } = useStore()

  for (const form of ['wal', 'logger'] as const satisfies readonly MarkerForm[]) {
    it(`gives every marker as the line that its type has in the form ${form}`, async () => {
      const store = await open()
      await makeHistory(store)
      const lines = await readLines(store, { form })
      const logged = await withTables(readMarkers)
      const markers = lines.map(parse)
      assert.deepEqual(
        markers.map(({ tick: at, type }) => [at, type]),
        logged.map(({ tick: at, type }) => [at, type]),
      )
      assert.equal(new Set(markers.map(({ type }) => type)).size, 14)
      // Only what has the order of the table comes back the same.
      assert.deepEqual(
        markers.map((marker) => formatMarkerLine(marker, form).toString()),
        lines,
      )
      for (const [index, marker] of markers.entries()) {
        const data = logged[index]?.data
        if (data !== '' && data !== undefined) assert.ok(lines[index]?.includes(`"data":${data}`))
        const { databaseName, databaseId } = marker
        const isSystem = logged[index]?.databaseId === 1
        if (form === 'wal') assert.equal(databaseName, isSystem ? '_system' : 'other')
        else assert.equal(databaseId, String(logged[index]?.databaseId))
      }
    })
  }

  it('names collections that were dropped or renamed since', async () => {
    const store = await open()
    await makeHistory(store)
    const dropped = (await readLines(store, { form: 'logger' })).map(parse)
    const named = dropped.flatMap((marker) =>
      'collectionName' in marker
        ? [[marker.kind, marker.collectionName, marker.globallyUniqueId]]
        : [],
    )
    const guids = new Set(named.map(([, , guid]) => guid))
    assert.ok(!guids.has(undefined))
    assert.ok(named.some(([kind, name]) => kind === 'create-collection' && name === 'o'))
    assert.ok(named.some(([kind, name]) => kind === 'document' && name === 'renamed "c"'))
    assert.ok(named.some(([kind, name]) => kind === 'drop-view' && name === 'v'))
    assert.ok(named.some(([kind, name]) => kind === 'drop-collection' && name === undefined))
  })

  it('gives the markers of one database, without those that make and drop it', async () => {
    const store = await open()
    await makeHistory(store)
    const all = (await readLines(store)).map(parse)
    const { id } = systemOf(store)
    const own = (await readLines(store, { databaseId: id })).map(parse)
    const expected = all.filter(
      ({ databaseName, type }) => databaseName === '_system' && type >= 2000,
    )
    assert.deepEqual(own, expected)
    assert.ok(own.length < all.length)
  })

  it('gives the markers of one collection', async () => {
    const store = await open()
    const c = await makeCollection(store)
    const d = await makeCollection(store, { name: 'd' })
    await store.insert(c, '{}')
    await store.insert(d, '{}')
    await store.truncateCollection(c)
    const lines = await readLines(store, { collectionId: c.id, databaseId: c.databaseId })
    assert.deepEqual(kindsOf(lines), ['create-collection', 'document', 'truncate-collection'])
    const none = { collectionId: c.id, databaseId: c.databaseId + 1 }
    assert.deepEqual(await readLines(store, none), [])
  })

  it('leaves out system collections and queues unless they are wanted', async () => {
    const store = await open()
    const system = systemOf(store)
    await store.createCollection(system, { name: '_jobs', type: 2 })
    await store.createCollection(system, { name: '_statistics', type: 2 })
    await store.createCollection(system, { name: '_own', type: 2 })
    const gone = await store.createCollection(system, { name: '_gone', type: 2 })
    await store.dropCollection(gone)
    await makeCollection(store)
    const named = async (wanted: LogRange['system']): Promise<(string | undefined)[]> => {
      const lines = await readLines(store, { system: wanted, form: 'logger' })
      return lines.map(parse).flatMap((marker) => {
        return marker.kind === 'create-collection' ? [marker.collectionName] : []
      })
    }
    const own = ['_analyzers', '_graphs', '_aqlfunctions', '_users']
    assert.deepEqual(await named(NO_SYSTEM), ['c'])
    assert.deepEqual(await named({ includeSystem: true }), [...own, '_own', '_gone', 'c'])
    assert.deepEqual(await named(ALL.system), [...own, '_jobs', '_own', '_gone', 'c'])
  })

  it('sees what its snapshot sees, and nothing after that is closed', async () => {
    const store = await open()
    const c = await makeCollection(store)
    await store.applyChunk(c, chunkOf([documentText('a', 1)]))
    const snapshot = await store.openSnapshot()
    await store.applyChunk(c, chunkOf([documentText('b', 2)]))
    const kinds = kindsOf(linesOf(await snapshot.readLog({ ...ALL, system: NO_SYSTEM })))
    assert.deepEqual(kinds, ['create-database', 'create-collection', 'document'])
    assert.equal(parse((await readLines(store))[0] ?? '').tick, snapshot.firstTick)
    snapshot.close()
    await assert.rejects(snapshot.readLog(ALL), { code: 'ERR_SNAPSHOT_CLOSED' })
    assert.throws(() => snapshot.firstTick, { code: 'ERR_SNAPSHOT_CLOSED' })
  })
})
