import { ERROR_NUMBER } from '../../wire/index.js'
import { RequestError } from '../request-error.js'
import type { Caller } from './caller.js'
import { PasswordChecker } from './password-checker.js'
import { checkToken } from './token.js'
import { findPassword, type UserStore } from './users.js'

/** Who may ask. */
export type LeaderAuth =
  | { readonly kind: 'off' }
  | {
      readonly kind: 'on'
      /** Password of `root`, not empty; wins over the kept one. Default: that, else one is made. */
      readonly rootPassword?: string | undefined
      /** Secret of JSON Web Tokens, not empty; without it none is right. */
      readonly jwtSecret?: string | undefined
    }

/**
 * Finds out who makes a request.
 *
 * @param authorization - the header of that name
 * @throws RequestError 401 with errorNum 11 when it is missing or not right
 */
export type Authenticate = (authorization: string | undefined) => Promise<Caller>

/**
 * Makes the function that looks at the header `authorization` of each request.
 *
 * @throws RangeError when the password or the secret is empty
 */
export function createAuthenticate(auth: LeaderAuth, store: UserStore): Authenticate {
  if (auth.kind === 'off') return () => Promise.resolve({ kind: 'anybody' })
  if (auth.rootPassword === '') throw new RangeError('Cannot use an empty password for root')
  if (auth.jwtSecret === '') throw new RangeError('Cannot use an empty JWT secret')
  const passwords = new PasswordChecker((user) => findPassword(store, user))
  const secret = auth.jwtSecret === undefined ? undefined : Buffer.from(auth.jwtSecret)
  return async (authorization) => {
    const { scheme, credentials } = splitHeader(authorization ?? '')
    let caller: Caller | undefined
    if (scheme === 'basic') caller = await checkBasic(credentials, passwords)
    if (scheme === 'bearer' && secret !== undefined) caller = await checkToken(credentials, secret)
    if (caller === undefined) throw unauthorized()
    return caller
  }
}

function splitHeader(authorization: string): { scheme: string; credentials: string } {
  const [, scheme = '', credentials = ''] = /^(\S+) +(.*)$/.exec(authorization.trim()) ?? []
  return { scheme: scheme.toLowerCase(), credentials }
}

async function checkBasic(
  credentials: string,
  passwords: PasswordChecker,
): Promise<Caller | undefined> {
  const text = Buffer.from(credentials, 'base64').toString()
  const colon = text.indexOf(':')
  if (colon < 0) return undefined
  const name = text.slice(0, colon)
  const isRight = await passwords.check(name, text.slice(colon + 1))
  return isRight ? { kind: 'user', name } : undefined
}

function unauthorized(): RequestError {
  const message = 'not authorized to execute this request'
  return new RequestError(401, ERROR_NUMBER.forbidden, message, {
    'www-authenticate': 'Basic realm="tidemark", charset="UTF-8"',
  })
}
