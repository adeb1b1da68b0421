import { eachRow } from './each-row.js'
import type { MetaTable, Tables } from './layout.js'
import { META, putRow, readRows, rowName } from './meta-rows.js'
import { DIGEST_BYTES, DocumentKey, KeyKey, UniqueKey } from './row-keys.js'
import { removePages } from './tree-pages.js'

/**
 * Says that nothing uses a space any more, or the number of an index: its rows are to be removed. Both
 * are ids of one counter, so none is the other.
 */
export function retireSpace(meta: MetaTable, space: number): void {
  putRow(meta, rowName(META.purges, space), { space })
}

/** A space whose rows are to be removed; undefined when there is none. */
export function nextRetiredSpace(meta: MetaTable): number | undefined {
  for (const { text } of readRows(meta, META.purges)) return (JSON.parse(text) as Retired).space
  return undefined
}

interface Retired {
  readonly space: number
}

/**
 * Removes up to `limit` rows of a retired space, inside a write transaction.
 *
 * @returns false when rows are left
 */
export function purgeRows(
  { meta, documents, keys, tree, unique }: Tables,
  space: number,
  limit: number,
): boolean {
  let rest = limit - purgeDocuments(documents, space, limit)
  if (rest > 0) rest -= purgeKeys(keys, space, rest)
  if (rest > 0) rest -= removePages(tree, space, rest)
  if (rest > 0) rest -= purgeUnique(unique, space, rest)
  if (rest === 0) return false
  meta.removeSync(rowName(META.purges, space))
  return true
}

function purgeDocuments(table: Tables['documents'], space: number, limit: number): number {
  const { lanes } = table.reader
  const revisions: number[] = []
  const start = new DocumentKey().set(space, 0, 0)
  const end = new DocumentKey().set(space + 1, 0, 0)
  eachRow(table.getRange({ start, end, limit, values: false }), () => {
    revisions.push(lanes[0] as number, lanes[1] as number)
    return true
  })
  const key = new DocumentKey()
  for (let index = 0; index < revisions.length; index += 2) {
    table.removeSync(key.set(space, revisions[index] as number, revisions[index + 1] as number))
  }
  return revisions.length / 2
}

function purgeKeys(table: Tables['keys'], space: number, limit: number): number {
  const start = new KeyKey().set(space, Buffer.alloc(0), 0, 0)
  const end = new KeyKey().set(space + 1, Buffer.alloc(0), 0, 0)
  const found = [...table.getRange({ start, end, limit, values: false })] as Buffer[]
  const key = new KeyKey()
  for (const bytes of found) table.removeSync(key.set(space, bytes, 0, bytes.length))
  return found.length
}

function purgeUnique(table: Tables['unique'], number: number, limit: number): number {
  const start = new UniqueKey().set(number, '')
  const end = new UniqueKey().set(number + 1, '')
  const found = [...table.getRange({ start, end, limit, values: false })] as Buffer[]
  const key = new UniqueKey()
  for (const bytes of found) {
    const digest = bytes.toString('latin1', 0, DIGEST_BYTES)
    table.removeSync(key.set(number, digest, { bytes, start: DIGEST_BYTES, end: bytes.length }))
  }
  return found.length
}
