import assert from 'node:assert/strict'
import fc from 'fast-check'
import { formatMarkerLine, parseMarkerLine, type Marker } from '../../lib/wire/index.js'
import { anyMarker } from '../support/any-marker.js'

const MAX = '18446744073709551615'
const DOCUMENT = '{"_key":"a","_id":"c/a","_rev":"_fMI7bzK--B","n":1}'
const WAL = { form: 'wal', databaseName: 'd', databaseId: undefined }
const IN_WAL = { ...WAL, globallyUniqueId: 'h1/2', collectionId: undefined }
const OBJECT = { ...IN_WAL, collectionName: undefined }

function parse(text: string): Marker {
  return parseMarkerLine(Buffer.from(text))
}

/** The marker with its bytes as text. */
function parsePlainly(text: string): object {
  const plain = Object.entries(parse(text)).map(([name, value]: [string, unknown]) => {
    return [name, Buffer.isBuffer(value) ? value.toString() : value]
  })
  return Object.fromEntries(plain) as object
}

/** One line for each type of the table, in the order of attributes that servers write. */
const WAL_LINES: readonly (readonly [line: string, marker: object])[] = [
  [
    '{"tick":"1","type":1100,"db":"d","data":{"id":"3","name":"d"}}',
    { kind: 'create-database', ...WAL, data: '{"id":"3","name":"d"}' },
  ],
  ['{"tick":"1","type":1101,"db":"d"}', { kind: 'drop-database', ...WAL }],
  [
    '{"tick":"1","db":"d","cuid":"h1/2","type":2000,"data":{"name":"c"}}',
    { kind: 'create-collection', ...OBJECT, data: '{"name":"c"}' },
  ],
  [
    '{"tick":"1","type":2001,"db":"d","cuid":"h1/2"}',
    { kind: 'drop-collection', ...OBJECT, data: undefined },
  ],
  [
    '{"tick":"1","db":"d","cuid":"h1/2","type":2002,"data":{"name":"e"}}',
    { kind: 'rename-collection', ...OBJECT, data: '{"name":"e"}' },
  ],
  [
    '{"tick":"1","db":"d","cuid":"h1/2","type":2003,"data":{"waitForSync":true}}',
    { kind: 'change-collection', ...OBJECT, data: '{"waitForSync":true}' },
  ],
  [
    '{"tick":"1","type":2004,"db":"d","cuid":"h1/2"}',
    { kind: 'truncate-collection', ...OBJECT, data: undefined },
  ],
  [
    '{"tick":"1","type":2100,"db":"d","cuid":"h1/2","data":{"id":"7","fields":["n"]}}',
    { kind: 'create-index', ...OBJECT, data: '{"id":"7","fields":["n"]}' },
  ],
  [
    '{"tick":"1","type":2101,"db":"d","cuid":"h1/2","data":{"id":"7"}}',
    { kind: 'drop-index', ...OBJECT, data: '{"id":"7"}' },
  ],
  [
    '{"tick":"1","db":"d","cuid":"h1/2","data":{"name":"v"},"type":2110}',
    { kind: 'create-view', ...OBJECT, data: '{"name":"v"}' },
  ],
  [
    '{"tick":"1","type":2111,"db":"d","cuid":"h1/2"}',
    { kind: 'drop-view', ...OBJECT, data: undefined },
  ],
  [
    '{"tick":"1","db":"d","cuid":"h1/2","data":{"name":"v"},"type":2112}',
    { kind: 'change-view', ...OBJECT, data: '{"name":"v"}' },
  ],
  ['{"tick":"1","type":2200,"tid":"9","db":"d"}', { kind: 'begin', ...WAL, transactionId: 9n }],
  ['{"tick":"1","type":2201,"tid":"9","db":"d"}', { kind: 'commit', ...WAL, transactionId: 9n }],
  ['{"tick":"1","type":2202,"tid":"9","db":"d"}', { kind: 'abort', ...WAL, transactionId: 9n }],
  [
    `{"tick":"1","type":2300,"db":"d","cuid":"h1/2","tid":"0","data":${DOCUMENT}}`,
    {
      ...{ kind: 'document', ...OBJECT, transactionId: 0n },
      ...{ key: 'a', revisionText: '_fMI7bzK--B', data: DOCUMENT },
    },
  ],
  [
    '{"tick":"1","type":2302,"db":"d","cuid":"h1/2","tid":"9","data":{"_key":"a","_rev":"r"}}',
    { kind: 'removal', ...OBJECT, transactionId: 9n, key: 'a', revisionText: 'r' },
  ],
]

