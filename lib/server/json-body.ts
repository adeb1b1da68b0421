import { ERROR_NUMBER, WireFormatError, type Json } from '../wire/index.js'
import { badRequest, RequestError } from './request-error.js'

/**
 * Reads a JSON body with a parser of the protocol.
 *
 * @throws RequestError 400 when it is empty, not JSON in UTF-8, or not what `parse` wants
 */
export function readJsonBody<Value>(body: Buffer, parse: (value: Json) => Value): Value {
  const value = parseJson(body)
  try {
    return parse(value)
  } catch (error) {
    if (error instanceof WireFormatError) throw badRequest(error.message)
    throw error
  }
}

function parseJson(body: Buffer): Json {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) as Json
  } catch {
    throw new RequestError(
      400,
      ERROR_NUMBER.invalidJson,
      'Cannot read the request body: it is not JSON',
    )
  }
}
