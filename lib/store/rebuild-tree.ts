import { buildTree, buildTreeAtOnce, type BuiltTree } from './build-tree.js'
import type { CountersRow } from './catalog.js'
import { collectionNotFound } from './collection-not-found.js'
import { requireCounters } from './collection-writes.js'
import type { LmdbSnapshot } from './lmdb-snapshot.js'
import { META, putRow, rowName } from './meta-rows.js'
import type { StoreWriter } from './store-writer.js'
import { forgetPages } from './tree-page-set.js'
import { putLeaves } from './tree-pages.js'
import { formatTreeRow, parseTreeRow } from './tree-row.js'
import { TRANSACTION_ROWS_MAX } from './write-queue.js'
import type { WriteTransaction } from './write-transaction.js'

/** How often a tree is built beside writes; when none of these fits, writes wait for the last. */
const TRIES_MAX = 3

/** What {@link rebuildTree} builds. */
export interface TreeRebuilding {
  readonly writer: StoreWriter
  readonly openSnapshot: () => Promise<LmdbSnapshot>
  /** The collection's id. */
  readonly id: number
  /** Where the range is to begin; undefined leaves it where it begins. */
  readonly initialRangeMin: bigint | undefined
}

/**
 * Builds the tree of a collection anew from the revisions of a snapshot, in slices, and puts it if
 * nobody wrote to the collection meanwhile. Where somebody does each time, it is built at once inside
 * a write transaction in the end.
 *
 * @throws StoreError `ERR_COLLECTION_NOT_FOUND`
 */
export async function rebuildTree(rebuilding: TreeRebuilding): Promise<void> {
  const { writer, id, initialRangeMin } = rebuilding
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const { built, counters } = await buildOfSnapshot(rebuilding)
    const isPut = await writer.write((transaction) => {
      const now = requireCounters(transaction, id)
      if (!isUnchanged(counters, now)) return false
      putTree(transaction, now, { id, built, initialRangeMin })
      return true
    }, TRANSACTION_ROWS_MAX)
    if (isPut) return
  }
  await writer.write((transaction) => {
    const now = requireCounters(transaction, id)
    const built = buildTreeAtOnce(transaction.tables, now.space, startOf(now, initialRangeMin))
    putTree(transaction, now, { id, built, initialRangeMin })
  }, TRANSACTION_ROWS_MAX)
}

interface BuiltOfSnapshot {
  readonly built: BuiltTree
  readonly counters: CountersRow
}

async function buildOfSnapshot({
  openSnapshot,
  id,
  initialRangeMin,
}: TreeRebuilding): Promise<BuiltOfSnapshot> {
  const snapshot = await openSnapshot()
  try {
    const counters = snapshot.counters({ id })
    if (counters === undefined) throw collectionNotFound(id)
    const start = startOf(counters, initialRangeMin)
    return { built: await buildTree(snapshot.scanSource(counters.space), { start }), counters }
  } finally {
    snapshot.close()
  }
}

/** The trees of a store were checked when it was opened, so that they all begin somewhere. */
function startOf({ tree }: CountersRow, initialRangeMin: bigint | undefined): bigint {
  return initialRangeMin ?? parseTreeRow(tree)?.shape.initialRangeMin ?? 0n
}

/** The hash in the row follows every write by itself, even where pages of the tree are damaged. */
function isUnchanged(before: CountersRow, now: CountersRow): boolean {
  return (
    before.space === now.space &&
    before.documents === now.documents &&
    before.tree?.hash === now.tree?.hash
  )
}

function putTree(
  transaction: WriteTransaction,
  counters: CountersRow,
  { id, built, initialRangeMin }: PuttableTree,
): void {
  const { meta, tree: table } = transaction.tables
  const { tree, bounds } = built
  const { count: documents, hash, shape, leaves } = tree
  putLeaves(table, counters.space, leaves)
  // Pages that are kept in memory may be the very ones that were damaged.
  forgetPages()
  const wasFresh = parseTreeRow(counters.tree)?.isFresh === true
  const isFresh = wasFresh && documents === 0 && initialRangeMin === undefined
  const row = formatTreeRow({ shape, bounds, hash, isFresh })
  putRow(meta, rowName(META.counters, id), { ...counters, documents, tree: row })
}

interface PuttableTree extends Pick<TreeRebuilding, 'id' | 'initialRangeMin'> {
  readonly built: BuiltTree
}
