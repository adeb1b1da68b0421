import { encodeRevision, formatTick, parseRevision, parseTick } from '../values/index.js'
import { DumpLineError, dumpLineError, type LinePlace } from './dump-line-error.js'
import { DumpLineScanner } from './dump-line-scanner.js'
import {
  EDGE_TYPE,
  REMOVAL_TYPE,
  DOCUMENT_TYPE,
  type DocumentEntry,
  type DumpEntry,
  type DumpForm,
} from './dump-entry.js'
import { JsonSyntaxError } from './json-syntax-error.js'
import { decodeText } from './json-text.js'
import { isUtf8Text } from './utf8-text.js'

const NEWLINE = Buffer.from('\n')
const CLOSE = Buffer.from('}\n')
const shared = new DumpLineScanner()

/**
 * Reads one line of a dump in any of its forms.
 *
 * @param line - the bytes of the line; white space around the object is allowed
 * @param place - where it came from, for the error
 * @returns the entry; a document's `bytes` are a view into `line`
 * @throws {@link DumpLineError} when the line is not UTF-8, not JSON or not an entry
 */
export function parseDumpLine(line: Buffer, place: LinePlace = { lineNumber: 1 }): DumpEntry {
  if (!isUtf8Text(line)) throw new DumpLineError('it is not UTF-8', place)
  try {
    shared.scan(line, 0, line.length)
  } catch (error) {
    throw error instanceof JsonSyntaxError ? dumpLineError(error, 0, place) : error
  }
  return readEntry(line, shared)
}

/** Makes the entry out of what a scanner found in `bytes`. */
export function readEntry(bytes: Buffer, scanner: DumpLineScanner): DumpEntry {
  const { form, isRemoval, revisionStart, tickStart } = scanner
  const key = decodeText(bytes, scanner.keyStart, scanner.keyEnd)
  const revisionText =
    revisionStart < 0 ? undefined : decodeText(bytes, revisionStart, scanner.revisionEnd)
  const tick = tickStart < 0 ? undefined : parseTick(decodeText(bytes, tickStart, scanner.tickEnd))
  if (isRemoval) return { kind: 'removal', form, type: REMOVAL_TYPE, key, revisionText, tick }
  return {
    kind: 'document',
    form,
    type: scanner.type === EDGE_TYPE ? EDGE_TYPE : DOCUMENT_TYPE,
    key,
    revisionText,
    tick,
    bytes: bytes.subarray(scanner.documentStart, scanner.documentEnd),
  }
}

/**
 * Writes one entry as a line with its newline; a document's bytes are copied as they are.
 *
 * In the documented form the tick is the entry's own, else its revision as a number, and `rev` is
 * padded to 11 characters. A bare removal does not exist: it is written enveloped.
 */
export function formatDumpLine(entry: DumpEntry, form: DumpForm = entry.form): Buffer {
  if (entry.kind === 'removal') return Buffer.from(`${JSON.stringify(removalLine(entry, form))}\n`)
  if (form === 'bare') return Buffer.concat([entry.bytes, NEWLINE])
  return Buffer.concat([Buffer.from(documentHead(entry, form)), entry.bytes, CLOSE])
}

function documentHead(entry: DocumentEntry, form: DumpForm): string {
  if (form !== 'documented') return `{"type":${entry.type},"data":`
  const { tick, rev } = documentedParts(entry)
  return `{"tick":"${tick}","type":${entry.type},"key":${JSON.stringify(entry.key)},"rev":"${rev}","data":`
}

function removalLine(entry: DumpEntry, form: DumpForm): object {
  const { key, revisionText } = entry
  if (form === 'documented') {
    const { tick, rev } = documentedParts(entry)
    return { tick, type: entry.type, key, rev }
  }
  const rev = revisionText === undefined ? {} : { _rev: revisionText }
  return { type: entry.type, data: { _key: key, ...rev } }
}

function documentedParts({ tick, revisionText }: DumpEntry): { tick: string; rev: string } {
  const revision = parseRevision(revisionText ?? '')
  return {
    tick: tick === undefined ? revision.toString() : formatTick(tick),
    rev: encodeRevision(revision, { pad: true }),
  }
}