const LOGGER = { form: 'logger', databaseName: undefined, databaseId: '1' }
const LOGGER_LINES: readonly (readonly [line: string, marker: object])[] = [
  [
    `{"tick":"1","type":2300,"tid":"0","database":"1","cid":"4","cname":"_users","data":${DOCUMENT}}`,
    {
      ...{ kind: 'document', ...LOGGER, globallyUniqueId: undefined },
      ...{ collectionId: '4', collectionName: '_users', transactionId: 0n },
      ...{ key: 'a', revisionText: '_fMI7bzK--B', data: DOCUMENT },
    },
  ],
  [
    '{"tick":"1","type":2001,"database":"1","cuid":"h1/2","cid":"2","data":{"id":"2","name":""}}',
    {
      ...{ kind: 'drop-collection', ...LOGGER, globallyUniqueId: 'h1/2' },
      ...{ collectionId: '2', collectionName: undefined, data: '{"id":"2","name":""}' },
    },
  ],
  [
    '{"tick":"1","type":2200,"tid":"9","database":"1"}',
    { kind: 'begin', ...LOGGER, transactionId: 9n },
  ],
  [
    '{"tick":"1","type":2002,"database":"1","cid":"2","cname":"e","data":{"name":"e"}}',
    {
      ...{ kind: 'rename-collection', ...LOGGER, globallyUniqueId: undefined },
      ...{ collectionId: '2', collectionName: 'e', data: '{"name":"e"}' },
    },
  ],
]

