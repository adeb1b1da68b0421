import assert from 'node:assert/strict'
import {
  WORKSPACE_INPUT_BYTES,
  WORKSPACE_REVISIONS,
  type ScanResult,
} from '../../../lib/merkle/index.js'
import { parseRevision } from '../../../lib/values/index.js'
import { describeKernels, putText } from '../../support/kernels.js'

const REVISION = '_fMzozz2--A'
const LINE = `{"_key":"1","_id":"c/1","_rev":"${REVISION}","a":1}`
const DATA = `{"_key":"1","_id":"c/1","_rev":"${REVISION}","a":1}`
const LONG_KEY = 'k'.repeat(254)
/** No text here is longer. */
const TEXT_BYTES_MAX = 2000

/** Lines that are read, each with the text of its revision. */
const READ: readonly (readonly [title: string, line: string, revision?: string])[] = [
  ['a bare document', LINE],
  ['a bare document without more', `{"_key":"1","_id":"c/1","_rev":"${REVISION}"}`],
  ['an edge', `{"_key":"1","_id":"e/1","_from":"c/1","_to":"c/2","_rev":"${REVISION}","x":[]}`],
  ['sorted attributes', `{"_from":"a/1","_id":"e/1","_key":"1","_rev":"${REVISION}","_to":"a/2"}`],
  ['the revision first', `{"_rev":"${REVISION}","_id":"c/1","_key":"1"}`],
  ['a key and a revision alone', `{"_key":"1","_rev":"${REVISION}"}`],
  ['an envelope', `{"type":2300,"data":${DATA}}`],
  ['an envelope of an edge', `{"type":2301,"data":${DATA}}`],
  ['a documented line', `{"tick":"123","type":2300,"key":"1","rev":"_x","data":${DATA}}`],
  ['a tick of 19 digits', `{"tick":"9999999999999999999","type":2301,"data":${DATA}}`],
  ['an envelope in another order', `{"type":2300,"tick":"0","rev":"","key":"","data":${DATA}}`],
  ['attributes after data', `{"type":2300,"data":${DATA},"x":{}}`],
  ['a key of 254 bytes', `{"_key":"${LONG_KEY}","_rev":"${REVISION}"}`],
  ['a key of other letters', `{"_key":"schlüssel✓","_rev":"${REVISION}"}`],
  ['a key of one byte', `{"_key":" ","_rev":"${REVISION}"}`],
  ['empty references', `{"_id":"","_from":"","_to":"","_key":"1","_rev":"${REVISION}"}`],
  ['a key that looks like attributes', `{"_key":"_rev:{}[],","_rev":"${REVISION}"}`],
  ['the byte 0x7f', `{"_key":"\x7f","_rev":"${REVISION}"}`],
  ['a later _rev', `{"_key":"1","_rev":"${REVISION}","_rev":"_x","o":{"_rev":"_y"}}`],
  ['carriage return', `${LINE}\r`],
  ['blanks', `${LINE} \t \r`],
  ['an envelope and blanks', `{"type":2300,"data":${DATA}} \r`],
  ['a short revision', '{"_key":"1","_rev":"_"}', '_'],
  ['a revision of 8 characters', '{"_key":"1","_rev":"ABCDEFGH"}', 'ABCDEFGH'],
  ['a revision of 9 characters', '{"_key":"1","_rev":"zyxwv0123"}', 'zyxwv0123'],
  ['a revision of 10 characters', '{"_key":"1","_rev":"zyxwv01239"}', 'zyxwv01239'],
  ['leading zeros', '{"_key":"1","_rev":"---------_-"}', '---------_-'],
  ['the largest revision but one', '{"_key":"1","_rev":"N9999999998"}', 'N9999999998'],
  ['a revision beyond 64 bits', '{"_key":"1","_rev":"zyxwvutsrqp"}', 'zyxwvutsrqp'],
]

