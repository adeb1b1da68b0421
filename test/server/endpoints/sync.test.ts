import assert from 'node:assert/strict'
import { SignJWT } from 'jose'
import type { StoreDatabase } from '../../../lib/store/index.js'
import { parseTick } from '../../../lib/values/index.js'
import { ask } from '../support/ask.js'
import { valueOf } from '../support/documents.js'
import { askSync, checksumOf, endpointOf, namesOf } from '../support/sync.js'
import { fillCollection, startTestLeader, type TestLeader } from '../support/test-leader.js'

describe('PUT /_api/replication/sync', () => {
  let remote: TestLeader
  let local: TestLeader
  let from: StoreDatabase
  let into: StoreDatabase
  /** A database of its own for each test, of one name on both sides. */
  let database = ''
  let count = 0

  before(async () => {
    remote = await startTestLeader()
    local = await startTestLeader()
  })

  after(async () => {
    await remote.close()
    await local.close()
  })

  beforeEach(async () => {
    count += 1
    database = `dä ${count}`
    from = await remote.store.createDatabase(database)
    into = await local.store.createDatabase(database)
  })

  async function fill(name: string, documents: number): Promise<void> {
    await fillCollection(remote.store, name, documents, { database: from })
  }

  async function sync(body: object): Promise<ReturnType<typeof valueOf>> {
    const whole = { endpoint: endpointOf(remote), includeSystem: false, ...body }
    const reply = await askSync(local, whole, { into: database })
    assert.equal(reply.status, 200, reply.body.toString())
    return { ...valueOf(reply), names: namesOf(reply) }
  }

  async function assertEqual(...collections: readonly string[]): Promise<void> {
    for (const name of collections) {
      const wanted = await checksumOf(remote, name, database)
      assert.equal(typeof wanted, 'string')
      assert.equal(await checksumOf(local, name, database), wanted, name)
    }
  }

  function namesAt({ store }: TestLeader, of: StoreDatabase): string[] {
    const names = store.collections(of).map(({ definition }) => definition.name)
    return names.filter((name) => !name.startsWith('_'))
  }

  it('copies a database, and tells the ids and the tick of the remote one', async () => {
    const documents = await fillCollection(remote.store, 'c', 20, { database: from })
    await remote.store.createIndex(documents.collection, { type: 'persistent', fields: ['text'] })
    await fillCollection(remote.store, 'e', 10, { type: 3, database: from })
    await fillCollection(local.store, 'c', 30, { database: into })
    await fillCollection(local.store, 'kept', 3, { database: into })
    const { collections, lastLogTick } = await sync({})
    const idOf = (name: string): string | undefined =>
      remote.store.collection(from, name)?.definition.id
    assert.deepEqual(collections, [
      { id: idOf('c'), name: 'c' },
      { id: idOf('e'), name: 'e' },
    ])
    assert.equal(parseTick(String(lastLogTick)), remote.store.lastTick)
    await assertEqual('c', 'e')
    const indexes = local.store.collection(into, 'c')?.definition.indexes ?? []
    assert.deepEqual(
      indexes.map(({ fields }) => fields),
      [['text']],
    )
    assert.deepEqual(namesAt(local, into), ['c', 'kept', 'e'])
    assert.equal(local.store.copyMark(into), undefined)
    assert.equal(local.store.followPosition(into), undefined)
  })

  it('moves only what differs with incremental', async () => {
    await fill('c', 300)
    await sync({})
    const there = remote.store.collection(from, 'c')
    assert.ok(there !== undefined)
    await remote.store.insert(there, '{"_key":"new"}')
    await remote.store.remove(there, 'key7')
    await fill('later', 5)
    const id = local.store.collection(into, 'c')?.id
    const markers = local.store.markerCount
    assert.deepEqual((await sync({ incremental: true }))['names'], ['c', 'later'])
    await assertEqual('c', 'later')
    assert.equal(local.store.collection(into, 'c')?.id, id)
    assert.ok(local.store.markerCount - markers < 20)
  })

  it('copies as a whole without incremental', async () => {
    await fill('c', 3)
    await sync({})
    const id = local.store.collection(into, 'c')?.id
    await sync({ endpoint: endpointOf(remote, 'http'), incremental: false })
    assert.notEqual(local.store.collection(into, 'c')?.id, id)
    await assertEqual('c')
  })

  for (const incremental of [false, true]) {
    const how = incremental ? 'moves' : 'copies'

    it(`${how} the collections of an include list, unknown names left out`, async () => {
      for (const name of ['a', 'b', 'c']) await fill(name, 4)
      const restrictCollections = ['c', 'a', 'none', 'a']
      const { names } = await sync({ incremental, restrictType: 'include', restrictCollections })
      assert.deepEqual(names, ['a', 'c'])
      await assertEqual('a', 'c')
      assert.deepEqual(namesAt(local, into), ['a', 'c'])
    })

    it(`${how} all but the collections of an exclude list`, async () => {
      for (const name of ['a', 'b', 'c']) await fill(name, 4)
      const restrictCollections = ['b', 'none']
      const { names } = await sync({ incremental, restrictType: 'exclude', restrictCollections })
      assert.deepEqual(names, ['a', 'c'])
      await assertEqual('a', 'c')
      assert.deepEqual(namesAt(local, into), ['a', 'c'])
    })
  }

  it('does nothing where an include list names nothing that is there', async () => {
    await fill('c', 4)
    const { names } = await sync({ restrictType: 'include', restrictCollections: ['none'] })
    assert.deepEqual([names, namesAt(local, into)], [[], []])
    assert.equal(local.store.copyMark(into), undefined)
  })

  it('copies no views with a list, and all without', async () => {
    await fill('c', 1)
    await remote.store.createView(from, { name: 'v', type: 'arangosearch', properties: {} })
    await sync({ restrictType: 'exclude', restrictCollections: ['c'] })
    assert.deepEqual(local.store.views(into), [])
    await sync({})
    assert.deepEqual(
      local.store.views(into).map(({ definition }) => definition.name),
      ['v'],
    )
  })

  it('takes system collections with it unless told', async () => {
    const graphs = remote.store.collection(from, '_graphs')
    assert.ok(graphs !== undefined)
    await remote.store.insert(graphs, '{"_key":"g"}')
    await sync({ includeSystem: false })
    assert.equal(await checksumOf(local, '_graphs', database), '0')
    const { names } = await sync({ includeSystem: undefined })
    assert.deepEqual(names, ['_analyzers', '_aqlfunctions', '_graphs'])
    await assertEqual('_graphs')
  })

  it('leaves system collections of a list out without includeSystem', async () => {
    const restrictCollections = ['_graphs']
    const { names } = await sync({ restrictType: 'include', restrictCollections })
    assert.deepEqual(names, [])
  })

  it('passes over what an applier is configured with besides', async () => {
    await fill('c', 2)
    const more = { chunkSize: 1024, requestTimeout: 600, connectTimeout: 10, verbose: true }
    const { names } = await sync({
      ...more,
      password: '',
      database: '',
      restrictType: '',
      restrictCollections: [],
      initialSyncMaxWaitTime: 300,
      unknown: null,
    })
    assert.deepEqual(names, ['c'])
  })

  it('copies another database of the same server', async () => {
    await fillCollection(local.store, 'c', 50, { database: into })
    const other = await local.store.createDatabase(`other ${count}`)
    const body = { endpoint: endpointOf(local), database, includeSystem: false }
    for (const incremental of [false, true]) {
      const reply = await askSync(local, { ...body, incremental }, { into: other.name })
      assert.deepEqual([reply.status, namesOf(reply)], [200, ['c']])
    }
    assert.equal(await checksumOf(local, 'c', other.name), await checksumOf(local, 'c', database))
  })

  it('takes writes of others meanwhile and afterwards', async () => {
    await fill('c', 100)
    const writes = Array.from({ length: 20 }, (_, index) =>
      ask(`${local.url}/_db/${encodeURIComponent(database)}/_api/document/c`, {
        method: 'POST',
        body: JSON.stringify({ _key: `mine${index}` }),
      }),
    )
    const [synced, ...written] = await Promise.all([sync({}), ...writes])
    assert.deepEqual(synced['names'], ['c'])
    for (const { status } of written) assert.ok([202, 404].includes(status), String(status))
    await sync({ incremental: true })
    await assertEqual('c')
  })
})

describe('PUT /_api/replication/sync from a server with passwords', () => {
  let remote: TestLeader
  let local: TestLeader

  before(async () => {
    const auth = { kind: 'on', rootPassword: 'p:w', jwtSecret: 'secret' } as const
    remote = await startTestLeader({ auth })
    local = await startTestLeader()
    await fillCollection(remote.store, 'c', 3)
  })

  after(async () => {
    await remote.close()
    await local.close()
  })

  it('gives the username and the password', async () => {
    const body = { endpoint: endpointOf(remote), username: 'root', password: 'p:w' }
    const reply = await askSync(local, body)
    assert.deepEqual([reply.status, namesOf(reply).includes('c')], [200, true])
    assert.equal(reply.body.includes('p:w'), false)
  })

  it('gives a token where there is no username', async () => {
    const token = new SignJWT({ iss: 'arangodb', server_id: 'x' })
    const jwt = await token.setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from('secret'))
    const reply = await askSync(local, { endpoint: endpointOf(remote), jwt })
    assert.equal(reply.status, 200, reply.body.toString())
  })
})
