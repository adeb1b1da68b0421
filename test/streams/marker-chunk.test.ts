import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  chunkMarkers,
  LineTooLongError,
  MarkerChunk,
  type LineChunk,
} from '../../lib/streams/index.js'
import {
  DumpLineError,
  DumpLineScanner,
  formatMarkerLine,
  MarkerScanner,
  type Marker,
} from '../../lib/wire/index.js'
import { anyMarker } from '../support/any-marker.js'
import { chunkOf } from '../support/chunk.js'
import { asyncBlocks, collectAll, cutAt } from '../support/streams.js'

const LINES = [
  '{"tick":"1","type":2200,"tid":"9","db":"d"}',
  '',
  '{"tick":"2","type":2300,"db":"d","cuid":"c","tid":"9","data":{"_key":"ä€𝄞","n":1.0}}',
  ' \r',
  '{"tick":"3","type":2102,"db":"d"}\r',
]

function markersOf(lines: readonly string[]): MarkerChunk {
  return new MarkerChunk(chunkOf(lines, 'f'))
}

function kindOf(result: IteratorResult<Marker, void>): string | undefined {
  return result.done === true ? undefined : result.value.kind
}

/** A chunk whose second line has a byte that is no UTF-8. */
function chunkWithBadByte(): LineChunk {
  const chunk = chunkOf(['{"tick":"1","type":9}', '{"tick":"2","type":9,"x":"?"}'], 'f')
  chunk.buffer[chunk.buffer.indexOf('?')] = 0xff
  return chunk
}

describe('MarkerChunk', () => {
  it('reads its markers one at a time, unknown ones too, and leaves blank lines out', () => {
    const markers = [...markersOf(LINES).markers()]
    assert.deepEqual(
      markers.map(({ kind, type, tick }) => [kind, type, tick]),
      [
        ['begin', 2200, 1n],
        ['document', 2300, 2n],
        ['unknown', 2102, 3n],
      ],
    )
  })

  it('gives views of its buffer', () => {
    const chunk = markersOf(LINES)
    const [, document] = [...chunk.markers()]
    assert.ok(document?.kind === 'document')
    assert.equal(document.data.buffer, chunk.buffer.buffer)
    assert.equal(document.data.toString(), '{"_key":"ä€𝄞","n":1.0}')
  })

  it('has no markers where there are no lines', () => {
    assert.deepEqual([...markersOf([]).markers()], [])
    assert.deepEqual([...markersOf([' ', '']).markers()], [])
  })

  it('scanMarker() finds the parts of one line', () => {
    const scanner = new MarkerScanner()
    const chunk = markersOf(LINES)
    assert.equal(chunk.scanMarker(1, scanner), false)
    assert.equal(chunk.scanMarker(2, scanner), true)
    const { type, form, transactionId } = scanner
    const tid = chunk.buffer.toString('utf8', transactionId.start, transactionId.end)
    assert.deepEqual([type, form, tid], [2300, 'wal', '9'])
  })

  it('names the line that is no marker, after those before it', () => {
    const markers = markersOf([...LINES, '{"tick":"4"}']).markers()
    for (const kind of ['begin', 'document', 'unknown']) assert.equal(kindOf(markers.next()), kind)
    assert.throws(() => markers.next(), {
      code: 'ERR_MARKER_LINE',
      lineNumber: 6,
      byteOffset: Buffer.byteLength(LINES.join('\n')) + 1,
      source: 'f',
      reason: 'the type is not a whole number (byte 0 of the line)',
    })
  })

  it('names the line that is not UTF-8', () => {
    const markers = new MarkerChunk(chunkWithBadByte()).markers()
    assert.equal(kindOf(markers.next()), 'unknown')
    assert.throws(() => markers.next(), { code: 'ERR_MARKER_LINE', reason: 'it is not UTF-8' })
  })
})

describe('LineChunk', () => {
  it('scanLine() reports lines of a dump as such', () => {
    const scanner = new DumpLineScanner()
    const chunk = chunkWithBadByte()
    assert.throws(() => chunk.scanLine(0, scanner), DumpLineError)
    assert.throws(() => chunk.scanLine(1, scanner), { code: 'ERR_DUMP_LINE', lineNumber: 2 })
  })
})

describe('chunkMarkers', () => {
  it('reads the same markers however the bytes are cut', async () => {
    const anyTail = fc.array(anyMarker, { minLength: 1, maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(
        anyTail,
        fc.array(fc.nat()),
        fc.integer({ min: 1, max: 400 }),
        async (markers, cuts, size) => {
          const body = Buffer.concat(markers.map((marker) => formatMarkerLine(marker)))
          const blocks = cutAt(
            body,
            cuts.map((cut) => cut % body.length),
          )
          const chunks = await collectAll(chunkMarkers(asyncBlocks(blocks), { chunkBytes: size }))
          assert.deepEqual(
            chunks.flatMap((chunk) => [...chunk.markers()]),
            markers,
          )
        },
      ),
    )
  })

  it('gives nothing of an empty body', async () => {
    assert.deepEqual(await collectAll(chunkMarkers(asyncBlocks<Buffer>([]))), [])
  })

  it('closes its source when its reader leaves', async () => {
    let isClosed = false
    async function* source(): AsyncGenerator<Buffer> {
      try {
        for (;;) {
          await Promise.resolve()
          yield Buffer.from('{"tick":"1","type":9}\n')
        }
      } finally {
        isClosed = true
      }
    }
    for await (const chunk of chunkMarkers(source())) {
      assert.equal(chunk.lineCount, 1)
      break
    }
    assert.ok(isClosed)
  })

  it('refuses a line over the limit', async () => {
    const body = [Buffer.from(`${LINES[0] ?? ''}\n${'x'.repeat(300)}`)]
    const chunks = chunkMarkers(asyncBlocks(body), { lineBytesMax: 100 })
    await assert.rejects(collectAll(chunks), LineTooLongError)
    assert.throws(() => chunkMarkers(asyncBlocks(body), { chunkBytes: 0 }), RangeError)
  })
})
