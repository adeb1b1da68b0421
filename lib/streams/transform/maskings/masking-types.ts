import type { Masking } from './masking.js'
import type { OptionReader } from './option-reader.js'
import {
  createShapeMasking,
  createXifyFront,
  maskEmail,
  maskRandomString,
} from './text-maskings.js'
import {
  createDatetimeMasking,
  createDecimalMasking,
  createIntegerMasking,
  maskCreditCard,
  maskRandom,
} from './value-maskings.js'

/** Digits behind the point that numbers of JavaScript have at most. */
const SCALE_MAX = 15
/** Digits that a decimal is sure to have right. */
const SURE_DIGITS = 15
/** The last moment that has a year of four digits. */
const LAST_DATE_MS = 253_402_300_799_999

/** The types of maskings (client notes, 4.4): each reads its options and gives the function. */
export const MASKING_TYPES: ReadonlyMap<string, (options: OptionReader) => Masking> = new Map([
  ['randomString', () => maskRandomString],
  ['random', () => maskRandom],
  ['xifyFront', readXifyFront],
  ['zip', (options) => createShapeMasking(options.text('default', '12345'))],
  ['datetime', readDatetime],
  ['integer', readInteger],
  ['decimal', readDecimal],
  ['creditCard', () => maskCreditCard],
  ['phone', (options) => createShapeMasking(options.text('default', '+1234567890'))],
  ['email', () => maskEmail],
])

function readXifyFront(options: OptionReader): Masking {
  return createXifyFront({
    unmaskedLength: options.integer('unmaskedLength', 2, 0),
    hash: options.boolean('hash', false),
    seed: options.seed('seed'),
  })
}

function readDatetime(options: OptionReader): Masking {
  const begin = options.date('begin', 0)
  const end = options.date('end', Math.max(begin, Math.min(Date.now(), LAST_DATE_MS)))
  if (begin > end) return options.fail('"begin" is after "end"')
  return createDatetimeMasking(begin, end, options.text('format', ''))
}

function readInteger(options: OptionReader): Masking {
  const lower = options.integer('lower', -100)
  const upper = options.integer('upper', 100)
  checkRange(options, lower, upper)
  return createIntegerMasking(lower, upper)
}

function readDecimal(options: OptionReader): Masking {
  const factor = 10 ** options.integer('scale', 2, 0, SCALE_MAX)
  const lower = options.number('lower', -1)
  const upper = options.number('upper', 1)
  if (lower > upper) return options.fail('"lower" is greater than "upper"')
  const first = Math.ceil(scaled(lower, factor))
  const last = Math.floor(scaled(upper, factor))
  if (first > last)
    return options.fail('no number of that "scale" lies between "lower" and "upper"')
  checkRange(options, first, last)
  return createDecimalMasking(first, last, factor)
}

/** 0.07 times 100 is 7, though not in the arithmetic of numbers. */
function scaled(value: number, factor: number): number {
  return Number((value * factor).toPrecision(SURE_DIGITS))
}

function checkRange(options: OptionReader, lower: number, upper: number): void {
  if (lower > upper) options.fail('"lower" is greater than "upper"')
  const isExact = Number.isSafeInteger(lower) && Number.isSafeInteger(upper)
  if (!isExact || upper - lower > Number.MAX_SAFE_INTEGER) {
    options.fail('"lower" and "upper" are too far apart')
  }
}
