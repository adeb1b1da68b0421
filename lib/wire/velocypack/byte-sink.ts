/** Bytes up to which a loop copies faster than `Buffer.copy` and `Buffer.write` do. */
const SHORT_COPY_BYTES = 24
const FIRST_BYTES = 4096

/** A buffer that grows as it is written: what the writers of this folder write into. */
export class ByteSink {
  /** What was written, up to {@link ByteSink.length}; another buffer after each growth. */
  bytes: Buffer = Buffer.allocUnsafe(FIRST_BYTES)
  /** Bytes that were written. */
  length = 0

  /** Makes sure that `more` bytes can be written after {@link ByteSink.length}. */
  reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return
    const larger = Buffer.allocUnsafe(2 * (this.length + more))
    this.bytes.copy(larger, 0, 0, this.length)
    this.bytes = larger
  }

  /** Writes one byte. */
  writeByte(byte: number): void {
    this.reserve(1)
    this.bytes[this.length++] = byte
  }

  /** Writes text of ASCII characters. */
  writeAscii(text: string): void {
    this.reserve(text.length)
    if (text.length > SHORT_COPY_BYTES) {
      this.length += this.bytes.write(text, this.length, 'latin1')
      return
    }
    for (let index = 0; index < text.length; index += 1) {
      this.bytes[this.length++] = text.charCodeAt(index)
    }
  }

  /** Copies the bytes between the offsets. */
  copy(source: Buffer, start: number, end: number): void {
    this.reserve(end - start)
    if (end - start > SHORT_COPY_BYTES) {
      this.length += source.copy(this.bytes, this.length, start, end)
      return
    }
    const { bytes, length } = this
    const shift = length - start
    for (let offset = start; offset < end; offset += 1) {
      bytes[offset + shift] = source[offset] as number
    }
    this.length = end + shift
  }

  /** Forgets what was written; the memory is kept. */
  clear(): void {
    this.length = 0
  }

  /** What was written, without a copy: valid until the next writing. */
  written(): Buffer {
    return this.bytes.subarray(0, this.length)
  }
}
