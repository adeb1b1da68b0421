import { SLICE_BYTES_MAX } from '../../core/index.js'
import { sliceLength } from './slice-length.js'
import { VelocyPackError } from './velocypack-error.js'

/**
 * Cuts a stream of values that follow each other without separators (as a dump in VelocyPack has
 * them) into its values. A value is only measured here, not validated: what reads it does that.
 */
export class SliceSplitter {
  readonly #sliceBytesMax: number
  /** The beginning of a value of which not all bytes have come. */
  #partial: Buffer = Buffer.alloc(0)
  #partialBytes = 0
  /** Offset of the next value in the stream. */
  #position = 0

  /** @param sliceBytesMax - the longest value that is put together; 64 MiB unless given */
  constructor(sliceBytesMax: number = SLICE_BYTES_MAX) {
    this.#sliceBytesMax = sliceBytesMax
  }

  /** Bytes that are held of a value whose end has not come yet. */
  get pendingBytes(): number {
    return this.#partialBytes
  }

  /**
   * Takes the next piece of the stream, cut anywhere, and gives the values that are whole with it. A
   * value that lies within the piece is a view of it.
   *
   * @throws {@link VelocyPackError} with an offset in the stream when no value begins where one
   *   should, or one is too long; nothing can be read after that
   */
  *split(piece: Buffer): Generator<Buffer, void, undefined> {
    let offset = 0
    if (this.#partialBytes > 0) {
      offset = this.#complete(piece)
      const whole = this.#takePartial()
      if (whole === undefined) return
      yield whole
    }
    while (offset < piece.length) {
      const length = this.#measure(piece, offset, piece.length)
      if (length === 0 || offset + length > piece.length) {
        this.#append(piece, offset, piece.length)
        return
      }
      this.#position += length
      yield piece.subarray(offset, offset + length)
      offset += length
    }
  }

  /** @throws {@link VelocyPackError} when the stream has ended inside a value */
  finish(): void {
    if (this.#partialBytes === 0) return
    const end = this.#position + this.#partialBytes
    throw new VelocyPackError('the bytes end inside a value', end)
  }

  /** Appends to the partial value what belongs to it; returns how much of the piece that was. */
  #complete(piece: Buffer): number {
    let offset = 0
    let length = this.#measure(this.#partial, 0, this.#partialBytes)
    // The few bytes of a header are taken one by one, because they tell how many belong to it.
    while (length === 0 && offset < piece.length) {
      this.#append(piece, offset, offset + 1)
      offset += 1
      length = this.#measure(this.#partial, 0, this.#partialBytes)
    }
    if (length === 0) return offset
    const end = Math.min(offset + length - this.#partialBytes, piece.length)
    this.#append(piece, offset, end)
    return end
  }

  #takePartial(): Buffer | undefined {
    const length = this.#measure(this.#partial, 0, this.#partialBytes)
    if (length === 0 || this.#partialBytes < length) return undefined
    const whole = this.#partial.subarray(0, length)
    this.#partial = Buffer.alloc(0)
    this.#partialBytes = 0
    this.#position += length
    return whole
  }

  #measure(bytes: Buffer, start: number, end: number): number {
    let length
    try {
      length = sliceLength(bytes, start, end)
    } catch (cause) {
      // The offset was one in this piece.
      if (!(cause instanceof VelocyPackError)) throw cause
      throw new VelocyPackError(cause.reason, this.#position, { cause })
    }
    if (length > this.#sliceBytesMax) {
      const reason = `a value of ${length} bytes is longer than the limit of ${this.#sliceBytesMax}`
      throw new VelocyPackError(reason, this.#position)
    }
    return length
  }

  /** Grows by doubling, so that what a header claims costs no memory before it has come. */
  #append(piece: Buffer, start: number, end: number): void {
    const needed = this.#partialBytes + end - start
    if (needed > this.#partial.length) {
      const larger = Buffer.allocUnsafe(2 * needed)
      this.#partial.copy(larger, 0, 0, this.#partialBytes)
      this.#partial = larger
    }
    this.#partialBytes += piece.copy(this.#partial, this.#partialBytes, start, end)
  }
}
