import { ERROR_NUMBER, type Json, type JsonObject } from '../../wire/index.js'
import { RequestError } from '../request-error.js'

/*
 * Attributes that the body of a synchronisation and the configuration of a background follower share.
 * All of them throw a RequestError 400 with errorNum 1410 for a value that is none; null is none at
 * all.
 */

/** Who asks at the remote server. */
export interface SyncCredentials {
  readonly username?: string | undefined
  readonly password?: string | undefined
  readonly jwt?: string | undefined
}

/** Which collections take part, by their exact names. */
export interface SyncRestriction {
  readonly type: 'include' | 'exclude'
  readonly names: ReadonlySet<string>
}

/** What a header can hold. */
const TOKEN = /^[\w.~+/=-]+$/
/** Would not name a database, but a part of a path. */
const DOTS = /^\.{1,2}$/

/** The database that is read; undefined where none is named. */
export function readDatabase(body: JsonObject): string | undefined {
  const name = readText(body, 'database')
  if (DOTS.test(name)) throw invalidAttribute('database')
  return name === '' ? undefined : name
}

/** A password counts with a username only, a token without one (client notes, section 5). */
export function readCredentials(body: JsonObject): SyncCredentials {
  const username = readText(body, 'username')
  const password = readText(body, 'password')
  const jwt = readText(body, 'jwt')
  if (username !== '') return { username, password }
  if (jwt === '') return {}
  if (!TOKEN.test(jwt)) throw invalidAttribute('jwt')
  return { jwt }
}

/** The two attributes fit each other, or are refused; undefined: all collections take part. */
export function readRestriction(body: JsonObject): SyncRestriction | undefined {
  const type = readText(body, 'restrictType')
  const names = readNames(body)
  if (type === '' || type === 'none') {
    if (names.size > 0) throw invalidAttribute('restrictType')
    return undefined
  }
  if (type !== 'include' && type !== 'exclude') throw invalidAttribute('restrictType')
  if (names.size === 0) throw invalidAttribute('restrictCollections')
  return { type, names }
}

function readNames(body: JsonObject): ReadonlySet<string> {
  const names = read(body, 'restrictCollections') ?? []
  if (!Array.isArray(names)) throw invalidAttribute('restrictCollections')
  const texts = names.filter((name): name is string => typeof name === 'string' && name !== '')
  if (texts.length !== names.length) throw invalidAttribute('restrictCollections')
  return new Set(texts)
}

/** A text; empty where there is none. */
export function readText(body: JsonObject, name: string): string {
  const value = read(body, name) ?? ''
  if (typeof value !== 'string') throw invalidAttribute(name)
  return value
}

/** A boolean. */
export function readBoolean(body: JsonObject, name: string, absent: boolean): boolean {
  const value = read(body, name) ?? absent
  if (typeof value !== 'boolean') throw invalidAttribute(name)
  return value
}

/** An attribute of the body itself. */
export function read(body: JsonObject, name: string): Json {
  return Object.hasOwn(body, name) ? body[name] : undefined
}

/** The answer to a value that is none. */
export function invalidAttribute(name: string): RequestError {
  const message = `invalid value for <${name}>`
  return new RequestError(400, ERROR_NUMBER.invalidApplierConfiguration, message)
}
