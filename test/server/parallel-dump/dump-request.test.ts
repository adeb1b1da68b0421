import assert from 'node:assert/strict'
import { parseDumpRequest, type DumpRequest } from '../../../lib/server/parallel-dump/index.js'
import { RequestError } from '../../../lib/server/request-error.js'
import { VelocyPackWriter } from '../../../lib/wire/index.js'

const MIB = 1024 * 1024

function parse(body: unknown): DumpRequest {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return parseDumpRequest({ body: Buffer.from(text), bodyFormat: 'json' })
}

function refused(body: unknown): readonly [number, number] {
  try {
    parse(body)
  } catch (error) {
    assert.ok(error instanceof RequestError)
    return [error.status, error.errorNum]
  }
  return assert.fail('nothing was thrown')
}

describe('parseDumpRequest()', () => {
  it('knows the defaults of the original', () => {
    assert.deepEqual(parse({ shards: ['a', 'b'] }), {
      shards: ['a', 'b'],
      batchBytes: 16_384,
      docsPerBatch: 10_000,
      prefetchCount: 2,
      ttlSeconds: 0,
      projections: undefined,
      conditions: [],
    })
  })

  it('takes the nearest number that is allowed', () => {
    const low = { batchSize: 0, docsPerBatch: 0, prefetchCount: 0, parallelism: 0, ttl: 0.5 }
    const { batchBytes, docsPerBatch, prefetchCount, ttlSeconds } = parse({ shards: [], ...low })
    assert.deepEqual([batchBytes, docsPerBatch, prefetchCount, ttlSeconds], [4096, 10, 0, 0.5])
    const high = { batchSize: 2 ** 40, docsPerBatch: 2 ** 40, prefetchCount: 2 ** 40 }
    const most = parse({ shards: [], ...high, ttl: 1e9 })
    assert.equal(most.batchBytes, 64 * MIB)
    assert.deepEqual([most.docsPerBatch, most.prefetchCount, most.ttlSeconds], [1e6, 8, 1e9])
    const between = parse({ shards: [], batchSize: 5000, docsPerBatch: 11, prefetchCount: 3 })
    assert.equal(between.batchBytes, 5000)
    assert.deepEqual([between.docsPerBatch, between.prefetchCount], [11, 3])
  })

  it('takes each collection once, and passes over what it does not know', () => {
    const { shards } = parse({ shards: ['b', 'a', 'b'], dbserver: 1, other: {} })
    assert.deepEqual(shards, ['b', 'a'])
  })

  it('reads VelocyPack too', () => {
    const body = new VelocyPackWriter().write(Buffer.from('{"shards":["ä"],"batchSize":8192}'))
    const { shards, batchBytes } = parseDumpRequest({ body, bodyFormat: 'velocypack' })
    assert.deepEqual([shards, batchBytes], [['ä'], 8192])
  })

  it('reads numbers of filters exactly', () => {
    const condition = (number: string): string =>
      `{"shards":[],"filters":{"conditions":[{"attributePath":["a"],"value":${number}}]}}`
    const [large] = parse(condition('9007199254740993')).conditions
    assert.equal(large?.canonical.toString(), '9007199254740993')
    const [one] = parse(condition('1.0')).conditions
    assert.equal(one?.canonical.toString(), '1')
  })

  for (const shards of [undefined, null, 'c', {}, [1], ['c', null]]) {
    it(`refuses ${JSON.stringify(shards)} as collections`, () => {
      assert.deepEqual(refused({ shards }), [400, 10])
    })
  }

  for (const value of ['1', -1, 1.5, null, true, [1]]) {
    it(`refuses ${JSON.stringify(value)} as a number`, () => {
      for (const name of ['batchSize', 'docsPerBatch', 'prefetchCount', 'parallelism']) {
        assert.deepEqual(refused({ shards: [], [name]: value }), [400, 10])
      }
    })
  }

  it('refuses what is no object, no JSON, or nested too deep', () => {
    assert.deepEqual(refused([]), [400, 10])
    assert.deepEqual(refused('{"shards":['), [400, 600])
    const deep = `${'['.repeat(300)}${']'.repeat(300)}`
    const conditions = `[{"attributePath":["a"],"value":${deep}}]`
    assert.deepEqual(refused(`{"shards":[],"filters":{"conditions":${conditions}}}`), [400, 600])
  })

  it('bounds how many conditions and new names there are', () => {
    const conditions = Array.from({ length: 101 }, () => ({ attributePath: ['a'], value: 1 }))
    assert.deepEqual(refused({ shards: [], filters: { conditions } }), [400, 10])
    const some = parse({ shards: [], filters: { conditions: conditions.slice(1) } })
    assert.equal(some.conditions.length, 100)
    const names = Array.from({ length: 1001 }, (_, index) => [`n${index}`, ['a']] as const)
    assert.deepEqual(refused({ shards: [], projections: Object.fromEntries(names) }), [400, 10])
    const fewer = Object.fromEntries(names.slice(1))
    assert.equal(parse({ shards: [], projections: fewer }).projections?.length, 1000)
  })
})
