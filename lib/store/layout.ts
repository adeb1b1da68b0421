import assert from 'node:assert/strict'
import { open, type RootDatabase, type Transaction } from 'lmdb'
import {
  documentKeyCodec,
  KEY_KEY_CODEC,
  tickCodec,
  treeKeyCodec,
  UNIQUE_KEY_CODEC,
  type DocumentKey,
  type KeyCodec,
  type KeyKey,
  type TreeKey,
  type UniqueKey,
} from './row-keys.js'

/** Version of the format that this code writes. */
export const FORMAT_VERSION = 3
/**
 * The oldest version that it reads. Stores of the first version have no trees, and those of the
 * second one no rows of unique indexes, until they are opened for writing.
 */
export const FORMAT_VERSION_OLDEST = 1
/** Reader slots beside those of batches and workers: ordinary reads and other processes. */
const SPARE_READERS = 64
/** Room for the tables of later versions. */
const TABLES_MAX = 16

/** A read transaction of LMDB, of the thread that began it. */
export type ReadTransaction = Transaction

/** Where reads of a snapshot go; without it they see what is committed, or the running write. */
export interface ReadOptions {
  readonly transaction?: ReadTransaction | undefined
}

/** A range of rows; `end` is not part of it. */
interface RangeOptions<Key> extends ReadOptions {
  readonly start: Key
  readonly end: Key
  readonly limit?: number
  readonly reverse?: boolean
  /** False reads keys only. */
  readonly values?: boolean
}

/** How a row is put; see LMDB's flags of the same names. */
interface PutOptions {
  readonly noOverwrite?: boolean
  readonly append?: boolean
}

/** A table whose keys have a codec of their own; values are bytes, valid until the next read. */
interface Table<Key> {
  /** Size of the value that was read last. */
  readonly lastSize: number
  /** @returns a copy of the value */
  getBinary(key: Key, options?: ReadOptions): Buffer | undefined
  /** @returns the value, longer than it is: only the first {@link lastSize} bytes count */
  getBinaryFast(key: Key, options?: ReadOptions): Uint8Array | undefined
  getRange(options: RangeOptions<Key>): Iterable<unknown>
  /** Only inside a write transaction. @returns false when `noOverwrite` met a row */
  putSync(key: Key, value: Uint8Array, options?: PutOptions): boolean
  /** Only inside a write transaction. @returns false when there was no such row */
  removeSync(key: Key): boolean
}

/** The table of small JSON texts. */
export interface MetaTable {
  get(name: string, options?: ReadOptions): string | undefined
  getRange(options: RangeOptions<string>): Iterable<{ key: string; value: string }>
  putSync(name: string, text: string): boolean
  removeSync(name: string): boolean
}

/** Takes a row out of a scan: its bytes are the first `length` ones, valid during the call. */
type TakeRow = (bytes: Uint8Array, length: number) => void

/** A table whose values go to {@link ScannedTable.reader}`.take` while a range is iterated. */
interface ScannedTable<Key> extends Table<Key> {
  readonly reader: RowReader
}

/** What a range of a {@link ScannedTable} calls for each row. */
interface RowReader {
  /** What the key of the row being taken says; which numbers, the table tells. */
  readonly lanes: Uint32Array
  take: TakeRow
}

/** The lanes are the revision of the row: high and low 32 bits. */
export type DocumentTable = ScannedTable<DocumentKey>

/** The lanes are the tick of the row: high and low 32 bits. */
export interface WalTable extends ScannedTable<bigint> {
  /** What LMDB counts, without reading rows: what is committed, or the running write. */
  getStats(): TableStats
}

/** How large a table is. */
interface TableStats {
  readonly entryCount: number
  readonly pageSize: number
  readonly treeBranchPageCount: number
  readonly treeLeafPageCount: number
  /** Pages of values that do not fit into a leaf. */
  readonly overflowPages: number
}

/** The first lane is the page of the row. */
export type TreeTable = ScannedTable<TreeKey>

