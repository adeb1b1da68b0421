import assert from 'node:assert/strict'
import {
  databaseOf,
  fillCollection,
  startTestLeader,
  type TestLeader,
} from '../support/test-leader.js'
import { ask, assertError, type Reply } from '../support/ask.js'
import { addUser, basicOf, bearerOf, TEST_SECRET } from '../support/users.js'

const AUTH = { kind: 'on', rootPassword: 'root', jwtSecret: TEST_SECRET } as const
const DONE = { error: false, code: 200 }

describe('/_api/user', () => {
  let test: TestLeader

  before(async () => {
    test = await startTestLeader({ auth: AUTH })
    await test.store.createDatabase('shop')
    await fillCollection(test.store, 'products', 1, { database: databaseOf(test.store, 'shop') })
  })

  after(() => test.close())

  async function request(
    method: string,
    path: string,
    body?: unknown,
    authorization?: string,
  ): Promise<Reply> {
    const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body)
    return ask(`${test.url}/_api/user${path}`, {
      method,
      headers: {
        authorization: authorization ?? (await bearerOf('root')),
        'content-length': String(Buffer.byteLength(text)),
      },
      body: text,
    })
  }

  function valueOf({ body }: Reply): unknown {
    return JSON.parse(body.toString())
  }

  /** Whether a user and a password are right. */
  async function canLogIn(user: string, password: string): Promise<boolean> {
    const headers = { authorization: basicOf(user, password) }
    const { status } = await ask(`${test.url}/_api/version`, { headers })
    return status === 200
  }

  it('makes, shows, lists and removes users', async () => {
    const made = await request('POST', '', { user: 'ann', passwd: 'x', extra: { a: [1, 'ü'] } })
    const ann = { user: 'ann', active: true, extra: { a: [1, 'ü'] } }
    assert.equal(made.status, 201)
    assert.deepEqual(valueOf(made), { ...ann, error: false, code: 201 })
    assert.deepEqual(valueOf(await request('GET', '/ann')), { ...ann, ...DONE })
    const root = { user: 'root', active: true, extra: {} }
    assert.deepEqual(valueOf(await request('GET', '/')), { ...DONE, result: [ann, root] })
    assertError(await request('POST', '', { user: 'ann' }), 409, 1702)
    const removed = await request('DELETE', '/ann')
    assert.equal(removed.status, 202)
    assert.deepEqual(valueOf(removed), { error: false, code: 202 })
    for (const method of ['GET', 'DELETE', 'PUT', 'PATCH']) {
      assertError(await request(method, '/ann', {}), 404, 1703)
    }
  })

  it('PATCH changes what is given, PUT all of it', async () => {
    await request('POST', '', { user: 'bob', passwd: 'one', extra: { a: 1 } })
    await request('PUT', '/bob/database/shop', { grant: 'ro' })
    const patched = await request('PATCH', '/bob', { passwd: 'two' })
    assert.deepEqual(valueOf(patched), { user: 'bob', active: true, extra: { a: 1 }, ...DONE })
    assert.equal(await canLogIn('bob', 'one'), false)
    assert.equal(await canLogIn('bob', 'two'), true)
    await request('PATCH', '/bob', { active: false })
    assert.equal(await canLogIn('bob', 'two'), false)
    const replaced = await request('PUT', '/bob', { passwd: 'three' })
    assert.deepEqual(valueOf(replaced), { user: 'bob', active: true, extra: {}, ...DONE })
    assert.equal(await canLogIn('bob', 'three'), true)
    const grant = valueOf(await request('GET', '/bob/database/shop'))
    assert.deepEqual(grant, { ...DONE, result: 'ro' })
  })

  it('lets users change themselves, and nobody else', async () => {
    await addUser(test.store, 'eve')
    await addUser(test.store, 'tom')
    const eve = await bearerOf('eve')
    assert.equal((await request('PATCH', '/eve', { passwd: 'new' }, eve)).status, 200)
    assert.equal(await canLogIn('eve', 'new'), true)
    assert.equal((await request('GET', '/eve/database', undefined, eve)).status, 200)
    for (const name of ['tom', 'none', 'root']) {
      for (const method of ['GET', 'PUT', 'PATCH', 'DELETE']) {
        const status = method === 'DELETE' ? 401 : 403
        assertError(await request(method, `/${name}`, { passwd: 'x' }, eve), status, 11)
      }
      assertError(await request('GET', `/${name}/database`, undefined, eve), 403, 11)
    }
    assertError(await request('PUT', '/eve/database/shop', { grant: 'rw' }, eve), 401, 11)
    assertError(await request('DELETE', '/eve', undefined, eve), 401, 11)
  })

  it('gives and takes grants, which count at once', async () => {
    await addUser(test.store, 'gus')
    const authorization = await bearerOf('gus')
    const list = (): Promise<Reply> =>
      ask(`${test.url}/_db/shop/_api/collection`, { headers: { authorization } })
    assertError(await list(), 401, 11)
    const given = await request('PUT', '/gus/database/shop', { grant: 'ro' })
    assert.deepEqual(valueOf(given), { shop: 'ro', ...DONE })
    assert.equal((await list()).status, 200)
    const path = '/gus/database/shop/products'
    const more = await request('PUT', path, { grant: 'rw' })
    assert.deepEqual(valueOf(more), { 'shop/products': 'rw', ...DONE })
    assert.deepEqual(valueOf(await request('GET', path)), { ...DONE, result: 'rw' })
    assert.deepEqual(valueOf(await request('GET', `${path}?configured=true`)), {
      ...DONE,
      result: 'rw',
    })
    const taken = await request('DELETE', path)
    assert.equal(taken.status, 202)
    assert.deepEqual(valueOf(taken), { error: false, code: 202 })
    assert.deepEqual(valueOf(await request('GET', path)), { ...DONE, result: 'ro' })
    assert.deepEqual(valueOf(await request('GET', `${path}?configured=true`)), {
      ...DONE,
      result: 'undefined',
    })
    assert.equal((await request('DELETE', '/gus/database/shop')).status, 202)
    assertError(await list(), 401, 11)
    assert.equal((await request('PUT', '/gus/database/*', { grant: 'ro' })).status, 200)
    assert.equal((await list()).status, 200)
  })

  it('lists the databases of a user, and in full what was given', async () => {
    await addUser(test.store, 'hal', { shop: 'ro', 'shop/products': 'rw', 'shop/*': 'none' })
    const short = valueOf(await request('GET', '/hal/database'))
    assert.deepEqual(short, { ...DONE, result: { shop: 'ro' } })
    const { result } = valueOf(await request('GET', '/hal/database?full=true')) as {
      readonly result: Readonly<Record<string, { permission: string; collections?: unknown }>>
    }
    assert.deepEqual(Object.keys(result), ['_system', 'shop', '*'])
    assert.equal(result['_system']?.permission, 'undefined')
    assert.deepEqual(result['*'], { permission: 'none' })
    assert.deepEqual(result['shop'], {
      permission: 'ro',
      collections: {
        products: 'rw',
        _analyzers: 'undefined',
        _aqlfunctions: 'undefined',
        _graphs: 'undefined',
        '*': 'none',
      },
    })
    const drivers = valueOf(await request('GET', '/hal/database?full=undefined'))
    assert.deepEqual(drivers, short)
  })

  const refused: readonly (readonly [string, string, unknown, number, number])[] = [
    ['POST', '', '{', 400, 600],
    ['POST', '', '', 400, 600],
    ['POST', '', [], 400, 10],
    ['POST', '', {}, 400, 1700],
    ['POST', '', { user: '' }, 400, 1700],
    ['POST', '', { user: 1 }, 400, 1700],
    ['POST', '', { user: 'a\r\nset-cookie: b' }, 400, 1700],
    ['POST', '', { user: '\u0000' }, 400, 1700],
    ['POST', '', { user: '\ud800' }, 400, 1700],
    ['POST', '', { user: 'ü'.repeat(128) }, 400, 1700],
    ['POST', '', { user: 'x', passwd: 1 }, 400, 10],
    ['POST', '', { user: 'x', active: 'yes' }, 400, 10],
    ['POST', '', { user: 'x', extra: [] }, 400, 10],
    ['POST', '', `{"user":"x","extra":{"a":${'['.repeat(300)}${']'.repeat(300)}}}`, 400, 10],
    ['POST', '', `{"user":"x","extra":{"a":${'['.repeat(9e4)}${']'.repeat(9e4)}}}`, 400, 10],
    ['POST', '', { user: 'root' }, 409, 1702],
    ['PUT', '/root', {}, 400, 10],
    ['PATCH', '/root', { passwd: '' }, 400, 10],
    ['PATCH', '/root', { active: false }, 403, 11],
    ['DELETE', '/root', undefined, 403, 11],
    ['PUT', '/root/database/_system', { grant: 'ro' }, 403, 11],
    ['DELETE', '/root/database/_system', undefined, 403, 11],
    ['PUT', '/none/database/shop', { grant: 'ro' }, 404, 1703],
    ['DELETE', '/none/database/shop', undefined, 404, 1703],
    ['GET', '/none/database/shop', undefined, 404, 1703],
    ['GET', '/none/database/shop/products', undefined, 404, 1703],
    ['GET', '/none/database', undefined, 404, 1703],
    ['PUT', '/root/database/shop', { grant: 'all' }, 400, 10],
    ['PUT', '/root/database/shop', {}, 400, 10],
    ['PUT', '/root/database/shop', '', 400, 600],
    ['PUT', `/root/database/${'x'.repeat(257)}`, { grant: 'ro' }, 400, 10],
    ['PUT', '/root/database/shop/_graphs', { grant: 'ro' }, 400, 10],
    ['PUT', '/root/database/shop/none', { grant: 'ro' }, 404, 1203],
    ['PUT', '/root/database/none/products', { grant: 'ro' }, 404, 1228],
    ['POST', '/root', {}, 405, 405],
    ['PATCH', '/root/database/shop', {}, 405, 405],
  ]
  for (const [method, path, body, status, errorNum] of refused) {
    const shown = `${method} ${path} ${JSON.stringify(body ?? '')}`.slice(0, 70)
    it(`answers ${shown} with ${status} and ${errorNum}`, async () => {
      assertError(await request(method, path, body), status, errorNum)
    })
  }

  it('keeps users of whatever name', async () => {
    const names = [
      '__proto__',
      'constructor',
      'a/b',
      '../root',
      '%2e',
      'users/root',
      ':role:x',
      '*',
    ]
    for (const user of names) {
      const path = `/${encodeURIComponent(user)}`
      if (user === '__proto__') await request('POST', '', { user, passwd: 'x' })
      else await addUser(test.store, user)
      const shown = valueOf(await request('GET', path)) as Record<string, unknown>
      assert.equal(shown['user'], user)
      const target = `${path}/database/${encodeURIComponent(user)}`
      const granted = await request('PUT', target, { grant: 'ro' })
      assert.ok(granted.body.toString().startsWith(`{${JSON.stringify(user)}:"ro"`))
      assert.deepEqual(valueOf(await request('GET', target)), { ...DONE, result: 'ro' })
      assert.equal((await request('DELETE', path)).status, 202)
    }
    assert.equal((await request('GET', '/root')).status, 200)
  })

  it('keeps what extra says, byte for byte', async () => {
    const extra = '{"__proto__":{"admin":true},"a":{"constructor":1},"b":" \\u2028"}'
    const body = `{"user":"ivy","passwd":"x","extra":${extra},"__proto__":{"active":false}}`
    assert.equal((await request('POST', '', body)).status, 201)
    const { body: shown } = await request('GET', '/ivy')
    const parsed = JSON.parse(extra) as unknown
    assert.ok(shown.toString().includes(`"active":true,"extra":${JSON.stringify(parsed)}`))
  })

  it('shows no password, to nobody', async () => {
    await request('POST', '', { user: 'jim', passwd: 'very secret' })
    for (const path of ['', '/jim', '/jim/database?full=true']) {
      const text = (await request('GET', path)).body.toString()
      assert.doesNotMatch(text, /very secret|scrypt|salt|hash|passw/)
    }
  })

  it('makes the users of a new database, and leaves those that are there', async () => {
    await addUser(test.store, 'kim')
    const users = [
      { username: 'root' },
      { username: 'kim', passwd: 'other' },
      { username: 'lea', passwd: 'lea', active: true, extra: { b: 2 } },
      { username: 'max', active: false },
    ]
    const body = JSON.stringify({ name: 'made', users })
    const headers = { authorization: await bearerOf('root') }
    const made = await ask(`${test.url}/_api/database`, { method: 'POST', headers, body })
    assert.equal(made.status, 201)
    for (const user of ['kim', 'lea', 'max']) {
      const path = `/${user}/database/made`
      assert.deepEqual(valueOf(await request('GET', path)), { ...DONE, result: 'rw' })
      const wild = `${path}/*?configured=true`
      assert.deepEqual(valueOf(await request('GET', wild)), { ...DONE, result: 'rw' })
    }
    assert.equal(await canLogIn('kim', 'kim'), true)
    assert.equal(await canLogIn('lea', 'lea'), true)
    assert.equal(await canLogIn('max', ''), false)
    const lea = valueOf(await request('GET', '/lea'))
    assert.deepEqual(lea, { user: 'lea', active: true, extra: { b: 2 }, ...DONE })
  })

  it('answers in VelocyPack who wants that', async () => {
    const headers = { authorization: await bearerOf('root'), accept: 'application/x-velocypack' }
    const reply = await ask(`${test.url}/_api/user/root`, { headers })
    assert.equal(reply.headers['content-type'], 'application/x-velocypack')
  })
})
