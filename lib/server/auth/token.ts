import { errors, jwtVerify, type JWTPayload } from 'jose'
import type { Caller } from './caller.js'
import { ROOT_USER } from './users.js'

const ISSUER = 'arangodb'

/**
 * Checks a JSON Web Token as ArangoDB makes them: HS256, issuer `arangodb`, and either a `server_id`
 * (superuser) or the `preferred_username` of a user; `exp` is honoured where it is present.
 *
 * @returns undefined for every token that is not right
 */
export async function checkToken(token: string, secret: Uint8Array): Promise<Caller | undefined> {
  try {
    const { payload } = await jwtVerify(token, secret, { algorithms: ['HS256'], issuer: ISSUER })
    return callerOf(payload)
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined
    throw error
  }
}

function callerOf(payload: JWTPayload): Caller | undefined {
  const { preferred_username: user, server_id: serverId } = payload
  if (user === ROOT_USER) return { kind: 'user', name: ROOT_USER }
  if (user === undefined && typeof serverId === 'string') return { kind: 'superuser' }
  return undefined
}
