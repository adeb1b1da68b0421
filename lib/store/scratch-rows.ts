import type { Database, RootDatabase } from 'lmdb'
import { eachRow } from './each-row.js'
import { nextTurn } from './next-turn.js'
import type { ScratchEntry, ScratchRange, ScratchTable } from './scratch.js'
import { StoreError } from './store-error.js'

/** What LMDB takes with pages of 4,096 bytes. */
const KEY_BYTES_MAX = 1978
/** Rows that wait in memory, and their bytes: then they are written in one transaction. */
const PENDING_ROWS_MAX = 4096
const PENDING_BYTES_MAX = 1024 * 1024
/** Rows and bytes that are read before others have their turn. */
const SLICE_ROWS = 1000
const SLICE_BYTES = 1024 * 1024

/** What the tables of a scratch index share. */
export interface ScratchRoot {
  readonly path: string
  readonly root: RootDatabase
  /** @throws StoreError `ERR_STORE_CLOSED` */
  readonly assertOpen: () => void
}

interface PendingRow {
  readonly key: Buffer
  /** Undefined removes the row. */
  readonly value: Buffer | undefined
}

interface Slice<Item> {
  readonly items: readonly Item[]
  /** The last key, where there may be more behind it. */
  readonly last: Buffer | undefined
}

/** A {@link ScratchTable}: rows wait in memory until there are enough for a transaction. */
export class ScratchRows implements ScratchTable {
  readonly #shared: ScratchRoot
  readonly #rows: Database<Buffer, Buffer>
  /** By the characters that the bytes of the key make. */
  readonly #pending = new Map<string, PendingRow>()
  #pendingBytes = 0

  constructor(shared: ScratchRoot, name: string) {
    this.#shared = shared
    this.#rows = shared.root.openDB({ name, encoding: 'binary', keyEncoding: 'binary' })
  }

  get size(): number {
    this.#flush()
    return (this.#rows.getStats() as { readonly entryCount: number }).entryCount
  }

  put(key: Buffer, value: Buffer): void | Promise<void> {
    if (value.length <= PENDING_BYTES_MAX) return this.#add(key, Buffer.from(value))
    checkKey(key)
    this.#flush()
    this.#write([{ key, value }])
    return nextTurn()
  }

  get(key: Buffer): Buffer | undefined {
    this.#shared.assertOpen()
    checkKey(key)
    const pending = this.#pending.get(key.toString('latin1'))
    return pending === undefined ? this.#rows.getBinary(key) : pending.value
  }

  delete(key: Buffer): void | Promise<void> {
    return this.#add(key, undefined)
  }

  async *entries(range: ScratchRange = {}): AsyncGenerator<ScratchEntry> {
    yield* this.#slices(range, (from, isFirst) => {
      const items: ScratchEntry[] = []
      let bytes = 0
      eachRow(this.#rows.getRange(rangeOf(range, from, isFirst)), (row) => {
        const entry = row as ScratchEntry
        items.push(entry)
        bytes += entry.value.length
        return bytes < SLICE_BYTES
      })
      const isFull = bytes >= SLICE_BYTES || items.length >= SLICE_ROWS
      return { items, last: isFull ? items.at(-1)?.key : undefined }
    })
  }

  async *keys(range: ScratchRange = {}): AsyncGenerator<Buffer> {
    yield* this.#slices(range, (from, isFirst) => {
      const items = [...this.#rows.getKeys(rangeOf(range, from, isFirst))]
      return { items, last: items.length >= SLICE_ROWS ? items.at(-1) : undefined }
    })
  }

  clear(): void {
    this.#shared.assertOpen()
    this.#pending.clear()
    this.#pendingBytes = 0
    this.#rows.clearSync()
    this.#shared.root.resetReadTxn()
  }

  #add(key: Buffer, value: Buffer | undefined): void | Promise<void> {
    this.#shared.assertOpen()
    checkKey(key)
    const name = key.toString('latin1')
    this.#pending.set(name, { key: Buffer.from(key), value })
    // One that is put again counts twice, which only makes it earlier.
    this.#pendingBytes += key.length + (value?.length ?? 0)
    const isFull = this.#pending.size >= PENDING_ROWS_MAX || this.#pendingBytes >= PENDING_BYTES_MAX
    if (!isFull) return
    this.#flush()
    return nextTurn()
  }

  /** Writes what waits; it goes on waiting when that fails. */
  #flush(): void {
    this.#shared.assertOpen()
    if (this.#pending.size === 0) return
    // Neighbours lie on the same pages.
    const rows = [...this.#pending.values()].sort((a, b) => a.key.compare(b.key))
    this.#write(rows)
    this.#pending.clear()
    this.#pendingBytes = 0
  }

  #write(rows: readonly PendingRow[]): void {
    const { path, root } = this.#shared
    this.#shared.assertOpen()
    try {
      root.transactionSync(() => {
        for (const { key, value } of rows) {
          if (value === undefined) this.#rows.removeSync(key)
          else this.#rows.putSync(key, value)
        }
      })
    } catch (cause) {
      const { message } = cause as Error
      const reason = `Cannot write to the scratch index ${path}: ${message}`
      throw new StoreError('ERR_STORE_FAILED', reason, { cause })
    }
    // A read transaction of this turn would not see it.
    root.resetReadTxn()
  }

  async *#slices<Item>(
    { from }: ScratchRange,
    read: (from: Buffer | undefined, isFirst: boolean) => Slice<Item>,
  ): AsyncGenerator<Item> {
    let isFirst = true
    for (let start = from; ; isFirst = false) {
      this.#flush()
      const { items, last } = read(start, isFirst)
      yield* items
      if (last === undefined) return
      start = last
      await nextTurn()
    }
  }
}

interface RangeOptions {
  readonly start?: Buffer
  readonly exclusiveStart: boolean
  readonly end?: Buffer
  readonly inclusiveEnd: boolean
  readonly limit: number
}

function rangeOf(
  { through }: ScratchRange,
  from: Buffer | undefined,
  isFirst: boolean,
): RangeOptions {
  return {
    ...(from && { start: from }),
    exclusiveStart: !isFirst,
    ...(through && { end: through }),
    inclusiveEnd: true,
    limit: SLICE_ROWS,
  }
}

function checkKey({ length }: Buffer): void {
  if (length > 0 && length <= KEY_BYTES_MAX) return
  throw new RangeError(`Cannot use a key of ${length} bytes: not 1 to ${KEY_BYTES_MAX}`)
}
