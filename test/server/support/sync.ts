import { ask, type Reply } from './ask.js'
import { valueOf } from './documents.js'
import type { TestLeader } from './test-leader.js'

/** Where a synchronisation is asked for, and by whom. */
export interface SyncAsking {
  /** The database that is written to. Default: `_system`. */
  readonly into?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Asks a leader to synchronise. */
export function askSync(
  { url }: Pick<TestLeader, 'url'>,
  body: unknown,
  { into = '_system', headers = {} }: SyncAsking = {},
): Promise<Reply> {
  return ask(`${url}/_db/${encodeURIComponent(into)}/_api/replication/sync`, {
    method: 'PUT',
    headers,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
}

/** The endpoint of a leader, as ArangoDB writes them. */
export function endpointOf({ url }: Pick<TestLeader, 'url'>, scheme = 'tcp'): string {
  return url.replace(/^https?/, scheme)
}

/** The names of the collections that an answer tells of, in its order. */
export function namesOf(reply: Reply): string[] {
  const { collections } = valueOf(reply) as { collections: { name: string }[] }
  return collections.map(({ name }) => name)
}

/** Checksum of the documents of a collection, with their revisions; the status where there is none. */
export async function checksumOf(
  { url }: Pick<TestLeader, 'url'>,
  collection: string,
  database = '_system',
): Promise<unknown> {
  const path = `/_db/${encodeURIComponent(database)}/_api/collection/${collection}/checksum`
  const reply = await ask(`${url}${path}?withRevisions=true&withData=true`)
  return reply.status === 200 ? valueOf(reply)['checksum'] : reply.status
}
