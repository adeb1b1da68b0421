/**
 * Where the documented protocol and today's ArangoDB contradict each other: which of them the leader
 * follows (design, "The leader's two forms"). `arangodb-3.7` is `arangodb` as it was before revision
 * trees, for what has to work with such servers.
 */
export type Compat = 'documented' | 'arangodb' | 'arangodb-3.7'

/** Tells whether an answer is that of a leader before 3.8. */
export function isOlder(compat: Compat): boolean {
  return compat === 'arangodb-3.7'
}
