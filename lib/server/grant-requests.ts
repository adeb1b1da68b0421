import type { Json } from '../wire/index.js'
import { jsonAnswer, jsonTextAnswer, type Answer } from './answer.js'
import type { GrantTarget } from './auth/change-grants.js'
import type { Grant } from './auth/permissions.js'
import type { EndpointContext, EndpointRequest } from './endpoint.js'
import { readObject } from './object-body.js'
import { booleanParameter, textParameter } from './parameters.js'
import { badParameter, collectionNotFound, databaseNotFound } from './request-error.js'
import { readUserOfPath } from './user-requests.js'

/** The longest name of a collection; that of a database is shorter. */
const NAME_BYTES_MAX = 256

/** A request about what a user is granted. */
export interface GrantRequest extends GrantTarget {
  readonly user: string
}

/** A request that asks for a grant. */
export interface GrantQuestion extends GrantRequest {
  /** Only what was given by the name itself. */
  readonly isConfigured: boolean
}

/** A request that gives a grant. */
export interface NewGrant extends GrantRequest {
  readonly grant: Grant
}

/**
 * Reads what a grant is for from the path.
 *
 * @throws RequestError 400 with errorNum 10 for a name that nothing can have
 */
export function readGrantTarget({ path }: Pick<EndpointRequest, 'path'>): GrantRequest {
  const database = textParameter(path, 'dbname') ?? ''
  const collection = textParameter(path, 'collection')
  for (const name of [database, collection ?? '-']) {
    if (name !== '' && Buffer.byteLength(name) <= NAME_BYTES_MAX) continue
    throw badParameter('nothing can have that name')
  }
  return { user: textParameter(path, 'name') ?? '', database, collection }
}

/** @throws RequestError 403 with errorNum 11 for who may not ask, 400 with 10 */
export function readGrantQuestion(request: EndpointRequest): GrantQuestion {
  readUserOfPath(request)
  const isConfigured = booleanParameter(request.query, 'configured') ?? false
  return { ...readGrantTarget(request), isConfigured }
}

/** @throws RequestError 400 with errorNum 10, or 600 for a body that is not of its format */
export function readNewGrant(request: EndpointRequest): NewGrant {
  const target = readGrantTarget(request)
  if (target.collection?.startsWith('_') === true) {
    throw badParameter('a system collection goes by the grant of its database')
  }
  return { ...target, grant: toGrant(readObject(request)['grant']) }
}

/**
 * Checks that a collection that is granted is there; `*` is always.
 *
 * @throws RequestError 404 with errorNum 1228 or 1203
 */
export function assertGrantable(
  { database, collection }: GrantTarget,
  { store }: Pick<EndpointContext, 'store'>,
): void {
  if (collection === undefined || database === '*') return
  const found = store.database(database)
  if (found === undefined) throw databaseNotFound()
  if (collection === '*') return
  // An id finds the collection too, but grants are looked up by its name.
  if (store.collection(found, collection)?.definition.name !== collection) {
    throw collectionNotFound()
  }
}

/** The answer that shows one grant; `undefined` stands for none that was given. */
export function grantAnswer(grant: Grant | undefined): Answer {
  return jsonAnswer({ error: false, code: 200, result: grant ?? 'undefined' })
}

/** The answer to a grant that was given. */
export function grantedAnswer({ database, collection, grant }: NewGrant): Answer {
  const name = collection === undefined ? database : `${database}/${collection}`
  return jsonTextAnswer(`{${JSON.stringify(name)}:"${grant}","error":false,"code":200}`)
}

function toGrant(value: Json): Grant {
  if (value === 'none' || value === 'ro' || value === 'rw') return value
  throw badParameter('"grant" is "rw", "ro" or "none"')
}
