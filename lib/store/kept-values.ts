import { formatExactJson, parseExactJson } from '../streams/index.js'
import type { Json } from '../wire/index.js'
import type { MetaTable } from './layout.js'
import { META, readRows } from './meta-rows.js'

/** Reads a value that another layer keeps in the store; undefined if there is none. */
export function readValue(meta: MetaTable, name: string): Json {
  const text = meta.get(META.values + name)
  return text === undefined ? undefined : parseExactJson(text)
}

/** Names of the kept values that begin with `prefix`, sorted. */
export function valueNames(meta: MetaTable, prefix: string): readonly string[] {
  const rows = readRows(meta, META.values + prefix)
  return [...rows].map(({ name }) => name.slice(META.values.length))
}

/** Keeps a value, or removes it where it is undefined, inside a write transaction. */
export function putValue(meta: MetaTable, name: string, value: Json): void {
  if (value === undefined) meta.removeSync(META.values + name)
  else meta.putSync(META.values + name, formatExactJson(value))
}
