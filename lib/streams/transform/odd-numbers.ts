import { canonicalNumber } from '../../wire/index.js'

/** A number that may not come back from JavaScript as it is written; strings may hold the like. */
const CANDIDATE = /[:,[]\s*(-?\d+[.eE][-+.eE\d]*|-?\d{16,}|-0)/g
/**
 * Tells whether a JSON text may hold a number that JavaScript writes differently: `1.0`, `1e3`, `-0`,
 * and all that it cannot hold. It errs on the side of yes.
 */
export function mayHoldOddNumber(json: string): boolean {
  CANDIDATE.lastIndex = 0
  for (;;) {
    const found = CANDIDATE.exec(json)
    if (found === null) return false
    if (isOddNumber(found[1] as string)) return true
  }
}

/** {@link mayHoldOddNumber} for numbers that JavaScript cannot hold. */
export function mayHoldInexactNumber(json: string): boolean {
  CANDIDATE.lastIndex = 0
  for (;;) {
    const found = CANDIDATE.exec(json)
    if (found === null) return false
    if (isInexactNumber(found[1] as string)) return true
  }
}

/** Tells whether JavaScript writes a JSON number differently. */
function isOddNumber(text: string): boolean {
  return String(Number(text)) !== text
}

/**
 * Tells whether a JSON number comes back from JavaScript with another value: whole numbers with more
 * digits than a double keeps, longer fractions, and what is too large or too small.
 */
export function isInexactNumber(text: string): boolean {
  const written = String(Number(text))
  if (written === text) return false
  if (written === 'Infinity' || written === '-Infinity') return true
  return canonicalNumber(written) !== canonicalNumber(text)
}
