import type { MetaTable, ReadOptions } from './layout.js'

const ID_DIGITS = 10
/** Sorts behind every name with the same prefix. */
const AFTER_ALL = '\u{10ffff}'

/** Names of the rows of `meta`. Ids are padded, so that ranges come in their order. */
export const META = {
  format: 'format',
  store: 'store',
  owner: 'owner',
  clock: 'clock',
  nextId: 'nextId',
  catalog: 'catalog',
  databases: 'database/',
  collections: 'collection/',
  counters: 'counters/',
  views: 'view/',
  dropped: 'dropped/',
  removed: 'removed',
  purges: 'purge/',
  builds: 'build/',
  copies: 'copy/',
  positions: 'position/',
  values: 'value/',
} as const

/** Name of the row of a family that belongs to an id. */
export function rowName(family: string, id: number): string {
  return family + String(id).padStart(ID_DIGITS, '0')
}

/**
 * Reads a row that this layer wrote, so the caller knows what it is; its numbers are all within
 * 2^53. Undefined when there is none.
 */
export function readRow(meta: MetaTable, name: string, options?: ReadOptions): unknown {
  const text = meta.get(name, options)
  return text === undefined ? undefined : JSON.parse(text)
}

/** Writes a row inside a write transaction. */
export function putRow(meta: MetaTable, name: string, row: object): void {
  meta.putSync(name, JSON.stringify(row))
}

/** Reads all rows whose names begin with `prefix`, in the order of their names. */
export function* readRows(
  meta: MetaTable,
  prefix: string,
  { transaction }: ReadOptions = {},
): Generator<{ readonly name: string; readonly text: string }> {
  const range = { start: prefix, end: prefix + AFTER_ALL, ...(transaction && { transaction }) }
  for (const { key, value } of meta.getRange(range)) yield { name: key, text: value }
}
