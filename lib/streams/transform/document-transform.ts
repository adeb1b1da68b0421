import type { JsonObject } from '../../wire/index.js'
import type { ChunkEntry } from '../chunk-entry.js'

/** A collection, as transforms are told of it. */
export interface CollectionInfo {
  /** Name of the database, where known. */
  readonly database: string | undefined
  /** Its name, as an earlier transform left it. */
  readonly name: string
  readonly type: 'document' | 'edge'
  readonly isSystem: boolean
  /** Its definition's parameters, as servers tell them; empty where lines come without a definition. */
  readonly parameters: JsonObject
  readonly indexes: readonly JsonObject[]
}

/** What becomes of a collection; what is left out stays as it is. */
export interface CollectionChange {
  /** Its new name. Names in `_from` and `_to` of edges are left to `document()`. */
  readonly name?: string | undefined
  /**
   * `transform` hands its documents to `document()`, `unchanged` leaves them alone, `none` keeps the
   * definition only. Default: `transform`.
   */
  readonly data?: 'transform' | 'unchanged' | 'none' | undefined
  /** Parameters that are put in place of those that it has. */
  readonly parameters?: JsonObject | undefined
  readonly indexes?: readonly JsonObject[] | undefined
}

/** Where a document comes from, and what can be done with it. */
export interface DocumentContext {
  /** Name of the database, where known. */
  readonly database: string | undefined
  /** Name of the collection, as earlier transforms left it; undefined where lines come without one. */
  readonly collection: string | undefined
  readonly type: 'document' | 'edge' | undefined
  /** 1-based number of the line in its stream. */
  readonly lineNumber: number
  /** The file or URL of the stream, where known. */
  readonly source: string | undefined
  /** Sends a document into another collection; return what it gives. */
  readonly route: (collection: string, document: JsonObject) => RoutedDocument
}

declare const routed: unique symbol

/** A document for another collection, made by {@link DocumentContext.route}. */
export interface RoutedDocument {
  readonly [routed]: true
  readonly collection: string
  readonly document: JsonObject
}

/** One document that comes out of a transform. */
export type TransformedDocument = JsonObject | RoutedDocument

/** What becomes of a document: nothing when undefined or null, else one or several. */
export type TransformResult =
  | TransformedDocument
  | Iterable<TransformedDocument>
  | AsyncIterable<TransformedDocument>
  | undefined
  | null

/** A document as transforms get it: they may change it in place. */
export type MutableDocument = Record<string, unknown>

/**
 * Changes documents and collections. Both functions may be missing. The document may be changed in
 * place and returned, or a new one returned; one that comes back as it was leaves as the bytes that came.
 */
export interface DocumentTransform {
  /** Name for messages. Default: the file of the module. */
  readonly name?: string | undefined
  /** Called for every document, in their order; what it throws is told with collection and key. */
  document?(
    document: MutableDocument,
    context: DocumentContext,
  ): TransformResult | Promise<TransformResult>
  /**
   * Decides about a line that no earlier transform has parsed, by its key or its bytes: true keeps it
   * as it is, false drops it, undefined hands the document to `document()`, which must be there too,
   * since a line that was parsed comes to it alone.
   */
  line?(line: ChunkEntry, context: DocumentContext): boolean | undefined
  /**
   * Called with the key of a document that was removed, of which lines of old dumps and changes of a
   * log tell. Gives the key that the document has after `document()`; undefined leaves the removal out.
   * Default: the key stays.
   */
  removal?(key: string, context: DocumentContext): string | undefined
  /**
   * Called at the end: names of rules that matched nothing so far, such as `rule 2 of "users"`. In several
   * threads a rule counts when it did not match in any of them.
   */
  unusedRules?(): readonly string[]
  /** Called once for every collection; false leaves it out with all its documents. */
  collection?(info: CollectionInfo): CollectionChange | false | undefined
  /**
   * It remembers what it saw from document to document, so that it cannot run in several threads.
   * Default: false.
   */
  readonly isStateful?: boolean | undefined
  /**
   * It never changes the document that it gets: one that it returns itself is unchanged without a
   * look. Default: false.
   */
  readonly isReadOnly?: boolean | undefined
}

/**
 * Gives back what it gets: a module that exports a transform by default has its types this way.
 *
 * ```ts
 * export default defineTransform({
 *   document: ({ password, ...rest }) => rest,
 * })
 * ```
 */
export function defineTransform(transform: DocumentTransform): DocumentTransform {
  return transform
}
