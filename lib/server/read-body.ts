import {
  ERROR_NUMBER,
  JsonWriter,
  VelocyPackError,
  WireFormatError,
  type Json,
} from '../wire/index.js'
import type { BodyFormat, FormattedBody } from './body-format.js'
import { badRequest, RequestError } from './request-error.js'

/**
 * Reads a small body, JSON or VelocyPack, with a parser of the protocol.
 *
 * @throws RequestError 400 when it is empty, not of its format, or not what `parse` wants
 */
export function readBody<Value>(request: FormattedBody, parse: (value: Json) => Value): Value {
  const value = parseJson(jsonBytesOf(request))
  try {
    return parse(value)
  } catch (error) {
    if (error instanceof WireFormatError) throw badRequest(error.message)
    throw error
  }
}

/**
 * The bytes of a body as JSON, which nobody has looked into when they came as such.
 *
 * @throws RequestError 400 with errorNum 600 when they are not the VelocyPack that they are to be
 */
export function jsonBytesOf({ body, bodyFormat }: FormattedBody): Buffer {
  return bodyFormat === 'velocypack' ? toJson(body) : body
}

/** 400 with 600: the bytes of a body are not what its content type says. */
export function unreadableBody(format: BodyFormat): RequestError {
  const name = format === 'json' ? 'JSON' : 'VelocyPack'
  const message = `Cannot read the request body: it is not ${name}`
  return new RequestError(400, ERROR_NUMBER.invalidJson, message)
}

function toJson(body: Buffer): Buffer {
  try {
    return new JsonWriter().write(body)
  } catch (error) {
    throw error instanceof VelocyPackError ? unreadableBody('velocypack') : error
  }
}

function parseJson(body: Buffer): Json {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) as Json
  } catch {
    throw unreadableBody('json')
  }
}
