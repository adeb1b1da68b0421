import assert from 'node:assert/strict'
import { ask, askJson, assertError } from '../support/ask.js'
import { fillCollection, startTestLeader, type TestLeader } from '../support/test-leader.js'

describe('endpoints that tell of the leader', () => {
  let leader: TestLeader

  before(async () => {
    leader = await startTestLeader()
    await fillCollection(leader.store, 'c', 7, { type: 3 })
    const database = await leader.store.createDatabase('other')
    await fillCollection(leader.store, 'c', 3, { database })
  })

  after(() => leader.close())

  async function get(path: string): Promise<Readonly<Record<string, unknown>>> {
    const { status, headers, value } = await askJson(leader.url + path)
    assert.equal(status, 200)
    assert.equal(headers['content-type'], 'application/json')
    return value
  }

  it('GET version tells a version that drivers take', async () => {
    for (const query of ['', '?details=true', '?details=undefined']) {
      const { version, ...rest } = await get(`/_api/version${query}`)
      assert.deepEqual(rest, { server: 'arango', license: 'community' })
      assert.match(String(version), /^3\.11\.\d+$/)
    }
  })

  it('GET server/role tells a single server', async () => {
    const role = { role: 'SINGLE', mode: 'default', error: false, code: 200 }
    assert.deepEqual(await get('/_admin/server/role'), role)
  })

  it('GET engine tells the engine that followers know', async () => {
    assert.deepEqual(await get('/_api/engine'), { name: 'rocksdb' })
  })

  it('GET database/current tells the database of the path', async () => {
    const envelope = { error: false, code: 200 }
    assert.deepEqual(await get('/_api/database/current'), {
      result: { id: '1', name: '_system', path: '', isSystem: true },
      ...envelope,
    })
    const other = await get('/_db/other/_api/database/current')
    const { id, ...rest } = other['result'] as Record<string, unknown>
    assert.deepEqual(rest, { name: 'other', path: '', isSystem: false })
    assert.match(String(id), /^\d+$/)
  })

  it('GET collection/{name}/count counts what is there now', async () => {
    const { count, name, type, error, code } = await get('/_api/collection/c/count')
    assert.deepEqual([count, name, type, error, code], [7, 'c', 3, false, 200])
    assert.equal((await get('/_db/other/_api/collection/c/count'))['count'], 3)
    await fillCollection(leader.store, 'ä %', 1)
    assert.equal((await get(`/_api/collection/${encodeURIComponent('ä %')}/count`))['count'], 1)
  })

  it('GET collection/{name}/count refuses an unknown collection with 404 and 1203', async () => {
    assertError(await ask(`${leader.url}/_api/collection/unknown/count`), 404, 1203)
  })

  it('GET logger-state tells the last position', async () => {
    const { state, server, clients } = (await get('/_api/replication/logger-state')) as Record<
      string,
      Record<string, unknown>
    >
    const lastTick = leader.store.lastTick.toString()
    assert.equal(state?.['lastLogTick'], lastTick)
    assert.equal(state['lastUncommittedLogTick'], lastTick)
    assert.equal(server?.['serverId'], leader.store.serverId)
    assert.deepEqual(clients, [])
  })
})
