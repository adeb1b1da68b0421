import { CONTENT_TYPE, ERROR_NUMBER } from '../../wire/index.js'
import type { BodyFormat } from '../body-format.js'
import type { EndpointRequest } from '../endpoint.js'
import { booleanParameter, textParameter } from '../parameters.js'
import { badRequest, RequestError } from '../request-error.js'

/** Media types of lines; a body without one has them too (server notes, section 8). */
const LINE_TYPES: readonly string[] = [CONTENT_TYPE.dump, CONTENT_TYPE.json, 'text/plain', '']

/** What a request of `restore-data` asks for. */
export interface RestoreDataOptions {
  readonly collection: string
  /** Lines of JSON, or an array in VelocyPack. */
  readonly format: BodyFormat
  /** Pass over users that do not fit. */
  readonly isForced: boolean
}

/**
 * Reads the parameters of `restore-data` and the type of its body.
 *
 * @throws RequestError 400 with errorNum 400 without a collection, 500 with 4 for another type of body
 */
export function readRestoreDataOptions({
  query,
  headers,
  bodyFormat,
}: Pick<EndpointRequest, 'query' | 'headers' | 'bodyFormat'>): RestoreDataOptions {
  const collection = textParameter(query, 'collection')
  if (collection === undefined) throw badRequest('the parameter "collection" is missing')
  const isForced = booleanParameter(query, 'force') ?? false
  assertKnownType(headers['content-type'] ?? '', bodyFormat)
  return { collection, format: bodyFormat, isForced }
}

function assertKnownType(contentType: string, format: BodyFormat): void {
  const type = (contentType.split(';', 1)[0] ?? '').trim().toLowerCase()
  if (format === 'velocypack' || LINE_TYPES.includes(type)) return
  const message = `the body is of the type "${type}", which is none of documents`
  throw new RequestError(500, ERROR_NUMBER.internal, message)
}
