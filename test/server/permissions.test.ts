import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import {
  startTestLeader,
  databaseOf,
  fillCollection,
  type TestLeader,
} from './support/test-leader.js'
import { ask, assertError, type Reply } from './support/ask.js'
import {
  addUser,
  bearerOf,
  superuserBearer,
  TEST_SECRET,
  type TestGrants,
} from './support/users.js'

const AUTH = { kind: 'on', rootPassword: 'root', jwtSecret: TEST_SECRET } as const

/** Users and what they are granted. */
const USERS: Readonly<Record<string, TestGrants>> = {
  nobody: {},
  reader: { shop: 'ro' },
  writer: { shop: 'rw' },
  clerk: { shop: 'ro', 'shop/orders': 'rw', 'shop/secret': 'none' },
  walled: { shop: 'rw', 'shop/secret': 'none', 'shop/orders': 'ro' },
  everywhere: { '*': 'ro' },
  admin: { _system: 'rw', shop: 'ro' },
}

/** The path, in the database `shop` unless it begins with `/_db`. */
type Row = readonly [
  user: string,
  method: string,
  path: string,
  body: unknown,
  status: number,
  errorNum: number,
]

describe('what callers may do', () => {
  let test: TestLeader
  let batchId: string

  before(async () => {
    test = await startTestLeader({ auth: AUTH })
    const { store } = test
    await store.createDatabase('shop')
    const database = databaseOf(store, 'shop')
    for (const name of ['products', 'orders', 'secret']) {
      await fillCollection(store, name, 2, { database })
    }
    for (const [name, grants] of Object.entries(USERS)) await addUser(store, name, grants)
    const batch = await request('reader', 'POST', '/_api/replication/batch', { ttl: 600 })
    batchId = String(valueOf(batch)['id'])
  })

  after(() => test.close())

  async function request(
    user: string,
    method: string,
    path: string,
    body?: unknown,
  ): Promise<Reply> {
    const authorization = user === 'superuser' ? await superuserBearer() : await bearerOf(user)
    const url = test.url + (path.startsWith('/_db') ? path : `/_db/shop${path}`)
    const text = body === undefined ? '' : JSON.stringify(body)
    return ask(url.replace('BATCH', batchId), {
      method,
      headers: { authorization, 'content-length': String(Buffer.byteLength(text)) },
      body: text,
    })
  }

  function valueOf({ body }: Reply): Readonly<Record<string, unknown>> {
    return JSON.parse(body.toString()) as Record<string, unknown>
  }

  const dump = '/_api/replication/dump?batchId=BATCH&collection='
  const tree = '/_api/replication/revisions/tree?batchId=BATCH&collection='
  const revisions = '/_api/replication/revisions'
  const inBatch = 'batchId=BATCH&collection='
  const refused: readonly Row[] = [
    // Without a grant nobody is told whether a database is there.
    ['nobody', 'GET', '/_api/collection', undefined, 401, 11],
    ['nobody', 'GET', '/_api/document/products/key0', undefined, 401, 11],
    ['nobody', 'GET', '/_db/nowhere/_api/collection', undefined, 401, 11],
    ['nobody', 'GET', '/_db/_system/_api/database', undefined, 401, 11],
    ['nobody', 'GET', '/_db/_system/_api/wal/lastTick', undefined, 401, 11],
    ['nobody', 'POST', '/_db/_system/_api/user', { user: 'x' }, 401, 11],
    ['reader', 'GET', '/_db/nowhere/_api/collection', undefined, 401, 11],
    ['reader', 'GET', '/_db/_system/_api/collection', undefined, 401, 11],
    ['everywhere', 'GET', '/_db/nowhere/_api/collection', undefined, 404, 1228],
    ['root', 'GET', '/_db/nowhere/_api/collection', undefined, 404, 1228],
    ['superuser', 'GET', '/_db/nowhere/_api/collection', undefined, 404, 1228],
    ['root', 'GET', '/_db/nowhere/_api/version', undefined, 404, 1228],
    // To read is not to write.
    ['reader', 'POST', '/_api/collection', { name: 'new' }, 403, 11],
    ['reader', 'DELETE', '/_api/collection/products', undefined, 403, 11],
    ['reader', 'PUT', '/_api/collection/products/truncate', undefined, 403, 11],
    ['reader', 'PUT', '/_api/collection/products/rename', { name: 'new' }, 403, 11],
    ['reader', 'PUT', '/_api/collection/products/properties', {}, 403, 11],
    ['reader', 'POST', '/_api/index?collection=products', { type: 'x' }, 403, 11],
    ['reader', 'DELETE', '/_api/index/products/1', undefined, 403, 11],
    ['reader', 'POST', '/_api/document/products', {}, 403, 11],
    ['reader', 'POST', '/_api/document/products', [{}], 403, 11],
    ['reader', 'PUT', '/_api/document/products/key0', {}, 403, 11],
    ['reader', 'PUT', '/_api/document/products', [{ _key: 'key0' }], 403, 11],
    ['reader', 'PATCH', '/_api/document/products/key0', {}, 403, 11],
    ['reader', 'PATCH', '/_api/document/products', [{ _key: 'key0' }], 403, 11],
    ['reader', 'DELETE', '/_api/document/products/key0', undefined, 403, 11],
    ['reader', 'DELETE', '/_api/document/products', ['key0'], 403, 11],
    ['everywhere', 'POST', '/_api/document/products', {}, 403, 11],
    // A collection that was refused is not there, and not missing either.
    ['clerk', 'GET', '/_api/document/secret/key0', undefined, 403, 11],
    ['clerk', 'GET', '/_api/document/secret/none', undefined, 403, 11],
    ['clerk', 'HEAD', '/_api/document/secret/key0', undefined, 403, 11],
    ['clerk', 'PUT', '/_api/document/secret?onlyget=true', ['key0'], 403, 11],
    ['clerk', 'GET', '/_api/collection/secret', undefined, 403, 11],
    ['clerk', 'GET', '/_api/collection/secret/count', undefined, 403, 11],
    ['clerk', 'GET', '/_api/collection/secret/properties', undefined, 403, 11],
    ['clerk', 'GET', '/_api/collection/secret/figures', undefined, 403, 11],
    ['clerk', 'GET', '/_api/collection/secret/revision', undefined, 403, 11],
    ['clerk', 'GET', '/_api/collection/secret/checksum', undefined, 403, 11],
    ['clerk', 'PUT', '/_api/collection/secret/load', undefined, 403, 11],
    ['clerk', 'PUT', '/_api/collection/secret/unload', undefined, 403, 11],
    ['clerk', 'GET', '/_api/index?collection=secret', undefined, 403, 11],
    ['clerk', 'GET', '/_api/index/secret/0', undefined, 403, 11],
    ['clerk', 'GET', `${dump}secret`, undefined, 403, 11],
    ['clerk', 'GET', '/_api/replication/dump?collection=secret', undefined, 403, 11],
    ['clerk', 'GET', `${tree}secret`, undefined, 403, 11],
    ['clerk', 'POST', '/_api/replication/revisions/tree?collection=secret', undefined, 403, 11],
    ['clerk', 'PUT', `${revisions}/ranges?${inBatch}secret`, [], 403, 11],
    ['clerk', 'PUT', `${revisions}/documents?${inBatch}secret`, [], 403, 11],
    ['clerk', 'POST', '/_api/document/products', {}, 403, 11],
    ['clerk', 'DELETE', '/_api/collection/orders', undefined, 403, 11],
    ['clerk', 'GET', '/_api/document/none/key', undefined, 404, 1203],
    ['clerk', 'POST', '/_api/document/none', {}, 403, 11],
    ['clerk', 'GET', '/_api/replication/dump?batchId=BATCH', undefined, 404, 1203],
    // Who administrates a database needs the grant of a collection all the same.
    ['walled', 'DELETE', '/_api/collection/secret', undefined, 403, 11],
    ['walled', 'PUT', '/_api/collection/orders/truncate', undefined, 403, 11],
    ['walled', 'PUT', '/_api/collection/orders/rename', { name: 'new' }, 403, 11],
    ['walled', 'POST', '/_api/index?collection=orders', { type: 'hash', fields: ['a'] }, 403, 11],
    ['walled', 'POST', '/_api/document/orders', {}, 403, 11],
    // The server is for administrators.
    ['everywhere', 'POST', '/_db/_system/_api/database', { name: 'new' }, 403, 11],
    ['everywhere', 'DELETE', '/_db/_system/_api/database/shop', undefined, 403, 11],
    ['everywhere', 'GET', '/_db/_system/_api/user', undefined, 403, 11],
    ['everywhere', 'POST', '/_db/_system/_api/user', { user: 'x' }, 403, 11],
    ['everywhere', 'GET', '/_db/_system/_api/user/root', undefined, 403, 11],
    ['everywhere', 'GET', '/_db/_system/_api/user/none', undefined, 403, 11],
    ['everywhere', 'DELETE', '/_db/_system/_api/user/everywhere', undefined, 403, 11],
    [
      'everywhere',
      'PUT',
      '/_db/_system/_api/user/everywhere/database/shop',
      { grant: 'rw' },
      403,
      11,
    ],
    ['everywhere', 'GET', '/_api/wal/lastTick', undefined, 403, 11],
    ['everywhere', 'GET', '/_api/wal/range', undefined, 403, 11],
    ['writer', 'GET', '/_api/wal/tail', undefined, 403, 11],
    ['writer', 'DELETE', '/_api/wal/tail', undefined, 403, 11],
    ['writer', 'GET', '/_api/replication/logger-follow', undefined, 403, 11],
    ['admin', 'POST', '/_api/collection', { name: 'new' }, 403, 11],
  ]
  for (const [user, method, path, body, status, errorNum] of refused) {
    it(`answers ${user}'s ${method} ${path} with ${status} and ${errorNum}`, async () => {
      const reply = await request(user, method, path, body)
      if (method === 'HEAD') assert.equal(reply.status, status)
      else assertError(reply, status, errorNum)
    })
  }

  const granted: readonly (readonly [string, string, string, unknown, number])[] = [
    ['nobody', 'GET', '/_api/version', undefined, 200],
    ['nobody', 'GET', '/_db/nowhere/_api/version', undefined, 200],
    ['nobody', 'GET', '/_db/_system/_api/user/nobody', undefined, 200],
    ['reader', 'GET', '/_api/document/products/key0', undefined, 200],
    ['reader', 'PUT', '/_api/document/products?onlyget=true', ['key0'], 200],
    ['reader', 'GET', '/_api/database/current', undefined, 200],
    ['reader', 'GET', `${tree}secret`, undefined, 200],
    ['clerk', 'POST', '/_api/document/orders', {}, 202],
    ['clerk', 'GET', `${dump}products`, undefined, 200],
    ['walled', 'POST', '/_api/document/products', {}, 202],
    ['writer', 'POST', '/_api/collection', { name: 'made' }, 200],
    ['writer', 'DELETE', '/_api/collection/made', undefined, 200],
    ['admin', 'GET', '/_api/wal/lastTick', undefined, 200],
    ['admin', 'GET', '/_db/_system/_api/user', undefined, 200],
    ['superuser', 'GET', '/_db/_system/_api/user', undefined, 200],
    ['superuser', 'GET', '/_db/_system/_api/wal/lastTick', undefined, 200],
  ]
  for (const [user, method, path, body, status] of granted) {
    it(`answers ${user}'s ${method} ${path} with ${status}`, async () => {
      assert.equal((await request(user, method, path, body)).status, status)
    })
  }

  async function names(
    user: string,
    path: string,
    pick: (item: never) => unknown,
  ): Promise<unknown> {
    const value = valueOf(await request(user, 'GET', path))
    const items = (value['result'] ?? value['collections']) as never[]
    return items.map(pick)
  }

  it('lists only what the caller may read', async () => {
    const nameOf = ({ name }: { readonly name: string }): string => name
    const collections = '/_api/collection?excludeSystem=true'
    assert.deepEqual(await names('reader', collections, nameOf), ['orders', 'products', 'secret'])
    assert.deepEqual(await names('clerk', collections, nameOf), ['orders', 'products'])
    const parametersOf = ({ parameters }: { readonly parameters: { name: string } }): string =>
      parameters.name
    const inventory = '/_api/replication/inventory?includeSystem=false&batchId=BATCH'
    assert.deepEqual(await names('reader', inventory, parametersOf), [
      'orders',
      'products',
      'secret',
    ])
    assert.deepEqual(await names('clerk', inventory, parametersOf), ['orders', 'products'])
    const one = `${inventory}&collection=secret`
    assert.deepEqual(await names('reader', one, parametersOf), ['secret'])
    assert.deepEqual(await names('clerk', one, parametersOf), [])
    assert.deepEqual(await names('clerk', '/_api/database/user', String), ['shop'])
    assert.deepEqual(await names('nobody', '/_api/database/user', String), [])
    assert.deepEqual(await names('root', '/_api/database/user', String), ['_system', 'shop'])
  })

  it('lists in a global inventory only what the caller may read', async () => {
    await addUser(test.store, 'half', { _system: 'ro', shop: 'none' })
    await addUser(test.store, 'most', { _system: 'ro', 'shop/secret': 'none' })
    const path = '/_db/_system/_api/replication/inventory?global=true&batchId=BATCH'
    type Databases = Record<string, { collections: { parameters: { name: string } }[] }>
    const listed = async (user: string): Promise<Databases> =>
      valueOf(await request(user, 'GET', path))['databases'] as Databases
    // The database itself is no secret, as in the list of all of them.
    assert.deepEqual((await listed('half'))['shop']?.collections, [])
    const most = await listed('most')
    const inShop = most['shop']?.collections.map(({ parameters: { name } }) => name)
    assert.deepEqual(
      inShop?.filter((name) => !name.startsWith('_')),
      ['orders', 'products'],
    )
    const inSystem = most['_system']?.collections.map(({ parameters: { name } }) => name)
    assert.equal(inSystem?.includes('_users'), false)
    assert.equal(inSystem.includes('_graphs'), true)
  })

  it('asks for the grant before it reads a body', async () => {
    const sent = httpRequest(`${test.url}/_db/shop/_api/document/products`, {
      method: 'POST',
      headers: { authorization: await bearerOf('nobody'), 'content-length': '60000000' },
    })
    sent.on('error', () => undefined)
    // Nothing of the body follows.
    sent.flushHeaders()
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    assert.equal(response.statusCode, 401)
    sent.destroy()
  })

  it('looks at a grant of the collection under whatever name it is asked for', async () => {
    const value = valueOf(await request('reader', 'GET', '/_api/collection/secret'))
    for (const name of [value['id'], value['globallyUniqueId']]
      .map(String)
      .map(encodeURIComponent)) {
      assertError(await request('clerk', 'GET', `/_api/collection/${name}`), 403, 11)
      assertError(await request('clerk', 'GET', `${dump}${name}`), 403, 11)
    }
  })

  it('keeps a collection refused that is renamed, and in batches too', async () => {
    const path = '/_api/collection/secret/rename'
    assert.equal((await request('writer', 'PUT', path, { name: 'hidden' })).status, 200)
    assertError(await request('clerk', 'GET', '/_api/document/hidden/key0'), 403, 11)
    assertError(await request('clerk', 'GET', `${dump}secret`), 403, 11)
    const back = '/_api/collection/hidden/rename'
    assert.equal((await request('writer', 'PUT', back, { name: 'secret' })).status, 200)
  })

  it('lets nobody into a database that was made again', async () => {
    await addUser(test.store, 'guest', { old: 'rw' })
    const path = '/_db/_system/_api/database'
    assert.equal((await request('root', 'POST', path, { name: 'old' })).status, 201)
    const list = '/_db/old/_api/collection'
    assert.equal((await request('guest', 'GET', list)).status, 200)
    assert.equal((await request('root', 'DELETE', `${path}/old`)).status, 200)
    assert.equal((await request('root', 'POST', path, { name: 'old' })).status, 201)
    assertError(await request('guest', 'GET', list), 401, 11)
    assert.equal((await request('root', 'DELETE', `${path}/old`)).status, 200)
  })
})
