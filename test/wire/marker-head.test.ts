import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import {
  formatMarkerLine,
  JsonSyntaxError,
  MarkerHeadScanner,
  MarkerScanner,
} from '../../lib/wire/index.js'
import { anyMarker } from '../support/any-marker.js'
import { compactLines, recordedAnswers } from '../support/recorded-answers.js'
import { describeWithShared, sharedUrl } from '../support/shared.js'

const SPANS = [
  'tick',
  'transactionId',
  'databaseName',
  'databaseId',
  'globallyUniqueId',
  'collectionId',
  'collectionName',
] as const

type Found = Record<string, string | number | undefined>

/** What a scanner tells of a line that stands between others. */
function find(scanner: MarkerScanner | MarkerHeadScanner, line: Buffer): Found {
  const around = Buffer.from('{"tick":"1","type":2200,"tid":"2","db":"other"}\n')
  const bytes = Buffer.concat([around, line, around])
  scanner.scan(bytes, around.length, around.length + line.length)
  const found: Found = { type: scanner.type, form: scanner.form }
  found['dataStart'] = 'data' in scanner ? scanner.data.start : scanner.dataStart
  for (const name of SPANS) {
    const { start, end } = scanner[name]
    found[name] = start < 0 ? undefined : bytes.toString('utf8', start, end)
  }
  return found
}

const head = new MarkerHeadScanner()
const whole = new MarkerScanner()

function assertSame(line: string | Buffer): void {
  const bytes = Buffer.from(line)
  assert.deepEqual(find(head, bytes), find(whole, bytes), bytes.toString())
}

const DOCUMENT = '{"tick":"5","type":2300,"db":"d","cuid":"c","tid":"0","data":{"_key":"k"}}'
const OLD =
  '{"tick":"5","type":2300,"database":"1","tid":"0","cid":"9","cname":"n","data":{"_key":"k"}}'

/** The members of an object in another order. */
function reorder(line: Buffer, order: readonly number[]): string {
  const members = Object.entries(JSON.parse(line.toString()) as Record<string, unknown>)
  const keyed = members.map((member, index) => ({ member, at: order[index] ?? 0 }))
  keyed.sort((a, b) => a.at - b.at)
  return JSON.stringify(Object.fromEntries(keyed.map(({ member }) => member)))
}