/** Lines that are left for the slow way. */
const REFUSED: readonly (readonly [title: string, line: string])[] = [
  ['an empty line', ''],
  ['a blank line', ' \r'],
  ['an empty object', '{}'],
  ['white space before', ` ${LINE}`],
  ['white space after the brace', `{ "_key":"1","_rev":"${REVISION}"}`],
  ['white space after a colon', `{"_key": "1","_rev":"${REVISION}"}`],
  ['white space after a comma', `{"_key":"1", "_rev":"${REVISION}"}`],
  ['white space after the revision', `{"_key":"1","_rev":"${REVISION}" }`],
  ['a carriage return inside', `{"_key":"1",\r"_rev":"${REVISION}"}`],
  ['no _rev', '{"_key":"1","_id":"c/1","a":1}'],
  ['no _key', `{"_id":"c/1","_rev":"${REVISION}","a":1}`],
  ['a late _rev', `{"_key":"1","a":1,"_rev":"${REVISION}"}`],
  ['a nested _rev before', `{"_key":"1","o":{"_rev":"_x"},"_rev":"${REVISION}"}`],
  ['a _rev inside a text', `{"_key":"1","s":"\\"_rev\\":\\"_x\\"","_rev":"${REVISION}"}`],
  ['an escaped name', `{"_key":"1","\\u005frev":"_x","_rev":"${REVISION}"}`],
  ['two _rev before the key', `{"_rev":"_x","_rev":"${REVISION}","_key":"1"}`],
  ['a _rev that is a number', '{"_key":"1","_rev":1751573345589002240}'],
  ['a _rev that is null', '{"_key":"1","_rev":null}'],
  ['a decimal', '{"_key":"1","_rev":"1751573345"}'],
  ['a zero digit first', '{"_key":"1","_rev":"0abc"}'],
  ['an empty revision', '{"_key":"1","_rev":""}'],
  ['a revision of zeros', '{"_key":"1","_rev":"-----------"}'],
  ['the error value', '{"_key":"1","_rev":"N9999999999"}'],
  ['the error value with two bits more', '{"_key":"1","_rev":"d9999999999"}'],
  ['a revision of 12 characters', '{"_key":"1","_rev":"_fMzozz2--AA"}'],
  ['a foreign character', '{"_key":"1","_rev":"_fMzozz2--!"}'],
  ['another letter', '{"_key":"1","_rev":"_fMzozz2é"}'],
  ['an escape in the revision', '{"_key":"1","_rev":"\\u005ffMzo"}'],
  ['an empty key', `{"_key":"","_rev":"${REVISION}"}`],
  ['a key that is a number', `{"_key":1,"_rev":"${REVISION}"}`],
  ['an escape in the key', `{"_key":"a\\u0062","_rev":"${REVISION}"}`],
  ['a control character in the key', `{"_key":"a\tb","_rev":"${REVISION}"}`],
  ['a control character late in a key', `{"_key":"${LONG_KEY}\0","_rev":"${REVISION}"}`],
  ['an escape in _id', `{"_key":"1","_id":"c\\/1","_rev":"${REVISION}"}`],
  ['an _id that is null', `{"_key":"1","_id":null,"_rev":"${REVISION}"}`],
  ['a _from that is no text', `{"_key":"1","_from":[],"_rev":"${REVISION}"}`],
  ['no closing brace', `{"_key":"1","_rev":"${REVISION}","a":1`],
  ['another end', `{"_key":"1","_rev":"${REVISION}","a":1]`],
  ['a cut at the revision', `{"_key":"1","_rev":"${REVISION}"`],
  ['a cut in the revision', '{"_key":"1","_rev":"_fMz'],
  ['a cut in a name', '{"_key":"1","_r'],
  ['a brace in place of a comma', `{"_key":"1","_rev":"${REVISION}"{}`],
  ['text after the document', `{"_key":"1","_rev":"${REVISION}"}}`],
  ['two documents', `{"_key":"1","_rev":"${REVISION}"},{}`],
  ['one brace after an envelope', `{"type":2300,"data":${DATA}`],
  ['one brace alone', `{"type":2300,"data":{"_key":"1","_rev":"${REVISION}"}`],
  ['a blank between the braces', `{"type":2300,"data":${DATA} }`],
  ['a text after data', `{"type":2300,"data":${DATA},"x":""}`],
  ['a bracket after data', `{"type":2300,"data":${DATA},"x":[]}`],
  ['a removal', `{"type":2302,"data":{"_key":"1","_rev":"${REVISION}"}}`],
  ['a documented removal', `{"tick":"1","type":2302,"key":"1","rev":"${REVISION}"}`],
  ['an envelope without type', `{"data":${DATA}}`],
  ['a removal whose type comes after data', `{"data":${DATA},"type":2302}`],
  ['a document whose type comes after data', `{"data":${DATA},"type":2300}`],
  ['an unknown type', `{"type":2303,"data":${DATA}}`],
  ['a longer type', `{"type":23000,"data":${DATA}}`],
  ['a type that is text', `{"type":"2300","data":${DATA}}`],
  ['an empty tick', `{"tick":"","type":2300,"data":${DATA}}`],
  ['a tick of 20 digits', `{"tick":"10000000000000000000","type":2300,"data":${DATA}}`],
  ['a tick that is none', `{"tick":"12:","type":2300,"data":${DATA}}`],
  ['a tick below the digits', `{"tick":"1/","type":2300,"data":${DATA}}`],
  ['an escape in the outer key', `{"type":2300,"key":"\\n","data":${DATA}}`],
  ['an outer revision that is a number', `{"type":2300,"rev":1,"data":${DATA}}`],
  ['an unknown attribute before data', `{"type":2300,"x":1,"data":${DATA}}`],
  ['a top-level _key in an envelope', `{"type":2300,"_key":"1","data":${DATA}}`],
  ['data that is no object', '{"type":2300,"data":[]}'],
  ['data without a revision', '{"type":2300,"data":{"_key":"1"}}'],
]

