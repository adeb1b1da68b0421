/** Bytes of an unsigned 64-bit integer. */
export const U64_BYTES = 8

/** Reduces modulo 2^64. */
export function wrapU64(value: bigint): bigint {
  return BigInt.asUintN(64, value)
}

/** The 8 big-endian bytes of an unsigned 64-bit integer: their order is the order of the numbers. */
export function encodeU64(value: bigint): Buffer {
  const bytes = Buffer.allocUnsafe(U64_BYTES)
  bytes.writeBigUInt64BE(value)
  return bytes
}

/** Reads 8 big-endian bytes. */
export function decodeU64(bytes: Uint8Array, offset = 0): bigint {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getBigUint64(offset)
}
