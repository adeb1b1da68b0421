import type { MerkleTree } from '../merkle-tree.js'
import type { BuildOptions, RevisionSource } from './build-options.js'
import { createMerklePool, type MerklePool, type MerklePoolOptions } from './merkle-pool.js'

/** How {@link buildTree} builds, and with how many threads. */
export interface BuildTreeOptions extends BuildOptions, MerklePoolOptions {}

/** What a tree can be built of. */
export type TreeInput = BigUint64Array | RevisionSource | { readonly files: readonly string[] }

/** An array up to this size is done before a thread has started. */
const OWN_THREAD_REVISIONS_MAX = 512 * 1024

/**
 * Builds the tree of an array of revisions, of a stream of dump lines or revisions, or of the lines of
 * files, with threads that live as long as that takes. For several trees make a pool
 * ({@link createMerklePool}).
 *
 * @throws as the methods of {@link MerklePool}
 */
export async function buildTree(
  input: TreeInput,
  { workers, ...options }: BuildTreeOptions = {},
): Promise<MerkleTree> {
  const isSmall = input instanceof BigUint64Array && input.length <= OWN_THREAD_REVISIONS_MAX
  const pool = createMerklePool({ workers: workers ?? (isSmall ? 0 : undefined) })
  try {
    return await build(pool, input, options)
  } finally {
    await pool.close()
  }
}

function build(pool: MerklePool, input: TreeInput, options: BuildOptions): Promise<MerkleTree> {
  if (input instanceof BigUint64Array) return pool.buildFromRevisions(input, options)
  if ('files' in input) return pool.buildFromFiles(input.files, options)
  return pool.buildFromStream(input, options)
}
