import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  formatMarkerLine,
  formatMarkerSlice,
  JsonWriter,
  parseMarkerLine,
  parseMarkerSlice,
  VelocyPackBuilder,
  VelocyPackWriter,
} from '../../lib/wire/index.js'
import { anyMarker } from '../support/any-marker.js'

describe('parseMarkerSlice', () => {
  it('is the inverse of formatMarkerSlice', () => {
    const [reader, writer] = [new JsonWriter(), new VelocyPackWriter()]
    fc.assert(
      fc.property(anyMarker, (marker) => {
        const slice = formatMarkerSlice(marker, marker.form, writer)
        assert.deepEqual(parseMarkerSlice(slice, { lineNumber: 1 }, reader), marker)
      }),
    )
  })

  it('reads each of several that share a writer into memory of its own', () => {
    const lines = ['{"tick":"1","type":1100,"db":"a","data":{"id":"5"}}', '{"tick":"2","type":9}']
    const slices = lines.map((line) => formatMarkerSlice(parseMarkerLine(Buffer.from(line))))
    const writer = new JsonWriter()
    const markers = slices.map((slice) => parseMarkerSlice(slice, { lineNumber: 1 }, writer))
    assert.deepEqual(
      markers.map((marker) => formatMarkerLine(marker).toString()),
      lines.map((line) => `${line}\n`),
    )
  })

  it('writes the form that is asked for', () => {
    const marker = parseMarkerLine(Buffer.from('{"tick":"1","type":2001,"cid":"4","db":"d"}'))
    const text = new JsonWriter().write(formatMarkerSlice(marker, 'logger')).toString()
    assert.equal(text, '{"tick":"1","type":2001,"cid":"4"}')
    assert.equal(
      new JsonWriter().write(formatMarkerSlice(marker)).toString(),
      '{"tick":"1","type":2001,"db":"d"}',
    )
  })

  it('says which value is no marker, or breaks the format', () => {
    const number = new VelocyPackBuilder()
    number.addInteger(5n)
    const place = { lineNumber: 3, source: '/_api/wal/tail' }
    assert.throws(() => parseMarkerSlice(number.built(), place), {
      code: 'ERR_MARKER_LINE',
      message: /^Cannot read marker line 3 of \/_api\/wal\/tail: expected an object/,
    })
    assert.throws(() => parseMarkerSlice(Buffer.from([0x17]), place), {
      code: 'ERR_MARKER_LINE',
      message: /^Cannot read marker line 3 of .*\(byte \d+ of the value\)$/,
    })
  })
})
