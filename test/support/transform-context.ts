import type { DocumentContext, DocumentTransform } from '../../lib/streams/transform/index.js'
import type { JsonObject } from '../../lib/wire/index.js'

/** The context of a document of a collection; null: it is not known. */
function contextOf(collection: string | null): DocumentContext {
  return {
    database: undefined,
    collection: collection ?? undefined,
    type: 'document',
    lineNumber: 1,
    source: undefined,
    route: () => {
      throw new Error('nothing is routed here')
    },
  }
}

/** Hands a copy of a document to a transform, and gives what becomes of it. */
export function applyTo(
  transform: DocumentTransform,
  document: JsonObject,
  collection: string | null = 'c',
): unknown {
  return transform.document?.(structuredClone(document), contextOf(collection))
}
