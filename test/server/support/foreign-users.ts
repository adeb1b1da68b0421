import { createHash } from 'node:crypto'

/** What a user differs in from an active one without grants. */
export interface ForeignUserOptions {
  readonly active?: unknown
  readonly method?: string
  readonly salt?: unknown
  readonly hash?: string
  readonly userData?: unknown
  readonly databases?: unknown
}

/** A document of `_users` as ArangoDB 3.11 has it in a dump. */
export function foreignDocument(
  user: string,
  password: string,
  {
    active,
    method = 'sha256',
    salt = '24ad2f0d',
    hash,
    userData,
    databases = {},
  }: ForeignUserOptions = {},
): Readonly<Record<string, unknown>> {
  const digest = createHash('sha256')
    .update(`${String(salt)}${password}`)
    .digest('hex')
  return {
    _key: '4711',
    _id: '_users/4711',
    _rev: '_fTLMP5y---',
    user,
    source: 'LOCAL',
    authData: {
      ...(active === undefined ? {} : { active }),
      simple: { method, salt, hash: hash ?? digest },
    },
    databases,
    ...(userData === undefined ? {} : { userData }),
  }
}
