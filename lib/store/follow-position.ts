import { formatPosition, parsePosition, type LogPosition } from '../replica/index.js'
import type { MetaTable } from './layout.js'
import { META, readRows, rowName } from './meta-rows.js'

/** No database has this id: the row of whoever follows all of them. */
const ALL_DATABASES = 0

/**
 * Where the data of a database stands in the log that it follows; of all databases without an id.
 * Undefined also while a copy is unfinished, since the data is of no position then.
 */
export function readPosition(
  meta: MetaTable,
  databaseId: number | undefined,
): LogPosition | undefined {
  const mark = databaseId === undefined ? META.copies : rowName(META.copies, databaseId)
  for (const _ of readRows(meta, mark)) return undefined
  const text = meta.get(rowName(META.positions, databaseId ?? ALL_DATABASES))
  return text === undefined ? undefined : parsePosition(text)
}

/**
 * Says where the data stands, in the transaction that brings it there. Data stands in one log: who
 * follows all databases has moved each of them on from where it stood in a log of its own, and who
 * follows one of them has moved that one on from where all of them stood.
 */
export function putPosition(
  meta: MetaTable,
  databaseId: number | undefined,
  position: LogPosition,
): void {
  const others =
    databaseId === undefined
      ? [...readRows(meta, META.positions)].map(({ name }) => name)
      : [rowName(META.positions, ALL_DATABASES)]
  for (const other of others) meta.removeSync(other)
  meta.putSync(rowName(META.positions, databaseId ?? ALL_DATABASES), formatPosition(position))
}

/** Forgets where the data of a database stands, or that of all of them. */
export function removePosition(meta: MetaTable, databaseId: number | undefined): void {
  meta.removeSync(rowName(META.positions, databaseId ?? ALL_DATABASES))
}

/** Forgets where the data of a database stands, and with it where all of them do. */
export function removePositions(meta: MetaTable, databaseId: number): void {
  meta.removeSync(rowName(META.positions, databaseId))
  meta.removeSync(rowName(META.positions, ALL_DATABASES))
}
