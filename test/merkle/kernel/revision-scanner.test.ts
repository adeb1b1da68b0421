import assert from 'node:assert/strict'
import fc from 'fast-check'
import { readLineRevision, type LineRevision } from '../../../lib/merkle/kernel/revision-scanner.js'
import { formatRevision, parseRevision, type Revision } from '../../../lib/values/index.js'
import { JsonSyntaxError, parseDumpLine } from '../../../lib/wire/index.js'
import { describeKernels, putText } from '../../support/kernels.js'

const REVISION = '_fMzozz2--A'
const VALUE = parseRevision(REVISION)

/** Reads a line that stands between others. */
function read(line: string): LineRevision {
  const before = '{"_key":"before","_rev":"_before"}\n'
  const bytes = Buffer.from(`${before}${line}\n{"_key":"after","_rev":"_after"}\n`)
  return readLineRevision(bytes, before.length, before.length + Buffer.byteLength(line))
}

const ROWS: readonly (readonly [title: string, line: string, expected: LineRevision])[] = [
  ['a usual line', `{"_key":"1","_rev":"${REVISION}"}`, VALUE],
  ['a late _rev', `{"_key":"1","a":{"_rev":"_x"},"_rev":"${REVISION}"}`, VALUE],
  ['a _rev before the key', `{"n":1,"_rev":"${REVISION}","_key":"1"}`, VALUE],
  ['spaces', ` { "_key" : "1" , "_rev" : "${REVISION}" } \r`, VALUE],
  ['an envelope', `{"type":2301,"data":{"_key":"1","a":1,"_rev":"${REVISION}"}}`, VALUE],
  ['data before type', `{"data":{"_rev":"${REVISION}","_key":"1"},"type":2300}`, VALUE],
  [
    'a _key after data, which makes it a document',
    `{"data":{"_key":"1","_rev":"_x"},"_key":"2","_rev":"${REVISION}"}`,
    VALUE,
  ],
  ['a decimal', '{"_key":"1","_rev":"1133525"}', 1133525n as Revision],
  ['an escaped revision', `{"_key":"1","_rev":"\\u005ffMzozz2--A"}`, VALUE],
  ['an escaped decimal', '{"_key":"1","_rev":"\\u0031\\u0032"}', 12n as Revision],
  ['an escaped name', `{"_key":"1","\\u005frev":"${REVISION}"}`, VALUE],
  ['the first text of two', `{"_key":"1","_rev":5,"_rev":"${REVISION}","_rev":"_x"}`, VALUE],
  ['an empty line', '', 'empty'],
  ['a blank line', ' \t\r', 'empty'],
  ['a removal', '{"type":2302,"data":{"_key":"1","_rev":"_x"}}', 'removal'],
  ['a removal whose type comes last', '{"data":{"_key":"1","_rev":"_x"},"type":2302}', 'removal'],
  ['a documented removal', '{"tick":"1","type":2302,"key":"1","rev":"_x"}', 'removal'],
  ['a removal without a revision', '{"type":2302,"key":"1"}', 'removal'],
]

describe('readLineRevision()', () => {
  for (const [title, line, expected] of ROWS) {
    it(`reads ${title}`, () => {
      assert.equal(read(line), expected)
    })
  }

  for (const text of [
    '"-----------"',
    '""',
    '"N9999999999"',
    '"G----------"',
    '"_fMzozz2--!"',
    '7',
    'null',
  ]) {
    it(`refuses a document whose _rev is ${text}`, () => {
      assert.throws(() => read(`{"_key":"1","_rev":${text}}`), {
        code: 'ERR_JSON_SYNTAX',
        reason: 'the document has no usable "_rev"',
        offset: 35,
      })
    })
  }

  it('refuses a document without _rev, and says where it begins', () => {
    const line = '{"type":2300,"data":{"_key":"1"}}'
    assert.throws(() => read(line), { offset: 35 + line.indexOf('{"_key"') })
  })

  it('refuses what is no entry', () => {
    for (const line of ['{', '[]', '{"_key":"1","_rev":"_x"', '{}', '{"type":2303,"data":{}}']) {
      assert.throws(() => read(line), JsonSyntaxError, line)
    }
  })

  it('gives the revision that the parser of lines finds', () => {
    const anyRevision = fc
      .bigInt({ min: 1n, max: 2n ** 63n - 1n })
      .map((value) => formatRevision(value as Revision))
    const anyDocument = fc.tuple(anyRevision, fc.string(), fc.json(), fc.boolean())
    fc.assert(
      fc.property(anyDocument, ([revision, key, json, isLate]) => {
        const start = `"_key":${JSON.stringify(`k${key}`)}`
        const rest = [`"_rev":${JSON.stringify(revision)}`, `"value":${json}`]
        const line = `{${[start, ...(isLate ? rest.reverse() : rest)].join(',')}}`
        const { revisionText } = parseDumpLine(Buffer.from(line))
        assert.equal(read(line), parseRevision(revisionText ?? ''))
        assert.equal(revisionText, revision)
      }),
    )
  })
})

describeKernels('readLineRevision() and TreeWorkspace.scanLines()', (kernel) => {
  it('read each line together, in the memory of a workspace', () => {
    const workspace = kernel.createWorkspace(2)
    const lines = ROWS.map(([, line]) => line)
    const end = putText(workspace, `${lines.join('\n')}\n`)
    const found: LineRevision[] = []
    let next = 0
    for (;;) {
      const { stop, offset, lineEnd, filled } = workspace.scanLines(next, end, 0)
      found.push(...([...workspace.revisions.subarray(0, filled)] as Revision[]))
      if (stop !== 'line') break
      found.push(readLineRevision(workspace.input, offset, lineEnd))
      next = lineEnd + 1
    }
    assert.deepEqual(
      found,
      ROWS.map(([, , expected]) => expected),
    )
  })
})
