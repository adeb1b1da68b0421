import type { EntryChunk } from '../entry-chunk.js'
import type { CollectionChange, CollectionInfo } from './document-transform.js'

/** What to do with a document that a transform throws at. */
export type ErrorPolicy = 'stop' | 'skip'

/** A document that was left out since a transform threw at it. */
export interface DeadLetter {
  readonly collection: string | undefined
  /** Its `_key`, where it could be read. */
  readonly key: string | undefined
  /** 1-based number of the line in its stream. */
  readonly lineNumber: number
  readonly source: string | undefined
  /** Name of the transform. */
  readonly transform: string
  /** Name and message of the error: it may hold parts of the document. */
  readonly error: string
  /** The line as it came, its newline included. */
  readonly line: Buffer
}

/** How transforms run. */
export interface TransformOptions {
  /** Default: `stop`. */
  readonly onError?: ErrorPolicy | undefined
  /** Called for each document that is left out because of an error, in order. */
  readonly onDeadLetter?: ((letter: DeadLetter) => void | Promise<void>) | undefined
  /**
   * What functions get for numbers that JavaScript cannot hold: `native` the nearest one, `exact` a
   * bigint for whole numbers and an object that keeps the text for others. Default: `native`.
   */
  readonly numbers?: 'native' | 'exact' | undefined
  /**
   * Whether every document must have a text `_key`, what comes and what functions give: `optional`
   * takes any object on a line for a document. Default: `required`.
   */
  readonly keys?: 'required' | 'optional' | undefined
}

/** What transforms did so far. */
export interface TransformCounts {
  /** Documents that went in. */
  readonly documents: number
  /** Those that left as they came. */
  readonly unchanged: number
  readonly changed: number
  /** Those of which nothing came out, errors not counted. */
  readonly dropped: number
  /** Documents that came out beyond the first of one that went in. */
  readonly added: number
  /** Documents that went into other collections. */
  readonly routed: number
  /** Documents that were left out since a transform threw at them. */
  readonly failed: number
  /** Changed documents in which a number lost digits that JavaScript cannot hold. */
  readonly harmed: number
}

/** What came of one chunk. */
export interface TransformedChunk {
  /** For the collection itself, in order; empty when nothing is left. */
  readonly chunks: readonly EntryChunk[]
  /** For other collections, by name. */
  readonly routed: ReadonlyMap<string, readonly EntryChunk[]>
}

/** What the transforms together make of a collection. */
export interface CollectionPlan extends CollectionChange {
  readonly name: string
  readonly data: 'transform' | 'unchanged' | 'none'
}

/** Transforms, one after the other, in this thread or in others. */
export interface TransformRunner {
  /** Asks every transform about a collection; undefined when one of them leaves it out. */
  plan(info: CollectionInfo): CollectionPlan | undefined
  /**
   * Transforms the documents of a chunk; removals pass. Chunks of one collection are given one after
   * the other, up to {@link TransformRunner.chunksInFlight} at one time; those of several collections may be under way
   * together. Results are worth waiting for in order: an error in one comes before those behind it.
   *
   * @param collection - undefined for lines of which no collection is known
   * @throws TransformError at the first error unless errors are skipped; DumpLineError for a line that
   *   is no entry
   */
  transform(chunk: EntryChunk, collection: CollectionInfo | undefined): Promise<TransformedChunk>
  /** Chunks of one collection that may be under way: above 1 only where there are threads to fill. */
  readonly chunksInFlight: number
  readonly counts: TransformCounts
  /** Names of rules of the transforms that matched nothing so far, as far as those can tell. */
  unusedRules(): readonly string[]
  /** Ends its threads, where it has any. */
  close(): Promise<void>
}
