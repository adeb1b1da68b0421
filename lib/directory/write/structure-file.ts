import { formatExactJson } from '../../streams/index.js'
import type { CollectionDefinition, JsonObject, ViewDefinition } from '../../wire/index.js'
import type { DirectoryFormat } from '../manifest.js'

/** Types of indexes that servers up to 3.8 know; later ones came with 3.9 (zkd) and after it. */
const OLD_INDEX_TYPES: ReadonlySet<unknown> = new Set([
  'edge',
  'fulltext',
  'geo',
  'geo1',
  'geo2',
  'hash',
  'persistent',
  'primary',
  'skiplist',
  'ttl',
])

/** Attributes of collections that servers before 3.10 do not have (client notes, 4.1). */
const NEW_PARAMETERS: ReadonlySet<string> = new Set(['computedValues'])

/** What a structure file says, and what the format could not say. */
export interface Structure {
  readonly text: string
  /** Types of the indexes that were left out. */
  readonly leftOut: readonly string[]
}

/**
 * Makes the text of a structure file: parameters and indexes as the source told them, number for
 * number, without what the server that the format is of did not know, and without what arangodump
 * leaves out.
 */
export function formatStructure(
  { name, parameters, indexes }: CollectionDefinition,
  format: DirectoryFormat,
): Structure {
  const isKnown = ({ type }: JsonObject): boolean => format !== '3.8' || OLD_INDEX_TYPES.has(type)
  const kept = Object.entries(parameters).filter(
    ([attribute, value]) =>
      attribute !== 'shadowCollections' &&
      attribute !== 'indexes' &&
      !(attribute === 'globallyUniqueId' && value === madeUpId(name)) &&
      !(format === '3.8' && NEW_PARAMETERS.has(attribute)),
  )
  return {
    text: formatExactJson({
      indexes: indexes.filter(isKnown),
      parameters: Object.fromEntries(kept),
    }),
    leftOut: indexes.filter((index) => !isKnown(index)).map(({ type }) => String(type)),
  }
}

/** What the reading of a directory gives a collection for an id that has none there. */
function madeUpId(name: string): string {
  return `dump/${name}`
}

/** Tells whether servers that the format is of have views of that kind. */
export function knowsView({ type }: ViewDefinition, format: DirectoryFormat): boolean {
  return format !== '3.8' || type === 'arangosearch'
}
