import assert from 'node:assert/strict'
import { ask, askJson, assertError } from './support/ask.js'
import { askDump, linesOf, openBatch, WANTS_VELOCYPACK } from './support/replication.js'
import { fillCollection, startTestLeader, type TestLeader } from './support/test-leader.js'

const VERSION = /^3\.7\.\d+$/

describe('the leader in the form arangodb-3.7', () => {
  let leader: TestLeader
  let documents: readonly string[]
  let batchId: string
  let url: string

  before(async () => {
    leader = await startTestLeader({ compat: 'arangodb-3.7' })
    ;({ url } = leader)
    ;({ documents } = await fillCollection(leader.store, 'c', 5))
    batchId = await openBatch(url)
  })

  after(() => leader.close())

  async function valueAt(path: string): Promise<Record<string, Record<string, unknown>>> {
    const { value } = await askJson(`${url}/_api/${path}`)
    return value as Record<string, Record<string, unknown>>
  }

  it('says everywhere that it is 3.7', async () => {
    const { value } = await askJson(`${url}/_api/version`)
    assert.match(String(value['version']), VERSION)
    for (const path of ['replication/logger-state', 'wal/range', 'wal/lastTick']) {
      const { server } = await valueAt(path)
      assert.match(String(server?.['version']), VERSION, path)
    }
  })

  it('tells no state with a batch', async () => {
    const options = { method: 'POST', body: '{"ttl":1}' }
    const { value } = await askJson(`${url}/_api/replication/batch?state=true`, options)
    assert.deepEqual(Object.keys(value).sort(), ['id', 'lastTick'])
  })

  it('tells of no attributes that came with revision trees', async () => {
    const { value } = await askJson(`${url}/_api/replication/inventory?batchId=${batchId}`)
    const collections = value['collections'] as { parameters: Record<string, unknown> }[]
    const mine = collections.find(({ parameters }) => parameters['name'] === 'c')?.parameters
    assert.ok(mine)
    for (const name of ['syncByRevision', 'usesRevisionsAsDocumentIds', 'minRevision']) {
      assert.equal(name in mine, false, name)
    }
    assert.equal(mine['type'], 2)
  })

  it('writes dumps as lines with envelopes, whatever is asked for', async () => {
    const expected = documents.map((text) => `{"type":2300,"data":${text}}`)
    for (const more of [{}, { useEnvelope: 'false' }, { useEnvelope: 'false', array: 'true' }]) {
      const reply = await askDump(
        url,
        { collection: 'c', batchId, from: 0, ...more },
        { headers: WANTS_VELOCYPACK },
      )
      assert.equal(reply.headers['content-type'], 'application/x-arango-dump')
      assert.deepEqual(linesOf(reply), expected)
    }
  })

  it('writes the log as lines', async () => {
    const reply = await ask(`${url}/_api/wal/tail?from=0`, { headers: WANTS_VELOCYPACK })
    assert.equal(reply.headers['content-type'], 'application/x-arango-dump')
    assert.ok(linesOf(reply).every((line) => line.startsWith('{')))
  })

  it('knows no revisions', async () => {
    const query = `collection=c&batchId=${batchId}`
    for (const [method, command] of [
      ['GET', 'tree'],
      ['POST', 'tree'],
      ['PUT', 'ranges'],
      ['PUT', 'documents'],
    ] as const) {
      const path = `/_api/replication/revisions/${command}?${query}`
      const options = method === 'GET' ? {} : { method, body: '[]' }
      assertError(await ask(url + path, options), 501, 9)
    }
  })

  it('knows no parallel dump', async () => {
    const options = { method: 'POST', body: '{"shards":["c"]}' }
    assertError(await ask(`${url}/_api/dump/start`, options), 404, 404)
  })

  it('answers what else differs as arangodb does', async () => {
    const options = { method: 'DELETE' }
    assertError(await ask(`${url}/_api/replication/batch/1`, options), 404, 1600)
    assertError(await ask(`${url}/_api/replication/clusterInventory`), 403, 1471)
  })

  it('compares by key', async () => {
    const query = `collection=c&batchId=${batchId}`
    const { value } = await askJson(`${url}/_api/replication/keys?${query}`, { method: 'POST' })
    assert.equal(value['count'], documents.length)
  })
})
