import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import { ask, askJson, assertError, begin, type Reply } from '../support/ask.js'
import { createFakeClock } from '../support/fake-clock.js'
import { askDump, linesOf, openBatch, velocyPackValue } from '../support/replication.js'
import { fillCollection, startTestLeader, type TestLeader } from '../support/test-leader.js'

const SHARD = 'x-arango-dump-shard-id'

/** Starts a dump. */
function start(url: string, body: unknown, query = ''): Promise<Reply> {
  return ask(`${url}/_api/dump/start${query}`, { method: 'POST', body: JSON.stringify(body) })
}

/** Starts a dump and gives its id. */
async function idOf(url: string, body: unknown, query = ''): Promise<string> {
  const { status, headers } = await start(url, body, query)
  assert.equal(status, 201)
  return String(headers['x-arango-dump-id'])
}

function nextUrl(url: string, id: string, batchId: number, lastBatch?: number): string {
  const last = lastBatch === undefined ? '' : `&lastBatch=${lastBatch}`
  return `${url}/_api/dump/next/${id}?batchId=${batchId}${last}`
}

function next(url: string, id: string, batchId: number, lastBatch?: number): Promise<Reply> {
  return ask(nextUrl(url, id, batchId, lastBatch), { method: 'POST' })
}

function end(url: string, id: string): Promise<Reply> {
  return ask(`${url}/_api/dump/${id}`, { method: 'DELETE' })
}

/** All batches, acknowledged one by one. */
async function allOf(url: string, id: string): Promise<Reply[]> {
  const replies: Reply[] = []
  for (;;) {
    const count = replies.length
    const reply = await next(url, id, count, count === 0 ? undefined : count - 1)
    if (reply.status === 204) return replies
    assert.equal(reply.status, 200)
    replies.push(reply)
  }
}

