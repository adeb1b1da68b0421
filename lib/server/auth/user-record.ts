import {
  asArray,
  asBoolean,
  asCount,
  asObject,
  asText,
  attribute,
  isAbsent,
  optional,
  read,
  refused,
  type Json,
} from '../../wire/index.js'
import { parsePasswordHash } from './password-hash.js'
import type { Grant } from './permissions.js'
import { ANY_NAME, type DatabaseGrants, type User } from './user.js'

type Reader = ReturnType<typeof read>

/** What root is granted when it is made. */
export const ROOT_GRANTS: User['databases'] = new Map([
  ['_system', { grant: 'rw', collections: new Map() }],
  [ANY_NAME, { grant: 'rw', collections: new Map([[ANY_NAME, 'rw']]) }],
])

/**
 * The form in which a user is kept. Grants are lists, not objects: names of databases and
 * collections may be any text, `__proto__` included.
 */
export function formatUser({ password, isActive, extra, databases, since }: User): Json {
  const grants = [...databases].map(([database, { grant, collections }]) => ({
    database,
    ...(grant === undefined ? {} : { grant }),
    collections: [...collections].map(([collection, each]) => ({ collection, grant: each })),
  }))
  return { password, active: isActive, extra, databases: grants, since }
}

/**
 * Reads a kept user. Older stores kept nothing but the password, and only that of root.
 *
 * @throws WireFormatError when it is none
 */
export function parseUser(name: string, value: Json): User {
  const reader = read(value, 'a stored user')
  if (!isAbsent(attribute(reader, 'algorithm'))) {
    const password = parsePasswordHash(value)
    return { name, password, isActive: true, extra: '{}', databases: ROOT_GRANTS, since: 0 }
  }
  return {
    name,
    password: parsePasswordHash(asObject(attribute(reader, 'password'))),
    isActive: asBoolean(attribute(reader, 'active')),
    extra: asText(attribute(reader, 'extra')),
    databases: new Map(asArray(attribute(reader, 'databases')).map(readDatabase)),
    since: asCount(attribute(reader, 'since')),
  }
}

function readDatabase(reader: Reader): readonly [string, DatabaseGrants] {
  const collections = asArray(attribute(reader, 'collections')).map(
    (each) => [asText(attribute(each, 'collection')), readGrant(attribute(each, 'grant'))] as const,
  )
  const grant = optional(attribute(reader, 'grant'), readGrant)
  return [asText(attribute(reader, 'database')), { grant, collections: new Map(collections) }]
}

function readGrant(reader: Reader): Grant {
  const { value } = reader
  if (value === 'none' || value === 'ro' || value === 'rw') return value
  throw refused(reader, 'none, ro or rw')
}
