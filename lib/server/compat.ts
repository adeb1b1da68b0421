/**
 * Where the documented protocol and today's ArangoDB contradict each other: which of them the leader
 * follows (design, "The leader's two forms").
 */
export type Compat = 'documented' | 'arangodb'