describe('MarkerHeadScanner', () => {
  it('tells the same as MarkerScanner of every marker in both forms', () => {
    fc.assert(
      fc.property(anyMarker, fc.constantFrom('\n', '\r\n', ''), (marker, ending) => {
        assertSame(Buffer.concat([formatMarkerLine(marker).subarray(0, -1), Buffer.from(ending)]))
      }),
      { numRuns: 500 },
    )
  })

  it('tells the same whatever the order of the attributes', () => {
    const anyOrder = fc.array(fc.nat(), { minLength: 8, maxLength: 8 })
    fc.assert(
      fc.property(anyMarker, anyOrder, (marker, order) => {
        assertSame(reorder(formatMarkerLine(marker), order))
      }),
      { numRuns: 500 },
    )
  })

  for (const [what, text] of [
    ['white space between the parts', '{ "tick" : "5", "type": 2200 ,"tid":"1"}'],
    ['white space around the object', ` ${DOCUMENT} `],
    ['an escaped name of an attribute', DOCUMENT.replace('"tid"', '"t\\u0069d"')],
    ['an escaped text', DOCUMENT.replace('"cuid":"c"', '"cuid":"\\"c"')],
    ['letters that are not ASCII', DOCUMENT.replace('"db":"d"', '"db":"dä€𝄞"')],
    ['a repeated attribute', DOCUMENT.replace('"tid"', '"tick":"6","tid"')],
    ['a repeated type', DOCUMENT.replace('"tid"', '"type":2302,"tid"')],
    ['an attribute that is not known', DOCUMENT.replace('"tid"', '"x":{"tid":"3"},"tid"')],
    [
      'a transaction id behind the data',
      DOCUMENT.replace('"tid":"0",', '').replace('}}', '},"tid":"7"}'),
    ],
    ['data that is no object', '{"tick":"5","type":2001,"db":"d","cuid":"c","data":null}'],
    ['a tick of twenty digits', DOCUMENT.replace('"5"', '"18446744073709551615"')],
    ['a type that is not known', '{"tick":"5","type":2102,"db":"d","data":{},"cuid":"c"}'],
    [
      'a removal of an old server',
      '{"tick":"5","type":2302,"database":"1","tid":"0","cid":"9","cname":"n","key":"k"}',
    ],
    ['a document of an old server', OLD],
    [
      'an old definition',
      '{"tick":"5","type":2000,"database":"1","cid":"9","cname":"n","collection":{}}',
    ],
    ['a create of a database without data first', '{"tick":"5","type":1100,"data":{},"db":"d"}'],
    ['a transaction with data', '{"tick":"5","type":2200,"data":{},"tid":"4","db":"d"}'],
  ] as const) {
    it(`tells the same of ${what}`, () => {
      assertSame(text)
    })
  }

  it('reads nothing outside of the line', () => {
    const bytes = Buffer.from(DOCUMENT)
    for (let end = 0; end < bytes.length; end += 1) {
      // Cut before the data the line is no JSON, though what follows would make it one.
      const isInData = end > bytes.indexOf('"data":') + '"data":'.length
      if (isInData) {
        head.scan(bytes, 0, end)
        assert.equal(head.type, 2300)
      } else
        assert.throws(
          () => {
            head.scan(bytes, 0, end)
          },
          JsonSyntaxError,
          `${end}`,
        )
    }
  })

  it('does not look at the data', () => {
    const broken = Buffer.from(DOCUMENT.replace('{"_key":"k"}}', '{"_key":'))
    head.scan(broken, 0, broken.length)
    assert.equal(head.type, 2300)
    assert.throws(() => {
      whole.scan(broken, 0, broken.length)
    }, JsonSyntaxError)
  })

  for (const [what, text] of [
    ['an empty line', ''],
    ['an array', '[]'],
    ['no tick', DOCUMENT.replace('"tick":"5",', '')],
    ['a tick beyond 64 bits', DOCUMENT.replace('"5"', '"18446744073709551616"')],
    ['a tick with letters', DOCUMENT.replace('"5"', '"5x"')],
    ['a transaction id with letters', DOCUMENT.replace('"tid":"0"', '"tid":"x"')],
    ['a type with a leading zero', DOCUMENT.replace('2300', '02300')],
    ['a type that is too long', DOCUMENT.replace('2300', '2300000000')],
    ['no type', DOCUMENT.replace('"type":2300,', '')],
    ['no end of a text', '{"tick":"5'],
    ['a control character', DOCUMENT.replace('"db":"d"', '"db":"\u0001"')],
    ['text behind the object', '{"tick":"5","type":2200,"tid":"1"}}'],
    ['a transaction without an id', '{"tick":"5","type":2200,"db":"d"}'],
    ['a definition without data', '{"tick":"5","type":2000,"db":"d","cuid":"c"}'],
  ] as const) {
    it(`refuses ${what}`, () => {
      const bytes = Buffer.from(text)
      assert.throws(() => {
        head.scan(bytes, 0, bytes.length)
      }, JsonSyntaxError)
    })
  }
})

describeWithShared('MarkerHeadScanner of recorded answers', () => {
  it('tells the same as MarkerScanner of every recorded line', () => {
    const answers = recordedAnswers(/RestWalAccessTailing|RestReplicationLoggerFollow/)
    const lines = answers.flatMap((answer) => answer.lines)
    assert.equal(lines.length, 20)
    for (const line of lines) assertSame(line)
  })

  it('tells the same of the examples of every type', () => {
    const text = readFileSync(sharedUrl('fixtures/docs-3.12-wal-marker-examples.txt'), 'utf8')
    const lines = compactLines(text.replaceAll('----', ''))
    assert.ok(lines.length >= 17)
    for (const line of lines) assertSame(line)
  })
})
