import assert from 'node:assert/strict'
import fc from 'fast-check'
import { cutAtTick, NO_MARKERS, ticksOf } from '../../../lib/sync/tail/cut-at-tick.js'
import type { MarkerChunk } from '../../../lib/streams/index.js'
import { documentLine, markersOf } from './support/fake-feed.js'

const linesAt = (...ticks: bigint[]): MarkerChunk =>
  markersOf(ticks.map((at, index) => documentLine(at, `k${String(index)}`)))
const ticksIn = (chunk: MarkerChunk | undefined): bigint[] =>
  [...(chunk ?? NO_MARKERS).markers()].map((marker) => marker.tick)

describe('ticksOf()', () => {
  it('reads the first and the last tick', () => {
    assert.deepEqual(ticksOf(linesAt(3n, 5n, 9n)), { first: 3n, last: 9n })
    assert.deepEqual(ticksOf(linesAt(3n)), { first: 3n, last: 3n })
  })

  it('passes over blank lines', () => {
    assert.deepEqual(ticksOf(markersOf(['', documentLine(4n), ' '])), { first: 4n, last: 4n })
    assert.equal(ticksOf(markersOf(['', ' '])), undefined)
    assert.equal(ticksOf(NO_MARKERS), undefined)
  })

  it('refuses a line that is no marker', () => {
    assert.throws(() => ticksOf(markersOf([documentLine(1n), '{"type":'])), {
      code: 'ERR_MARKER_LINE',
    })
  })
})

describe('cutAtTick()', () => {
  it('leaves chunks alone that end between two ticks', () => {
    const [chunk, ahead] = [linesAt(1n, 2n), linesAt(3n)]
    const cut = cutAtTick(chunk, ahead)
    assert.equal(cut.chunk, chunk)
    assert.equal(cut.ahead, ahead)
    assert.equal(cutAtTick(chunk, undefined).chunk, chunk)
    assert.equal(cutAtTick(chunk, markersOf([''])).chunk, chunk)
  })

  it('moves a whole chunk of one tick', () => {
    const { chunk, ahead } = cutAtTick(linesAt(2n, 2n), linesAt(2n, 3n))
    assert.deepEqual([ticksIn(chunk), ticksIn(ahead)], [[], [2n, 2n, 2n, 3n]])
  })

  it('keeps every line, its bytes and its number, and cuts between ticks', () => {
    const anyTicks = fc
      .array(fc.bigInt(1n, 6n), { maxLength: 12 })
      .map((ticks) => ticks.sort((a, b) => Number(a - b)))
    fc.assert(
      fc.property(anyTicks, fc.nat(12), (ticks, at) => {
        const lines = ticks.map((one, index) => documentLine(one, `k${String(index)}`))
        const whole = markersOf(lines)
        const middle = Math.min(at, lines.length)
        const ahead = middle === lines.length ? undefined : whole.slice(middle, lines.length)
        const cut = cutAtTick(whole.slice(0, middle), ahead)
        const parts = [cut.chunk, cut.ahead ?? NO_MARKERS]
        assert.deepEqual(Buffer.concat(parts.map(({ buffer }) => buffer)), whole.buffer)
        assert.deepEqual(parts.flatMap(ticksIn), ticks)
        const [first, second] = parts.map(ticksOf)
        assert.ok(first === undefined || second === undefined || first.last < second.first)
        const number = cut.ahead?.lineNumber(0) ?? 0
        assert.equal(number, cut.ahead === undefined ? 0 : cut.chunk.lineCount + 1)
      }),
    )
  })
})
