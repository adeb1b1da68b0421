import assert from 'node:assert/strict'
import { ask, assertError, type Reply } from '../support/ask.js'
import { valueOf } from '../support/documents.js'
import { startTestLeader, type TestLeader } from '../support/test-leader.js'

describe('/_api/collection', () => {
  let leader: TestLeader

  before(async () => {
    leader = await startTestLeader()
  })

  after(() => leader.close())

  function request(method: string, path = '', body?: unknown): Promise<Reply> {
    const options = body === undefined ? { method } : { method, body: JSON.stringify(body) }
    return ask(`${leader.url}/_api/collection${path}`, options)
  }

  async function value(
    method: string,
    path = '',
    body?: unknown,
  ): Promise<Record<string, unknown>> {
    const reply = await request(method, path, body)
    assert.equal(reply.status, 200)
    const { error, code, ...rest } = valueOf(reply)
    assert.deepEqual([error, code], [false, 200])
    return rest
  }

  it('makes a collection and tells all of it', async () => {
    const made = await value('POST', '', { name: 'c', type: 3, waitForSync: true, unknown: 1 })
    assert.deepEqual([made['name'], made['type'], made['status']], ['c', 3, 3])
    assert.deepEqual(
      [made['waitForSync'], made['isSystem'], made['statusString']],
      [true, false, 'loaded'],
    )
    assert.equal(typeof made['id'], 'string')
    assert.equal(made['unknown'], undefined)
    const keyOptions = { allowUserKeys: true, type: 'traditional', lastValue: 0 }
    assert.deepEqual(made['keyOptions'], keyOptions)
    assert.deepEqual(await value('GET', '/c/properties'), made)
    const { id, name, status, type, isSystem, globallyUniqueId } = made
    const short = { id, name, status, type, isSystem, globallyUniqueId }
    for (const named of ['c', String(id), encodeURIComponent(String(globallyUniqueId))]) {
      assert.deepEqual(await value('GET', `/${named}`), short)
    }
    const { result } = await value('GET', '?excludeSystem=1')
    assert.deepEqual(result, [short])
    const all = (await value('GET'))['result'] as readonly Record<string, unknown>[]
    assert.deepEqual(all.map((each) => each['name']).sort(), [
      '_analyzers',
      '_aqlfunctions',
      '_graphs',
      '_users',
      'c',
    ])
  })

  it('changes what can be changed, and keeps the rest', async () => {
    const made = await value('POST', '', { name: 'changed' })
    const change = { waitForSync: true, cacheEnabled: true, name: 'x', type: 3, schema: null }
    const changed = await value('PUT', '/changed/properties', change)
    assert.deepEqual(changed, { ...made, waitForSync: true, cacheEnabled: true })
  })

  it('counts the indexes that every collection has', async () => {
    await value('POST', '', { name: 'f2' })
    await value('POST', '', { name: 'f3', type: 3 })
    const c = leader.store.collection(leader.system, 'f2')
    assert.ok(c)
    await leader.store.createIndex(c, { type: 'persistent', fields: ['a'] })
    await leader.store.insert(c, '{"_key":"k"}')
    for (const [name, count, documents] of [
      ['f2', 2, 1],
      ['f3', 2, 0],
    ] as const) {
      const { figures, count: counted } = await value('GET', `/${name}/figures?details=undefined`)
      const { indexes } = figures as { readonly indexes: { readonly count: number } }
      assert.deepEqual([indexes.count, counted], [count, documents])
    }
  })

  it('gives a checksum that depends on what was asked for alone', async () => {
    await value('POST', '', { name: 'one' })
    await value('POST', '', { name: 'two' })
    const [one, two] = ['one', 'two'].map((name) => leader.store.collection(leader.system, name))
    assert.ok(one && two)
    for (const text of ['{"_key":"a","n":1}', '{"_key":"b"}']) await leader.store.insert(one, text)
    for (const text of ['{"_key":"b"}', '{"n":1,"_key":"a"}']) await leader.store.insert(two, text)
    const sum = async (name: string, query: string): Promise<unknown> =>
      (await value('GET', `/${name}/checksum?${query}`))['checksum']
    assert.equal(await sum('one', ''), await sum('two', ''))
    assert.equal(await sum('one', 'withData=1'), await sum('two', 'withData=true'))
    assert.notEqual(await sum('one', 'withRevisions=1'), await sum('two', 'withRevisions=1'))
    await leader.store.put(two, '{"_key":"a","n":2}')
    assert.equal(await sum('one', ''), await sum('two', ''))
    assert.notEqual(await sum('one', 'withData=1'), await sum('two', 'withData=1'))
  })

  it('truncates, loads, unloads, renames and drops', async () => {
    const { id } = await value('POST', '', { name: 'last' })
    const c = leader.store.collection(leader.system, 'last')
    assert.ok(c)
    await leader.store.insert(c, '{}')
    assert.equal((await value('PUT', '/last/load'))['count'], 1)
    assert.equal((await value('PUT', '/last/unload'))['id'], id)
    assert.equal((await value('PUT', '/last/truncate'))['id'], id)
    assert.equal((await value('GET', '/last/count'))['count'], 0)
    assert.equal((await value('PUT', '/last/rename', { name: 'newer' }))['name'], 'newer')
    assert.deepEqual(await value('DELETE', '/newer'), { id })
    assert.equal(leader.store.collection(leader.system, 'newer'), undefined)
  })

  it('drops a system collection only when that is said', async () => {
    await value('POST', '', { name: '_own', isSystem: true })
    assertError(await request('DELETE', '/_own'), 403, 11)
    await value('DELETE', '/_own?isSystem=true')
  })

  const refused: readonly (readonly [
    method: string,
    path: string,
    body: unknown,
    status: number,
    errorNum: number,
  ])[] = [
    ['POST', '', [], 400, 10],
    ['POST', '', {}, 400, 10],
    ['POST', '', { name: 7 }, 400, 10],
    ['POST', '', { name: '_own' }, 400, 1208],
    ['POST', '', { name: 'a/b' }, 400, 1208],
    ['POST', '', { name: '1a' }, 400, 1208],
    ['POST', '', { name: 'there' }, 409, 1207],
    ['POST', '', { name: 'n', type: 4 }, 400, 1218],
    ['POST', '', { name: 'n', keyOptions: { type: 'x' } }, 400, 1232],
    ['POST', '', { name: 'n', schema: { rule: {} } }, 501, 9],
    ['POST', '', { name: 'n', computedValues: [{}] }, 501, 9],
    ['GET', '/none', undefined, 404, 1203],
    ['GET', '/none/properties', undefined, 404, 1203],
    ['GET', '/none/figures', undefined, 404, 1203],
    ['GET', '/none/revision', undefined, 404, 1203],
    ['GET', '/none/checksum', undefined, 404, 1203],
    ['PUT', '/none/properties', {}, 404, 1203],
    ['PUT', '/none/truncate', undefined, 404, 1203],
    ['PUT', '/none/load', undefined, 404, 1203],
    ['PUT', '/none/unload', undefined, 404, 1203],
    ['PUT', '/none/rename', { name: 'n' }, 404, 1203],
    ['PUT', '/there/rename', {}, 400, 10],
    ['PUT', '/there/rename', { name: '_x' }, 400, 1208],
    ['PUT', '/there/rename', { name: '_graphs' }, 400, 1208],
    ['PUT', '/there/properties', { schema: {} }, 501, 9],
    ['DELETE', '/none', undefined, 404, 1203],
  ]
  for (const [method, path, body, status, errorNum] of refused) {
    const shown = `${method} ${path} ${body === undefined ? '' : JSON.stringify(body)}`
    it(`answers ${shown} with ${status} and ${errorNum}`, async () => {
      if (leader.store.collection(leader.system, 'there') === undefined) {
        await value('POST', '', { name: 'there' })
      }
      assertError(await request(method, path, body), status, errorNum)
    })
  }
})
