import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  DumpLineError,
  formatDumpLine,
  JsonSyntaxError,
  parseDumpLine,
  type DumpEntry,
  type DumpForm,
} from '../../lib/wire/index.js'
import { decodeRevision, tick } from '../../lib/values/index.js'

const REV = '_fMI7bzK--B'
const TICK = decodeRevision(REV).toString()
const DOCUMENT = `{"_key":"a","_id":"c/a","_rev":"${REV}","n":1}`

function parse(text: string): DumpEntry {
  return parseDumpLine(Buffer.from(text))
}

/** The entry with its bytes as text. */
function parsePlainly(text: string): unknown {
  const entry = parse(text)
  return entry.kind === 'document' ? { ...entry, bytes: entry.bytes.toString() } : entry
}

const FORMS: readonly (readonly [title: string, line: string, entry: object])[] = [
  [
    'the documented form',
    `{"tick":"9","type":2300,"key":"a","rev":"${REV}","data":${DOCUMENT}}`,
    { kind: 'document', form: 'documented', type: 2300, tick: 9n },
  ],
  [
    'an edge of the documented form',
    `{"tick":"9","type":2301,"key":"a","rev":"${REV}","data":${DOCUMENT}}`,
    { kind: 'document', form: 'documented', type: 2301, tick: 9n },
  ],
  [
    'type and data',
    `{"type":2300,"data":${DOCUMENT}}`,
    { kind: 'document', form: 'enveloped', type: 2300, tick: undefined },
  ],
  [
    'type and data in any order, with attributes of old versions',
    `{"data":${DOCUMENT},"key":"other","type":2300}`,
    { kind: 'document', form: 'enveloped', type: 2300, tick: undefined },
  ],
  [
    'data without a type',
    `{"data":${DOCUMENT}}`,
    { kind: 'document', form: 'enveloped', type: 2300, tick: undefined },
  ],
  ['the bare document', DOCUMENT, { kind: 'document', form: 'bare', type: 2300, tick: undefined }],
]

