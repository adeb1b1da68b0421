import { ReplicationError } from '../core/index.js'
import { describePlace, type LinePlace } from '../wire/index.js'

/** A dump has removals, so that it does not say by itself which documents there are. */
export class DumpHasRemovalsError extends ReplicationError {
  readonly code = 'ERR_DUMP_HAS_REMOVALS' as const

  /** @param place - of the first removal */
  constructor(collection: string, place: LinePlace) {
    const reason = `line ${describePlace(place)} is a removal; load it into a store first`
    super(`Cannot look up revisions in the dump of collection "${collection}": ${reason}`)
  }
}

/** Two documents of a dump have one revision, which says nothing of either then. */
export class DumpRepeatsRevisionError extends ReplicationError {
  readonly code = 'ERR_DUMP_REPEATS_REVISION' as const

  /** @param count - documents that have the revision of another one */
  constructor(collection: string, count: number) {
    const reason = `${count} documents have the revision of another one; load it into a store first`
    super(`Cannot look up revisions in the dump of collection "${collection}": ${reason}`)
  }
}
