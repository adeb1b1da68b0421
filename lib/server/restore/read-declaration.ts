import type { CollectionDefinition, Json, JsonObject } from '../../wire/index.js'
import {
  DOCUMENT_COLLECTION,
  EDGE_COLLECTION,
  ERROR_NUMBER,
  parseCollectionDefinition,
} from '../../wire/index.js'
import { fails, type StatusAbout } from '../about.js'
import type { EndpointRequest } from '../endpoint.js'
import { isObject } from '../object-body.js'
import { readBody } from '../read-body.js'
import { badRequest, RequestError } from '../request-error.js'

/** What {@link readDeclaration} answers, but for a body that is not of its format. */
export const BAD_DECLARATION: StatusAbout = fails(
  400,
  400,
  'the body has no object `parameters` with a `name`, or no array `indexes`',
)

/** Where the tree of the collection began that was dumped; documents get later revisions here. */
const NOT_RESTORED = ['minRevision']

/**
 * Reads the `{parameters, indexes}` of a structure file, as arangorestore sends it (server notes,
 * section 8). A type that is no number counts as that of documents.
 *
 * @throws RequestError 400 with errorNum 600 when the body is not of its format, with 400 when it is
 *   no such declaration, with 1218 for a type that no collection has
 */
export function readDeclaration(
  request: Pick<EndpointRequest, 'body' | 'bodyFormat'>,
): CollectionDefinition {
  return readBody(request, (value) => {
    if (!isObject(value)) throw badRequest('the declaration of the collection is no object')
    const { parameters, indexes } = value
    if (!isObject(parameters)) throw badRequest('the "parameters" of the collection are no object')
    checkName(parameters['name'])
    if (!Array.isArray(indexes)) throw badRequest('the "indexes" of the collection are no array')
    const type = readType(parameters['type'])
    const declared = { parameters: withType(parameters, type), indexes: indexes as readonly Json[] }
    return parseCollectionDefinition(declared, 'the declaration of a collection')
  })
}

function checkName(name: Json): void {
  if (typeof name !== 'string') throw badRequest('the name of the collection is no text')
  if (name === '') throw badRequest('the name of the collection is empty')
}

function withType(parameters: JsonObject, type: CollectionDefinition['type']): JsonObject {
  const kept = Object.entries(parameters).filter(([name]) => !NOT_RESTORED.includes(name))
  return { ...Object.fromEntries(kept), type }
}

function readType(type: Json): CollectionDefinition['type'] {
  if (typeof type !== 'number' || type === DOCUMENT_COLLECTION) return DOCUMENT_COLLECTION
  if (type === EDGE_COLLECTION) return EDGE_COLLECTION
  const message = 'the type of a collection is 2 for documents or 3 for edges'
  throw new RequestError(400, ERROR_NUMBER.collectionTypeInvalid, message)
}