describe('parseDumpLine', () => {
  for (const [title, line, entry] of FORMS) {
    it(`reads ${title}`, () => {
      const common = { key: 'a', revisionText: REV, bytes: DOCUMENT }
      assert.deepEqual(parsePlainly(line), { ...entry, ...common })
    })
  }

  const REMOVALS = [
    ['type and key', '{"type":2302,"key":"a"}', 'enveloped', undefined, undefined],
    ['type and data', '{"type":2302,"data":{"_key":"a"}}', 'enveloped', undefined, undefined],
    [
      'type and data with a revision',
      `{"data":{"_rev":"${REV}","_key":"a"},"type":2302}`,
      'enveloped',
      REV,
      undefined,
    ],
    [
      'the documented form',
      `{"tick":"9","type":2302,"key":"a","rev":"${REV}"}`,
      'documented',
      REV,
      9n,
    ],
    [
      'a key beside empty data',
      '{"type":2302,"key":"a","data":{}}',
      'enveloped',
      undefined,
      undefined,
    ],
  ] as const
  for (const [title, line, form, revisionText, at] of REMOVALS) {
    it(`reads a removal of ${title}`, () => {
      const common = { kind: 'removal', type: 2302, key: 'a' }
      assert.deepEqual(parse(line), { ...common, form, revisionText, tick: at })
    })
  }

  it('tells the form by attributes, whatever comes first', () => {
    const line = '{"type":2302,"data":{"_key":"inner"},"tick":"1","_key":"outer"}'
    assert.deepEqual(parsePlainly(line), {
      ...{ kind: 'document', form: 'bare', type: 2300, tick: undefined },
      ...{ key: 'outer', revisionText: undefined, bytes: line },
    })
    assert.equal(parse('{"_key":5,"data":{"_key":"inner"}}').key, 'inner')
  })

  it('reads escaped names and keys', () => {
    const { key, revisionText } = parse('{"\\u005fkey":"\\u0061\\"b","_\\u0072ev":"\\u00e4"}')
    assert.deepEqual([key, revisionText], ['a"b', 'ä'])
    assert.equal(parse('{"_key":"ä€𝄞"}').key, 'ä€𝄞')
  })

  it('takes the first of a repeated attribute', () => {
    const { key, revisionText } = parse('{"_rev":5,"_key":"a","_key":"b","_rev":"r","_rev":"s"}')
    assert.deepEqual([key, revisionText], ['a', 'r'])
    assert.equal(parse('{"data":{"_key":"a"},"data":{"_key":"b"}}').key, 'a')
  })

  it('keeps no revision that is not text', () => {
    assert.equal(parse('{"_key":"a","_rev":12}').revisionText, undefined)
    assert.equal(parse('{"_key":"a"}').revisionText, undefined)
  })

  it('allows white space around the object, as of CRLF', () => {
    const entry = parse(` \t${DOCUMENT}\r\n`)
    assert.equal(entry.kind === 'document' && entry.bytes.toString(), DOCUMENT)
  })

  it('gives a document’s bytes as a view that holds every byte that came', () => {
    const document =
      '{"_key":"a", "n":[1667750939696562176,1.0,-0,1e400,1E5],"s":"\\u00e4\\/","n":2,"b":{} }'
    for (const line of [document, `{"type":2300, "data":${document} }`]) {
      const bytes = Buffer.from(line)
      const entry = parseDumpLine(bytes)
      assert.ok(entry.kind === 'document')
      assert.equal(entry.bytes.toString(), document)
      assert.equal(entry.bytes.buffer, bytes.buffer)
    }
  })

  const REFUSED = [
    ['', 'expected an object'],
    ['[]', 'expected an object'],
    ['{"type":2300}', 'neither a text "_key" nor an object "data"'],
    ['{"_key":5}', 'neither a text "_key" nor an object "data"'],
    ['{"data":[]}', 'neither a text "_key" nor an object "data"'],
    ['{"type":2300,"key":"a","data":{"n":1}}', 'the entry has no text "_key"'],
    ['{"type":2302}', 'the entry has no text "_key"'],
    ['{"type":2302,"data":{"_key":null}}', 'the entry has no text "_key"'],
    ['{"_key":""}', 'the key is empty'],
    ['{"type":2303,"data":{"_key":"a"}}', 'the type is not 2300, 2301 or 2302'],
    ['{"type":"2300","data":{"_key":"a"}}', 'the type is not 2300, 2301 or 2302'],
    ['{"type":2300.0,"data":{"_key":"a"}}', 'the type is not 2300, 2301 or 2302'],
    ['{"type":230,"data":{"_key":"a"}}', 'the type is not 2300, 2301 or 2302'],
    ['{"tick":"","data":{"_key":"a"}}', 'the tick is not a decimal 64-bit number'],
    ['{"tick":"-1","data":{"_key":"a"}}', 'the tick is not a decimal 64-bit number'],
    [
      '{"tick":"18446744073709551616","data":{"_key":"a"}}',
      'the tick is not a decimal 64-bit number',
    ],
    [`${DOCUMENT} x`, 'text after the end of the object'],
    ['{"_key":"a","n":01}', 'expected a comma or a closing brace'],
  ] as const
  for (const [line, reason] of REFUSED) {
    it(`refuses ${line}`, () => {
      assert.throws(
        () => parse(line),
        (error) => {
          assert.ok(error instanceof DumpLineError && error.cause instanceof JsonSyntaxError)
          assert.equal(error.code, 'ERR_DUMP_LINE')
          assert.match(error.reason, new RegExp(`^${reason}.* \\(byte \\d+ of the line\\)$`))
          return true
        },
      )
    })
  }

  it('reads the largest tick', () => {
    const line = '{"tick":"18446744073709551615","type":2302,"key":"a"}'
    assert.equal(parse(line).tick, 2n ** 64n - 1n)
  })

  it('refuses bytes that are not UTF-8', () => {
    for (const bad of [
      [0xff],
      [0xc0, 0x80],
      [0xed, 0xa0, 0x80],
      [0xc3],
      [0xf5, 0x80, 0x80, 0x80],
    ]) {
      const line = Buffer.concat([Buffer.from('{"_key":"a'), Buffer.from(bad), Buffer.from('"}')])
      assert.throws(() => parseDumpLine(line), { code: 'ERR_DUMP_LINE', reason: 'it is not UTF-8' })
    }
  })

  it('names the place, never the content', () => {
    const place = { lineNumber: 7, byteOffset: 300, source: 'a.json' }
    assert.throws(() => parseDumpLine(Buffer.from('{"secret":'), place), {
      message:
        'Cannot read dump line 7 of a.json (from byte 300): ' +
        'expected a value, but the text ends (byte 10 of the line)',
      ...place,
    })
  })

  it('reads key and revision as JSON.parse does, from any document', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), anyDocument, (key, attributes) => {
        const document = { ...attributes, _key: key }
        const text = JSON.stringify(document)
        const entry = parse(text)
        const { _key, _rev } = JSON.parse(text) as { _key: string; _rev?: unknown }
        assert.equal(entry.key, _key)
        assert.equal(entry.revisionText, typeof _rev === 'string' ? _rev : undefined)
        assert.equal(entry.form, 'bare')
      }),
    )
  })

  it('is the inverse of formatDumpLine in every form', () => {
    fc.assert(
      fc.property(anyEntry, (entry) => {
        assert.deepEqual(parseDumpLine(formatDumpLine(entry)), entry)
      }),
    )
  })
})