describe('the parallel dump', () => {
  let leader: TestLeader
  let url: string

  before(async () => {
    leader = await startTestLeader()
    ;({ url } = leader)
    await fillCollection(leader.store, 'documents', 300, { filler: 'ä"\\' })
    await fillCollection(leader.store, 'edges', 100, { type: 3 })
    await fillCollection(leader.store, 'empty', 0)
  })

  after(() => leader.close())

  const SHARDS = { shards: ['documents', 'empty', 'edges'], batchSize: 4096 }

  /** Lines of a collection as the plain dump gives them. */
  async function plainLines(collection: string): Promise<string[]> {
    const batchId = await openBatch(url)
    const form = { useEnvelope: 'false', chunkSize: 1e7 }
    return linesOf(await askDump(url, { collection, batchId, from: 0, ...form }))
  }

  it('gives the lines of the plain dump, of one collection after the other', async () => {
    const id = await idOf(url, SHARDS)
    const replies = await allOf(url, id)
    assert.ok(replies.length > 5)
    for (const { headers, body } of replies) {
      assert.equal(headers['content-type'], 'application/x-arango-dump')
      assert.equal(headers['content-length'], String(body.length))
      assert.match(String(headers['x-arango-dump-block-counts']), /^-?\d+$/)
    }
    for (const name of ['documents', 'edges']) {
      const own = replies.filter(({ headers }) => headers[SHARD] === name)
      assert.deepEqual(own.flatMap(linesOf), await plainLines(name))
    }
    assert.equal((await end(url, id)).status, 200)
  })

  it('says the end again and again, and nothing of a dump that was given up', async () => {
    const id = await idOf(url, { shards: ['empty'] })
    for (const number of [0, 0, 1]) {
      const { status, body } = await next(url, id, number)
      assert.deepEqual([status, body.length], [204, 0])
    }
    const { status, value } = await askJson(`${url}/_api/dump/${id}`, { method: 'DELETE' })
    assert.deepEqual([status, value], [200, { error: false, code: 200 }])
    assertError(await end(url, id), 404, 1600)
    assertError(await next(url, id, 0), 404, 1600)
  })

  it('gives each batch once and whole, whatever is lost and asked again, and in what order', async () => {
    const wanted = [...(await plainLines('documents')), ...(await plainLines('edges'))].sort()
    const anyStep = fc.record({
      /** How many are asked for at a time. */
      width: fc.integer({ min: 1, max: 4 }),
      /** Whether its answer is lost: before its first byte is read, or never. */
      isLost: fc.boolean(),
      isAcknowledged: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { minLength: 1, maxLength: 8 }), async (steps) => {
        const id = await idOf(url, SHARDS)
        const found = new Map<number, string[]>()
        let numbers = 0
        let last: number | undefined
        for (let round = 0; ; round += 1) {
          const step = steps[round % steps.length]
          assert.ok(step)
          const asked = Array.from({ length: step.width }, (_, index) => numbers + index)
          numbers += step.width
          if (step.isLost) {
            for (const number of asked) {
              const lost = await begin(nextUrl(url, id, number, last), { method: 'POST' })
              lost.destroy()
            }
          }
          const replies = await Promise.all(
            asked.map((number) => next(url, id, number, step.isAcknowledged ? last : undefined)),
          )
          replies.forEach((reply, index) => {
            if (reply.status === 200) found.set(asked[index] ?? -1, linesOf(reply))
          })
          last = asked.at(-1)
          if (replies.some(({ status }) => status === 204)) break
        }
        assert.deepEqual([...found.values()].flat().sort(), wanted)
        assert.equal((await end(url, id)).status, 200)
      }),
      { numRuns: 10 },
    )
  })

  it('shows all collections as they were at the start', async () => {
    const { store } = leader
    const own = await Promise.all(
      ['one', 'two'].map((name) => fillCollection(store, name, 60, { filler: 'long '.repeat(9) })),
    )
    const id = await idOf(url, { shards: ['one', 'two'], batchSize: 4096 })
    for (const { collection } of own) {
      await store.insert(collection, '{"_key":"later"}')
      await store.remove(collection, 'key7')
    }
    const lines = (await allOf(url, id)).flatMap(linesOf)
    assert.deepEqual(
      lines,
      own.flatMap(({ documents }) => documents),
    )
    for (const { collection } of own) await store.dropCollection(collection)
    await end(url, id)
  })

  it('shows what a batch shows that is named, and says so', async () => {
    const { store } = leader
    const { collection, documents } = await fillCollection(store, 'named', 20)
    const batchId = await openBatch(url)
    await store.insert(collection, '{"_key":"later"}')
    const { headers } = await start(url, { shards: ['named'] }, `?batchId=${batchId}`)
    assert.equal(headers['x-tidemark-batch'], batchId)
    const lines = (await allOf(url, String(headers['x-arango-dump-id']))).flatMap(linesOf)
    assert.deepEqual(lines, documents)
    assert.equal((await start(url, SHARDS)).headers['x-tidemark-batch'], undefined)
    await store.dropCollection(collection)
  })

  it('knows collections by their ids too, and tells their names', async () => {
    const { store, system } = leader
    const collection = store.collection(system, 'edges')
    const id = await idOf(url, { shards: [String(collection?.id)] })
    assert.equal((await next(url, id, 0)).headers[SHARD], 'edges')
    await end(url, id)
  })

  it('tells names that are not Latin as the bytes of UTF-8', async () => {
    const name = 'größe-日本'
    const { store } = leader
    const { collection } = await fillCollection(store, name, 1)
    const id = await idOf(url, { shards: [name] })
    const { headers } = await next(url, id, 0)
    assert.equal(Buffer.from(String(headers[SHARD]), 'latin1').toString(), name)
    await end(url, id)
    await store.dropCollection(collection)
  })

  it('gives what is asked of documents only, as lines or as VelocyPack', async () => {
    const filters = { type: 'simple', conditions: [{ attributePath: ['_key'], value: 'key5' }] }
    const projections = { name: ['_key'], id: ['_id'], none: ['none'] }
    const body = { shards: ['documents', 'edges'], filters, projections }
    const [first, second] = await allOf(url, await idOf(url, body))
    assert.ok(first !== undefined && second !== undefined)
    assert.equal(first.body.toString(), '{"name":"key5","id":"documents/key5"}\n')
    assert.equal(second.body.toString(), '{"name":"key5","id":"edges/key5"}\n')
    const packed = await allOf(url, await idOf(url, body, '?useVPack=true'))
    assert.deepEqual(packed.map(velocyPackValue), [
      [{ name: 'key5', id: 'documents/key5' }],
      [{ name: 'key5', id: 'edges/key5' }],
    ])
    assert.equal(packed[0]?.headers['content-type'], 'application/x-arango-dump')
  })

  it('finishes an answer that has begun when the dump is given up', async () => {
    const id = await idOf(url, { shards: ['documents'], batchSize: 1e6 })
    const response = await begin(nextUrl(url, id, 0), { method: 'POST' })
    assert.equal((await end(url, id)).status, 200)
    const blocks: Buffer[] = []
    for await (const block of response as AsyncIterable<Buffer>) blocks.push(block)
    assert.deepEqual(linesOf({ body: Buffer.concat(blocks) }), await plainLines('documents'))
  })

  it('keeps no more batches than may be', async () => {
    const small = await startTestLeader({ limits: { dumpBatchesKeptMax: 2 } })
    await fillCollection(small.store, 'c', 300)
    const id = await idOf(small.url, { shards: ['c'], batchSize: 4096 })
    for (const number of [0, 1]) assert.equal((await next(small.url, id, number)).status, 200)
    assertError(await next(small.url, id, 2), 503, 32)
    assert.equal((await next(small.url, id, 2, 0)).status, 200)
    await small.close()
  })

  it('expires, and can be asked for until then', async () => {
    const clock = createFakeClock()
    const small = await startTestLeader({ clock })
    await fillCollection(small.store, 'c', 5)
    const id = await idOf(small.url, { shards: ['c'], ttl: 5 })
    clock.move(4_999)
    assert.equal((await next(small.url, id, 0)).status, 200)
    clock.move(4_999)
    assert.equal((await next(small.url, id, 0)).status, 200)
    clock.move(5_000)
    assertError(await next(small.url, id, 0), 404, 1600)
    await small.close()
  })

  it('gives nothing of a collection whose grant was taken back meanwhile, and holds nothing', async () => {
    const auth = { kind: 'on', rootPassword: 'r' } as const
    const small = await startTestLeader({ auth, limits: { heldAnswerBytesMax: 1800 } })
    await fillCollection(small.store, 'c', 20)
    const login = (name: string): { authorization: string } => ({
      authorization: `Basic ${Buffer.from(`${name}:r`).toString('base64')}`,
    })
    const put = async (path: string, method: string, body: unknown): Promise<void> => {
      const options = { method, headers: login('root'), body: JSON.stringify(body) }
      const { status } = await ask(`${small.url}/_api/user${path}`, options)
      assert.ok(status < 300, `${status} for ${path}`)
    }
    const begun = async (name: string): Promise<() => Promise<Reply>> => {
      const own = { method: 'POST', headers: login(name) }
      const body = JSON.stringify({ shards: ['c'] })
      const started = await ask(`${small.url}/_api/dump/start?useVPack=true`, { ...own, body })
      const id = String(started.headers['x-arango-dump-id'])
      return () => ask(nextUrl(small.url, id, 0), own)
    }
    await put('', 'POST', { user: 'ann', passwd: 'r' })
    await put('/ann/database/_system', 'PUT', { grant: 'ro' })
    const [one, other] = [await begun('ann'), await begun('ann')]
    assert.equal((await one()).status, 200)
    await put('/ann/database/_system/c', 'PUT', { grant: 'none' })
    for (const asked of [one, other]) assertError(await asked(), 403, 11)
    const whole = await (await begun('root'))()
    assert.equal((velocyPackValue(whole) as unknown[]).length, 20)
    await small.close()
  })
})
