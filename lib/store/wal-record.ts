import { tick, type Tick } from '../values/index.js'
import { MARKER_TYPE, NO_TRANSACTION, type MarkerType } from '../wire/index.js'

export { MARKER_TYPE, NO_TRANSACTION, type MarkerType }

/** A marker as the `wal` table holds it; its key is the tick. */
export interface WalRecord {
  readonly type: MarkerType
  readonly databaseId: number
  /** Id of the collection or view; 0 for a marker of a database. */
  readonly objectId: number
  /** 0 for an operation outside a transaction. */
  readonly transactionId: Tick
  /** JSON text; empty for markers without data. */
  readonly data: Uint8Array
}

/** Bytes before the data: type u16, database id u32, object id u32, transaction id u64. */
export const WAL_HEADER_BYTES = 18

const TYPES: ReadonlySet<number> = new Set(Object.values(MARKER_TYPE))
const SCRATCH_BYTES = 64 * 1024
const scratch = Buffer.alloc(SCRATCH_BYTES)

/**
 * Writes a record, big-endian.
 *
 * @returns a view that the next call overwrites, unless the record is large
 */
export function encodeWalRecord(record: WalRecord): Buffer {
  const { type, databaseId, objectId, transactionId, data } = record
  const length = WAL_HEADER_BYTES + data.length
  const bytes = length <= SCRATCH_BYTES ? scratch : Buffer.allocUnsafeSlow(length)
  bytes.writeUInt16BE(type, 0)
  bytes.writeUInt32BE(databaseId, 2)
  bytes.writeUInt32BE(objectId, 6)
  bytes.writeBigUInt64BE(transactionId, 10)
  bytes.set(data, WAL_HEADER_BYTES)
  return bytes.subarray(0, length)
}

/**
 * Reads a record; `data` is a view into `bytes`.
 *
 * @throws RangeError when the bytes are no record
 */
export function decodeWalRecord(bytes: Buffer): WalRecord {
  const type = bytes.readUInt16BE(0)
  if (!isMarkerType(type)) throw new RangeError(`Cannot read a marker: unknown type ${type}`)
  return {
    type,
    databaseId: bytes.readUInt32BE(2),
    objectId: bytes.readUInt32BE(6),
    transactionId: tick(bytes.readBigUInt64BE(10)),
    data: bytes.subarray(WAL_HEADER_BYTES),
  }
}

function isMarkerType(type: number): type is MarkerType {
  return TYPES.has(type)
}