const anyKey = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
const anyDocument = fc.dictionary(
  fc.oneof(fc.string(), fc.constantFrom('_rev', '_id', 'data', 'type', 'key', 'rev', 'tick')),
  fc.jsonValue(),
)
const anyForm = fc.constantFrom<DumpForm>('documented', 'enveloped', 'bare')

const anyEntry = fc
  .tuple(anyKey, anyDocument, anyForm, fc.boolean(), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }))
  .map(([key, attributes, form, isEdge, at]): DumpEntry => {
    const document = { ...attributes, _key: key }
    const rev = (document as { _rev?: unknown })._rev
    return {
      kind: 'document',
      form,
      type: isEdge && form !== 'bare' ? 2301 : 2300,
      key,
      revisionText: typeof rev === 'string' ? rev : undefined,
      tick: form === 'documented' ? tick(at) : undefined,
      bytes: Buffer.from(JSON.stringify(document)),
    }
  })

describe('formatDumpLine', () => {
  const entry = parse(DOCUMENT)

  it('writes each form with the document’s own bytes', () => {
    const written = (form: DumpForm) => formatDumpLine(entry, form).toString()
    assert.equal(written('bare'), `${DOCUMENT}\n`)
    assert.equal(written('enveloped'), `{"type":2300,"data":${DOCUMENT}}\n`)
    assert.equal(
      written('documented'),
      `{"tick":"${TICK}","type":2300,"key":"a","rev":"${REV}","data":${DOCUMENT}}\n`,
    )
  })

  it('gives back the lines of the documented form', () => {
    for (const type of [2300, 2301]) {
      const line = `{"tick":"9","type":${type},"key":"a","rev":"${REV}","data":${DOCUMENT}}\n`
      assert.equal(formatDumpLine(parse(line)).toString(), line)
    }
    const removal = `{"tick":"9","type":2302,"key":"a","rev":"${REV}"}\n`
    assert.equal(formatDumpLine(parse(removal)).toString(), removal)
  })

  it('pads a short or a missing revision to 11 characters', () => {
    const short = parse('{"_key":"a","_rev":"B"}')
    assert.match(
      formatDumpLine(short, 'documented').toString(),
      /^{"tick":"3",.*"rev":"----------B"/,
    )
    const none = parse('{"_key":"a"}')
    assert.match(formatDumpLine(none, 'documented').toString(), /^{"tick":"0",.*"rev":"-{11}"/)
  })

  it('writes a removal enveloped unless the documented form is asked for', () => {
    const removal = parse(`{"type":2302,"data":{"_key":"a\\"","_rev":"${REV}"}}`)
    const enveloped = `{"type":2302,"data":{"_key":"a\\"","_rev":"${REV}"}}\n`
    assert.equal(formatDumpLine(removal).toString(), enveloped)
    assert.equal(formatDumpLine(removal, 'bare').toString(), enveloped)
    assert.equal(
      formatDumpLine(removal, 'documented').toString(),
      `{"tick":"${TICK}","type":2302,"key":"a\\"","rev":"${REV}"}\n`,
    )
    const bare = parse('{"type":2302,"key":"a"}')
    assert.equal(formatDumpLine(bare).toString(), '{"type":2302,"data":{"_key":"a"}}\n')
  })
})
