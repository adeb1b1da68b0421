import { parseTick, tick, type Tick } from '../values/index.js'
import { MARKER_TYPE } from '../wire/index.js'
import type { DroppedRow } from './catalog.js'
import type { MetaTable, ReadOptions, Tables, WalTable } from './layout.js'
import type { LogRow } from './log-scan.js'
import { META, putRow, readRow, readRows, rowName } from './meta-rows.js'

const DROP_TYPES: ReadonlySet<number> = new Set([
  MARKER_TYPE.dropCollection,
  MARKER_TYPE.dropView,
  MARKER_TYPE.dropDatabase,
])

/** What was taken out of the log. A store of which nothing was has no such row. */
interface RemovedRow {
  /** The newest tick that is gone, decimal. */
  readonly tick: string
  /** How many markers are gone. */
  readonly markers: number
}

/** What was taken out of the log: the newest tick, 0 if none, and how many markers. */
export interface RemovedFromLog {
  readonly tick: Tick
  readonly markers: number
}

/** Tells what was taken out of the log. */
export function readRemoved(meta: MetaTable, options?: ReadOptions): RemovedFromLog {
  const row = readRow(meta, META.removed, options) as RemovedRow | undefined
  return row === undefined
    ? { tick: tick(0n), markers: 0 }
    : { tick: parseTick(row.tick), markers: row.markers }
}

/** Adds to what was taken out of the log, inside a write transaction. */
export function addRemoved(meta: MetaTable, newest: Tick, markers: number): void {
  const row: RemovedRow = {
    tick: newest.toString(),
    markers: readRemoved(meta).markers + markers,
  }
  putRow(meta, META.removed, row)
}

/** Bytes that the log takes of the data file: whole pages, counted by LMDB. */
export function logBytes(wal: WalTable): number {
  const { pageSize, treeBranchPageCount, treeLeafPageCount, overflowPages } = wal.getStats()
  return pageSize * (treeBranchPageCount + treeLeafPageCount + overflowPages)
}

/** Markers that were ever written, those that are gone included. */
export function countMarkers({ wal, meta }: Pick<Tables, 'wal' | 'meta'>): number {
  return wal.getStats().entryCount + readRemoved(meta).markers
}

/** A marker of something that was dropped. */
export type DropMarker = Pick<LogRow, 'type' | 'databaseId' | 'objectId'>

/** Tells whether a marker says that something was dropped. */
export function isDrop({ type }: DropMarker): boolean {
  return DROP_TYPES.has(type)
}

/**
 * Forgets what the dropped was called: no later marker speaks of it. To be called when its marker
 * leaves the log.
 */
export function forgetDropped(meta: MetaTable, { type, databaseId, objectId }: DropMarker): void {
  if (type !== MARKER_TYPE.dropDatabase) {
    meta.removeSync(rowName(META.dropped, objectId))
    return
  }
  // What was in the database went without markers of its own.
  for (const { name, text } of [...readRows(meta, META.dropped)]) {
    if ((JSON.parse(text) as DroppedRow).databaseId === databaseId) meta.removeSync(name)
  }
}
