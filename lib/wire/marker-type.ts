import { tick, type Tick } from '../values/index.js'

/** `type` of the markers of the write-ahead log (server notes, section 9). */
export const MARKER_TYPE = {
  createDatabase: 1100,
  dropDatabase: 1101,
  createCollection: 2000,
  dropCollection: 2001,
  renameCollection: 2002,
  changeCollection: 2003,
  truncateCollection: 2004,
  createIndex: 2100,
  dropIndex: 2101,
  createView: 2110,
  dropView: 2111,
  changeView: 2112,
  begin: 2200,
  commit: 2201,
  /** Reserved: work that was given up never reaches the log; the documentation shows one. */
  abort: 2202,
  document: 2300,
  /** An edge; only servers before 3.0 told them apart from documents. */
  edge: 2301,
  removal: 2302,
} as const

/** Type of a marker that is known. */
export type MarkerType = (typeof MARKER_TYPE)[keyof typeof MARKER_TYPE]

/** Transaction id of operations that stand alone. */
export const NO_TRANSACTION: Tick = tick(0n)
