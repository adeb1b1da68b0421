/** Writes stored documents as lines of one form. The document is the first `length` of `bytes`. */
export interface LineFormat {
  /** Bytes of the document's line, newline included. */
  measure(bytes: Uint8Array, length: number): number
  /** Writes the line of the document that was measured last. */
  write(out: Buffer, at: number, bytes: Uint8Array, length: number): void
}

const NEWLINE = 0x0a
const CLOSE_BRACE = 0x7d
/** Views of longer documents are not kept: there the copy is what takes the time. */
const VIEW_BYTES_MAX = 2048

/** Writes the document and the newline. */
export function writeDocument(out: Buffer, at: number, bytes: Uint8Array, length: number): void {
  out.set(viewOf(bytes, length), at)
  out[at + length] = NEWLINE
}

/** Writes the document, the end of its envelope and the newline. */
export function writeEnd(out: Buffer, at: number, bytes: Uint8Array, length: number): void {
  out.set(viewOf(bytes, length), at)
  out[at + length] = CLOSE_BRACE
  out[at + length + 1] = NEWLINE
}

/** By length: lmdb reads all rows into one buffer, and a view for each row would be garbage. */
const views: (Uint8Array | undefined)[] = []
let viewed: Uint8Array | undefined

function viewOf(bytes: Uint8Array, length: number): Uint8Array {
  if (length > VIEW_BYTES_MAX) return new Uint8Array(bytes.buffer, bytes.byteOffset, length)
  if (bytes !== viewed) {
    viewed = bytes
    views.length = 0
  }
  return (views[length] ??= new Uint8Array(bytes.buffer, bytes.byteOffset, length))
}
