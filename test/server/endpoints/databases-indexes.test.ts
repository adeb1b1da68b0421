import assert from 'node:assert/strict'
import { ask, assertError, type Reply } from '../support/ask.js'
import { itemsOf, valueOf } from '../support/documents.js'
import { startTestLeader, type TestLeader } from '../support/test-leader.js'

describe('/_api/database', () => {
  let leader: TestLeader

  before(async () => {
    leader = await startTestLeader()
  })

  after(() => leader.close())

  function request(method: string, path: string, body?: unknown): Promise<Reply> {
    const options = body === undefined ? { method } : { method, body: JSON.stringify(body) }
    return ask(leader.url + path, options)
  }

  it('makes, lists and drops databases', async () => {
    const users = [{ username: 'root', passwd: '', active: true }]
    const made = await request('POST', '/_api/database', { name: 'hä', users, options: {} })
    assert.deepEqual([made.status, valueOf(made)], [201, { error: false, code: 201, result: true }])
    const listed = await request('GET', '/_api/database')
    assert.deepEqual(valueOf(listed)['result'], ['_system', 'hä'])
    const path = `/_db/${encodeURIComponent('hä')}/_api/database`
    assert.deepEqual(valueOf(await request('GET', `${path}/user`))['result'], ['_system', 'hä'])
    const { result } = valueOf(await request('GET', `${path}/current`))
    assert.deepEqual((result as Record<string, unknown>)['name'], 'hä')
    assertError(await request('GET', path), 403, 1230)
    assertError(await request('POST', path, { name: 'x' }), 403, 1230)
    assertError(await request('DELETE', `${path}/h`), 403, 1230)
    const dropped = await request('DELETE', `/_api/database/${encodeURIComponent('hä')}`)
    assert.deepEqual(valueOf(dropped), { error: false, code: 200, result: true })
    assertError(await request('GET', `${path}/current`), 404, 1228)
  })

  const refused: readonly (readonly [string, string, unknown, number, number])[] = [
    ['POST', '', {}, 400, 10],
    ['POST', '', [], 400, 10],
    ['POST', '', { name: '_system' }, 409, 1207],
    ['POST', '', { name: 'a/b' }, 400, 1229],
    ['POST', '', { name: 'n', users: ['ann'] }, 400, 10],
    ['POST', '', { name: 'n', users: [{ user: 'ann' }] }, 400, 1700],
    ['DELETE', '/none', undefined, 404, 1228],
    ['DELETE', '/_system', undefined, 403, 11],
  ]
  for (const [method, path, body, status, errorNum] of refused) {
    const shown = `${method} ${path} ${body === undefined ? '' : JSON.stringify(body)}`
    it(`answers ${shown} with ${status} and ${errorNum}`, async () => {
      assertError(await request(method, `/_api/database${path}`, body), status, errorNum)
    })
  }

  for (const path of ['cursor', 'gharial/g', 'foxx', 'query?x=1', 'transaction/begin']) {
    it(`answers /_api/${path} with 501`, async () => {
      assertError(await request('POST', `/_api/${path}`, {}), 501, 9)
      assertError(await request('GET', `/_db/_system/_api/${path}`), 501, 9)
    })
  }
})

describe('/_api/index', () => {
  let leader: TestLeader

  before(async () => {
    leader = await startTestLeader()
    await leader.store.createCollection(leader.system, { name: 'c', type: 2 })
    await leader.store.createCollection(leader.system, { name: 'e', type: 3 })
  })

  after(() => leader.close())

  function request(method: string, path: string, body?: unknown): Promise<Reply> {
    const options = body === undefined ? { method } : { method, body: JSON.stringify(body) }
    return ask(`${leader.url}/_api/index${path}`, options)
  }

  it('makes an index once, whatever its name, and tells all of it', async () => {
    const wanted = { type: 'hash', fields: ['a', 'b.c[*].d'], sparse: true }
    const made = await request('POST', '?collection=c', wanted)
    const { id, name, ...rest } = valueOf(made)
    assert.equal(made.status, 201)
    assert.match(String(id), /^c\/\d+$/)
    assert.match(String(name), /^idx_\d+$/)
    const flags = { unique: false, deduplicate: true, estimates: true }
    const answer = { isNewlyCreated: true, error: false, code: 201 }
    assert.deepEqual(rest, { ...wanted, ...flags, ...answer })
    const again = await request('POST', '?collection=c', { ...wanted, name: 'other' })
    assert.equal(again.status, 200)
    assert.deepEqual([valueOf(again)['id'], valueOf(again)['isNewlyCreated']], [id, false])
    for (const named of [String(id), `c/${String(name)}`]) {
      assert.equal(valueOf(await request('GET', `/${named}`))['id'], id)
    }
    const { indexes, identifiers } = valueOf(await request('GET', '?collection=c'))
    assert.deepEqual(Object.keys(identifiers as object), ['c/0', id])
    assert.equal((indexes as unknown[]).length, 2)
    const dropped = await request('DELETE', `/${String(id)}`)
    assert.deepEqual(valueOf(dropped), { id, error: false, code: 200 })
    assertError(await request('GET', `/${String(id)}`), 404, 1212)
  })

  it('lists the index of edges', async () => {
    const { indexes } = valueOf(await request('GET', '?collection=e'))
    const types = (indexes as readonly { readonly type: string }[]).map(({ type }) => type)
    assert.deepEqual(types, ['primary', 'edge'])
  })

  const refused: readonly (readonly [string, string, unknown, number, number])[] = [
    ['POST', '?collection=none', { type: 'hash', fields: ['a'] }, 404, 1203],
    ['POST', '', { type: 'hash', fields: ['a'] }, 404, 1203],
    ['POST', '?collection=c', {}, 400, 10],
    ['POST', '?collection=c', { type: 'toString', fields: ['a'] }, 400, 10],
    ['POST', '?collection=c', { type: 'hash' }, 400, 10],
    ['POST', '?collection=c', { type: 'hash', fields: [] }, 400, 10],
    ['POST', '?collection=c', { type: 'hash', fields: [1] }, 400, 10],
    ['POST', '?collection=c', { type: 'hash', fields: ['a', 'a'] }, 400, 10],
    ['POST', '?collection=c', { type: 'hash', fields: ['a..b'] }, 400, 10],
    ['POST', '?collection=c', { type: 'hash', fields: ['a[*].b[*]'] }, 400, 10],
    ['POST', '?collection=c', { type: 'hash', fields: ['_id'] }, 400, 10],
    ['POST', '?collection=c', { type: 'hash', fields: ['a'], name: '' }, 400, 10],
    ['POST', '?collection=c', { type: 'ttl', fields: ['a'] }, 400, 10],
    ['POST', '?collection=c', { type: 'ttl', fields: ['a', 'b'], expireAfter: 1 }, 400, 10],
    ['GET', '?collection=none', undefined, 404, 1203],
    ['GET', '/none/1', undefined, 404, 1203],
    ['GET', '/c/1', undefined, 404, 1212],
    ['DELETE', '/c/none', undefined, 404, 1212],
    ['DELETE', '/c/primary', undefined, 403, 11],
    ['DELETE', '/e/1', undefined, 403, 11],
  ]
  for (const [method, path, body, status, errorNum] of refused) {
    const shown = `${method} ${path} ${body === undefined ? '' : JSON.stringify(body)}`
    it(`answers ${shown} with ${status} and ${errorNum}`, async () => {
      assertError(await request(method, path, body), status, errorNum)
    })
  }
})

