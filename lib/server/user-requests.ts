import { USER_NAME_BYTES_MAX } from '../core/index.js'
import { SYSTEM_DATABASE } from '../store/index.js'
import { JsonSyntaxError, skipValue, type Json, type JsonObject } from '../wire/index.js'
import type { Answer } from './answer.js'
import { jsonTextAnswer } from './answer.js'
import type { User } from './auth/user.js'
import { ROOT_USER } from './auth/user.js'
import { invalidUserName } from './auth/user-errors.js'
import type { NewUser } from './auth/user-registry.js'
import type { EndpointRequest } from './endpoint.js'
import { isObject } from './object-body.js'
import { textParameter } from './parameters.js'
import { badParameter, forbidden } from './request-error.js'

/** No name of a user holds what could hide in a log, or has no UTF-8. */
const FORBIDDEN_IN_NAME = /[\p{Cc}\p{Cs}]/u

/** What a body says of a user; undefined where it says nothing. */
export interface UserSettings {
  readonly password: string | undefined
  readonly isActive: boolean | undefined
  /** JSON text of an object. */
  readonly extra: string | undefined
}

/**
 * The user that the path names, about whom only administrators and the user itself may ask.
 *
 * @throws RequestError 403 with errorNum 11
 */
export function readUserOfPath({ path, caller, permissions }: EndpointRequest): string {
  const name = textParameter(path, 'name') ?? ''
  const isSelf = caller.kind === 'user' && caller.name === name
  if (isSelf || permissions.database(SYSTEM_DATABASE) === 'rw') return name
  throw forbidden('only administrators may do that, or the user itself')
}

/**
 * Reads what a body says of a user. A password of another type than text is refused, which would else
 * become the empty one.
 *
 * @throws RequestError 400 with errorNum 10
 */
export function readUserSettings(body: JsonObject): UserSettings {
  const { passwd, active, extra } = body
  if (!isAbsent(passwd) && typeof passwd !== 'string') throw badParameter('"passwd" is no text')
  if (!isAbsent(active) && typeof active !== 'boolean') throw badParameter('"active" is no boolean')
  if (!isAbsent(extra) && !isObject(extra)) throw badParameter('"extra" is no object')
  return {
    password: passwd ?? undefined,
    isActive: active ?? undefined,
    extra: isAbsent(extra) ? undefined : formatExtra(extra),
  }
}

/**
 * Reads a new user; the password that is not given is empty, as in ArangoDB.
 *
 * @param name - where its name stands
 * @throws RequestError 400 with errorNum 1700 for the name, with 10 for all else
 */
export function readNewUser(body: JsonObject, name: 'user' | 'username'): NewUser {
  const { password = '', isActive = true, extra = '{}' } = readUserSettings(body)
  return { name: readUserName(body[name]), password, isActive, extra }
}

/** @throws RequestError 400 with errorNum 10: nobody may become root without a password */
export function assertFits(name: string, password: string | undefined): void {
  if (name === ROOT_USER && password === '') throw badParameter('root needs a password')
}

/** The answer that shows a user. */
export function userAnswer(user: User, status: number): Answer {
  return jsonTextAnswer(`${formatUser(user).slice(0, -1)},"error":false,"code":${status}}`, status)
}

/** JSON text of what everybody may know of a user who may know of it. */
export function formatUser({ name, isActive, extra }: User): string {
  return `{"user":${JSON.stringify(name)},"active":${String(isActive)},"extra":${extra}}`
}

/**
 * Reads the name of a user that is to be made.
 *
 * @throws RequestError 400 with errorNum 1700
 */
export function readUserName(name: Json): string {
  if (typeof name !== 'string' || name === '') throw invalidUserName()
  const isFit = Buffer.byteLength(name) <= USER_NAME_BYTES_MAX && !FORBIDDEN_IN_NAME.test(name)
  if (!isFit) throw invalidUserName()
  return name
}

function isAbsent(value: Json): value is null | undefined {
  return value === undefined || value === null
}

/**
 * The text of what is kept with a user; nested no deeper than a document, so that everybody can read
 * it again.
 *
 * @throws RequestError 400 with errorNum 10
 */
export function formatExtra(extra: JsonObject): string {
  try {
    const text = JSON.stringify(extra)
    skipValue(Buffer.from(text), 0, Buffer.byteLength(text))
    return text
  } catch (error) {
    if (!(error instanceof JsonSyntaxError || error instanceof RangeError)) throw error
    throw badParameter('"extra" is nested too deep')
  }
}
