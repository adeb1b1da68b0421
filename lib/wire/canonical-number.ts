/** Digits up to which a whole number is written without an exponent. */
const PLAIN_DIGITS_MAX = 32
/** Beyond it, sums of exponents and lengths would no longer be exact. */
const EXPONENT_MAX = 1e15
const ZERO = 0x30

/**
 * Writes a JSON number in one form for each value, by its digits alone, so exactly: `1.0` is `1`,
 * `1e2` is `100`, `12.50` is `125e-1`, `-0` is `0`. Numbers whose exponent is beyond 10^15 stay as
 * they are written.
 *
 * @param text - a JSON number
 */
export function canonicalNumber(text: string): string {
  const { sign, digits, fractionDigits, exponent } = partsOf(text)
  if (Math.abs(exponent) > EXPONENT_MAX) return text
  const end = endOfDigits(digits)
  const start = startOfDigits(digits, end)
  if (start === end) return '0'
  const significant = digits.slice(start, end)
  const scale = exponent - fractionDigits + digits.length - end
  const isPlain = scale >= 0 && significant.length + scale <= PLAIN_DIGITS_MAX
  return sign + significant + (isPlain ? '0'.repeat(scale) : `e${scale}`)
}

/**
 * Tells whether {@link canonicalNumber} would give back the bytes of a JSON number; most are such
 * whole numbers.
 */
export function isCanonicalInteger(bytes: Uint8Array, start: number, end: number): boolean {
  const isNegative = bytes[start] === 0x2d
  const first = isNegative ? start + 1 : start
  if (end - first > PLAIN_DIGITS_MAX || (isNegative && bytes[first] === ZERO)) return false
  for (let offset = first; offset < end; offset += 1) {
    const byte = bytes[offset] as number
    if (byte < ZERO || byte > ZERO + 9) return false
  }
  return true
}

/** A number taken apart; the last of its digits stand behind the point. */
interface NumberParts {
  readonly sign: string
  readonly digits: string
  readonly fractionDigits: number
  readonly exponent: number
}

function partsOf(text: string): NumberParts {
  const exponentAt = text.search(/[eE]/)
  const mantissa = exponentAt < 0 ? text : text.slice(0, exponentAt)
  const exponent = exponentAt < 0 ? 0 : Number(text.slice(exponentAt + 1))
  const sign = mantissa.startsWith('-') ? '-' : ''
  const [whole = '', fraction = ''] = mantissa.slice(sign.length).split('.')
  return { sign, digits: whole + fraction, fractionDigits: fraction.length, exponent }
}

/** The length without the zeros at the end. */
function endOfDigits(digits: string): number {
  let end = digits.length
  while (end > 0 && digits.charCodeAt(end - 1) === ZERO) end -= 1
  return end
}

/** The length of the zeros in front. */
function startOfDigits(digits: string, end: number): number {
  let start = 0
  while (start < end && digits.charCodeAt(start) === ZERO) start += 1
  return start
}
