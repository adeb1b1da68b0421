import {
  isKeepableRevision,
  joinLanes,
  parseRevision,
  readRevisionLanes,
  revision,
  type Lanes,
  type Revision,
} from '../../values/index.js'
import { decodeText, DumpLineScanner, JsonSyntaxError, skipSpace } from '../../wire/index.js'

const BACKSLASH = 0x5c

/** What a line tells a tree: a document's revision, that it is a removal, or nothing at all. */
export type LineRevision = Revision | 'removal' | 'empty'

const scanner = new DumpLineScanner()
const lanes: Lanes = { high: 0, low: 0 }

/**
 * Reads the revision of one line of a dump in any of its forms. It parses the whole line, so it is
 * for lines that `TreeWorkspace.scanLines` does not read.
 *
 * @param end - offset of the line's newline, or of the end of the file
 * @throws JsonSyntaxError when the line is not an entry, or its document has no revision that a tree
 *   can hold: none, one that is not text, 0, or one that does not decode
 */
export function readLineRevision(bytes: Buffer, start: number, end: number): LineRevision {
  if (skipSpace(bytes, start, end) === end) return 'empty'
  scanner.scan(bytes, start, end)
  if (scanner.isRemoval) return 'removal'
  const value = readRevision(bytes, scanner.revisionStart, scanner.revisionEnd)
  if (isKeepableRevision(value)) return value
  throw new JsonSyntaxError('the document has no usable "_rev"', scanner.documentStart)
}

function readRevision(bytes: Buffer, start: number, end: number): Revision {
  if (start < 0) return revision(0n)
  for (let offset = start; offset < end; offset += 1) {
    if (bytes[offset] === BACKSLASH) return parseRevision(decodeText(bytes, start, end))
  }
  readRevisionLanes(bytes, start, end, lanes)
  return revision(joinLanes(lanes))
}
