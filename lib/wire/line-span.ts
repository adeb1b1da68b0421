const ZERO = 0x30
const NINE = 0x39
const U64_DIGITS_MAX = 20
const U64_MAX = 2n ** 64n - 1n

/** Where a value lies in a buffer; `start` is -1 when it is absent. */
export class LineSpan {
  /** Offset of the first byte. */
  start = -1
  /** Offset after the last byte; of no meaning while the value is absent. */
  end = -1

  /** Forgets the value. */
  clear(): void {
    this.start = -1
  }

  /** Takes a value unless there is one: of a repeated attribute the first counts. */
  keepFirst(start: number, end: number): void {
    if (this.start >= 0) return
    this.start = start
    this.end = end
  }
}

/** Tells whether the bytes between the offsets are the decimal text of a 64-bit number. */
export function isDecimalU64(bytes: Buffer, start: number, end: number): boolean {
  const digits = end - start
  if (digits < 1 || digits > U64_DIGITS_MAX) return false
  for (let offset = start; offset < end; offset += 1) {
    const byte = bytes[offset] as number
    if (byte < ZERO || byte > NINE) return false
  }
  return digits < U64_DIGITS_MAX || BigInt(bytes.toString('latin1', start, end)) <= U64_MAX
}
