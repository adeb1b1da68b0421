const NEVER_REPLICATED = ['_routing']
const FOXX_QUEUES = ['_jobs', '_queues']

/** Which collections beginning with `_` take part. */
export interface SystemCollectionOptions {
  readonly includeSystem: boolean
  /** Also `_jobs` and `_queues`; default false. */
  readonly includeFoxxQueues?: boolean | undefined
}

/**
 * Tells whether a collection takes part in replication (client notes, 1.4): `_statistics…` and
 * `_routing` never do, the queues only when asked for, other system collections with `includeSystem`.
 */
export function isReplicated(
  name: string,
  { includeSystem, includeFoxxQueues = false }: SystemCollectionOptions,
): boolean {
  if (!name.startsWith('_')) return true
  if (!includeSystem || name.startsWith('_statistics') || NEVER_REPLICATED.includes(name))
    return false
  return includeFoxxQueues || !FOXX_QUEUES.includes(name)
}
