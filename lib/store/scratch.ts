import { mkdtempSync, rmSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { open, type Database, type RootDatabase } from 'lmdb'
import { nextTurn } from './next-turn.js'

/** Bytes that are gathered before they are written. */
const WRITE_BYTES = 1024 * 1024
/** Entries that are read before others have their turn. */
const SLICE_ENTRIES = 200
const TABLES_MAX = 16

/** Tables on disk for as long as some work takes. */
export interface Scratch {
  /** Opens a table; one that is not there is made. */
  table(name: string): ScratchTable
  /** Removes everything. */
  close(): Promise<void>
}

/** Entries on disk, in the order of their keys' bytes. */
export interface ScratchTable {
  /** Entries in the table. */
  readonly size: number
  /** @param key - up to 1978 bytes */
  put(key: Buffer, value: Buffer): void | Promise<void>
  get(key: Buffer): Buffer | undefined
  delete(key: Buffer): void | Promise<void>
  /** All entries; nothing may be written meanwhile. */
  entries(): AsyncIterable<{ readonly key: Buffer; readonly value: Buffer }>
}

/**
 * Makes a temporary environment that nobody else sees; it is removed when it is closed, or when the
 * process ends.
 */
export async function openScratch({
  directory = tmpdir(),
}: { readonly directory?: string | undefined } = {}): Promise<Scratch> {
  const path = mkdtempSync(join(directory, 'tidemark-scratch-'))
  const removeAtExit = (): void => {
    rmSync(path, { recursive: true, force: true })
  }
  process.once('exit', removeAtExit)
  const root = open({ path, noSubdir: false, maxDbs: TABLES_MAX, noSync: true })
  const tables = new Map<string, LmdbTable>()
  await nextTurn()
  return {
    table: (name) => {
      const table = tables.get(name) ?? new LmdbTable(root, name)
      tables.set(name, table)
      return table
    },
    close: async () => {
      await root.close()
      await rm(path, { recursive: true, force: true })
      process.off('exit', removeAtExit)
    },
  }
}

class LmdbTable implements ScratchTable {
  size = 0
  readonly #root: RootDatabase
  readonly #rows: Database<Buffer, Buffer>
  /** What is not written yet; undefined for what is to be deleted. */
  readonly #pending = new Map<string, { readonly key: Buffer; readonly value: Buffer | undefined }>()
  #pendingBytes = 0

  constructor(root: RootDatabase, name: string) {
    this.#root = root
    this.#rows = root.openDB({ name, encoding: 'binary', keyEncoding: 'binary' })
  }

  put(key: Buffer, value: Buffer): void {
    if (this.get(key) === undefined) this.size += 1
    this.#pend(key, value)
  }

  get(key: Buffer): Buffer | undefined {
    const pending = this.#pending.get(key.toString('latin1'))
    return pending === undefined ? this.#rows.get(key) : pending.value
  }

  delete(key: Buffer): void {
    if (this.get(key) === undefined) return
    this.size -= 1
    this.#pend(key, undefined)
  }

  async *entries(): AsyncGenerator<{ key: Buffer; value: Buffer }> {
    this.#write()
    let start: Buffer | undefined
    for (;;) {
      const exclusive = start === undefined ? {} : { start, exclusiveStart: true }
      const slice = [...this.#rows.getRange({ ...exclusive, limit: SLICE_ENTRIES })]
      for (const { key, value } of slice) yield { key, value }
      start = slice.at(-1)?.key
      if (slice.length < SLICE_ENTRIES) return
      await nextTurn()
    }
  }

  #pend(key: Buffer, value: Buffer | undefined): void {
    this.#pending.set(key.toString('latin1'), { key, value })
    this.#pendingBytes += key.length + (value?.length ?? 0) + 100
    if (this.#pendingBytes >= WRITE_BYTES) this.#write()
  }

  #write(): void {
    this.#root.transactionSync(() => {
      for (const { key, value } of this.#pending.values()) {
        if (value === undefined) this.#rows.removeSync(key)
        else this.#rows.putSync(key, value)
      }
    })
    this.#pending.clear()
    this.#pendingBytes = 0
  }
}
