import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import fc from 'fast-check'
import { createWalParser, splitLines } from '../../lib/streams/index.js'
import type { Marker, UnknownMarker } from '../../lib/wire/index.js'
import { recordedAnswers } from '../support/recorded-answers.js'
import { describeWithShared } from '../support/shared.js'
import { blocksOf, collect, cutAt } from '../support/streams.js'

const BEGIN = '{"tick":"1","type":2200,"tid":"9","db":"d"}'
const UNKNOWN = '{"tick":"2","type":2102,"db":"d"}'
const DOCUMENT = '{"tick":"3","type":2300,"db":"ä€𝄞","cuid":"c","tid":"9","data":{"_key":"ä"}}'
const BODY = Buffer.from(`${BEGIN}\r\n\n${UNKNOWN}\n  \n${DOCUMENT}`)

function ticksOf(markers: readonly Marker[]): bigint[] {
  return markers.map(({ tick }) => tick)
}

describe('createWalParser', () => {
  it('gives one marker a line, in order, of texts and of bytes', async () => {
    const lines = [BEGIN, '', Buffer.from(UNKNOWN), Buffer.from(' \r\n'), DOCUMENT]
    assert.deepEqual(ticksOf(await collect(lines, createWalParser())), [1n, 2n, 3n])
    assert.deepEqual(ticksOf(await collect([BEGIN], createWalParser())), [1n])
    assert.deepEqual(await collect([], createWalParser()), [])
  })

  it('reads the same markers however the bytes are cut', async () => {
    const whole = await collect<Marker>([BODY], splitLines(), createWalParser())
    assert.deepEqual(ticksOf(whole), [1n, 2n, 3n])
    const anyCuts = fc.uniqueArray(fc.integer({ min: 1, max: BODY.length - 1 }))
    await fc.assert(
      fc.asyncProperty(anyCuts, async (offsets) => {
        const stages = [splitLines(), createWalParser()]
        assert.deepEqual(await collect(cutAt(BODY, offsets), ...stages), whole)
      }),
    )
    const bytes = blocksOf(BODY, 1)
    assert.deepEqual(await collect(bytes, splitLines(), createWalParser()), whole)
  })

  it('keeps markers of unknown types, and tells of them', async () => {
    const told: UnknownMarker[] = []
    const parser = createWalParser({ onUnknown: (marker) => told.push(marker) })
    const markers = await collect<Marker>([BEGIN, UNKNOWN, DOCUMENT], parser)
    assert.deepEqual(told, [markers[1]])
    assert.equal(told[0]?.bytes.toString(), UNKNOWN)
  })

  it('refuses markers of unknown types where asked to', async () => {
    const told: UnknownMarker[] = []
    const onUnknown = (marker: UnknownMarker) => told.push(marker)
    const parser = createWalParser({ unknownTypes: 'refuse', onUnknown })
    await assert.rejects(collect([BEGIN, UNKNOWN], parser), {
      code: 'ERR_UNKNOWN_MARKER',
      name: 'UnknownMarkerError',
      message: 'Cannot read the marker of tick 2: its type 2102 is not known',
      type: 2102,
      tick: 2n,
    })
    assert.deepEqual(told, [])
  })

  it('names the line that it could not read', async () => {
    const parser = createWalParser({ source: 'f' })
    await assert.rejects(collect([BEGIN, '', '{"tick":"x"}'], parser), {
      code: 'ERR_MARKER_LINE',
      lineNumber: 3,
      source: 'f',
    })
  })

  it('ends with what the function throws that is told of unknown types', async () => {
    const failure = new Error('no room')
    const onUnknown = (): never => {
      throw failure
    }
    await assert.rejects(collect([UNKNOWN], createWalParser({ onUnknown })), failure)
  })

  it('reads no further than its consumer has room for', async () => {
    let count = 0
    function* endless(): Generator<string> {
      for (;;) {
        count += 1
        yield BEGIN
      }
    }
    const parser = Readable.from(endless()).pipe(createWalParser())
    const [first] = (await Readable.from(parser).take(1).toArray()) as Marker[]
    assert.equal(first?.kind, 'begin')
    assert.ok(count < 1000, `${count} lines were read for one marker`)
  })
})

describeWithShared('createWalParser() of recorded answers', () => {
  for (const { file, lines } of recordedAnswers(/RestWalAccessTailing|LoggerFollow/)) {
    it(`reads ${file}`, async () => {
      const body = Buffer.from(lines.map((line) => `${line}\n`).join(''))
      const markers = await collect<Marker>(blocksOf(body, 7), splitLines(), createWalParser())
      assert.deepEqual(
        markers.map(({ kind }) => kind),
        lines.map((line) => (line.includes('"type":2001') ? 'drop-collection' : 'document')),
      )
    })
  }
})
