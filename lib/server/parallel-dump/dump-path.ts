import { JSON_DEPTH_MAX } from '../../core/index.js'
import type { Json } from '../../wire/index.js'
import { badParameter } from '../request-error.js'

/**
 * Reads names of attributes from the top down.
 *
 * @param what - who needs them, for the message
 * @throws RequestError 400 with errorNum 10
 */
export function parseDumpPath(value: Json, what: string): readonly string[] {
  const isPath =
    Array.isArray(value) && value.length > 0 && value.every((name) => typeof name === 'string')
  if (!isPath) throw badParameter(`${what} needs to be an array of names, not empty`)
  if (value.length <= JSON_DEPTH_MAX) return value
  throw badParameter(`${what} has more than ${JSON_DEPTH_MAX} names, as no document is so deep`)
}
