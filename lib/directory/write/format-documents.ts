import type { EntryChunk } from '../../streams/index.js'
import { DumpLineScanner, formatDumpLine, readEntry } from '../../wire/index.js'
import type { WrittenDocuments } from './written-documents.js'

const NEWLINE = 0x0a
const NEWLINE_BYTES = Buffer.from('\n')
const ENVELOPE_HEAD = Buffer.from('{"type":2300,"data":')
const ENVELOPE_TAIL = Buffer.from('}\n')

/** How lines are written, and what counts them. */
export interface FormatOptions {
  readonly isEnveloped: boolean
  /** Give every line as a piece of its own. */
  readonly isByLine: boolean
  readonly written: WrittenDocuments
  /** Makes the error for a removal, which a bare line cannot tell of. */
  readonly refuseRemoval: () => Error
}

/**
 * Writes the entries of a chunk as lines of one form. Documents keep their bytes; white space around
 * them and blank lines go. Where nothing has to change, pieces are views of the chunk.
 *
 * @returns pieces of one or more whole lines; a view of the chunk is as long as it may be
 * @throws DumpLineError when a line is not an entry, and what `refuseRemoval` makes
 */
export function* formatDocuments(chunk: EntryChunk, options: FormatOptions): Generator<Buffer> {
  const { buffer, offsets, lineCount } = chunk
  const scanner = new DumpLineScanner()
  /** Lines that stay as they are, and are not given yet. */
  let runStart = 0
  let runEnd = 0
  for (let index = 0; index < lineCount; index += 1) {
    if (!chunk.scanLine(index, scanner)) continue
    const start = offsets[index] as number
    const end = offsets[index + 1] as number
    options.written.add(buffer, scanner)
    const staysAsItIs = isAsWanted(buffer, start, end, scanner, options.isEnveloped)
    if (staysAsItIs && start === runEnd && !options.isByLine) {
      runEnd = end
      continue
    }
    if (runEnd > runStart) yield buffer.subarray(runStart, runEnd)
    runStart = staysAsItIs ? start : end
    runEnd = end
    if (!staysAsItIs) yield formatLine(buffer, scanner, options)
  }
  if (runEnd > runStart) yield buffer.subarray(runStart, runEnd)
}

/** Tells whether a line is what would be written of it, to the byte. */
function isAsWanted(
  bytes: Buffer,
  start: number,
  end: number,
  { isRemoval, documentStart, documentEnd }: DumpLineScanner,
  isEnveloped: boolean,
): boolean {
  if (isRemoval || bytes[end - 1] !== NEWLINE) return false
  const head = isEnveloped ? ENVELOPE_HEAD.length : 0
  const tail = isEnveloped ? ENVELOPE_TAIL.length : 1
  if (documentStart !== start + head || documentEnd !== end - tail) return false
  return !isEnveloped || ENVELOPE_HEAD.compare(bytes, start, documentStart) === 0
}

function formatLine(
  bytes: Buffer,
  scanner: DumpLineScanner,
  { isEnveloped, refuseRemoval }: FormatOptions,
): Buffer {
  if (scanner.isRemoval) {
    if (!isEnveloped) throw refuseRemoval()
    return formatDumpLine(readEntry(bytes, scanner), 'enveloped')
  }
  const document = bytes.subarray(scanner.documentStart, scanner.documentEnd)
  return isEnveloped
    ? Buffer.concat([ENVELOPE_HEAD, document, ENVELOPE_TAIL])
    : Buffer.concat([document, NEWLINE_BYTES])
}
