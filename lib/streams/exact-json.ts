import { LosslessNumber, parse, stringify } from 'lossless-json'
import { JsonSyntaxError, skipSpace, skipValue } from '../wire/index.js'

/**
 * Parses JSON without losing a digit: a number becomes a JavaScript number when its text comes back
 * from it, and is kept as text otherwise (2^53 + 1, but `1.0` and `-0` too), which
 * {@link formatExactJson} writes as it came. Of a repeated attribute the last counts. Meant for
 * definitions and other small texts; it is slow.
 *
 * @throws {@link JsonSyntaxError} when the text is not JSON or is nested too deep
 */
export function parseExactJson(text: string): unknown {
  assertJson(Buffer.from(text))
  return parse(text, null, {
    parseNumber: exactNumber,
    onDuplicateKey: ({ newValue }) => newValue,
  })
}

/**
 * Writes a value as compact JSON; what {@link parseExactJson} kept as text is written as it came,
 * and a bigint as a number.
 *
 * @throws TypeError when the value has no JSON form: undefined, a function, a symbol
 */
export function formatExactJson(value: unknown): string {
  const text = stringify(value)
  if (text === undefined) throw new TypeError('Cannot write a value as JSON: it has no JSON form')
  return text
}

function exactNumber(text: string): number | LosslessNumber {
  const value = Number(text)
  return String(value) === text ? value : new LosslessNumber(text)
}

function assertJson(bytes: Buffer): void {
  const end = skipValue(bytes, skipSpace(bytes, 0, bytes.length), bytes.length)
  const rest = skipSpace(bytes, end, bytes.length)
  if (rest < bytes.length) throw new JsonSyntaxError('text after the end of the value', rest)
}
