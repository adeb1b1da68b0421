import {
  decodeText,
  JsonSyntaxError,
  scanArray,
  scanObject,
  skipSpace,
  skipValue,
} from '../wire/index.js'
import { ChunkBuilder } from './chunk-builder.js'
import type { EntryChunk } from './entry-chunk.js'

const OPEN_BRACE = 0x7b
const OPEN_BRACKET = 0x5b

/** What is left out of a line, as offsets in the chunk's buffer. */
type Cuts = (readonly [start: number, end: number])[]

/**
 * Leaves out attributes that an object has had before, at any depth: the first value counts, as with
 * arangorestore's `--cleanup-duplicate-attributes` (client notes, 4.5). All other bytes stay, and so
 * does the chunk itself where there is nothing to leave out. Lines that are not JSON stay for whoever
 * reads them.
 */
export function keepFirstAttributes(chunk: EntryChunk): EntryChunk {
  const builder = new ChunkBuilder(chunk)
  for (let index = 0; index < chunk.lineCount; index += 1) {
    const cuts = findRepeated(chunk, index)
    if (cuts.length === 0) builder.keep(index)
    else builder.put(withoutCuts(chunk, index, cuts), index)
  }
  return builder.build() ?? chunk
}

function findRepeated({ buffer, offsets }: EntryChunk, index: number): Cuts {
  const end = offsets[index + 1] as number
  const start = skipSpace(buffer, offsets[index] as number, end)
  const cuts: Cuts = []
  try {
    if (start < end) scanValue({ bytes: buffer, end, cuts }, start, 0)
  } catch (error) {
    if (error instanceof JsonSyntaxError) return []
    throw error
  }
  return cuts
}

interface Scan {
  readonly bytes: Buffer
  readonly end: number
  readonly cuts: Cuts
}

function scanValue(scan: Scan, start: number, depth: number): number {
  const { bytes, end } = scan
  if (bytes[start] === OPEN_BRACE) return scanAttributes(scan, start, depth + 1)
  if (bytes[start] !== OPEN_BRACKET) return skipValue(bytes, start, end, depth)
  const scanItem = (itemStart: number): number => scanValue(scan, itemStart, depth + 1)
  return scanArray(bytes, start, end, scanItem, depth + 1)
}

function scanAttributes(scan: Scan, start: number, depth: number): number {
  const { bytes, end, cuts } = scan
  const names = new Set<string>()
  let previousEnd = start
  return scanObject(
    bytes,
    start,
    end,
    (nameStart, nameEnd, valueStart) => {
      const name = decodeText(bytes, nameStart, nameEnd)
      const isRepeated = names.has(name)
      names.add(name)
      // What is inside of a value that goes need not be looked at.
      const valueEnd = isRepeated
        ? skipValue(bytes, valueStart, end, depth)
        : scanValue(scan, valueStart, depth)
      // One attribute stands before it at least, so the comma to leave out is there.
      if (isRepeated) cuts.push([previousEnd, valueEnd])
      previousEnd = valueEnd
      return valueEnd
    },
    depth,
  )
}

function withoutCuts({ buffer, offsets }: EntryChunk, index: number, cuts: Cuts): Buffer {
  const pieces: Buffer[] = []
  let offset = offsets[index] as number
  for (const [start, end] of cuts.toSorted(([a], [b]) => a - b)) {
    pieces.push(buffer.subarray(offset, start))
    offset = end
  }
  const line = Buffer.concat([...pieces, buffer.subarray(offset, offsets[index + 1])])
  return line.at(-1) === 0x0a ? line : Buffer.concat([line, Buffer.from('\n')])
}
