import {
  MarkerLineError,
  MarkerScanner,
  readMarker,
  type Marker,
  type MarkerHeadScanner,
} from '../wire/index.js'
import { chunkLines } from './chunk-lines.js'
import type { ChunkLinesOptions } from './line-cutter.js'
import { LineChunk, type EntryChunkParts } from './line-chunk.js'
import type { LineRanges } from './line-ranges.js'

/**
 * Whole lines of the write-ahead log in one buffer, and the markers in them: to a tail what an
 * {@link EntryChunk} is to a dump. Nothing is parsed until somebody asks.
 */
export class MarkerChunk extends LineChunk {
  /**
   * Parses the lines one at a time; blank ones are left out, markers of unknown types are not.
   *
   * @throws {@link MarkerLineError} when a line is not a marker
   */
  *markers(): Generator<Marker, void, undefined> {
    const scanner = new MarkerScanner()
    for (let index = 0; index < this.lineCount; index += 1) {
      if (this.scanMarker(index, scanner)) yield readMarker(this.buffer, scanner)
    }
  }

  /**
   * Finds the parts of one line and builds nothing, for whoever wants a few of them only.
   *
   * @returns false when the line is blank
   * @throws {@link MarkerLineError} when the line is not a marker
   */
  scanMarker(index: number, scanner: MarkerScanner): boolean {
    return this.scanLine(index, scanner, MarkerLineError)
  }

  /**
   * As {@link scanMarker} for what stands before the data, which is not looked at but for being
   * UTF-8.
   *
   * @returns false when the line is blank
   * @throws {@link MarkerLineError} when the line is found not to be a marker
   */
  scanHead(index: number, scanner: MarkerHeadScanner): boolean {
    return this.scanLine(index, scanner, MarkerLineError)
  }

  /** The lines from `first` to before `end`: a view, or the chunk itself when these are all. */
  slice(first: number, end: number): MarkerChunk {
    return this.#withParts(this.sliceParts(first, end))
  }

  /** Some of the lines, which keep their numbers; a view where they follow each other. */
  pick(ranges: LineRanges): MarkerChunk {
    return this.#withParts(this.pickParts(ranges))
  }

  #withParts(parts: EntryChunkParts): MarkerChunk {
    return parts === this ? this : new MarkerChunk(parts)
  }
}

/**
 * Cuts the body of a tail into chunks of whole lines, asking for a block only when a chunk is wanted.
 *
 * @param source - blocks cut anywhere, each left alone once given away; closed on early return
 * @throws {@link LineTooLongError} when a line is longer than the limit
 * @throws RangeError at the call when an option is out of range
 */
export function chunkMarkers(
  source: AsyncIterable<Uint8Array>,
  options: ChunkLinesOptions = {},
): AsyncGenerator<MarkerChunk> {
  return toMarkers(chunkLines(source, options))
}

async function* toMarkers(chunks: AsyncIterable<LineChunk>): AsyncGenerator<MarkerChunk> {
  for await (const chunk of chunks) yield new MarkerChunk(chunk)
}
