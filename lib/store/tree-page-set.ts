import assert from 'node:assert/strict'
import { createLeaves, reshapeLeaves, type TreeShape } from '../merkle/index.js'
import type { TreeTable } from './layout.js'
import { TreeKey } from './row-keys.js'
import {
  eachPage,
  isEmptyPage,
  LEAVES_PER_PAGE,
  PAGE_BYTES,
  PAGE_COUNT,
  putPage,
  STORE_TREE_DEPTH,
} from './tree-pages.js'
import type { TreeRow } from './tree-row.js'

/** The page was not read. */
const UNKNOWN = 0
/** The page is in memory as it is in the table. */
const READ = 1
/** The page is in memory, and is to be put. */
const CHANGED = 2

/** Which pages are in {@link TreeMemory}: those of a space when its tree had that row. */
interface Holder {
  readonly table: TreeTable
  readonly space: number
  readonly row: TreeRow
}

/**
 * Where pages are while they are changed. One for all, since a change of a tree is over before the
 * next one begins; 4 MiB for each write would cost more than the write. A write that finds the tree
 * as the last one left it need not read what that one had read: in a bulk load that is every write.
 */
class TreeMemory {
  readonly leaves: Uint32Array<ArrayBuffer> = createLeaves(STORE_TREE_DEPTH)
  readonly bytes: Buffer = Buffer.from(this.leaves.buffer)
  readonly states: Uint8Array = new Uint8Array(PAGE_COUNT)
  holder: Holder | undefined
}

let sharedMemory: TreeMemory | undefined

/** To be called when a transaction is undone: what was changed in memory is not in the table. */
export function forgetPages(): void {
  if (sharedMemory !== undefined) sharedMemory.holder = undefined
}

/** The pages that one write touches: each is read once, and put once at the end. */
export class TreePageSet {
  readonly #memory: TreeMemory = (sharedMemory ??= new TreeMemory())
  readonly #table: TreeTable
  readonly #space: number
  readonly #key = new TreeKey()

  /**
   * To be used up inside one turn.
   *
   * @param row - of the tree as it is before the write
   */
  constructor(table: TreeTable, space: number, row: TreeRow) {
    this.#table = table
    this.#space = space
    const { states, holder } = this.#memory
    const isHeld = holder?.table === table && holder.space === space && isSame(holder.row, row)
    if (!isHeld) states.fill(UNKNOWN)
    // Until all is well again: a throw in the middle leaves pages that are in no table.
    forgetPages()
  }

  /** All leaves; only those that were touched count. */
  get leaves(): Uint32Array {
    return this.#memory.leaves
  }

  /** To be called before a leaf is changed. */
  touch(leaf: number): void {
    const { states } = this.#memory
    const page = Math.floor(leaf / LEAVES_PER_PAGE)
    if (states[page] === UNKNOWN) this.#read(page)
    states[page] = CHANGED
  }

  /** Moves all leaves to where they are in a wider shape; to be called first. */
  reshape(from: TreeShape, to: TreeShape): void {
    const { leaves, bytes, states } = this.#memory
    if (states.includes(UNKNOWN)) this.#readAll()
    for (let page = 0; page < PAGE_COUNT; page += 1) {
      if (!isEmptyPage(bytes, page)) states[page] = CHANGED
    }
    reshapeLeaves(leaves, from, to)
    for (let page = 0; page < PAGE_COUNT; page += 1) {
      if (!isEmptyPage(bytes, page)) states[page] = CHANGED
    }
  }

  /**
   * Puts what was changed; pages that became empty are removed.
   *
   * @param row - of the tree as it is now
   */
  flush(row: TreeRow): void {
    const { bytes, states } = this.#memory
    for (let page = states.indexOf(CHANGED); page >= 0; page = states.indexOf(CHANGED, page + 1)) {
      putPage(this.#table, this.#key.set(this.#space, page), bytes)
      states[page] = READ
    }
    this.#memory.holder = { table: this.#table, space: this.#space, row }
  }

  #readAll(): void {
    const { leaves, bytes, states } = this.#memory
    leaves.fill(0)
    states.fill(READ)
    const isWhole = eachPage(this.#table, this.#space, {}, (page, source) => {
      bytes.set(source, page * PAGE_BYTES)
    })
    assert(isWhole, 'the pages were checked when the store was opened')
  }

  #read(page: number): void {
    const { bytes } = this.#memory
    const stored = this.#table.getBinaryFast(this.#key.set(this.#space, page))
    if (stored === undefined) bytes.fill(0, page * PAGE_BYTES, (page + 1) * PAGE_BYTES)
    else bytes.set(stored.subarray(0, PAGE_BYTES), page * PAGE_BYTES)
  }
}

/** A row tells the set of revisions, as far as 64 bits can, and where in the pages they are. */
function isSame(a: TreeRow, b: TreeRow): boolean {
  const isRange = a.rangeMin === b.rangeMin && a.rangeMax === b.rangeMax
  return isRange && a.initialRangeMin === b.initialRangeMin && a.hash === b.hash
}
