import assert from 'node:assert/strict'
import { jsonAnswer, emptyAnswer, type Answer } from '../../lib/server/answer.js'
import { negotiate } from '../../lib/server/negotiate.js'
import { JsonWriter } from '../../lib/wire/index.js'
import { ask, type AskOptions } from './support/ask.js'
import {
  openBatch,
  toVelocyPack,
  velocyPackValue,
  WANTS_VELOCYPACK,
} from './support/replication.js'
import { fillCollection, startTestLeader, type TestLeader } from './support/test-leader.js'

const VELOCYPACK = 'application/x-velocypack'
const BATCH = '/_api/replication/batch'

function bodyOf(answer: Answer): Buffer {
  assert.equal(answer.kind, 'whole')
  return answer.body
}

describe('negotiate()', () => {
  it('writes JSON that is answered whole as VelocyPack, and keeps all else', () => {
    const value = { error: true, code: 404, count: 2n ** 64n - 1n }
    const answer = jsonAnswer(value, 404, { 'x-more': 'yes' })
    const written = negotiate(answer, 'velocypack')
    assert.equal(written.status, 404)
    assert.deepEqual(written.headers, { 'content-type': VELOCYPACK, 'x-more': 'yes' })
    assert.equal(
      new JsonWriter().write(bodyOf(written)).toString(),
      '{"error":true,"code":404,"count":18446744073709551615}',
    )
  })

  it('leaves every answer as it is for a client that wants JSON', () => {
    const answer = jsonAnswer({})
    assert.equal(negotiate(answer, 'json'), answer)
  })

  it('leaves answers without a body and streamed ones as they are', () => {
    const empty = emptyAnswer()
    assert.equal(negotiate(empty, 'velocypack'), empty)
  })
})

describe('content negotiation', () => {
  let leader: TestLeader
  let url: string

  before(async () => {
    leader = await startTestLeader()
    ;({ url } = leader)
    await fillCollection(leader.store, 'documents', 2)
  })

  after(() => leader.close())

  /** Asks twice, and checks that both answers say the same. */
  async function compare(path: string, options: AskOptions = {}): Promise<number> {
    const json = await ask(url + path, options)
    const headers = { ...options.headers, ...WANTS_VELOCYPACK }
    const packed = await ask(url + path, { ...options, headers })
    assert.equal(packed.headers['content-type'], VELOCYPACK, path)
    assert.equal(packed.headers['content-length'], String(packed.body.length))
    assert.equal(json.headers['content-type'], 'application/json', path)
    assert.equal(packed.status, json.status)
    const untimed = (text: string): unknown =>
      JSON.parse(text.replace(/"time":"[^"]*"/g, '"time":""'))
    const value = untimed(JSON.stringify(velocyPackValue(packed)))
    assert.deepEqual(value, untimed(json.body.toString()))
    return json.status
  }

  it('holds for what is asked of the server and its databases', async () => {
    const batchId = await openBatch(url)
    for (const path of [
      '/_api/version',
      '/_api/engine',
      '/_admin/server/role',
      '/_api/database/current',
      '/_api/collection/documents/count',
      '/_api/replication/logger-state',
      `/_api/replication/inventory?batchId=${batchId}`,
      `/_api/replication/inventory?batchId=${batchId}&global=true`,
    ]) {
      assert.equal(await compare(path), 200)
    }
  })

  it('holds for errors, whoever finds them', async () => {
    assert.equal(await compare('/_api/unknown'), 404)
    assert.equal(await compare('/_db/nowhere/_api/version'), 404)
    assert.equal(await compare('/_db/%ZZ/_api/version'), 400)
    assert.equal(await compare('/_api/version', { method: 'DELETE' }), 405)
    assert.equal(await compare('/_api/replication/inventory'), 404)
    assert.equal(await compare('/_api/replication/revisions/tree?collection=documents'), 401)
    assert.equal(await compare(BATCH, { method: 'POST', body: '{' }), 400)
    assert.equal(await compare(BATCH, { method: 'POST', body: 'x'.repeat(2 ** 20 + 1) }), 413)
  })

  it('holds for the refusal of a caller', async () => {
    const closed = await startTestLeader({ auth: { kind: 'on', rootPassword: 'secret' } })
    const reply = await ask(`${closed.url}/_api/version`, { headers: WANTS_VELOCYPACK })
    assert.equal(reply.status, 401)
    assert.equal(reply.headers['content-type'], VELOCYPACK)
    assert.equal((velocyPackValue(reply) as { code: number }).code, 401)
    await closed.close()
  })

  it('reads the body of a batch in VelocyPack', async () => {
    const headers = { 'content-type': VELOCYPACK }
    const options = { method: 'POST', headers, body: toVelocyPack({ ttl: 10 }) }
    const made = await ask(url + BATCH, options)
    assert.equal(made.status, 200)
    const { id } = JSON.parse(made.body.toString()) as { id: string }
    const kept = await ask(`${url}${BATCH}/${id}`, { ...options, method: 'PUT' })
    assert.equal(kept.status, 204)
  })

  it('refuses a body that is not of its content type', async () => {
    const rows = [
      [VELOCYPACK, Buffer.from('{"ttl":10}'), 600],
      [VELOCYPACK, Buffer.alloc(0), 600],
      [VELOCYPACK, Buffer.from(toVelocyPack([1])), 400],
      ['application/json', Buffer.from(toVelocyPack({ ttl: 10 })), 600],
    ] as const
    for (const [type, body, errorNum] of rows) {
      const headers = { 'content-type': type }
      const reply = await ask(url + BATCH, { method: 'POST', headers, body })
      const value = JSON.parse(reply.body.toString()) as { code: number; errorNum: number }
      assert.deepEqual([value.code, value.errorNum], [400, errorNum])
    }
  })
})
