import { ReplicationError } from '../core/index.js'

/** A collection was asked for by a name that the source does not have. */
export class UnknownCollectionError extends ReplicationError {
  readonly code = 'ERR_UNKNOWN_COLLECTION' as const
  readonly names: readonly string[]

  constructor(names: readonly string[], address: string, known: readonly string[]) {
    const list = known.length === 0 ? 'there is none' : `there are ${known.join(', ')}`
    super(
      `Cannot find collection ${names.map((name) => `"${name}"`).join(', ')} in ${address}: ${list}`,
    )
    this.names = names
  }
}
