import { TickError } from './tick-error.js'

declare const tickBrand: unique symbol

/** A position in the write-ahead log: an unsigned 64-bit integer, decimal on the wire. */
export type Tick = bigint & { readonly [tickBrand]: true }

const DECIMAL = /^\d{1,20}$/

/**
 * Checks the range and brands; the only place where a `bigint` becomes a {@link Tick}.
 *
 * @throws {@link TickError} when the value does not fit in 64 bits
 */
export function tick(value: bigint): Tick {
  if (BigInt.asUintN(64, value) !== value) {
    throw new TickError('Cannot use a number as a tick: it does not fit in 64 bits')
  }
  return value as Tick
}

/**
 * Reads the decimal text of a tick.
 *
 * @throws {@link TickError} when the text is not 1 to 20 digits or does not fit in 64 bits
 */
export function parseTick(text: string): Tick {
  if (!DECIMAL.test(text)) throw new TickError('Cannot read a tick: expected 1 to 20 digits')
  return tick(BigInt(text))
}

/** Writes a tick as decimal text. */
export function formatTick(value: Tick): string {
  return value.toString()
}
