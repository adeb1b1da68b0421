import { randomBytes } from 'node:crypto'
import { realpath } from 'node:fs/promises'
import { resolve } from 'node:path'
import { OPEN_BATCHES_MAX } from '../core/index.js'
import { createHybridClock, tick } from '../values/index.js'
import { CatalogReader } from './catalog.js'
import { createSystemDatabase } from './database-writes.js'
import { EmbeddedStore } from './embedded-store.js'
import { inspectDataFile } from './data-file.js'
import { ForeignFlush } from './foreign-flush.js'
import { FORMAT_VERSION, FORMAT_VERSION_OLDEST, openTables, type Tables } from './layout.js'
import { META, putRow, readRow } from './meta-rows.js'
import { makeStoreDirectory } from './make-directory.js'
import { locked, noteOpen } from './open-stores.js'
import { takeOwnership } from './owner.js'
import { prepareIndexes } from './prepare-indexes.js'
import { prepareTrees, type TreePreparation } from './prepare-trees.js'
import { SnapshotKeeper, type SnapshotKeeperParts } from './snapshot-keeper.js'
import { StoreError } from './store-error.js'
import { StoreHandle, type StoreHandleParts } from './store-handle.js'
import { StoreWriter } from './store-writer.js'
import type { OpenStoreOptions, Store } from './store.js'
import { SYSTEM_DATABASE_ID } from './store-records.js'
import type { ClockRow } from './write-queue.js'
import { WriteTransaction } from './write-transaction.js'

const CHUNK_BYTES_MAX = 64 * 1024 * 1024
const SERVER_ID_BYTES = 6

/**
 * Opens a store: a directory with the files of LMDB.
 *
 * @throws StoreError `ERR_STORE_NOT_FOUND` when there is none and none is to be made,
 *   or it cannot be made, `ERR_STORE_LOCKED` when it is open for writing already, here or in a process that lives,
 *   `ERR_STORE_FORMAT` when it is of an unknown format or no store; the signal's reason
 */
export async function openStore(path: string, options: OpenStoreOptions): Promise<Store> {
  const directory = resolve(path)
  const found = await inspectDataFile(directory)
  const mayCreate = options.mode === 'write' && options.create === true
  if (found === 'absent' && !mayCreate) {
    throw new StoreError('ERR_STORE_NOT_FOUND', `Cannot open the store ${path}: there is none`)
  }
  if (found === 'foreign') throw wrongFormat(path, 'its data file is not one of LMDB')
  if (found === 'absent') await makeStoreDirectory(directory)
  const realPath = await realpath(directory)
  const onClosed = noteOpen(realPath, options.mode)
  try {
    const open = options.mode === 'write' ? openWriter : openReader
    return await open(realPath, options, onClosed)
  } catch (error) {
    onClosed()
    throw error
  }
}

async function openReader(
  path: string,
  options: OpenStoreOptions,
  onClosed: () => void,
): Promise<Store> {
  const tables = openFiles(path, options)
  try {
    checkFormat(path, tables)
    const flush = await ForeignFlush.begin(path, tables)
    const flushed = (): Promise<void> => flush.flush()
    const catalogs = new CatalogReader(tables.meta)
    const side = { mode: 'read', flush } as const
    return assemble(path, options, { tables, catalogs, side, flushed, onClosed })
  } catch (error) {
    await tables.root.close()
    throw error
  }
}

async function openWriter(
  path: string,
  options: OpenStoreOptions,
  onClosed: () => void,
): Promise<Store> {
  const parts = await openUnchecked(path, options, onClosed)
  try {
    await prepareTrees({ ...parts, options })
    await prepareIndexes({ ...parts, options })
  } catch (error) {
    // Gives the store back to others; that the process lives would keep them out.
    await parts.store.close()
    throw error
  }
  return parts.store
}

