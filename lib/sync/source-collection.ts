import type { MerklePool, MerkleTree } from '../merkle/index.js'
import type { RevisionAccess, Snapshot, SnapshotCollection } from '../replica/index.js'
import {
  createScratchAccess,
  DumpHasRemovalsError,
  DumpRepeatsRevisionError,
  openScratch,
  type Scratch,
} from '../store/index.js'
import { revision, type RevisionRange } from '../values/index.js'
import { DumpLineError } from '../wire/index.js'
import { IncomparableError } from './incomparable-error.js'

/** What a collection of a source is read with. */
export interface SourceReading {
  readonly snapshot: Snapshot
  readonly pool: MerklePool
  readonly signal: AbortSignal
  readonly onTransfer: (bytes: number) => void
}

const EVERYTHING: RevisionRange = { from: revision(0n), through: revision(2n ** 64n - 1n) }
const REMOVALS = 'the dump of the source has removals in it'
const REPEATED = 'the dump of the source has a revision more than once'
/** Of the reason why a line has no revision for a tree. */
const REVISION_ATTRIBUTE = '"_rev"'

/**
 * One collection of a source, read by revision: through the source's own lookups, or, where it has
 * none at all as a dump directory, through a part of the dump that is put aside.
 */
export class SourceCollection {
  readonly collection: SnapshotCollection
  readonly #reading: SourceReading
  #access: Promise<RevisionAccess | undefined> | undefined
  #tree: Promise<MerkleTree> | undefined

  constructor(collection: SnapshotCollection, reading: SourceReading) {
    this.collection = collection
    this.#reading = reading
  }

  /**
   * True where a comparison is possible at all; false for a server that does not sync the collection
   * by revision. A directory can always be tried.
   */
  async isComparable(): Promise<boolean> {
    return this.#reading.snapshot.seek === undefined || (await this.#seek()) !== undefined
  }

  /** False where it is cheap to see that there are none. */
  async mayHaveDocuments(): Promise<boolean> {
    if ((await this.#seek()) !== undefined) {
      return (await this.tree()).count > 0 || !(await this.listsNone())
    }
    // A server keeps the position of a dump, so one must not be begun twice.
    return this.#reading.snapshot.seek !== undefined || this.#hasLines()
  }

  /** False where the source lists revisions, whatever the tree is that it keeps. */
  async listsNone(): Promise<boolean> {
    const access = await this.#seek()
    // The tree that is built of a dump is that of its documents.
    if (access === undefined) return true
    const { signal, onTransfer } = this.#reading
    for await (const revisions of access.revisions([EVERYTHING], { signal, onTransfer })) {
      if (revisions.length > 0) return false
    }
    return true
  }

  /**
   * The tree of the collection. It is fetched once: a server may have it for one request of a batch
   * only. One that has to be built begins where the target's does, so that the leaves fit.
   *
   * @param initialRangeMin - of the target's tree; for one that is built
   * @throws IncomparableError when documents have no revision, or removals are among them
   */
  tree(initialRangeMin?: bigint): Promise<MerkleTree> {
    this.#tree ??= this.#readTree(initialRangeMin)
    return this.#tree
  }

  /**
   * Works with the revisions and documents inside ranges.
   *
   * @throws IncomparableError when a dump has to be put aside and cannot; what `use` throws
   */
  async withAccess<Result>(
    ranges: readonly RevisionRange[],
    use: (access: RevisionAccess) => Promise<Result>,
  ): Promise<Result> {
    const access = await this.#seek()
    if (access !== undefined) return use(access)
    const scratch = await openScratch()
    try {
      return await use(await this.#putAside(ranges, scratch))
    } finally {
      await scratch.close()
    }
  }

  async #putAside(ranges: readonly RevisionRange[], scratch: Scratch): Promise<RevisionAccess> {
    const { snapshot, signal } = this.#reading
    const { definition } = this.collection
    try {
      return await createScratchAccess(snapshot, definition, ranges, scratch, { signal })
    } catch (error) {
      if (error instanceof DumpHasRemovalsError) throw new IncomparableError(REMOVALS)
      if (error instanceof DumpRepeatsRevisionError) throw new IncomparableError(REPEATED)
      throw error
    }
  }

  #seek(): Promise<RevisionAccess | undefined> {
    const { snapshot, signal } = this.#reading
    const { definition } = this.collection
    this.#access ??= snapshot.seek?.(definition, { signal }) ?? Promise.resolve(undefined)
    return this.#access
  }

  async #hasLines(): Promise<boolean> {
    const { snapshot, signal } = this.#reading
    for await (const { chunk } of snapshot.dump(this.collection.definition, { signal })) {
      if (chunk.lineCount > 0) return true
    }
    return false
  }

  async #readTree(initialRangeMin: bigint | undefined): Promise<MerkleTree> {
    const { snapshot, pool, signal, onTransfer } = this.#reading
    const { definition } = this.collection
    if ((await this.#seek()) !== undefined)
      return snapshot.tree(definition, { pool, signal, onTransfer })
    let removals = 0
    const onProgress = (progress: { readonly removals: number }): void => {
      removals = progress.removals
    }
    const options = { pool, signal, onTransfer, initialRangeMin, onProgress }
    const tree = await snapshot.tree(definition, options).catch((error: unknown) => {
      throw isAboutRevision(error)
        ? new IncomparableError('the source has documents without a revision')
        : error
    })
    if (removals > 0) throw new IncomparableError(REMOVALS)
    return tree
  }
}

/** Tells a document without revision from a line that is damaged, which no copy could use either. */
function isAboutRevision(error: unknown): boolean {
  return error instanceof DumpLineError && error.reason.includes(REVISION_ATTRIBUTE)
}
