import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { open, type RootDatabase } from 'lmdb'
import { forgetTemporary, noteTemporary } from '../core/index.js'
import { ScratchRows, type ScratchRoot } from './scratch-rows.js'
import type { Scratch, ScratchTable } from './scratch.js'
import { StoreError } from './store-error.js'

/** Tables of one {@link Scratch}. */
const TABLES_MAX = 4096

/** Where {@link openScratch} makes its directory. */
export interface ScratchOptions {
  /** Default: the system's directory for temporary files. */
  readonly directory?: string | undefined
}

/**
 * Makes a temporary index in a directory of its own that only this user can read. Nothing in it is
 * durable: it belongs to this process and goes with {@link Scratch.close}.
 *
 * @throws StoreError `ERR_STORE_FAILED` when it cannot be made
 */
export async function openScratch({ directory = tmpdir() }: ScratchOptions = {}): Promise<Scratch> {
  let path: string | undefined
  try {
    // Made with mode 0700.
    path = await mkdtemp(join(directory, 'tidemark-scratch-'))
    noteTemporary(path)
    return new LmdbScratch(path, openFiles(path))
  } catch (cause) {
    if (path !== undefined) await rm(path, { recursive: true, force: true })
    const { code = 'unknown' } = cause as NodeJS.ErrnoException
    const message = `Cannot make a scratch index in ${directory}: ${code}`
    throw new StoreError('ERR_STORE_FAILED', message, { cause })
  }
}

/**
 * Nothing has to outlive the process: no write waits for the disk. LMDB would be faster with a map
 * that is written to, but ends the process where the disk is full, and for some deletions too.
 */
function openFiles(path: string): RootDatabase {
  return open({ path, noSubdir: false, maxDbs: TABLES_MAX, noSync: true })
}

class LmdbScratch implements Scratch {
  readonly path: string
  readonly #root: RootDatabase
  readonly #shared: ScratchRoot
  readonly #tables = new Map<string, ScratchRows>()
  #closing: Promise<void> | undefined
  constructor(path: string, root: RootDatabase) {
    this.path = path
    this.#root = root
    this.#shared = {
      path,
      root,
      assertOpen: () => {
        if (this.#closing === undefined) return
        throw new StoreError('ERR_STORE_CLOSED', 'Cannot use the scratch index: it is closed')
      },
    }
  }

  table(name: string): ScratchTable {
    this.#shared.assertOpen()
    const table = this.#tables.get(name) ?? new ScratchRows(this.#shared, name)
    this.#tables.set(name, table)
    return table
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    try {
      await this.#root.close()
    } finally {
      this.#tables.clear()
      await rm(this.path, { recursive: true, force: true })
      forgetTemporary(this.path)
    }
  }
}
