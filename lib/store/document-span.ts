/** Bytes that hold a document between the offsets. */
export interface DocumentSpan {
  readonly bytes: Buffer
  readonly start: number
  readonly end: number
}
