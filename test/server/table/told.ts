import assert from 'node:assert/strict'
import { JsonWriter } from '../../../lib/wire/index.js'
import type { Reply } from '../support/ask.js'

/** Status and errorNum, once the body was checked to be of the one shape. */
export function told({ status, headers, body }: Reply, isVelocyPack = false): string {
  if (status < 400) return String(status)
  const type = isVelocyPack ? 'application/x-velocypack' : 'application/json'
  assert.equal(headers['content-type'], type)
  // The answer to HEAD has the headers of a body only.
  if (body.length === 0) return String(status)
  const text = isVelocyPack ? new JsonWriter().write(body) : body
  const { errorMessage, errorNum, ...rest } = JSON.parse(text.toString()) as Record<string, unknown>
  const { _id, _key, _rev, ...shape } = rest
  assert.equal(_id === undefined, status !== 412)
  assert.deepEqual(shape, { error: true, code: status })
  assert.ok(typeof errorMessage === 'string' && errorMessage !== '')
  return `${status}/${String(errorNum)}`
}
