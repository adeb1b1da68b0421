/**
 * A line cannot be used. It knows the line by its offset alone and never leaves this folder: whoever
 * knows the stream makes an error for people of it.
 */
export class BadLine extends Error {
  readonly reason: string
  /** 0-based offset of the line's first byte in its stream. */
  readonly byteOffset: number
  /** The line was not even read to its end. */
  readonly isTooLong: boolean

  constructor(reason: string, byteOffset: number, isTooLong = false) {
    super(reason)
    this.reason = reason
    this.byteOffset = byteOffset
    this.isTooLong = isTooLong
  }
}
