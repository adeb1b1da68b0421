import assert from 'node:assert/strict'
import { planWrites } from '../../lib/remote/plan-writes.js'
import { chunkOf } from '../support/chunk.js'

/** Batches of lines in short: kind, keys, text that is sent. */
function plan(lines: readonly string[], batchBytes = 1_000_000): unknown[] {
  return Array.from(planWrites(chunkOf(lines), batchBytes), ({ kind, keys, body }) => [
    kind,
    keys.join(' '),
    body.toString(),
  ])
}

const removal = (key: string): string => JSON.stringify({ type: 2302, data: { _key: key } })

describe('planWrites()', () => {
  it('makes one array of documents, whose texts stay as they came', () => {
    const lines = ['{"_key":"a","n":1.0}', '', '{"n":1e400,"_key":"b"}', '{"_key":"c"} ']
    const sent = '[{"_key":"a","n":1.0},{"n":1e400,"_key":"b"},{"_key":"c"}]'
    assert.deepEqual(plan(lines), [['write', 'a b c', sent]])
  })

  it('takes documents and keys out of envelopes, each kind in requests of its own', () => {
    const enveloped = '{"type":2300,"data":{"_key":"a","_rev":"_x"}}'
    assert.deepEqual(plan([enveloped, removal('b'), removal('é"'), '{"_key":"c"}']), [
      ['write', 'a', '[{"_key":"a","_rev":"_x"}]'],
      ['remove', 'b é"', '["b","é\\""]'],
      ['write', 'c', '[{"_key":"c"}]'],
    ])
  })

  it('has no key twice in a request, however it is written', () => {
    const lines = ['{"_key":"a","n":1}', '{"_key":"b"}', '{"_key":"\\u0061","n":2}']
    assert.deepEqual(plan(lines), [
      ['write', 'a b', '[{"_key":"a","n":1},{"_key":"b"}]'],
      ['write', 'a', '[{"_key":"\\u0061","n":2}]'],
    ])
  })

  it('begins a new request once there are enough bytes', () => {
    const lines = ['a', 'b', 'c', 'd'].map((key) =>
      JSON.stringify({ _key: key, t: 'x'.repeat(10) }),
    )
    const bytes = (lines[0] as string).length
    assert.deepEqual(
      plan(lines, 2 * bytes).map((batch) => (batch as string[])[1]),
      ['a b', 'c d'],
    )
    assert.equal(plan(lines, 1).length, 4)
  })

  it('begins a new request after 10,000 keys', () => {
    const keys = Array.from({ length: 10_001 }, (_, index) => removal(`k${index}`))
    const lengths = Array.from(planWrites(chunkOf(keys), 1000), (batch) => batch.keys.length)
    assert.deepEqual(lengths, [10_000, 1])
  })

  it('tells revisions and lines, and gives what stands before a damaged line', () => {
    const lines = ['{"_key":"a","_rev":"_r1"}', '{"_key":"b"}', '{"_key":', '{"_key":"c"}']
    const batches: unknown[] = []
    assert.throws(
      () => {
        for (const batch of planWrites(chunkOf(lines), 1000)) batches.push(batch)
      },
      { code: 'ERR_DUMP_LINE' },
    )
    const body = Buffer.from('[{"_key":"a","_rev":"_r1"},{"_key":"b"}]')
    const revisions = ['_r1', undefined]
    const bytes = 37
    const batch = { kind: 'write', keys: ['a', 'b'], lines: [0, 1], revisions, bytes, body }
    assert.deepEqual(batches, [batch])
  })
})
