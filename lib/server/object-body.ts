import type { Json, JsonObject } from '../wire/index.js'
import type { FormattedBody } from './body-format.js'
import { readBody } from './read-body.js'
import { badParameter } from './request-error.js'

/**
 * Reads a small body that has to be an object.
 *
 * @throws RequestError 400 with errorNum 600 when it is not of its format, with 10 when it is no object
 */
export function readObject(request: FormattedBody): JsonObject {
  return readBody(request, (value: Json) => {
    if (isObject(value)) return value
    throw badParameter('the body needs to be an object')
  })
}

/** Tells whether a value is an object, and neither an array nor null. */
export function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * A text of an object that has to be there.
 *
 * @throws RequestError 400 with errorNum 10
 */
export function requiredText(body: JsonObject, name: string): string {
  const value = body[name]
  if (typeof value === 'string' && value !== '') return value
  throw badParameter(`the attribute "${name}" needs to be text`)
}
