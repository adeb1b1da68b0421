import fc, { type Arbitrary } from 'fast-check'

/** Unsigned 64-bit integers, and those around powers of two and ten more often. */
export const u64: Arbitrary<bigint> = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  fc.bigInt({ min: 0n, max: 64n }).map((bits) => (bits === 0n ? 0n : 2n ** bits - 1n)),
  fc.bigInt({ min: 0n, max: 19n }).map((digits) => 10n ** digits),
)

/** The high and low 32 bits. */
export function lanesOf(value: bigint): readonly [high: number, low: number] {
  return [Number(value >> 32n), Number(value & 0xffff_ffffn)]
}
