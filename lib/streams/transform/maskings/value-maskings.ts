import { formatDate } from './format-date.js'
import type { Masking } from './masking.js'
import { leafKind } from './masking-value.js'
import { randomString } from './text-maskings.js'

/** Bounds of the numbers that `random` gives; decimals are hundredths of them. */
const RANDOM_MAX = 1000

/** Beginnings of card numbers and their length: of issuers that everybody knows. */
const CARDS: readonly (readonly [prefix: string, digits: number])[] = [
  ['4', 16],
  ['51', 16],
  ['52', 16],
  ['53', 16],
  ['54', 16],
  ['55', 16],
  ['34', 15],
  ['37', 15],
]

/** `random`: a random value of the same kind; null stays. */
export const maskRandom: Masking = (value, { seed, random }) => {
  switch (leafKind(value)) {
    case 'text':
      return randomString(value as string, seed)
    case 'integer':
      return random.integer(-RANDOM_MAX, RANDOM_MAX)
    case 'decimal':
      return random.integer(-RANDOM_MAX, RANDOM_MAX) / 100
    case 'boolean':
      return random.integer(0, 1) === 1
    case 'null':
      return null
  }
}

/** `integer`: a whole number in place of any value, null too. */
export function createIntegerMasking(lower: number, upper: number): Masking {
  return (_value, { random }) => random.integer(lower, upper)
}

/**
 * `decimal`: a number in place of any value, null too.
 *
 * @param lower - in units of `1 / factor`, as `upper`
 * @param factor - a power of ten
 */
export function createDecimalMasking(lower: number, upper: number, factor: number): Masking {
  return (_value, { random }) => random.integer(lower, upper) / factor
}

/**
 * `datetime`: a date in place of any value but null.
 *
 * @param begin - milliseconds since 1970, as `end`; both may come out
 */
export function createDatetimeMasking(begin: number, end: number, format: string): Masking {
  return (value, { random }) =>
    leafKind(value) === 'null' ? null : formatDate(random.integer(begin, end), format)
}

/** `creditCard`: a whole number whose last digit fits the others, in place of any value but null. */
export const maskCreditCard: Masking = (value, { random }) => {
  if (leafKind(value) === 'null') return null
  const [prefix, length] = CARDS[random.integer(0, CARDS.length - 1)] as (typeof CARDS)[number]
  let digits = prefix
  while (digits.length < length - 1) digits += random.character('0123456789')
  return Number(digits + checkDigit(digits))
}

/** The digit that makes the Luhn sum of a number a multiple of ten. */
function checkDigit(digits: string): string {
  let sum = 0
  for (let index = digits.length - 1, isDoubled = true; index >= 0; index -= 1) {
    const digit = Number(digits[index]) * (isDoubled ? 2 : 1)
    sum += digit > 9 ? digit - 9 : digit
    isDoubled = !isDoubled
  }
  return String((10 - (sum % 10)) % 10)
}
