import assert from 'node:assert/strict'
import { LineHeads } from '../../../lib/sync/patch/line-heads.js'
import { chunkOf } from '../../support/chunk.js'

describe('LineHeads', () => {
  /** Type, collection and the text from `data` on, of each line. */
  function read(lines: readonly string[]): unknown[] {
    const heads = new LineHeads()
    const chunk = chunkOf(lines)
    return lines.map((_, line) => {
      const { type, collection, dataStart } = heads.read(chunk, line)
      const end = (chunk.offsets[line + 1] as number) - 1
      const data = dataStart < 0 ? undefined : chunk.buffer.toString('utf8', dataStart, end)
      return [type, collection, data]
    })
  }

  it('tells types, collections and where the data is', () => {
    const lines = [
      '{"type":2001,"cname":"old"}',
      '{"type":2300,"cname":"c","data":{"_key":"1"}}',
      '{"type":2300,"cname":"c","data":{"_key":"2"}}',
      '{"type":2302,"cname":"c","data":{"_key":"3"}}',
      '{"type":2300,"cname":"cc","data":{"_key":"1"}}',
      String.raw`{ "cname" : "\u00f6\"" , "type" : 2302 , "data" : {} }`,
      '{"data":{"type":1},"type":2300,"cname":"c"}',
      '{"type":2300,"cname":"c","data":7}',
    ]
    assert.deepEqual(read(lines), [
      [2001, 'old', undefined],
      [2300, 'c', '{"_key":"1"}}'],
      [2300, 'c', '{"_key":"2"}}'],
      [2302, 'c', '{"_key":"3"}}'],
      [2300, 'cc', '{"_key":"1"}}'],
      [2302, 'ö"', '{} }'],
      [2300, 'c', '{"type":1},"type":2300,"cname":"c"}'],
      [2300, 'c', '7}'],
    ])
  })

  it('takes the first of a repeated attribute', () => {
    const line =
      '{"type":2302,"type":2300,"cname":"a","cname":"b","data":{"_key":"1"},"data":{"_key":"2"}}'
    assert.deepEqual(read([line]), [[2302, 'a', '{"_key":"1"},"data":{"_key":"2"}}']])
  })

  it('does not take a longer name for a shorter one', () => {
    const lines = ['{"type":2302,"cname":"a","data":1}', '{"type":2302,"cname":"a\\"b","data":2}']
    assert.deepEqual(read(lines), [
      [2302, 'a', '1}'],
      [2302, 'a"b', '2}'],
    ])
  })

  it('refuses what is no line of a patch', () => {
    for (const [line, reason] of [
      ['7', /expected an object/],
      ['{"type":2300,"cname":"c","data":{}', /./],
      ['{"type":2300,"cname":"c"} x', /text after the end/],
      ['{"cname":"c"}', /the type is not 2000, 2001, 2300, 2302/],
      ['{"type":2301,"cname":"c"}', /the type is not/],
      ['{"type":"2300","cname":"c"}', /the type is not/],
      ['{"type":2300}', /no name of a collection/],
      ['{"type":2300,"cname":""}', /no name of a collection/],
      ['{"type":2300,"cname":7}', /no name of a collection/],
    ] as const) {
      assert.throws(() => read([line]), { code: 'ERR_JSON_SYNTAX', message: reason }, line)
    }
  })
})
