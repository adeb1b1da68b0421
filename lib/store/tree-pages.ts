import {
  createLeaves,
  getKernel,
  LANES_PER_LEAF,
  LEAF_BYTES,
  leafCount,
  type TreeSummary,
} from '../merkle/index.js'
import { eachRow } from './each-row.js'
import type { ReadOptions, TreeTable } from './layout.js'
import { TreeKey } from './row-keys.js'

/**
 * Leaves of a page. A page of 1 KiB stays inside a page of LMDB; larger ones would take pages of
 * their own, and a third of the speed of single writes.
 */
export const LEAVES_PER_PAGE = 64
/** Depth of every tree of a store, as of every tree of a server. */
export const STORE_TREE_DEPTH = 6
/** Pages of a tree. */
export const PAGE_COUNT: number = leafCount(STORE_TREE_DEPTH) / LEAVES_PER_PAGE
/** Bytes of a page: its leaves as they are in memory. */
export const PAGE_BYTES: number = LEAVES_PER_PAGE * LEAF_BYTES

const LANES_PER_PAGE: number = LEAVES_PER_PAGE * LANES_PER_LEAF
/** What page numbers have room for. */
const ROW_COUNT_MAX = 0x1_0000
const EMPTY_PAGE: Buffer = Buffer.alloc(PAGE_BYTES)

/** The leaves of a tree, and what they sum up to. */
export interface SummedLeaves {
  readonly leaves: Uint32Array<ArrayBuffer>
  readonly summary: TreeSummary
}

/**
 * Calls `visit` for each page of a space, in their order.
 *
 * @param visit - gets the page in LMDB's memory, which can lie at any address, during the call
 * @returns false when a row is not a page, after which there are no more calls
 */
export function eachPage(
  table: TreeTable,
  space: number,
  { transaction }: ReadOptions,
  visit: (page: number, bytes: Uint8Array) => void,
): boolean {
  const { reader } = table
  let strayRows = 0
  reader.take = (bytes, length) => {
    const page = reader.lanes[0] as number
    if (length !== PAGE_BYTES || page >= PAGE_COUNT) strayRows += 1
    else visit(page, bytes.subarray(0, PAGE_BYTES))
  }
  const range = { start: new TreeKey().set(space, 0), end: new TreeKey().set(space + 1, 0) }
  eachRow(table.getRange({ ...range, ...(transaction && { transaction }) }), () => strayRows === 0)
  return strayRows === 0
}

/**
 * Reads all leaves of a space; pages that are not there are empty.
 *
 * @returns undefined when a row is not a page
 */
export function readLeaves(
  table: TreeTable,
  space: number,
  options: ReadOptions,
): SummedLeaves | undefined {
  const leaves = createLeaves(STORE_TREE_DEPTH)
  const target = Buffer.from(leaves.buffer)
  const isWhole = eachPage(table, space, options, (page, bytes) => {
    target.set(bytes, page * PAGE_BYTES)
  })
  return isWhole ? { leaves, summary: sumLeaves(leaves) } : undefined
}

/** Sums the leaves of a space up; undefined when a row is not a page. */
export function sumPages(table: TreeTable, space: number): TreeSummary | undefined {
  const kernel = getKernel()
  const sum = new Uint32Array(LANES_PER_PAGE)
  const lanes = new Uint32Array(LANES_PER_PAGE)
  const target = Buffer.from(lanes.buffer)
  const isWhole = eachPage(table, space, {}, (_page, bytes) => {
    target.set(bytes)
    kernel.mergeLeaves(sum, lanes)
  })
  return isWhole ? addUp(sum) : undefined
}

/** The sum of all leaves. */
function sumLeaves(leaves: Uint32Array<ArrayBuffer>): TreeSummary {
  const kernel = getKernel()
  const sum = leaves.slice(0, LANES_PER_PAGE)
  for (let lane = LANES_PER_PAGE; lane < leaves.length; lane += LANES_PER_PAGE) {
    kernel.mergeLeaves(sum, leaves.subarray(lane, lane + LANES_PER_PAGE))
  }
  return addUp(sum)
}

/** A count beyond exact numbers is not exact, and fits no documents. */
function addUp({ buffer }: Uint32Array<ArrayBuffer>): TreeSummary {
  const words = new BigUint64Array(buffer)
  let count = 0n
  let hash = 0n
  for (let index = 0; index < words.length; index += 2) {
    count += words[index] as bigint
    hash ^= words[index + 1] as bigint
  }
  return { count: Number(count), hash }
}

/**
 * Puts one page inside a write transaction, or removes it when it is empty.
 *
 * @param leaves - all leaves of the tree, as bytes
 */
export function putPage(table: TreeTable, key: TreeKey, leaves: Buffer): void {
  if (isEmptyPage(leaves, key.page)) table.removeSync(key)
  else table.putSync(key, leaves.subarray(key.page * PAGE_BYTES, (key.page + 1) * PAGE_BYTES))
}

/** Tells whether no leaf of a page has a count or a hash. */
export function isEmptyPage(leaves: Buffer, page: number): boolean {
  return EMPTY_PAGE.compare(leaves, page * PAGE_BYTES, (page + 1) * PAGE_BYTES) === 0
}

/** Puts all leaves inside a write transaction, in place of whatever rows there are. */
export function putLeaves(table: TreeTable, space: number, leaves: Uint32Array): void {
  removePages(table, space, ROW_COUNT_MAX)
  const bytes = Buffer.from(leaves.buffer, leaves.byteOffset, leaves.byteLength)
  const key = new TreeKey()
  for (let page = 0; page < PAGE_COUNT; page += 1) {
    if (!isEmptyPage(bytes, page)) putPage(table, key.set(space, page), bytes)
  }
}

/**
 * Removes up to `limit` rows of a space inside a write transaction, pages or not.
 *
 * @returns how many there were
 */
export function removePages(table: TreeTable, space: number, limit: number): number {
  const { lanes } = table.reader
  const pages: number[] = []
  const key = new TreeKey()
  const range = { start: key.set(space, 0), end: new TreeKey().set(space + 1, 0) }
  eachRow(table.getRange({ ...range, limit, values: false }), () => {
    pages.push(lanes[0] as number)
    return true
  })
  for (const page of pages) table.removeSync(key.set(space, page))
  return pages.length
}
