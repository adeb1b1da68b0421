import assert from 'node:assert/strict'
import { assertError } from '../support/ask.js'
import { askDocument, valueOf } from '../support/documents.js'
import { toVelocyPack, velocyPackValue, WANTS_VELOCYPACK } from '../support/replication.js'
import { startTestLeader, type TestLeader } from '../support/test-leader.js'

describe('/_api/document of one document', () => {
  let leader: TestLeader

  before(async () => {
    leader = await startTestLeader()
    await leader.store.createCollection(leader.system, { name: 'c', type: 2 })
    await leader.store.createCollection(leader.system, { name: 'e', type: 3 })
    const parameters = { waitForSync: true }
    await leader.store.createCollection(leader.system, { name: 'w', type: 2, parameters })
  })

  after(() => leader.close())

  const statuses: readonly (readonly [path: string, written: number, removed: number])[] = [
    ['c', 202, 202],
    ['c?waitForSync=1', 201, 200],
    ['c?waitForSync=true', 201, 200],
    ['c?waitForSync=undefined', 202, 202],
    ['w', 201, 200],
  ]
  for (const [path, written, removed] of statuses) {
    it(`answers writes to ${path} with ${written}, and removals with ${removed}`, async () => {
      const [name = '', query = ''] = path.split('?')
      const one = `${name}/statuses?${query}`
      const body = { _key: 'statuses' }
      assert.equal((await askDocument(leader, 'POST', path, { body })).status, written)
      assert.equal((await askDocument(leader, 'PUT', one, { body })).status, written)
      assert.equal((await askDocument(leader, 'PATCH', one, { body })).status, written)
      assert.equal((await askDocument(leader, 'DELETE', one)).status, removed)
    })
  }

  it('gives the text as it is kept, with its revision as etag', async () => {
    const made = await askDocument(leader, 'POST', 'c', {
      body: '{"big":12345678901234567890,"_key":"etag","x":1.0}',
    })
    const { _rev: rev } = valueOf(made)
    assert.equal(made.headers.etag, `"${String(rev)}"`)
    const read = await askDocument(leader, 'GET', 'c/etag')
    assert.equal(
      read.body.toString(),
      `{"_key":"etag","_id":"c/etag","_rev":"${String(rev)}","big":12345678901234567890,"x":1.0}`,
    )
    assert.deepEqual([read.status, read.headers.etag], [200, made.headers.etag])
    const head = await askDocument(leader, 'HEAD', 'c/etag')
    assert.deepEqual([head.status, head.headers.etag], [200, made.headers.etag])
    assert.equal(head.headers['content-length'], String(read.body.length))
    assert.equal(head.body.length, 0)
  })

  it('heeds if-match and if-none-match, quoted or bare', async () => {
    const made = await askDocument(leader, 'POST', 'c', { body: { _key: 'match' } })
    const rev = String(valueOf(made)['_rev'])
    for (const text of [rev, `"${rev}"`, `W/"${rev}"`]) {
      const known = await askDocument(leader, 'GET', 'c/match', {
        headers: { 'if-none-match': text },
      })
      assert.deepEqual([known.status, known.body.length], [304, 0])
      assert.equal(known.headers.etag, `"${rev}"`)
      const same = await askDocument(leader, 'GET', 'c/match', { headers: { 'if-match': text } })
      assert.equal(same.status, 200)
    }
    const headers = { 'if-match': '"_other"' }
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE']) {
      const body = method === 'GET' || method === 'DELETE' ? undefined : {}
      const refused = await askDocument(leader, method, 'c/match', { headers, body })
      const { errorMessage, ...rest } = valueOf(refused)
      assert.equal(typeof errorMessage, 'string')
      const details = { _id: 'c/match', _key: 'match', _rev: rev }
      assert.deepEqual(rest, { error: true, code: 412, errorNum: 1200, ...details })
    }
    assert.equal((await askDocument(leader, 'HEAD', 'c/match', { headers })).status, 412)
    const stale = { headers: { 'if-none-match': '"_other"' } }
    assert.equal((await askDocument(leader, 'GET', 'c/match', stale)).status, 200)
  })

  it('holds _rev of the body against the document with ignoreRevs=false only', async () => {
    await askDocument(leader, 'POST', 'c', { body: { _key: 'revs' } })
    const body = { _rev: '_other', n: 1 }
    for (const method of ['PUT', 'PATCH']) {
      const refused = await askDocument(leader, method, 'c/revs?ignoreRevs=0', { body })
      assert.deepEqual([refused.status, valueOf(refused)['errorNum']], [412, 1200])
      assert.equal((await askDocument(leader, method, 'c/revs', { body })).status, 202)
    }
  })

  it('says nothing with silent, and what is asked with returnOld and returnNew', async () => {
    const silent = await askDocument(leader, 'POST', 'c?silent=1', { body: { _key: 's', n: 1 } })
    assert.deepEqual([silent.status, silent.body.toString()], [202, '{}'])
    const query = 'returnOld=1&returnNew=1&keepNull=0'
    const changed = await askDocument(leader, 'PATCH', `c/s?${query}`, { body: { n: null, m: 2 } })
    const value = valueOf(changed) as Record<string, Record<string, unknown>>
    assert.deepEqual(
      [value['old']?.['n'], value['new']?.['n'], value['new']?.['m']],
      [1, undefined, 2],
    )
    assert.deepEqual(Object.keys(value).sort(), ['_id', '_key', '_oldRev', '_rev', 'new', 'old'])
    const removed = await askDocument(leader, 'DELETE', 'c/s?returnOld=true')
    assert.deepEqual(Object.keys(valueOf(removed)).sort(), ['_id', '_key', '_rev', 'old'])
  })

  it('replaces with overwrite=1, and takes an unknown overwriteMode for conflict', async () => {
    const body = { _key: 'over' }
    await askDocument(leader, 'POST', 'c', { body })
    const replaced = await askDocument(leader, 'POST', 'c?overwrite=1', { body })
    assert.equal(typeof valueOf(replaced)['_oldRev'], 'string')
    const unknown = await askDocument(leader, 'POST', 'c?overwriteMode=undefined', { body })
    assertError(unknown, 409, 1210)
    const mode = await askDocument(leader, 'POST', 'c?overwrite=1&overwriteMode=ignore', { body })
    assert.equal(valueOf(mode)['_rev'], valueOf(replaced)['_rev'])
  })

  it('finds keys that are percent-encoded, and collections by id', async () => {
    const key = "a:b@(c)+,=;$!*'%25-"
    const body = { _key: decodeURIComponent(key) }
    const made = await askDocument(leader, 'POST', 'c', { body })
    assert.equal(made.status, 202)
    const read = await askDocument(leader, 'GET', `c/${encodeURIComponent(body._key)}`)
    assert.equal(valueOf(read)['_key'], body._key)
    const { id } = leader.store.collection(leader.system, 'c') ?? { id: 0 }
    assert.equal((await askDocument(leader, 'GET', `${id}/${key}`)).status, 200)
  })

  it('keeps attributes of any name, and takes no name of a path for another', async () => {
    const text = '"__proto__":{"a":1},"constructor":2,"":3'
    await askDocument(leader, 'POST', 'c', { body: `{"_key":"proto",${text}}` })
    const body = '{"__proto__":{"b":1},"toString":4}'
    const changed = await askDocument(leader, 'PATCH', 'c/proto?returnNew=1', { body })
    const merged = '"__proto__":{"a":1,"b":1},"constructor":2,"":3,"toString":4'
    assert.ok(changed.body.toString().includes(`${merged}}`))
    for (const name of ['__proto__', 'toString', '..%2Fc', 'c%00']) {
      assertError(await askDocument(leader, 'GET', `${name}/proto`), 404, 1203)
    }
    assertError(await askDocument(leader, 'GET', 'c/__proto__'), 404, 1202)
  })

  it('takes and gives VelocyPack', async () => {
    const headers = { ...WANTS_VELOCYPACK, 'content-type': 'application/x-velocypack' }
    const body = toVelocyPack({ _key: 'vpack', n: 1 })
    const made = await askDocument(leader, 'POST', 'c', { body, headers })
    assert.equal((velocyPackValue(made) as Record<string, unknown>)['_key'], 'vpack')
    const read = await askDocument(leader, 'GET', 'c/vpack', { headers: WANTS_VELOCYPACK })
    assert.equal((velocyPackValue(read) as Record<string, unknown>)['n'], 1)
    const broken = await askDocument(leader, 'POST', 'c', { body: Buffer.from([0x0b]), headers })
    assert.equal(broken.status, 400)
  })

  const refused: readonly (readonly [
    method: string,
    path: string,
    body: string | undefined,
    status: number,
    errorNum: number,
  ])[] = [
    ['POST', 'x', '{}', 404, 1203],
    ['GET', 'x/k', undefined, 404, 1203],
    ['GET', 'c/none', undefined, 404, 1202],
    ['PUT', 'c/none', '{}', 404, 1202],
    ['PATCH', 'c/none', '{}', 404, 1202],
    ['DELETE', 'c/none', undefined, 404, 1202],
    ['POST', 'c', '', 400, 600],
    ['POST', 'c', '{', 400, 600],
    ['POST', 'c', '{} x', 400, 600],
    ['POST', 'c', '1 2', 400, 600],
    ['POST', 'c', '1', 400, 1227],
    ['POST', 'c', '"k"', 400, 1227],
    ['POST', 'c', '{"_key":"/"}', 400, 1221],
    ['POST', 'c', '{"_key":1}', 400, 1221],
    ['POST', 'e', '{"_from":"a/1"}', 400, 1233],
    ['POST', 'e', '{"_from":"a/1","_to":"2"}', 400, 1233],
    ['PUT', 'c/k', '[]', 400, 10],
    ['PATCH', 'c', '{"_key":"k"}', 400, 10],
    ['PUT', 'c', '{"_key":"k"}', 400, 10],
    ['DELETE', 'c', '"k"', 400, 1227],
    ['POST', 'c', `${'['.repeat(300)}${']'.repeat(300)}`, 400, 600],
  ]
  for (const [method, path, body, status, errorNum] of refused) {
    const shown = body?.slice(0, 30) ?? 'nothing'
    it(`answers ${method} ${path} of ${shown} with ${status} and ${errorNum}`, async () => {
      assertError(await askDocument(leader, method, path, { body }), status, errorNum)
    })
  }
})
