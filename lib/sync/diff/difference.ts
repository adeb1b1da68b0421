import type { DumpedChunk } from '../../replica/index.js'
import type { CollectionDefinition } from '../../wire/index.js'

/** One thing in which two replicas differ; `kind` tells what. */
export type Difference =
  DifferentDocument | DocumentOnlyInA | DocumentOnlyInB | CollectionOnlyInA | CollectionOnlyInB

/** A document that both sides have, not the same. */
export interface DifferentDocument {
  readonly kind: 'different'
  readonly collection: string
  readonly key: string
  /**
   * Where they differ, in the notation of {@link formatPath}, sorted by the names' bytes; at most
   * `PATHS_MAX`, and then {@link MORE_PATHS} where there are more. Computed when first asked for.
   */
  readonly paths: readonly string[]
  /** The document's JSON text in A, without an envelope and without a newline. */
  readonly a: Buffer
  /** The same in B. */
  readonly b: Buffer
}

/** A document that B lacks. */
export interface DocumentOnlyInA {
  readonly kind: 'onlyInA'
  readonly collection: string
  readonly key: string
  /** Its JSON text, as {@link DifferentDocument.a}. */
  readonly a: Buffer
}

/** A document that A lacks. */
export interface DocumentOnlyInB {
  readonly kind: 'onlyInB'
  readonly collection: string
  readonly key: string
  /** Its JSON text, as {@link DifferentDocument.b}. */
  readonly b: Buffer
}

/** A collection that B lacks; its documents are not told one by one. */
export interface CollectionOnlyInA {
  readonly kind: 'collectionOnlyInA'
  readonly collection: string
  readonly key: null
  readonly definition: CollectionDefinition
  /** Reads its documents; of use until the promise of `onDifference` is settled. */
  documents(): AsyncIterable<DumpedChunk>
}

/** A collection that A lacks; its documents are not told one by one. */
export interface CollectionOnlyInB {
  readonly kind: 'collectionOnlyInB'
  readonly collection: string
  readonly key: null
  readonly definition: CollectionDefinition
}
