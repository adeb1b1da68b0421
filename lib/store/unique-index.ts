import type { JsonObject } from '../wire/index.js'
import { parseIndexPath } from './index-path.js'

/** Types of indexes that can be unique here; the older two are other names of the first. */
const TYPES = ['persistent', 'hash', 'skiplist'] as const

/** A unique index of a collection, as its counters tell of it: whatever is written must obey it. */
export interface UniqueIndex {
  /** That of its definition. */
  readonly id: string
  /** Of its rows; one that was given to no other index, and to no space. */
  readonly number: number
  readonly name: string
  readonly type: string
  readonly fields: readonly string[]
  /** Leaves out documents without a value, or with null, in one of the fields. */
  readonly sparse: boolean
  /** A value that stands twice in one array counts once; else it is a conflict in itself. */
  readonly deduplicate: boolean
  /** Rows of documents that were there before it may still be missing. */
  readonly isBuilding?: boolean | undefined
  /** Which creation makes it, which may still fail; there is no definition of it yet. */
  readonly creation?: number | undefined
}

/**
 * Reads what a definition says of a unique index.
 *
 * @param id - of the index
 * @returns undefined for any other index, and for one that no document could be checked against
 */
export function readUniqueIndex(
  { type, name, fields, unique, sparse, deduplicate }: JsonObject,
  id: string,
): Omit<UniqueIndex, 'number'> | undefined {
  const known = TYPES.find((each) => each === type)
  if (known === undefined || unique !== true || !isPaths(fields)) return undefined
  return {
    id,
    name: typeof name === 'string' && name !== '' ? name : id,
    type: known,
    fields,
    sparse: sparse === true,
    deduplicate: deduplicate !== false,
  }
}

function isPaths(fields: unknown): fields is readonly string[] {
  if (!Array.isArray(fields) || fields.length === 0) return false
  return fields.every(
    (field: unknown) => typeof field === 'string' && parseIndexPath(field) !== undefined,
  )
}
