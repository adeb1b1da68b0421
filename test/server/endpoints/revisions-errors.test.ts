import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import type { Compat } from '../../../lib/server/index.js'
import { createFakeClock } from '../support/fake-clock.js'
import { ask, assertError, type AskOptions, type Reply } from '../support/ask.js'
import { openBatch } from '../support/replication.js'
import {
  databaseOf,
  fillCollection,
  startTestLeader,
  type TestLeader,
} from '../support/test-leader.js'

const READS = [
  ['GET', 'tree'],
  ['PUT', 'ranges'],
  ['PUT', 'documents'],
] as const

for (const compat of ['documented', 'arangodb'] as const) {
  describe(`revisions/* with compat ${compat}`, () => {
    let leader: TestLeader
    let batchId: string
    const clock = createFakeClock()

    before(async () => {
      leader = await startTestLeader({ compat, clock })
      await fillCollection(leader.store, 'documents', 3)
      await leader.store.createCollection(databaseOf(leader.store, '_system'), {
        name: 'unsynced',
        type: 2,
        parameters: { syncByRevision: false },
      })
      batchId = await openBatch(leader.url)
    })

    after(() => leader.close())

    function askCommand(
      method: 'GET' | 'PUT' | 'POST',
      command: string,
      query: string,
      options: AskOptions = {},
    ): Promise<Reply> {
      const url = `${leader.url}/_api/replication/revisions/${command}${query}`
      return ask(url, { method, ...(method === 'PUT' ? { body: '[]' } : {}), ...options })
    }

    const missingCollection = ofCompat(compat, 401, 400)
    const missingBatch = ofCompat(compat, 401, 404)

    for (const [method, command] of READS) {
      it(`${method} ${command} refuses what is missing or unknown`, async () => {
        const rows: readonly (readonly [string, number, number])[] = [
          ['', missingCollection, 400],
          ['?collection=', missingCollection, 400],
          [`?batchId=${batchId}`, missingCollection, 400],
          ['?collection=documents', missingBatch, 400],
          ['?collection=documents&batchId=', missingBatch, 400],
          ['?collection=documents&batchId=77', 404, 1600],
          ['?collection=documents&batchId=x', 404, 1600],
          [`?collection=unknown&batchId=${batchId}`, 404, 1203],
          ['?collection=unknown', 404, 1203],
          ['?collection=unknown&batchId=77', 404, 1203],
          [`?collection=unsynced&batchId=${batchId}`, 501, 9],
          ['?collection=unsynced', 501, 9],
        ]
        for (const [query, status, errorNum] of rows) {
          assertError(await askCommand(method, command, query), status, errorNum)
        }
      })

      it(`${method} ${command} does not see a collection that is newer than the batch`, async () => {
        const name = `new-${command}`
        await fillCollection(leader.store, name, 1)
        const query = `?collection=${name}&batchId=${batchId}`
        assertError(await askCommand(method, command, query), 404, 1203)
      })

      it(`${method} ${command} refuses a batch that has expired`, async () => {
        const expiring = await openBatch(leader.url, 10)
        const query = `?collection=documents&batchId=${expiring}`
        assert.equal((await askCommand(method, command, query)).status, 200)
        clock.move(10_001)
        assertError(await askCommand(method, command, query), 404, 1600)
      })
    }

    it('POST tree refuses what is missing or unknown, and needs no batch', async () => {
      assertError(await askCommand('POST', 'tree', ''), missingCollection, 400)
      assertError(await askCommand('POST', 'tree', '?collection=unknown'), 404, 1203)
      assertError(await askCommand('POST', 'tree', '?collection=unsynced'), 501, 9)
      for (const query of ['?collection=documents', '?collection=documents&batchId=42']) {
        const reply = await askCommand('POST', 'tree', query)
        assert.deepEqual([reply.status, reply.body.length], [204, 0])
      }
    })

    for (const [body, errorNum] of [
      ['', 600],
      ['{', 600],
      ['{}', 400],
      ['[1]', 400],
    ] as const) {
      it(`refuses the body "${body}" with 400 and ${errorNum}`, async () => {
        for (const command of ['ranges', 'documents']) {
          const query = `?collection=documents&batchId=${batchId}`
          assertError(await askCommand('PUT', command, query, { body }), 400, errorNum)
        }
      })
    }
  })
}

describe('the body of revisions/*', () => {
  it('may be longer than others, up to a bound', async () => {
    const limits = { requestBodyBytesMax: 100, listBodyBytesMax: 1000 }
    const { url, store, close } = await startTestLeader({ limits })
    await fillCollection(store, 'documents', 1)
    const batchId = await openBatch(url)
    for (const command of ['ranges', 'documents']) {
      const path = `/_api/replication/revisions/${command}`
      const at = `${url}${path}?collection=documents&batchId=${batchId}`
      const within = await ask(at, { method: 'PUT', body: `[${' '.repeat(998)}]` })
      assert.equal(within.status, 200)
      const beyond = await ask(at, { method: 'PUT', body: `[${' '.repeat(999)}]` })
      assertError(beyond, 413, 413)
    }
    await close()
  })
})

describe('The bodies of revisions/* of many requests', () => {
  it('have a bound of their own, which counts them until they are answered', async () => {
    const { url, store, close } = await startTestLeader({ limits: { heldListsBytesMax: 1000 } })
    await fillCollection(store, 'documents', 1)
    const path = '/_api/replication/revisions/documents?collection=documents&batchId='
    const at = `${url}${path}${await openBatch(url)}`
    const headers = { 'content-length': '900' }
    const first = request(at, { method: 'PUT', headers })
    first.write('[')
    // What comes in a second connection is answered after the head of the first was read.
    const small = (): Promise<Reply> => ask(at, { method: 'PUT', body: `[${' '.repeat(150)}]` })
    while ((await small()).status === 200);
    assertError(await small(), 503, 32)
    const answered = once(first, 'response') as Promise<[IncomingMessage]>
    first.end(`${' '.repeat(898)}]`)
    const [response] = await answered
    assert.equal(response.statusCode, 200)
    await once(response.resume(), 'end')
    while ((await small()).status === 503);
    assert.equal((await ask(at, { method: 'PUT', body: `[${' '.repeat(998)}]` })).status, 200)
    const chunked = { 'transfer-encoding': 'chunked' }
    const untold = await ask(at, { method: 'PUT', headers: chunked, body: '[]' })
    assertError(untold, 503, 32)
    await close()
  })
})

function ofCompat(compat: Compat, documented: number, arangodb: number): number {
  return compat === 'documented' ? documented : arangodb
}
