import assert from 'node:assert/strict'
import type { Tables } from '../../../lib/store/layout.js'
import { DocumentKey, KeyKey } from '../../../lib/store/row-keys.js'
import { decodeWalRecord } from '../../../lib/store/wal-record.js'
import { joinLanes } from '../../../lib/values/index.js'

/** A marker as the log has it, its data as text. */
export interface LoggedMarker {
  readonly tick: bigint
  readonly type: number
  readonly databaseId: number
  readonly objectId: number
  readonly transactionId: bigint
  readonly data: string
}

/** All markers of a store's log, in order. */
export function readMarkers({ wal }: Tables): LoggedMarker[] {
  const { reader } = wal
  const markers: LoggedMarker[] = []
  reader.take = (bytes, length) => {
    const record = decodeWalRecord(Buffer.from(bytes.subarray(0, length)))
    const [high = 0, low = 0] = reader.lanes
    const data = Buffer.from(record.data).toString()
    markers.push({ ...record, tick: joinLanes({ high, low }), data })
  }
  assert.equal([...wal.getRange({ start: 0n, end: 2n ** 64n - 1n })].length, markers.length)
  return markers
}

/** What the log says of a collection since it was made: types, and data that was parsed. */
export function markersOf(
  markers: readonly LoggedMarker[],
  id: number,
): (readonly [number, unknown])[] {
  return markers
    .filter(({ objectId }) => objectId === id)
    .map(({ type, data }) => [type, data === '' ? undefined : JSON.parse(data)] as const)
    .slice(1)
}

/** Rows of both tables that belong to a space. */
export function countRows(
  { documents, keys }: Tables,
  space: number,
): { readonly documents: number; readonly keys: number } {
  const documentRange = {
    start: new DocumentKey().set(space, 0, 0),
    end: new DocumentKey().set(space + 1, 0, 0),
    values: false,
  }
  const none = Buffer.alloc(0)
  const keyRange = {
    start: new KeyKey().set(space, none, 0, 0),
    end: new KeyKey().set(space + 1, none, 0, 0),
    values: false,
  }
  return {
    documents: [...documents.getRange(documentRange)].length,
    keys: [...keys.getRange(keyRange)].length,
  }
}
