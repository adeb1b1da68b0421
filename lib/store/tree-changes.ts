import assert from 'node:assert/strict'
import {
  createTreeShape,
  getKernel,
  growToHold,
  LANES_PER_LEAF,
  TreeError,
  type RevisionBounds,
  type TreeShape,
} from '../merkle/index.js'
import { joinLanes, type Lanes } from '../values/index.js'
import { buildTreeAtOnce } from './build-tree.js'
import type { Tables } from './layout.js'
import { LeafFinder } from './leaf-finder.js'
import { RevisionList } from './revision-list.js'
import { TreePageSet } from './tree-page-set.js'
import { putLeaves } from './tree-pages.js'
import { formatTreeRow, parseTreeRow, type TreeRow, type TreeState } from './tree-row.js'

const LANE_END = 0x1_0000_0000

/** The tree that {@link TreeChanges} change, as it was when the transaction began. */
export interface ChangedTree {
  readonly space: number
  /** Documents that the tree holds. */
  readonly documents: number
  readonly row: TreeRow
}

/**
 * What a write does to the tree of a collection: gathered while documents are written, and applied
 * once at the end, so that a page that many of them share is read and put once. Of one write alone:
 * what an undone one gathered is forgotten with it.
 */
export class TreeChanges {
  readonly #inserted = new RevisionList()
  readonly #removed = new RevisionList()

  /** Notes the revision of a document that was put. */
  insert(revision: Readonly<Lanes>): void {
    this.#inserted.push(revision)
  }

  /** Notes the revision of a document that was removed. */
  remove(revision: Readonly<Lanes>): void {
    this.#removed.push(revision)
  }

  /**
   * Changes the pages inside the write transaction, which has put and removed the documents.
   *
   * @returns the row of the tree as it is now
   */
  apply(tables: Tables, { space, documents, row }: ChangedTree): TreeRow {
    if (this.#inserted.length === 0 && this.#removed.length === 0) return row
    const state = parseTreeRow(row)
    assert(state !== undefined, 'the tree was checked when the store was opened')
    const reach = this.#reachAfter(state)
    if (reach === undefined) return buildFromZero(tables, space)
    const { shape } = reach
    const pages = new TreePageSet(tables.tree, space, row)
    if (shape !== state.shape && documents > 0) pages.reshape(state.shape, shape)
    // What came goes first, so that no leaf has to give what it is yet to get.
    const came = changeLeaves(pages, shape, this.#inserted, addRevision)
    const went = changeLeaves(pages, shape, this.#removed, takeRevision)
    const changed = formatTreeRow({ ...reach, hash: state.hash ^ came ^ went, isFresh: false })
    pages.flush(changed)
    return changed
  }

  /** How far the tree reaches with what was inserted; undefined when none with that start does. */
  #reachAfter({ shape, bounds, isFresh }: TreeState): TreeReach | undefined {
    if (this.#inserted.length === 0) return { shape, bounds }
    const came = this.#inserted.bounds()
    const all = bounds === undefined ? came : hull(bounds, came)
    const isBefore = isFresh && all.lowest < shape.initialRangeMin
    const rangeMin = isBefore ? all.lowest : shape.initialRangeMin
    // Growth goes left first: only below the lowest would it have gone another way.
    const start = all.lowest === bounds?.lowest ? shape : createTreeShape({ rangeMin })
    try {
      return { shape: growToHold(start, all.lowest, all.highest), bounds: all }
    } catch (error) {
      if (error instanceof TreeError) return undefined
      throw error
    }
  }
}

type TreeReach = Pick<TreeState, 'shape' | 'bounds'>

function hull(a: RevisionBounds, b: RevisionBounds): RevisionBounds {
  return {
    lowest: a.lowest < b.lowest ? a.lowest : b.lowest,
    highest: a.highest > b.highest ? a.highest : b.highest,
  }
}

/** Builds the tree anew, inside the transaction: a range from 0 holds every revision that is kept. */
function buildFromZero(tables: Tables, space: number): TreeRow {
  const { tree, bounds } = buildTreeAtOnce(tables, space, 0n)
  const { shape, hash, leaves } = tree
  putLeaves(tables.tree, space, leaves)
  return formatTreeRow({ shape, bounds, hash, isFresh: false })
}

/** @returns XOR of the hashes of the revisions */
function changeLeaves(
  pages: TreePageSet,
  shape: TreeShape,
  list: RevisionList,
  change: (leaves: Uint32Array, lane: number) => void,
): bigint {
  const hashes = new BigUint64Array(list.length)
  const hashLanes = new Uint32Array(hashes.buffer)
  getKernel().hashRevisions(list.revisions, hashes)
  const finder = new LeafFinder(shape)
  const { leaves } = pages
  const revision: Lanes = { high: 0, low: 0 }
  const sum: Lanes = { high: 0, low: 0 }
  for (let index = 0; index < list.length; index += 1) {
    list.read(index, revision)
    const leaf = finder.find(revision)
    const lane = leaf * LANES_PER_LEAF
    pages.touch(leaf)
    change(leaves, lane)
    const [low, high] = [hashLanes[2 * index] as number, hashLanes[2 * index + 1] as number]
    leaves[lane + 2] = (leaves[lane + 2] as number) ^ low
    leaves[lane + 3] = (leaves[lane + 3] as number) ^ high
    sum.low ^= low
    sum.high ^= high
  }
  return joinLanes({ high: sum.high >>> 0, low: sum.low >>> 0 })
}

/** Count plus one, with a carry into the high lane. */
function addRevision(leaves: Uint32Array, lane: number): void {
  const count = (leaves[lane] as number) + 1
  leaves[lane] = count
  if (count === LANE_END) leaves[lane + 1] = (leaves[lane + 1] as number) + 1
}

/** Count minus one, with a borrow from the high lane. */
function takeRevision(leaves: Uint32Array, lane: number): void {
  const [low, high] = [leaves[lane] as number, leaves[lane + 1] as number]
  assert(low !== 0 || high !== 0, 'the tree holds every document')
  leaves[lane] = low - 1
  if (low === 0) leaves[lane + 1] = high - 1
}
