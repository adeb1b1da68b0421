import { isDeepStrictEqual } from 'node:util'
import { formatExactJson } from '../streams/index.js'
import { ERROR_NUMBER, type Json, type JsonObject, type ViewDefinition } from '../wire/index.js'
import { RemoteStatusError } from './remote-error.js'
import { ask, askOr, type TargetPlace } from './target-place.js'

const NOT_IMPLEMENTED = 501
/** What is the server's own, and what every answer says. */
const LOCAL = ['id', 'globallyUniqueId', 'planId', 'deleted', 'error', 'code']

/**
 * Makes a view, in the place of one of its name; an equal one stays. A server without views is told
 * as a warning.
 *
 * @throws RemoteError
 */
export async function replaceView(place: TargetPlace, view: ViewDefinition): Promise<void> {
  const { name } = view
  const path = `/_api/view/${encodeURIComponent(name)}`
  const task = `make view "${name}"`
  const wanted = ownProperties(view.properties)
  const request = { task, method: 'GET', path: `${path}/properties` } as const
  try {
    const there = await askOr(place, request, ERROR_NUMBER.collectionNotFound)
    if (there !== undefined) {
      if (isSame(ownProperties(there as JsonObject), wanted)) return
      await askOr(place, { task, method: 'DELETE', path }, ERROR_NUMBER.collectionNotFound)
    }
    const body = formatExactJson(wanted)
    await ask(place, { task, method: 'POST', path: '/_api/view', body })
  } catch (error) {
    if (!(error instanceof RemoteStatusError) || error.status !== NOT_IMPLEMENTED) throw error
    const message = `view "${name}" is not made: ${place.connection.address} has no views`
    place.connection.onNotice({ kind: 'warning', message })
  }
}

function ownProperties(properties: JsonObject): JsonObject {
  const kept = Object.entries(properties).filter(([name]) => !LOCAL.includes(name))
  return Object.fromEntries(kept)
}

/** What only the server says of the view is a default of its version. */
function isSame(there: JsonObject, wanted: JsonObject): boolean {
  return Object.entries(wanted).every(([name, value]: [string, Json]) =>
    isDeepStrictEqual(there[name], value),
  )
}
