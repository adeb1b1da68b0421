/*
 * What ArangoDB has and the leader has not: asked for it, the leader says so with 501, and not that
 * there is no such path.
 */

/** APIs, by what follows `/_api/`: what they are about. */
export const APIS_NOT_SERVED: ReadonlyMap<string, string> = new Map([
  ['analyzer', 'analyzers of views'],
  ['aql-builtin', 'queries in AQL'],
  ['aqlfunction', 'queries in AQL'],
  ['batch', 'several requests in one'],
  ['control_pregel', 'Pregel jobs'],
  ['cursor', 'queries in AQL'],
  ['edges', 'graphs'],
  ['explain', 'queries in AQL'],
  ['foxx', 'Foxx services'],
  ['gharial', 'graphs'],
  ['query', 'queries in AQL'],
  ['query-cache', 'queries in AQL'],
  ['query-plan-cache', 'queries in AQL'],
  ['simple', 'simple queries'],
  ['tasks', 'tasks of the server'],
  ['transaction', 'transactions over several requests'],
  ['traversal', 'graphs'],
  ['ttl', 'the removal of outdated documents'],
  ['view', 'changes of views'],
])

const CLUSTERS = 'shards of a cluster'

/** Commands, by what follows `/_api/replication/`: what they are about. */
export const COMMANDS_NOT_SERVED: ReadonlyMap<string, string> = new Map([
  ['addFollower', CLUSTERS],
  ['holdReadLockCollection', CLUSTERS],
  ['removeFollower', CLUSTERS],
  ['set-the-leader', CLUSTERS],
])
