/** A field of an index: names of attributes from the top down. */
export interface IndexPath {
  readonly names: readonly string[]
  /** Place of the name whose array gives its values one by one; -1 when none does. */
  readonly expandedAt: number
}

const EXPANSION = '[*]'

/**
 * Reads a field of an index: names between dots, of which one may be followed by `[*]`. `_id` is the
 * `_key` with the name of the collection before it, so it is as unique.
 *
 * @returns undefined when it is none that an index can have
 */
export function parseIndexPath(field: string): IndexPath | undefined {
  const parts = field.split('.')
  const names = parts.map((part) =>
    part.endsWith(EXPANSION) ? part.slice(0, -EXPANSION.length) : part,
  )
  if (names.some((name) => !/^[^[\]]+$/.test(name))) return undefined
  const expandedAt = parts.findIndex((part) => part.endsWith(EXPANSION))
  const isRepeated = parts.findLastIndex((part) => part.endsWith(EXPANSION)) !== expandedAt
  if (isRepeated) return undefined
  return field === '_id' ? { names: ['_key'], expandedAt } : { names, expandedAt }
}
