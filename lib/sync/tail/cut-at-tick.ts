import { MarkerChunk } from '../../streams/index.js'
import { parseTick, type Tick } from '../../values/index.js'
import { MarkerHeadScanner } from '../../wire/index.js'

/** Ticks of a chunk's first and last marker. */
export interface ChunkTicks {
  readonly first: Tick
  readonly last: Tick
}

/** A chunk without lines. */
export const NO_MARKERS: MarkerChunk = new MarkerChunk({
  buffer: Buffer.alloc(0),
  offsets: new Uint32Array(1),
  firstLineNumber: 1,
  byteOffset: 0,
})

const scanner = new MarkerHeadScanner()

/**
 * Reads the ticks of a chunk, parsing two lines of it.
 *
 * @returns undefined when there is no marker in it
 * @throws MarkerLineError when one of the lines is not a marker
 */
export function ticksOf(chunk: MarkerChunk): ChunkTicks | undefined {
  let start = 0
  let end = chunk.lineCount - 1
  while (start <= end && chunk.isBlank(start)) start += 1
  if (start > end) return undefined
  while (chunk.isBlank(end)) end -= 1
  const last = tickOf(chunk, end)
  return { first: start === end ? last : tickOf(chunk, start), last }
}

/**
 * Sees to it that a chunk ends between two ticks, so that reading can go on there: markers of one
 * transaction may share a tick, its begin and its end do with ArangoDB (server notes, section 9).
 * Lines at the end that have the tick of the next chunk's beginning move over to it.
 *
 * @param ahead - the next chunk of the same answer; undefined behind the last
 * @returns the chunk, which may be without lines, and what follows
 */
export function cutAtTick(
  chunk: MarkerChunk,
  ahead: MarkerChunk | undefined,
): { readonly chunk: MarkerChunk; readonly ahead: MarkerChunk | undefined } {
  const next = ahead === undefined ? undefined : ticksOf(ahead)?.first
  if (ahead === undefined || next === undefined) return { chunk, ahead }
  let end = chunk.lineCount
  while (end > 0 && (chunk.isBlank(end - 1) || tickOf(chunk, end - 1) === next)) end -= 1
  if (end === chunk.lineCount) return { chunk, ahead }
  const moved = chunk.slice(end, chunk.lineCount)
  return { chunk: chunk.slice(0, end), ahead: joinLines(moved, ahead) }
}

function tickOf(chunk: MarkerChunk, index: number): Tick {
  chunk.scanHead(index, scanner)
  return parseTick(chunk.buffer.toString('latin1', scanner.tick.start, scanner.tick.end))
}

function joinLines(moved: MarkerChunk, chunk: MarkerChunk): MarkerChunk {
  const { length } = moved.buffer
  const offsets = new Uint32Array(moved.lineCount + chunk.offsets.length)
  offsets.set(moved.offsets)
  offsets.set(
    chunk.offsets.map((offset) => offset + length),
    moved.lineCount,
  )
  const { firstLineNumber, byteOffset, source } = moved
  const buffer = Buffer.concat([moved.buffer, chunk.buffer])
  return new MarkerChunk({ buffer, offsets, firstLineNumber, byteOffset, source })
}
