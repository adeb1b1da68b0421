import {
  asBoolean,
  asObject,
  asText,
  attribute,
  isAbsent,
  read,
  refused,
  type Json,
  type JsonObject,
} from '../../wire/index.js'
import type { Grant } from './permissions.js'
import type { DatabaseGrants, User } from './user.js'

type Reader = ReturnType<typeof read>

/** The only method of ArangoDB that a new password had since version 2. */
const METHOD = 'sha256'
const HASH = /^[0-9a-f]{64}$/

/** A user of another server: nobody knows its password, only what it hashes to there. */
export type ForeignUser = Pick<User, 'name' | 'isActive' | 'databases'> & {
  readonly extra: JsonObject
  /** SHA-256 of salt and password, in hexadecimal. */
  readonly hash: string
  readonly salt: string
}

/**
 * Reads a document of ArangoDB's collection `_users`.
 *
 * @throws WireFormatError when it is none, or its password is hashed by another method
 */
export function parseForeignUser(value: Json): ForeignUser {
  const reader = read(value, 'a document of _users')
  const authData = attribute(reader, 'authData')
  const simple = attribute(authData, 'simple')
  const method = attribute(simple, 'method')
  if (method.value !== METHOD) throw refused(method, `the method "${METHOD}"`)
  const hash = attribute(simple, 'hash')
  if (!HASH.test(asText(hash))) throw refused(hash, '64 hexadecimal digits')
  const active = attribute(authData, 'active')
  const extra = attribute(reader, 'userData')
  return {
    name: asText(attribute(reader, 'user')),
    isActive: isAbsent(active) || asBoolean(active),
    extra: isAbsent(extra) ? {} : asObject(extra),
    hash: asText(hash),
    salt: readSalt(attribute(simple, 'salt')),
    databases: readDatabases(attribute(reader, 'databases')),
  }
}

function readSalt(reader: Reader): string {
  if (typeof reader.value === 'string') return reader.value
  throw refused(reader, 'text')
}

function readDatabases(reader: Reader): User['databases'] {
  return new Map(entriesOf(reader).map(([name, each]) => [name, readDatabase(each)]))
}

/** Before version 3.2 there were no grants of collections, only a word for that of the database. */
function readDatabase(reader: Reader): DatabaseGrants {
  if (typeof reader.value === 'string') {
    return { grant: readWord(reader), collections: new Map() }
  }
  const collections = entriesOf(attribute(reader, 'collections'))
    .map(([name, each]) => [name, readGrant(attribute(each, 'permissions'))] as const)
    .filter((entry): entry is readonly [string, Grant] => entry[1] !== undefined)
  return {
    grant: readGrant(attribute(reader, 'permissions')),
    collections: new Map(collections),
  }
}

function readWord(reader: Reader): Grant {
  if (reader.value === 'rw' || reader.value === 'ro' || reader.value === 'none') return reader.value
  throw refused(reader, 'none, ro or rw')
}

/** Undefined where nothing was granted, so that the rules for `*` count. */
function readGrant(reader: Reader): Grant | undefined {
  if (isAbsent(reader) || attribute(reader, 'undefined').value === true) return undefined
  if (attribute(reader, 'read').value !== true) return 'none'
  return attribute(reader, 'write').value === true ? 'rw' : 'ro'
}

function entriesOf(reader: Reader): readonly (readonly [string, Reader])[] {
  if (isAbsent(reader)) return []
  return Object.keys(asObject(reader)).map((name) => [name, attribute(reader, name)])
}
