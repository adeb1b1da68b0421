import assert from 'node:assert/strict'
import { formatChange, type ToldEvent } from '../../../lib/cli/tail/format-change.js'
import { tick } from '../../../lib/values/index.js'

const NOTHING: ToldEvent = {
  id: '7-12',
  kind: 'put',
  tick: tick(2n ** 64n - 1n),
  transactionId: undefined,
  database: undefined,
  collection: undefined,
  globallyUniqueId: undefined,
  key: undefined,
  revision: undefined,
  document: undefined,
  before: undefined,
}

function textOf(event: Partial<ToldEvent>): string {
  return Buffer.concat(
    formatChange({ ...NOTHING, ...event }).map((piece) => Buffer.from(piece as string)),
  ).toString()
}

describe('formatChange()', () => {
  it('writes what is known, in one order, with ticks as text', () => {
    assert.equal(textOf({}), '{"id":"7-12","kind":"put","tick":"18446744073709551615"}')
    assert.equal(
      textOf({
        transactionId: tick(2n ** 53n + 1n),
        database: 'shop',
        collection: 'orders',
        globallyUniqueId: 'h1/2',
        key: 'a"b',
        revision: '_kmX',
        document: Buffer.from('{"a":1}'),
        before: Buffer.from('{}'),
      }),
      '{"id":"7-12","kind":"put","tick":"18446744073709551615","tid":"9007199254740993",' +
        '"database":"shop","collection":"orders","key":"a\\"b","rev":"_kmX",' +
        '"document":{"a":1},"before":{}}',
    )
  })

  it('names a collection by its id where nobody told its name', () => {
    const { guid, collection } = JSON.parse(textOf({ globallyUniqueId: 'h1/2' })) as {
      guid?: string
      collection?: string
    }
    assert.deepEqual([guid, collection], ['h1/2', undefined])
  })

  it('leaves the bytes of a document alone', () => {
    const document = Buffer.from('{"n":12345678901234567890.10,"a":1,"a":2,"s":"\\u00fc"}')
    assert.ok(formatChange({ ...NOTHING, document }).includes(document))
  })
})
