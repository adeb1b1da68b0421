import { TreeError, type MerkleTree } from '../merkle/index.js'
import type { EntryChunk } from '../streams/index.js'
import { minRevisionOf, type CollectionDefinition } from '../wire/index.js'
import type { DumpedChunk, TreeOptions } from './reading.js'

/** What a tree says that cannot grow as far as it has to, or that begins too close to 2^64. */
const OUT_OF_REACH: ReadonlySet<TreeError['code']> = new Set([
  'ERR_TREE_UNDERFLOW',
  'ERR_TREE_OVERFLOW',
  'ERR_TREE_RANGE',
])

/**
 * Builds a tree that begins where the options ask for, else where the collection's definition says,
 * else at the first revision. Where that is too far from some revision, the data is read once more
 * for a tree that begins at 0: every revision that a document may have fits in there.
 *
 * @param build - reads the data; undefined leaves the start to the first revision
 * @throws what `build` throws
 */
export async function buildTreeFromStart(
  definition: CollectionDefinition,
  { initialRangeMin = minRevisionOf(definition) }: Pick<TreeOptions, 'initialRangeMin'>,
  build: (initialRangeMin: bigint | undefined) => Promise<MerkleTree>,
): Promise<MerkleTree> {
  try {
    return await build(initialRangeMin)
  } catch (error) {
    if (initialRangeMin === 0n || !isOutOfReach(error)) throw error
    return build(0n)
  }
}

/**
 * Gives a tree that a replica keeps, or builds it anew of the revisions where the options want one
 * that begins elsewhere.
 *
 * @param readRevisions - reads all revisions of the collection from the first on
 * @throws what `readRevisions` throws
 */
export function fitKeptTree(
  kept: MerkleTree,
  definition: CollectionDefinition,
  options: TreeOptions,
  readRevisions: () => AsyncIterable<BigUint64Array>,
): Promise<MerkleTree> {
  const { initialRangeMin = kept.initialRangeMin, pool, signal, onProgress } = options
  return buildTreeFromStart(definition, { initialRangeMin }, (start) => {
    if (start !== kept.initialRangeMin) {
      const build = { initialRangeMin: start, signal, onProgress }
      return pool.buildFromStream(readRevisions(), build)
    }
    onProgress?.({ revisions: kept.count, bytes: 0, removals: 0 })
    return Promise.resolve(kept)
  })
}

/**
 * Builds the tree of a collection from its dump, for replicas that keep no trees.
 *
 * A dump that is given up for another start is read to its end first: servers that keep the position
 * themselves would otherwise give the second reading the rest alone (server notes, section 4).
 *
 * @param dump - begins to read the collection
 * @throws DumpLineError when a line has no revision, or one of 2^63 or more, which no tree can hold
 */
export function buildTreeOfDump(
  definition: CollectionDefinition,
  options: TreeOptions,
  dump: () => AsyncIterable<DumpedChunk>,
): Promise<MerkleTree> {
  const { pool, signal, onProgress } = options
  return buildTreeFromStart(definition, options, async (initialRangeMin) => {
    const dumped = dump()[Symbol.asyncIterator]()
    try {
      return await pool.buildFromStream(chunksOf(dumped), { initialRangeMin, signal, onProgress })
    } catch (error) {
      if (initialRangeMin !== 0n && isOutOfReach(error)) await readThrough(dumped)
      throw error
    } finally {
      await dumped.return?.()
    }
  })
}

/** Tells whether a tree that begins elsewhere could have held the revisions. */
function isOutOfReach(error: unknown): boolean {
  return error instanceof TreeError && OUT_OF_REACH.has(error.code)
}

/** Unlike a loop over the iterable, it leaves the dump open when nobody wants more. */
async function* chunksOf(dumped: AsyncIterator<DumpedChunk>): AsyncGenerator<EntryChunk> {
  for (let next = await dumped.next(); next.done !== true; next = await dumped.next()) {
    yield next.value.chunk
  }
}

async function readThrough(dumped: AsyncIterator<DumpedChunk>): Promise<void> {
  let isAtEnd = false
  while (!isAtEnd) isAtEnd = (await dumped.next()).done === true
}