describe('parseMarkerLine', () => {
  for (const [line, expected] of [...WAL_LINES, ...LOGGER_LINES]) {
    const { type } = JSON.parse(line) as { type: number }
    const { kind, form } = expected as { kind: string; form: string }
    it(`reads ${kind} of the form ${form}, and formatMarkerLine gives it back`, () => {
      assert.deepEqual(parsePlainly(line), { tick: 1n, type, ...expected })
      assert.equal(formatMarkerLine(parse(line)).toString(), `${line}\n`)
    })
  }

  it('is the inverse of formatMarkerLine in every form', () => {
    fc.assert(
      fc.property(anyMarker, (marker) => {
        assert.deepEqual(parseMarkerLine(formatMarkerLine(marker)), marker)
      }),
    )
  })

  it('reads attributes in any order', () => {
    fc.assert(
      fc.property(anyMarker, fc.array(fc.nat()), (marker, seeds) => {
        const members = membersOf(formatMarkerLine(marker).toString())
        for (const seed of seeds) members.push(...members.splice(seed % members.length, 1))
        assert.deepEqual(parse(`{${members.join(',')}}`), marker)
      }),
    )
  })

  it('reads ticks and transaction ids of 64 bits exactly', () => {
    const marker = parse(`{"tick":"${MAX}","type":2200,"tid":"9007199254740993","db":"d"}`)
    assert.ok(marker.kind === 'begin')
    assert.deepEqual([marker.tick, marker.transactionId], [2n ** 64n - 1n, 9007199254740993n])
  })

  it('gives a document’s bytes as a view that holds every byte that came', () => {
    const document = '{"_key":"a", "n":[1667750939696562176,1.0,-0,1e400],"s":"\\u00e4\\/","n":2 }'
    const line = Buffer.from(`{"tick":"1","type":2300,"db":"d","cuid":"c","data":${document} }`)
    const marker = parseMarkerLine(line)
    assert.ok(marker.kind === 'document')
    assert.equal(marker.data.toString(), document)
    assert.equal(marker.data.buffer, line.buffer)
  })

  it('keeps a marker of an unknown type as it came', () => {
    for (const type of [2102, 2360, 4, 0]) {
      const object = `{"x":[1.0], "type":${type},"tick":"7","db":"d","tid":"3"}`
      const marker = parse(` ${object}\r\n`)
      assert.ok(marker.kind === 'unknown')
      assert.equal(marker.bytes.toString(), object)
      assert.deepEqual([marker.type, marker.tick, marker.databaseName], [type, 7n, 'd'])
      assert.equal(formatMarkerLine(marker).toString(), `${object}\n`)
    }
  })

  it('knows edges of servers before 3.0', () => {
    const line = `{"tick":"1","type":2301,"database":"1","cid":"4","data":${DOCUMENT}}`
    const marker = parse(line)
    assert.ok(marker.kind === 'document')
    assert.deepEqual([marker.type, marker.transactionId], [2301, 0n])
  })

  it('reads removals whose key stands beside the type', () => {
    for (const data of ['', ',"data":{}']) {
      const line = `{"tick":"1","type":2302,"tid":"0","key":"a","rev":"5","cid":"4"${data}}`
      const marker = parse(line)
      assert.ok(marker.kind === 'removal')
      assert.deepEqual([marker.key, marker.revisionText, marker.form], ['a', '5', 'logger'])
    }
    const both = parse('{"tick":"1","type":2302,"key":"o","rev":"5","data":{"_key":"i"}}')
    assert.ok(both.kind === 'removal')
    assert.deepEqual([both.key, both.revisionText], ['i', undefined])
  })

  it('reads definitions that stand under a name of their own', () => {
    const made = parse('{"tick":"1","type":2000,"cid":"4","collection":{"name":"c"}}')
    assert.ok(made.kind === 'create-collection')
    assert.equal(made.data.toString(), '{"name":"c"}')
    const indexed = parse('{"tick":"1","type":2100,"cid":"4","index":{"id":"7"},"collection":"4"}')
    assert.ok(indexed.kind === 'create-index')
    assert.equal(indexed.data.toString(), '{"id":"7"}')
    const both = parse('{"tick":"1","type":2000,"collection":{},"cid":"4","data":{"name":"c"}}')
    assert.ok(both.kind === 'create-collection')
    assert.equal(both.data.toString(), '{"name":"c"}')
  })

  it('tells the form by attributes', () => {
    const form = (more: string) => parse(`{"tick":"1","type":2001${more}}`).form
    assert.equal(form(',"db":"d"'), 'wal')
    assert.equal(form(''), 'wal')
    assert.equal(form(',"cid":"4","db":"d"'), 'wal')
    assert.equal(form(',"cid":"4"'), 'logger')
    assert.equal(form(',"cname":"c"'), 'logger')
    assert.equal(form(',"database":"1"'), 'logger')
  })

  it('reads escaped names and texts', () => {
    const line = '{"t\\u0069ck":"1","type":2302,"\\u0064b":"\\u00e4","data":{"_k\\u0065y":"\\"€"}}'
    const marker = parse(line)
    assert.ok(marker.kind === 'removal')
    assert.deepEqual([marker.databaseName, marker.key], ['ä', '"€'])
  })

  it('takes the first of a repeated attribute', () => {
    const line =
      '{"tick":"1","tick":"2","type":2302,"type":1,"data":{"_key":"a","_key":"b"},"data":{"_key":"c"}}'
    const marker = parse(line)
    assert.ok(marker.kind === 'removal')
    assert.deepEqual([marker.tick, marker.key], [1n, 'a'])
  })

  const REFUSED = [
    ['', 'expected an object, but the text ends'],
    ['[]', 'expected an object'],
    ['{"type":2001}', 'there is no text for the tick'],
    ['{"tick":1,"type":2001}', 'there is no text for the tick'],
    ['{"tick":"-1","type":2001}', 'the tick is not a decimal 64-bit number'],
    ['{"tick":"18446744073709551616","type":9}', 'the tick is not a decimal 64-bit number'],
    ['{"tick":"1"}', 'the type is not a whole number'],
    ['{"tick":"1","type":"2001"}', 'the type is not a whole number'],
    ['{"tick":"1","type":2001.0}', 'the type is not a whole number'],
    ['{"tick":"1","type":1234567890}', 'the type is not a whole number'],
    ['{"tick":"1","type":2200}', 'a marker of type 2200 needs its transaction id'],
    ['{"tick":"1","type":2200,"tid":7}', 'a marker of type 2200 needs its transaction id'],
    ['{"tick":"1","type":4,"tid":"x"}', 'the transaction id is not a decimal 64-bit number'],
    ['{"tick":"1","type":1100}', 'a marker of type 1100 needs its object "data"'],
    ['{"tick":"1","type":2000,"data":[]}', 'a marker of type 2000 needs its object "data"'],
    ['{"tick":"1","type":2000,"collection":5}', 'a marker of type 2000 needs its object "data"'],
    ['{"tick":"1","type":2300}', 'a marker of type 2300 needs its object "data"'],
    ['{"tick":"1","type":2300,"data":{}}', 'a marker of type 2300 needs its text "_key"'],
    ['{"tick":"1","type":2300,"key":"a","data":{}}', 'a marker of type 2300 needs its text "_key"'],
    ['{"tick":"1","type":2302,"data":{"_key":5}}', 'a marker of type 2302 needs its text "_key"'],
    ['{"tick":"1","type":2302,"key":""}', 'the key is empty'],
    ['{"tick":"1","type":2001} x', 'text after the end of the object'],
    ['{"tick":"1","type":2001', 'expected a comma or a closing brace, but the text ends'],
  ] as const
  for (const [line, reason] of REFUSED) {
    it(`refuses ${line}`, () => {
      assert.throws(
        () => parse(line),
        (error) => {
          const { code, reason: said } = error as { code: string; reason: string }
          assert.equal(code, 'ERR_MARKER_LINE')
          assert.match(said, new RegExp(`^${reason} \\(byte \\d+ of the line\\)$`))
          return true
        },
      )
    })
  }

  it('refuses bytes that are not UTF-8', () => {
    const line = Buffer.from('{"tick":"1","type":2001,"db":"\xff"}', 'latin1')
    assert.throws(() => parseMarkerLine(line), { reason: 'it is not UTF-8' })
  })

  it('names the place, never the content', () => {
    const place = { lineNumber: 7, byteOffset: 300, source: '/_api/wal/tail' }
    assert.throws(() => parseMarkerLine(Buffer.from('{"secret":'), place), {
      name: 'MarkerLineError',
      message:
        'Cannot read marker line 7 of /_api/wal/tail (from byte 300): ' +
        'expected a value, but the text ends (byte 10 of the line)',
      ...place,
    })
  })
})

/** The attributes of a JSON object on one level, as text. */
function membersOf(line: string): string[] {
  const entries = Object.entries(JSON.parse(line) as Record<string, unknown>)
  return entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`)
}
