import { decodeText, DumpLineScanner, scanObject, skipValue } from '../wire/index.js'
import { ChunkBuilder } from './chunk-builder.js'
import type { EntryChunk } from './entry-chunk.js'

const QUOTE = 0x22
const ID = '_id'
const NEWLINE = 0x0a
const NEWLINE_BYTES = Buffer.from('\n')

/**
 * Makes the `_id` of documents say that they belong to a collection of that name. Nothing else of a
 * line changes, and lines without `_id`, or with the right one, leave as they came; removals too.
 *
 * @throws DumpLineError when a line is no entry
 */
export function moveIds(chunk: EntryChunk, collection: string): EntryChunk {
  const scanner = new DumpLineScanner()
  const builder = new ChunkBuilder(chunk)
  for (let index = 0; index < chunk.lineCount; index += 1) {
    const moved = chunk.scanLine(index, scanner)
      ? moveId(chunk.buffer, scanner, chunk.lineBytes(index), collection)
      : undefined
    if (moved === undefined) builder.keep(index)
    else builder.put(moved, index)
  }
  return builder.build() ?? chunk
}

/** The line with another `_id`; undefined when it is to stay. */
function moveId(
  bytes: Buffer,
  scanner: DumpLineScanner,
  line: Buffer,
  collection: string,
): Buffer | undefined {
  if (scanner.isRemoval) return undefined
  const wanted = `${collection}/${decodeText(bytes, scanner.keyStart, scanner.keyEnd)}`
  const parts: Buffer[] = []
  const lineStart = line.byteOffset - bytes.byteOffset
  let taken = lineStart
  // Of a repeated attribute every one is replaced: which of them counts is up to the reader.
  scanObject(bytes, scanner.documentStart, scanner.documentEnd, (nameStart, nameEnd, start) => {
    const end = skipValue(bytes, start, scanner.documentEnd)
    if (isId(bytes, nameStart, nameEnd) && needsMove(bytes, start, end, wanted)) {
      parts.push(bytes.subarray(taken, start), Buffer.from(JSON.stringify(wanted)))
      taken = end
    }
    return end
  })
  if (parts.length === 0) return undefined
  const rest = bytes.subarray(taken, lineStart + line.length)
  return Buffer.concat([...parts, rest, ...(rest.at(-1) === NEWLINE ? [] : [NEWLINE_BYTES])])
}

function isId(bytes: Buffer, start: number, end: number): boolean {
  return end - start >= ID.length && decodeText(bytes, start, end) === ID
}

function needsMove(bytes: Buffer, start: number, end: number, wanted: string): boolean {
  return bytes[start] === QUOTE && decodeText(bytes, start + 1, end - 1) !== wanted
}
