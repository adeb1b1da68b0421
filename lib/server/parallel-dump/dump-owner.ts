import type { StoreDatabase } from '../../store/index.js'
import type { Caller } from '../auth/index.js'

/** Who may use a context: the one who started it, in the database where that was. */
export interface DumpOwner {
  readonly databaseId: number
  readonly caller: string
}

/** Who makes a request, as far as contexts are concerned. */
export function ownerOf({
  database,
  caller,
}: {
  readonly database: Pick<StoreDatabase, 'id'>
  readonly caller: Caller
}): DumpOwner {
  const name = caller.kind === 'user' ? `user/${caller.name}` : caller.kind
  return { databaseId: database.id, caller: name }
}

/** Tells whether two requests come from the same caller in the same database. */
export function isSameOwner(one: DumpOwner, other: DumpOwner): boolean {
  return one.databaseId === other.databaseId && one.caller === other.caller
}