/** A table whose rows say all in their keys. */
export type UniqueTable = Table<UniqueKey>

/** The open tables of a store (design, "The embedded store"). */
export interface Tables {
  readonly root: RootDatabase
  /** Reader slots of LMDB, all processes together. */
  readonly maxReaders: number
  readonly meta: MetaTable
  /** Space and revision to finished JSON text. */
  readonly documents: DocumentTable
  /** Space and `_key` to revision. */
  readonly keys: Table<KeyKey>
  /** Tick to marker record. */
  readonly wal: WalTable
  /** Space and page to 64 leaves of a collection's revision tree. */
  readonly tree: TreeTable
  /**
   * Index, digest of values and `_key` to nothing: which documents have which values. Used in writes
   * only; in a store of an older version that is open for reading it is not there.
   */
  readonly unique: UniqueTable
}

/** How {@link openTables} opens. */
export interface OpenTablesOptions {
  readonly readOnly: boolean
  readonly openBatchesMax: number
  readonly workerCount: number
}

/**
 * Opens the LMDB files in a directory.
 *
 * @returns undefined when the tables are not there and may not be made: they are made only for
 *   writing, in files that hold no tables at all
 */
export function openTables(path: string, options: OpenTablesOptions): Tables | undefined {
  const { readOnly, openBatchesMax, workerCount } = options
  const maxReaders = openBatchesMax + workerCount + SPARE_READERS
  const root = open({ path, noSubdir: false, maxDbs: TABLES_MAX, maxReaders, readOnly })
  const hasForeignTables = root.getKeysCount({ limit: 1 }) > 0
  const isThere = root.openDB({ name: 'meta', encoding: 'string', ...{ create: false } })
  // lmdb's types leave out that a missing table is undefined.
  if ((isThere as unknown) === undefined && (readOnly || hasForeignTables)) {
    void root.close()
    return undefined
  }
  return {
    root,
    maxReaders,
    meta: root.openDB({ name: 'meta', encoding: 'string' }) as unknown as MetaTable,
    documents: openScannedTable(root, 'documents', documentKeyCodec),
    keys: openTable(root, 'keys', KEY_KEY_CODEC),
    wal: openScannedTable(root, 'wal', tickCodec) as WalTable,
    tree: openScannedTable(root, 'tree', treeKeyCodec),
    unique: openTable(root, 'unique', UNIQUE_KEY_CODEC),
  }
}

/** @param makeCodec - makes the codec of keys, which are read into its argument */
function openScannedTable<Key>(
  root: RootDatabase,
  name: string,
  makeCodec: (lanes: Uint32Array) => KeyCodec<Key>,
): ScannedTable<Key> {
  const reader: RowReader = { lanes: new Uint32Array(2), take: () => undefined }
  const codec = makeCodec(reader.lanes)
  const table = openTable(root, name, codec, reader) as Table<Key> | undefined
  // A store of the first format has no `tree`; open for reading, it shall not get one.
  return table === undefined ? noRows(reader) : Object.assign(table, { reader })
}

function noRows<Key>(reader: RowReader): ScannedTable<Key> {
  const refuse = (): never => assert.fail('the store is open for reading')
  return {
    reader,
    lastSize: 0,
    getBinary: () => undefined,
    getBinaryFast: () => undefined,
    getRange: () => [],
    putSync: refuse,
    removeSync: refuse,
  }
}

/** Passes bytes as they are. `reader` sees the values of a range, which are then not kept. */
function openTable<Key>(
  root: RootDatabase,
  name: string,
  keyEncoder: KeyCodec<Key>,
  reader?: RowReader,
): Table<Key> {
  const encode = (value: Uint8Array): Uint8Array => value
  const decode = (bytes: Uint8Array, length: number): void => reader?.take(bytes, length)
  const encoder = reader === undefined ? undefined : { encode, decode }
  const options = { name, encoding: 'binary' as const, keyEncoder, ...(encoder && { encoder }) }
  return root.openDB(options) as unknown as Table<Key>
}
