import type { JsonObject, ViewDefinition } from '../../wire/index.js'

/** Views after transforms, and what had to be left out of them. */
export interface TransformedViews {
  readonly views: readonly ViewDefinition[]
  readonly warnings: readonly string[]
}

/**
 * Makes views name collections as they are at the target: links of `arangosearch` views, indexes of
 * `search-alias` ones. What names a collection that is left out is left out too.
 *
 * @param nameOf - the name of a collection at the target; undefined when it is left out
 */
export function transformViews(
  views: readonly ViewDefinition[],
  nameOf: (name: string) => string | undefined,
): TransformedViews {
  const warnings: string[] = []
  const transformed = views.map((view) => {
    const missing = new Set<string>()
    const follow = (name: string): string | undefined => {
      const now = nameOf(name)
      if (now === undefined) missing.add(name)
      return now
    }
    const { links, indexes } = view.properties
    const changed: Record<string, unknown> = {}
    if (isObject(links)) changed['links'] = followLinks(links, follow)
    if (Array.isArray(indexes)) changed['indexes'] = followIndexes(indexes, follow)
    for (const name of missing) warnings.push(warningOf(view, name))
    return { ...view, properties: { ...view.properties, ...changed } }
  })
  return { views: transformed, warnings }
}

function warningOf({ name: view }: ViewDefinition, collection: string): string {
  return `view "${view}" no longer names collection "${collection}", which transforms left out`
}

type Follow = (name: string) => string | undefined

function followLinks(links: JsonObject, follow: Follow): JsonObject {
  const followed = Object.entries(links).flatMap(([collection, link]) => {
    const name = follow(collection)
    return name === undefined ? [] : [[name, link] as const]
  })
  return Object.fromEntries(followed)
}

function followIndexes(indexes: readonly unknown[], follow: Follow): readonly unknown[] {
  return indexes.flatMap((index) => {
    if (!isObject(index) || typeof index['collection'] !== 'string') return [index]
    const collection = follow(index['collection'])
    return collection === undefined ? [] : [{ ...index, collection }]
  })
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
