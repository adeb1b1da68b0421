import type { DirectoryTarget, SourceState } from '../../directory/index.js'
import { createMerklePool } from '../../merkle/index.js'
import type {
  DumpedChunk,
  DumpOptions,
  OperationOptions,
  ReplicaNotice,
  Snapshot,
  SnapshotCollection,
  Source,
} from '../../replica/index.js'
import type { CollectionDefinition } from '../../wire/index.js'
import { wrapSource } from '../wrap-source.js'

/** What of a directory is needed to tell which of its collections are as the source has them. */
export type CollectionKeeper = Pick<
  DirectoryTarget,
  'completedCollections' | 'keepCollection' | 'noteSource'
>

/** A collection whose data an earlier run has written, and that the source did not change since. */
export interface KeptCollection {
  readonly database: string | undefined
  readonly collection: string
}

/** How {@link keepUnchanged} goes on with a dump. */
export interface KeepOptions {
  /** The directory of a database. */
  readonly keeperOf: (database: string | undefined) => CollectionKeeper
  /** Called for each collection that is kept. */
  readonly onKept: (kept: KeptCollection) => void
}

/**
 * A source for a dump that may be cut off and continued: with each collection that is dumped the
 * directory keeps what the revision tree of the source was, and of a collection that an earlier run
 * has completed nothing is read where the tree still is the same. Sources that keep no trees, as
 * directories and servers before 3.8, are read anew.
 */
export function keepUnchanged(source: Source, { keeperOf, onKept }: KeepOptions): Source {
  return wrapSource(source, async (snapshot, options, { database, onNotice }) => {
    const keeper = keeperOf(database)
    const states = new SourceStates(snapshot, onNotice)
    const kept = await findKept(keeper, states, options)
    for (const collection of kept) onKept({ database, collection })
    return noting(snapshot, keeper, states, kept)
  })
}

/** What the source says of its collections, asked once: a server may tell it once in a snapshot. */
class SourceStates {
  readonly snapshot: Snapshot
  readonly #onNotice: (notice: ReplicaNotice) => void
  readonly #states = new Map<string, Promise<SourceState | undefined>>()

  constructor(snapshot: Snapshot, onNotice: (notice: ReplicaNotice) => void) {
    this.snapshot = snapshot
    this.#onNotice = onNotice
  }

  /** @returns undefined where the source keeps no tree, or does not tell it */
  of(
    definition: CollectionDefinition,
    options: OperationOptions,
  ): Promise<SourceState | undefined> {
    const known = this.#states.get(definition.name) ?? this.#ask(definition, options)
    this.#states.set(definition.name, known)
    return known
  }

  /** A dump can do without: what would be kept by it is dumped anew. */
  async #ask(
    definition: CollectionDefinition,
    { signal }: OperationOptions,
  ): Promise<SourceState | undefined> {
    // Nothing is built, so no threads are needed.
    const pool = createMerklePool({ workers: 0 })
    try {
      if ((await this.snapshot.seek?.(definition, { signal })) === undefined) return undefined
      const { count, hash, initialRangeMin } = await this.snapshot.tree(definition, {
        pool,
        signal,
      })
      return { count, hash, initialRangeMin, ...idOf(definition) }
    } catch (error) {
      signal?.throwIfAborted()
      const { name } = definition
      const reason = error instanceof Error ? error.message : String(error)
      const message = `A continued dump would read collection "${name}" anew: ${reason}`
      this.#onNotice({ kind: 'warning', message })
      return undefined
    } finally {
      await pool.close()
    }
  }
}

async function findKept(
  keeper: CollectionKeeper,
  states: SourceStates,
  { signal }: OperationOptions,
): Promise<ReadonlySet<string>> {
  const complete = keeper.completedCollections()
  const kept = new Set<string>()
  if (complete.length === 0) return kept
  const present = (await states.snapshot.inventory({ signal })).collections
  for (const { name, source: before } of complete) {
    const found = present.find((one) => isNamed(one, name))
    if (before === undefined || found === undefined) continue
    const now = await states.of(found.definition, { signal })
    if (now !== undefined && isEqual(now, before) && (await keeper.keepCollection(name))) {
      kept.add(name)
    }
  }
  return kept
}

function isNamed({ definition }: SnapshotCollection, name: string): boolean {
  return definition.name === name && !definition.isDeleted
}

/**
 * A collection that was made anew may hold other documents of the same revisions: those of a copy
 * through transforms, above all.
 */
function isEqual(a: SourceState, b: SourceState): boolean {
  const isSame = a.initialRangeMin === b.initialRangeMin && a.collectionId === b.collectionId
  return isSame && a.count === b.count && a.hash === b.hash
}

function idOf({ parameters }: CollectionDefinition): Pick<SourceState, 'collectionId'> {
  const id = parameters['id'] ?? parameters['cid']
  return typeof id === 'string' ? { collectionId: id } : {}
}

/** The snapshot, of which kept collections seem to be empty: nothing has to be written of them. */
function noting(
  snapshot: Snapshot,
  keeper: CollectionKeeper,
  states: SourceStates,
  kept: ReadonlySet<string>,
): Snapshot {
  const seek = snapshot.seek?.bind(snapshot)
  return {
    tick: snapshot.tick,
    serverId: snapshot.serverId,
    inventory: (options) => snapshot.inventory(options),
    async *dump(
      definition: CollectionDefinition,
      options: DumpOptions = {},
    ): AsyncGenerator<DumpedChunk> {
      if (kept.has(definition.name)) return
      const state = await states.of(definition, options)
      if (state !== undefined) keeper.noteSource(definition.name, state)
      yield* snapshot.dump(definition, options)
    },
    tree: (definition, options) => snapshot.tree(definition, options),
    ...(seek === undefined ? {} : { seek }),
    close: () => snapshot.close(),
  }
}