async function openUnchecked(
  path: string,
  options: OpenStoreOptions,
  onClosed: () => void,
): Promise<Omit<TreePreparation, 'options'>> {
  const tables = openFiles(path, options)
  try {
    takeStore(path, options, tables)
    const { now = Date.now, onNotice } = options
    const catalogs = new CatalogReader(tables.meta)
    const writer = new StoreWriter({
      tables,
      catalogs,
      serverId: readServerId(tables),
      now,
      onNotice,
    })
    const flushed = (): Promise<void> => writer.flushed()
    const side = { mode: 'write', writer } as const
    const store = assemble(path, options, { tables, catalogs, side, flushed, onClosed })
    return { store, tables, catalogs, writer }
  } catch (error) {
    await tables.root.close()
    throw error
  }
}

function openFiles(path: string, options: OpenStoreOptions): Tables {
  const { mode, openBatchesMax = OPEN_BATCHES_MAX, workerCount = 0 } = options
  let tables: Tables | undefined
  try {
    tables = openTables(path, { readOnly: mode === 'read', openBatchesMax, workerCount })
  } catch (cause) {
    throw wrongFormat(path, 'its files cannot be read', { cause })
  }
  if (tables === undefined) throw wrongFormat(path, 'its files are not those of a store')
  return tables
}

/** Makes the store if it is new, and writes down that this process owns it. */
function takeStore(path: string, { create, now }: OpenStoreOptions, tables: Tables): void {
  tables.root.transactionSync(() => {
    // An interrupted creation leaves tables without a single row.
    const isEmpty = readRow(tables.meta, META.format) === undefined
    if (isEmpty && create === true) createStore(tables, now ?? Date.now)
    checkFormat(path, tables)
    const owner = takeOwnership(tables.meta)
    if (owner !== undefined) throw locked(path, `process ${owner.pid} has it open for writing`)
    // Before the first tree is made: an older version would not keep it.
    putRow(tables.meta, META.format, { version: FORMAT_VERSION })
  })
}

function createStore(tables: Tables, now: () => number): void {
  const { meta } = tables
  const serverId = String(randomBytes(SERVER_ID_BYTES).readUIntBE(0, SERVER_ID_BYTES) || 1)
  const clock = createHybridClock(0n, now)
  putRow(meta, META.format, { version: FORMAT_VERSION })
  putRow(meta, META.store, { serverId })
  putRow(meta, META.nextId, { next: SYSTEM_DATABASE_ID + 1 })
  const catalogs = new CatalogReader(meta)
  const lastTick = tick(0n)
  const transaction = new WriteTransaction({ tables, clock, serverId, catalogs, lastTick })
  createSystemDatabase(transaction)
  const row: ClockRow = { last: clock.last.toString(), tick: transaction.lastTick.toString() }
  putRow(meta, META.clock, row)
}

function checkFormat(path: string, { meta }: Tables): void {
  const version = (readRow(meta, META.format) as { version: number } | undefined)?.version
  const isKnown = version !== undefined && version >= FORMAT_VERSION_OLDEST
  if (isKnown && version <= FORMAT_VERSION) return
  const reason =
    version === undefined
      ? 'it has no format version'
      : `it is of format ${version}, not ${FORMAT_VERSION_OLDEST} to ${FORMAT_VERSION}`
  throw wrongFormat(path, reason)
}

function readServerId({ meta }: Tables): string {
  return (readRow(meta, META.store) as { serverId: string } | undefined)?.serverId ?? '0'
}

function assemble(
  path: string,
  { chunkBytesMax = CHUNK_BYTES_MAX, onNotice }: OpenStoreOptions,
  parts: Pick<StoreHandleParts, 'tables' | 'catalogs' | 'side' | 'onClosed'> &
    Pick<SnapshotKeeperParts, 'flushed'>,
): EmbeddedStore {
  const { tables, catalogs, side, flushed, onClosed } = parts
  const snapshots = new SnapshotKeeper({ tables, catalogs, chunkBytesMax, flushed, onNotice })
  const serverId = readServerId(tables)
  const handle = { path, serverId, tables, catalogs, snapshots, side, onClosed }
  return new EmbeddedStore(new StoreHandle(handle))
}

function wrongFormat(path: string, reason: string, options?: ErrorOptions): StoreError {
  return new StoreError('ERR_STORE_FORMAT', `Cannot open the store ${path}: ${reason}`, options)
}