describe('a unique index', () => {
  let leader: TestLeader

  before(async () => {
    leader = await startTestLeader()
    await leader.store.createCollection(leader.system, { name: 'c', type: 2 })
    await request('POST', '/_api/document/c', [
      { _key: 'a', n: 1 },
      { _key: 'b', n: 2, secret: 's' },
      { _key: 'twin', x: 1 },
      { _key: 'other', n: 3, x: 1 },
    ])
  })

  after(() => leader.close())

  function request(method: string, path: string, body?: unknown): Promise<Reply> {
    const options = body === undefined ? { method } : { method, body: JSON.stringify(body) }
    return ask(leader.url + path, options)
  }

  const definition = { type: 'persistent', name: 'byN', fields: ['n'], unique: true }

  it('is not made over documents that are not unique', async () => {
    const wanted = { ...definition, name: 'byX', fields: ['x'], sparse: true }
    const refused = await request('POST', '/_api/index?collection=c', wanted)
    assertError(refused, 409, 1210)
    assert.equal(
      valueOf(refused)['errorMessage'],
      'Cannot make the index: unique constraint violated - in index byX of type persistent over ' +
        "'x'; conflicting key: twin",
    )
    assertError(await request('GET', '/_api/index/c/byX'), 404, 1212)
  })

  it('is made once, and refuses single documents with 409 and 1210', async () => {
    assert.equal((await request('POST', '/_api/index?collection=c', definition)).status, 201)
    assert.equal((await request('POST', '/_api/index?collection=c', definition)).status, 200)
    const refused = await request('POST', '/_api/document/c', { n: 2, name: 'new' })
    assertError(refused, 409, 1210)
    const { errorMessage } = valueOf(refused)
    assert.equal(
      errorMessage,
      'Cannot write the document: unique constraint violated - in index byN of type persistent ' +
        "over 'n'; conflicting key: b",
    )
    assertError(await request('PUT', '/_api/document/c/a', { n: 2 }), 409, 1210)
    assertError(await request('PATCH', '/_api/document/c/a', { n: 2 }), 409, 1210)
    for (const mode of ['ignore', 'replace', 'update', 'conflict']) {
      const path = `/_api/document/c?overwriteMode=${mode}`
      assertError(await request('POST', path, { _key: 'z', n: 2 }), 409, 1210)
    }
    assert.equal((await request('PATCH', '/_api/document/c/b', { n: 2.0, y: 1 })).status, 202)
  })

  it('refuses items of arrays in their places', async () => {
    const items = [{ n: 10 }, { n: 10.0 }, { n: 1 }, { _key: 'k', n: 11 }]
    const reply = await request('POST', '/_api/document/c', items)
    assert.equal(reply.status, 202)
    const results = itemsOf(reply)
    assert.deepEqual(
      results.map((result) => result['errorNum']),
      [undefined, 1210, 1210, undefined],
    )
    assert.match(String(results[2]?.['errorMessage']), /; conflicting key: a$/)
    const swapped = await request('PUT', '/_api/document/c', [
      { _key: 'a', n: 12 },
      { _key: 'b', n: 1 },
      { _key: 'k', n: 1 },
    ])
    const codes = itemsOf(swapped).map((result) => result['errorNum'])
    assert.deepEqual(codes, [undefined, undefined, 1210])
  })

  it('ends with its definition', async () => {
    assert.equal((await request('DELETE', '/_api/index/c/byN')).status, 200)
    assert.equal((await request('POST', '/_api/document/c', { n: 1 })).status, 202)
  })
})
