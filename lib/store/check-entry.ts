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
  if (!setLineKey(key, chunk.buffer, keyStart, keyEnd)) {
    throw new DumpLineError('the key is not well-formed Unicode', chunk.place(line))
  }
  if (key.end - key.start > KEY_BYTES_MAX) {
    const reason = `the key is longer than ${KEY_BYTES_MAX} bytes`
    throw new DumpLineError(reason, chunk.place(line))
  }
  if (isRemoval || documentEnd - documentStart <= DOCUMENT_BYTES_MAX) return
  const reason = `the document is over ${DOCUMENT_BYTES_MAX} bytes`
  throw new DumpLineError(reason, chunk.place(line))
}
