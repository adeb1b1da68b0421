import { DOCUMENT_BYTES_MAX } from '../core/index.js'
import type { EntryChunk } from '../streams/index.js'
import { DumpLineError, type DumpLineScanner } from '../wire/index.js'
import { setLineKey } from './line-key.js'
import { KeyKey } from './row-keys.js'

/** The longest `_key`, as in ArangoDB. */
export const KEY_BYTES_MAX = 254

/**
 * Checks that a store can take an entry: `Store.applyChunk` refuses what this refuses.
 *
 * @param scanner - has scanned the line
 * @throws DumpLineError when its key is no Unicode or too long, or the document too large
 */
export function checkEntry(chunk: EntryChunk, line: number, scanner: DumpLineScanner): void {
  setEntryKey(chunk, line, scanner, new KeyKey())
}

/**
 * As {@link checkEntry}, and sets the `_key` of `key`, which keeps its space.
 *
 * @throws DumpLineError
 */
export function setEntryKey(
  chunk: EntryChunk,
  line: number,
  scanner: DumpLineScanner,
  key: KeyKey,
): void {
  const { keyStart, keyEnd, isRemoval, documentStart, documentEnd } = scanner
  const fault =
    setKey(key, chunk.buffer, keyStart, keyEnd) ??
    (isRemoval ? undefined : documentFault(documentStart, documentEnd))
  if (fault !== undefined) throw new DumpLineError(fault, chunk.place(line))
}

/**
 * Sets the `_key` of `key`, which keeps its space, from the content of a JSON text.
 *
 * @returns why a store cannot have it; undefined when it can
 */
export function setKey(key: KeyKey, bytes: Buffer, start: number, end: number): string | undefined {
  if (!setLineKey(key, bytes, start, end)) return 'the key is not well-formed Unicode'
  const isLong = key.end - key.start > KEY_BYTES_MAX
  return isLong ? `the key is longer than ${KEY_BYTES_MAX} bytes` : undefined
}

/** Tells why a store cannot have a document between the offsets; undefined when it can. */
export function documentFault(start: number, end: number): string | undefined {
  if (end - start <= DOCUMENT_BYTES_MAX) return undefined
  return `the document is over ${DOCUMENT_BYTES_MAX} bytes`
}