describeKernels('TreeWorkspace.scanLines()', (kernel) => {
  const workspace = kernel.createWorkspace(2)

  /** Scans a text as if nothing had been there before. */
  function scan(text: string, filled = 0): ScanResult {
    workspace.input.fill(0, 0, TEXT_BYTES_MAX)
    return workspace.scanLines(0, putText(workspace, text), filled)
  }

  for (const [title, line, revision = REVISION] of READ) {
    it(`reads ${title}`, () => {
      const { length } = Buffer.from(line)
      const end = length + 1
      assert.deepEqual(scan(`${line}\n`), { stop: 'end', offset: end, lineEnd: end, filled: 1 })
      assert.equal(workspace.revisions[0], parseRevision(revision))
    })
  }

  for (const [title, line] of REFUSED) {
    it(`leaves ${title}`, () => {
      const { length } = Buffer.from(line)
      const expected = { stop: 'line', offset: 0, lineEnd: length, filled: 0 }
      assert.deepEqual(scan(`${line}\n`), expected)
      // The same after a line that it read.
      const second = { stop: 'line', offset: LINE.length + 1, filled: 1 }
      const lineEnd = LINE.length + 1 + length
      assert.deepEqual(scan(`${LINE}\n${line}\n`), { ...second, lineEnd })
    })
  }

  it('puts revisions behind those that there are', () => {
    workspace.revisions.fill(5n)
    const text = '{"_key":"1","_rev":"_"}\n{"_key":"2","_rev":"A"}\n'
    assert.equal(scan(text, 3).filled, 5)
    assert.deepEqual([...workspace.revisions.subarray(2, 5)], [5n, 1n, 2n])
  })

  it('goes on where it stopped', () => {
    const text = '{"_key":"1","_rev":"_"}\nnone\n{"_key":"2","_rev":"A"}\n'
    const first = scan(text)
    assert.deepEqual(first, { stop: 'line', offset: 24, lineEnd: 28, filled: 1 })
    const second = workspace.scanLines(first.lineEnd + 1, text.length, first.filled)
    assert.deepEqual(second, { stop: 'end', offset: 53, lineEnd: 53, filled: 2 })
    assert.deepEqual([...workspace.revisions.subarray(0, 2)], [1n, 2n])
  })

  it('leaves a line that is not complete, wherever it is cut', () => {
    const text = `${LINE}\n{"type":2300,"data":${DATA}}\n`
    const start = LINE.length + 1
    putText(workspace, text)
    // What comes after the end is still there and must not be seen.
    for (let end = start; end < text.length; end += 1) {
      const expected = { stop: 'end', offset: start, lineEnd: start, filled: 1 }
      assert.deepEqual(workspace.scanLines(0, end, 0), expected)
      assert.deepEqual(workspace.scanLines(start, end, 1), expected)
    }
  })

  it('leaves a bad line that is not complete', () => {
    for (const [, line] of REFUSED) {
      const end = { stop: 'end', offset: 0, lineEnd: 0, filled: 0 }
      assert.deepEqual(scan(line), end)
      putText(workspace, `${line}\n`)
      assert.deepEqual(workspace.scanLines(0, Buffer.byteLength(line), 0), end)
    }
  })

  it('stops at once when there is nothing', () => {
    const nothing = (offset: number): ScanResult => workspace.scanLines(offset, offset, 0)
    const expected = { stop: 'end', filled: 0 }
    assert.deepEqual(nothing(0), { ...expected, offset: 0, lineEnd: 0 })
    const last = WORKSPACE_INPUT_BYTES
    assert.deepEqual(nothing(last), { ...expected, offset: last, lineEnd: last })
  })

  it('stops before the next line when the workspace is full', () => {
    const full = WORKSPACE_REVISIONS
    const text = `${LINE}\n${LINE}\nnone\n`
    const offset = LINE.length + 1
    const expected = { stop: 'full', offset, lineEnd: offset, filled: full }
    assert.deepEqual(scan(text, full - 1), expected)
    assert.deepEqual(workspace.scanLines(offset, text.length, full), expected)
    const end = { stop: 'line', offset: 2 * offset, lineEnd: 2 * offset + 4, filled: 1 }
    assert.deepEqual(workspace.scanLines(offset, text.length, 0), end)
  })

  it('finds newlines at every distance', () => {
    for (let length = 0; length < 200; length += 1) {
      const line = `{"_key":"1","_rev":"${REVISION}","t":"${'é'.repeat(length)}"}\n`
      for (const text of [line, line + line]) {
        const bytes = Buffer.byteLength(text)
        const filled = text.length / line.length
        const expected = { stop: 'end', offset: bytes, lineEnd: bytes, filled }
        assert.deepEqual(scan(text), expected)
      }
      const bad = { stop: 'line', offset: 0, lineEnd: length, filled: 0 }
      assert.deepEqual(scan(`${'x'.repeat(length)}\n`), bad)
    }
  })

  it('reads lines up to the last byte of the input', () => {
    const text = `${LINE}\n`
    const start = WORKSPACE_INPUT_BYTES - text.length
    putText(workspace, text, start)
    const end = WORKSPACE_INPUT_BYTES
    const expected = { stop: 'end', offset: end, lineEnd: end, filled: 1 }
    assert.deepEqual(workspace.scanLines(start, end, 0), expected)
  })

  it('does not run on into the leaves', () => {
    const { memory, input, leaves } = workspace
    const size = WORKSPACE_INPUT_BYTES
    for (const line of ['{"_key":"', '{"_key":"1","_rev":"_fMz', '{"type":2300,"key":"', 'x']) {
      for (const start of [size - 1000, size - 64, size - line.length]) {
        leaves.fill(0x61616161)
        input.fill('x').write(line, start)
        const expected = { stop: 'end', offset: start, lineEnd: start, filled: 0 }
        assert.deepEqual(workspace.scanLines(start, size, 0), expected)
        // A newline, or the rest of a line, in the leaves is not one of the input.
        Buffer.from(memory.buffer, leaves.byteOffset).write(`"}\n"}}\n`)
        assert.deepEqual(workspace.scanLines(start, size, 0), expected)
      }
    }
  })

  it('takes a whole input of one line for an incomplete one', () => {
    workspace.input.fill('x')
    workspace.input.write('{"_key":"')
    const expected = { stop: 'end', offset: 0, lineEnd: 0, filled: 0 }
    assert.deepEqual(workspace.scanLines(0, WORKSPACE_INPUT_BYTES, 0), expected)
  })

  it('refuses places outside the workspace', () => {
    const size = WORKSPACE_INPUT_BYTES
    for (const [start, end] of [
      [-1, 5],
      [6, 5],
      [0, size + 1],
      [0.5, 5],
      [0, Infinity],
    ] as const) {
      assert.throws(() => workspace.scanLines(start, end, 0), {
        name: 'RangeError',
        message: `Cannot use ${start} to ${end} of the input: it has ${size}`,
      })
    }
    for (const filled of [-1, 1.5, WORKSPACE_REVISIONS + 1]) {
      assert.throws(() => workspace.scanLines(0, 0, filled), {
        name: 'RangeError',
        message: `Cannot use 0 to ${filled} of the revisions: it has ${WORKSPACE_REVISIONS}`,
      })
    }
  })
})
