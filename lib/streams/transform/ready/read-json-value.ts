import { isSafeNumber, LosslessNumber } from 'lossless-json'
import { JsonSyntaxError, skipValue, type Json } from '../../../wire/index.js'
import { parseExactJson } from '../../exact-json.js'

/**
 * Reads the JSON value that a text begins with.
 *
 * @returns the value, and the text behind it
 * @throws RangeError when there is none, or JavaScript cannot hold one of its numbers
 */
export function readJsonValue(text: string): { readonly value: Json; readonly rest: string } {
  const bytes = Buffer.from(text)
  const end = findEnd(bytes)
  const json = bytes.toString('utf8', 0, end)
  if (holdsUnsafeNumber(parseExactJson(json))) {
    throw new RangeError(
      'Cannot read a value: one of its numbers has more digits than JavaScript holds; write it as text',
    )
  }
  return { value: JSON.parse(json) as Json, rest: bytes.toString('utf8', end) }
}

function findEnd(bytes: Buffer): number {
  try {
    return skipValue(bytes, 0, bytes.length)
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error
    const hint = 'a text is written in double quotes'
    throw new RangeError(`Cannot read a value: it is not JSON; ${hint}`, { cause: error })
  }
}

function holdsUnsafeNumber(value: Json): boolean {
  if (value instanceof LosslessNumber) return !isSafeNumber(value.toString())
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsUnsafeNumber)
}
