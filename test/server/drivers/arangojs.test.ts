import assert from 'node:assert/strict'
import { Database } from 'arangojs'
import { CollectionType } from 'arangojs/collections'
import type { EnsurePersistentIndexOptions } from 'arangojs/indexes'
import { askTail, markersOf } from '../support/tail.js'
import { startTestLeader, type TestLeader } from '../support/test-leader.js'

const PASSWORD = 'secret'

interface Item {
  readonly n?: number | null
  readonly o?: Readonly<Record<string, number | null>>
}

/** The errorNum of what arangojs throws. */
function withErrorNum(errorNum: number): (error: unknown) => boolean {
  return (error) => (error as { errorNum?: unknown }).errorNum === errorNum
}

describe('arangojs at a leader', () => {
  let test: TestLeader
  let system: Database

  before(async () => {
    test = await startTestLeader({ auth: { kind: 'on', rootPassword: PASSWORD } })
    system = new Database({ url: test.url, auth: { username: 'root', password: PASSWORD } })
  })

  after(async () => {
    system.close()
    await test.close()
  })

  it('asks for the version and the engine', async () => {
    const { server, version } = await system.version()
    assert.equal(server, 'arango')
    assert.match(version, /^3\.11\./)
    assert.equal((await system.engine()).name, 'rocksdb')
  })

  it('makes, lists and drops databases', async () => {
    const made = await system.createDatabase('shop')
    assert.equal(await made.exists(), true)
    const info = await made.get()
    assert.deepEqual([info.name, info.isSystem], ['shop', false])
    assert.deepEqual(await system.listDatabases(), ['_system', 'shop'])
    assert.deepEqual(await made.listUserDatabases(), ['_system', 'shop'])
    await assert.rejects(system.createDatabase('shop'), withErrorNum(1207))
    await assert.rejects(made.listDatabases(), withErrorNum(1230))
    await assert.rejects(system.createDatabase('1/x'), withErrorNum(1229))
    assert.equal(await system.dropDatabase('shop'), true)
    assert.equal(await made.exists(), false)
    await assert.rejects(system.dropDatabase('shop'), withErrorNum(1228))
  })

  describe('in a database of its own', () => {
    let db: Database

    before(async () => {
      db = await system.createDatabase('own')
    })

    after(async () => {
      await system.dropDatabase('own')
    })

    it('makes, changes, renames and drops collections', async () => {
      const made = await db.createCollection('things', { waitForSync: true })
      await assert.rejects(db.createCollection('things'), withErrorNum(1207))
      assert.equal(await made.exists(), true)
      const edges = await db.createEdgeCollection('links')
      assert.equal((await edges.get()).type, CollectionType.EDGE_COLLECTION)
      const names = (await db.listCollections()).map(({ name }) => name)
      assert.deepEqual(names, ['things', 'links'])
      assert.ok((await db.listCollections(false)).some(({ isSystem }) => isSystem))
      const properties = await made.properties()
      assert.deepEqual([properties.waitForSync, properties.keyOptions.type], [true, 'traditional'])
      assert.equal((await made.properties({ waitForSync: false })).waitForSync, false)
      await made.rename('items')
      assert.equal(await db.collection('things').exists(), false)
      assert.equal(await db.collection('items').exists(), true)
      await assert.rejects(db.collection('things').properties(), withErrorNum(1203))
      await db.collection('items').drop()
      await edges.drop()
      assert.deepEqual(await db.listCollections(), [])
    })

    it('counts, sums up and truncates a collection', async () => {
      const c = await db.createCollection<Item>('figures')
      const empty = await c.revision()
      await c.saveAll([{ n: 1 }, { n: 2 }])
      const { revision } = await c.revision()
      assert.notEqual(revision, empty.revision)
      assert.equal((await c.count()).count, 2)
      const { figures } = await c.figures(true)
      assert.equal((figures['indexes'] as { count: number }).count, 1)
      const [keys, revisions, data] = [
        await c.checksum(),
        await c.checksum({ withRevisions: true }),
        await c.checksum({ withRevisions: true, withData: true }),
      ]
      assert.equal(keys.revision, revision)
      assert.equal(new Set([keys, revisions, data].map(({ checksum }) => checksum)).size, 3)
      assert.deepEqual(await c.checksum({ withRevisions: true, withData: true }), data)
      await c.truncate()
      assert.equal((await c.count()).count, 0)
      assert.equal((await c.checksum({ withData: true })).checksum, '0')
    })

    it('saves a document in all overwrite modes', async () => {
      const c = await db.createCollection<Item>('modes')
      const first = await c.save({ _key: 'k', n: 1 }, { returnNew: true })
      assert.deepEqual([first._id, first._key, first.new?.n], ['modes/k', 'k', 1])
      await assert.rejects(c.save({ _key: 'k' }), withErrorNum(1210))
      await assert.rejects(c.save({ _key: 'a b' }), withErrorNum(1221))
      const ignored = await c.save({ _key: 'k', n: 2 }, { overwriteMode: 'ignore' })
      assert.equal(ignored._rev, first._rev)
      const updated = await c.save(
        { _key: 'k', o: { a: 1 } },
        { overwriteMode: 'update', returnOld: true, returnNew: true },
      )
      assert.deepEqual([updated._oldRev, updated.old?.n], [first._rev, 1])
      assert.deepEqual([updated.new?.n, updated.new?.o], [1, { a: 1 }])
      const replaced = await c.save(
        { _key: 'k', n: 3 },
        { overwriteMode: 'replace', returnNew: true },
      )
      assert.deepEqual([replaced.new?.n, replaced.new?.o], [3, undefined])
      await c.save({ _key: 'l' }, { silent: true })
      assert.equal(await c.documentExists('l'), true)
    })

    it('reads, replaces, updates and removes a document in its revision', async () => {
      const c = await db.createCollection<Item>('single')
      const { _rev: first } = await c.save({ _key: 'a:b', n: 1, o: { a: 1, b: 2 } })
      const read = await c.document('a:b')
      assert.deepEqual([read._id, read._rev, read.n], ['single/a:b', first, 1])
      assert.equal(await c.documentExists('a:b', { ifMatch: first }), true)
      assert.equal(await c.documentExists('x'), false)
      await assert.rejects(c.document('x'), withErrorNum(1202))
      await assert.rejects(c.document('a:b', { ifMatch: '_other' }), withErrorNum(1200))
      const changed = await c.update(
        'a:b',
        { n: null, o: { b: null, c: 3 } },
        { keepNull: false, returnNew: true, returnOld: true, ifMatch: first },
      )
      assert.deepEqual([changed.new?.n, changed.new?.o], [undefined, { a: 1, c: 3 }])
      assert.deepEqual([changed._oldRev, changed.old?.n], [first, 1])
      const whole = { mergeObjects: false, returnNew: true }
      const merged = await c.update('a:b', { o: { d: 4 } }, whole)
      assert.deepEqual(merged.new?.o, { d: 4 })
      await assert.rejects(c.replace('a:b', {}, { ifMatch: first }), withErrorNum(1200))
      const replaced = await c.replace('a:b', { n: 5 }, { returnNew: true })
      assert.deepEqual([replaced.new?.n, replaced.new?.o], [5, undefined])
      await assert.rejects(c.remove('a:b', { ifMatch: first }), withErrorNum(1200))
      const removed = await c.remove('a:b', { returnOld: true })
      assert.deepEqual([removed._rev, removed.old?.n], [replaced._rev, 5])
      await assert.rejects(c.remove('a:b'), withErrorNum(1202))
    })

    it('writes arrays, and finds what was refused in its place', async () => {
      const c = await db.createCollection<Item>('arrays')
      const saved = await c.saveAll([{ _key: 'a', n: 1 }, { _key: 'a' }, { _key: '/' }, { n: 4 }])
      assert.deepEqual(
        saved.map((item) => ('errorNum' in item ? item.errorNum : 'saved')),
        ['saved', 1210, 1221, 'saved'],
      )
      const replaced = await c.replaceAll([{ _key: 'a', n: 2 }, { _key: 'x' }], { returnNew: true })
      const [one, other] = replaced
      assert.ok(one !== undefined && 'new' in one && other !== undefined && 'errorNum' in other)
      assert.deepEqual([one.new.n, other.errorNum], [2, 1202])
      const stale = { _key: 'a', _rev: '_old', o: { a: 1 } }
      const [refused] = await c.updateAll([stale], { ignoreRevs: false })
      assert.ok(refused !== undefined && 'errorNum' in refused)
      assert.equal(refused.errorNum, 1200)
      await c.updateAll([stale])
      const found = await c.documents(['a', 'arrays/a', 'x'])
      assert.deepEqual(
        found.map(({ n, o }) => [n, o]),
        [
          [2, { a: 1 }],
          [2, { a: 1 }],
          [undefined, undefined],
        ],
      )
      const removed = await c.removeAll(['a', { _key: 'x' }], { returnOld: true })
      assert.deepEqual(
        removed.map((item) => ('errorNum' in item ? item.errorNum : item.old?.n)),
        [2, 1202],
      )
      assert.deepEqual(await c.saveAll([], {}), [])
      await c.saveAll([{ _key: 's' }], { silent: true })
      assert.equal(await c.documentExists('s'), true)
    })

    it('makes keys of every kind', async () => {
      const keys = { type: 'autoincrement', increment: 3, offset: 10 } as const
      const c = await db.createCollection('counted', { keyOptions: keys })
      const made = await c.saveAll([{}, {}])
      assert.deepEqual(
        made.map((item) => ('_key' in item ? item._key : 'refused')),
        ['10', '13'],
      )
      const { keyOptions } = await c.properties()
      assert.equal((keyOptions as { lastValue?: number }).lastValue, 13)
      const strict = await db.createCollection('strict', {
        keyOptions: { type: 'uuid', allowUserKeys: false },
      })
      await assert.rejects(strict.save({ _key: 'k' }), withErrorNum(1222))
      const wrong = { keyOptions: { type: 'other' } } as never
      await assert.rejects(db.createCollection('wrong', wrong), withErrorNum(1232))
    })

    it('saves edges, which need both ends', async () => {
      const c = await db.createEdgeCollection<Item>('relations')
      const saved = await c.save({ _from: 'a/1', _to: 'a/2' }, { returnNew: true })
      assert.equal(saved.new?._from, 'a/1')
      await assert.rejects(c.save({ _from: 'a/1' } as never), withErrorNum(1233))
      const indexes = await c.indexes()
      assert.deepEqual(
        indexes.map(({ type }) => type),
        ['primary', 'edge'],
      )
    })

    it('makes, finds and drops indexes', async () => {
      const c = await db.createCollection<Item>('indexed')
      const wanted: EnsurePersistentIndexOptions = {
        type: 'persistent',
        fields: ['n', 'o.a'],
        unique: true,
        name: 'both',
      }
      const made = await c.ensureIndex(wanted)
      assert.equal(made.isNewlyCreated, true)
      assert.match(made.id, /^indexed\/\d+$/)
      assert.equal((await c.ensureIndex(wanted)).isNewlyCreated, false)
      await assert.rejects(
        c.ensureIndex({ type: 'persistent', fields: ['x'], name: 'both' }),
        withErrorNum(1207),
      )
      await c.ensureIndex({ type: 'ttl', fields: ['t'], expireAfter: 60 })
      await c.ensureIndex({ type: 'geo', fields: ['p'], geoJson: true })
      await c.ensureIndex({ type: 'fulltext', fields: ['t'] } as never)
      assert.deepEqual(
        (await c.indexes()).map(({ type }) => type),
        ['primary', 'persistent', 'ttl', 'geo', 'fulltext'],
      )
      assert.equal((await c.index('both')).id, made.id)
      await assert.rejects(c.ensureIndex({ type: 'x', fields: ['n'] } as never), withErrorNum(10))
      assert.equal((await c.dropIndex(made.id)).id, made.id)
      await assert.rejects(c.index(made.id), withErrorNum(1212))
      await assert.rejects(c.dropIndex('primary'), withErrorNum(11))
    })

    it('is refused what a unique index refuses', async () => {
      const c = await db.createCollection<Item>('unique')
      await c.saveAll([{ _key: 'a', n: 1 }, { _key: 'b', n: 1 }, { _key: 'd' }])
      const fields: [string] = ['n']
      const wanted: EnsurePersistentIndexOptions = { type: 'persistent', fields, unique: true }
      await assert.rejects(c.ensureIndex(wanted), withErrorNum(1210))
      await c.update('b', { n: 2 })
      const made = await c.ensureIndex({ ...wanted, name: 'byN' })
      await assert.rejects(c.save({ n: 2 }), (error: Error) => {
        assert.match(error.message, /in index byN of type persistent over 'n'; conflicting key: b$/)
        return withErrorNum(1210)(error)
      })
      await assert.rejects(c.save({}), withErrorNum(1210))
      await assert.rejects(c.replace('a', { n: 2 }), withErrorNum(1210))
      const saved = await c.saveAll([{ n: 3 }, { n: 3 }])
      assert.deepEqual(
        saved.map((item) => ('errorNum' in item ? item.errorNum : 'saved')),
        ['saved', 1210],
      )
      await c.dropIndex(made.id)
      await c.save({ n: 2 })
    })

    it('hears that there are no queries', async () => {
      await assert.rejects(db.query('RETURN 1'), withErrorNum(9))
      await assert.rejects(db.listGraphs(), withErrorNum(9))
    })
  })

  it('finds what it wrote in the log', async () => {
    const db = await system.createDatabase('logged')
    const c = await db.createCollection('c')
    await c.saveAll([{ _key: 'a' }, { _key: 'b' }])
    const headers = { authorization: `Basic ${btoa(`root:${PASSWORD}`)}` }
    const path = '/_db/logged/_api/wal/tail'
    const markers = markersOf(await askTail(test.url, { from: 0 }, { path, headers }))
    assert.deepEqual(markers.map(({ type }) => type).slice(-5), [2000, 2200, 2300, 2300, 2201])
    await system.dropDatabase('logged')
  })
})
