import assert from 'node:assert/strict'
import type { Compat } from '../../../lib/server/index.js'
import { parseBatch } from '../../../lib/wire/index.js'
import { ask, askJson, assertError, type Reply } from '../support/ask.js'
import { createFakeClock } from '../support/fake-clock.js'
import { askDump, openBatch } from '../support/replication.js'
import { fillCollection, startTestLeader, type TestLeader } from '../support/test-leader.js'

const BAD_BODIES = [
  '',
  ' ',
  '{',
  '{"ttl":1',
  'ttl=1',
  '\xff',
  '[]',
  '[{"ttl":1}]',
  'null',
  '5',
  '"text"',
  'true',
  '{"ttl":-1}',
  '{"ttl":1.5}',
  '{"ttl":"10"}',
  '{"ttl":null}',
  '{"ttl":true}',
  '{"ttl":[]}',
]

describe('batches over HTTP', () => {
  for (const compat of ['documented', 'arangodb'] as const satisfies readonly Compat[]) {
    describe(`with compat ${compat}`, () => {
      const clock = createFakeClock()
      let leader: TestLeader
      let batch: string

      before(async () => {
        leader = await startTestLeader({ compat, clock })
        batch = `${leader.url}/_api/replication/batch`
      })

      after(() => leader.close())

      function put(id: string, body = '{"ttl":10}'): Promise<Reply> {
        return ask(`${batch}/${id}`, { method: 'PUT', body })
      }

      function remove(id: string): Promise<Reply> {
        return ask(`${batch}/${id}`, { method: 'DELETE' })
      }

      const goneStatus = compat === 'documented' ? 400 : 404

      it('POST gives an id and the position of the snapshot, both as decimal text', async () => {
        const { status, headers, value } = await askJson(batch, {
          method: 'POST',
          body: '{"ttl":9}',
        })
        assert.equal(status, 200)
        assert.equal(headers['content-type'], 'application/json')
        assert.deepEqual(Object.keys(value), ['id', 'lastTick'])
        assert.match(String(value['id']), /^[1-9]\d*$/)
        assert.equal(value['lastTick'], leader.store.lastTick.toString())
      })

      it('POST adds the state of the leader when it is asked for', async () => {
        const { value } = await askJson(`${batch}?state=true`, { method: 'POST', body: '{}' })
        const { lastTick, state } = parseBatch(value)
        assert.equal(state?.state.lastLogTick, lastTick)
        assert.equal(state.server.serverId, leader.store.serverId)
        const without = await askJson(`${batch}?state=false`, { method: 'POST', body: '{}' })
        assert.equal('state' in without.value, false)
      })

      it('POST takes any body that is an object, whatever its content type says', async () => {
        for (const body of [
          '{}',
          ' {"ttl":0} ',
          '{"ttl":1e3}',
          '{"patchCount":"","ttl":99999999}',
        ]) {
          for (const type of [undefined, 'application/json', 'text/plain', 'x/y']) {
            const headers = type === undefined ? {} : { 'content-type': type }
            const { status } = await ask(batch, { method: 'POST', body, headers })
            assert.equal(status, 200)
          }
        }
      })

      for (const body of BAD_BODIES) {
        it(`POST and PUT refuse the body ${JSON.stringify(body)} with 400`, async () => {
          const bytes = Buffer.from(body, 'latin1')
          const id = await openBatch(leader.url)
          for (const [url, method] of [
            [batch, 'POST'] as const,
            [`${batch}/${id}`, 'PUT'] as const,
          ]) {
            const reply = await ask(url, { method, body: bytes })
            assert.equal(reply.status, 400)
            const { errorNum } = JSON.parse(reply.body.toString()) as { errorNum: number }
            assertError(reply, 400, errorNum)
            assert.ok([400, 600].includes(errorNum))
          }
          await remove(id)
        })
      }

      it('PUT and DELETE answer 204 without a body', async () => {
        const id = await openBatch(leader.url)
        for (const reply of [await put(id), await remove(id)]) {
          assert.equal(reply.status, 204)
          assert.equal(reply.body.length, 0)
        }
      })

      it(`PUT and DELETE answer ${goneStatus} for an unknown, deleted or expired batch`, async () => {
        const [deleted, expired] = [await openBatch(leader.url), await openBatch(leader.url, 5)]
        await remove(deleted)
        clock.move(5_000)
        for (const id of [deleted, expired, '0', '1', 'x', '%2F', '99999999999999999999999']) {
          assertError(await put(id), goneStatus, 1600)
          assertError(await remove(id), goneStatus, 1600)
        }
      })

      it('a use, like a dump, prolongs by the ttl that PUT gave last', async () => {
        await leader.store.dropDatabase('d').catch(() => undefined)
        const database = await leader.store.createDatabase('d')
        await fillCollection(leader.store, 'c', 1, { database })
        const id = await openBatch(leader.url, 5)
        await put(id, '{"ttl":60}')
        for (let round = 0; round < 3; round += 1) {
          clock.move(59_000)
          const reply = await askDump(`${leader.url}/_db/d`, {
            collection: 'c',
            batchId: id,
            from: 0,
          })
          assert.equal(reply.status, 200)
        }
        clock.move(60_000)
        assertError(await askDump(leader.url, { collection: 'c', batchId: id }), 404, 400)
      })

      it('a batch is known in every database', async () => {
        const id = await openBatch(leader.url)
        const url = `${leader.url}/_db/_system/_api/replication/batch/${id}`
        assert.equal((await ask(url, { method: 'DELETE' })).status, 204)
      })
    })
  }

  it('a batch over the limit is refused with 503 and 32, until another one is gone', async () => {
    const { url, close } = await startTestLeader({ limits: { openBatchesMax: 2 } })
    const batch = `${url}/_api/replication/batch`
    const [first] = [await openBatch(url), await openBatch(url)]
    assertError(await ask(batch, { method: 'POST', body: '{}' }), 503, 32)
    await ask(`${batch}/${first}`, { method: 'DELETE' })
    assert.equal((await ask(batch, { method: 'POST', body: '{}' })).status, 200)
    await close()
  })
})
