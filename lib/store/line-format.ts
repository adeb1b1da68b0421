/** Writes stored documents as lines of one form. The document is the first `length` of `bytes`. */
export interface LineFormat {
  /** Bytes of the document's line, newline included. */
  measure(bytes: Uint8Array, length: number): number
  /** Writes the line of the document that was measured last. */
  write(out: Buffer, at: number, bytes: Uint8Array, length: number): void
}

const NEWLINE = 0x0a
const CLOSE_BRACE = 0x7d

/** Writes the document and the newline. */
export function writeDocument(out: Buffer, at: number, bytes: Uint8Array, length: number): void {
  out.set(new Uint8Array(bytes.buffer, bytes.byteOffset, length), at)
  out[at + length] = NEWLINE
}

/** Writes the document, the end of its envelope and the newline. */
export function writeEnd(out: Buffer, at: number, bytes: Uint8Array, length: number): void {
  out.set(new Uint8Array(bytes.buffer, bytes.byteOffset, length), at)
  out[at + length] = CLOSE_BRACE
  out[at + length + 1] = NEWLINE
}
