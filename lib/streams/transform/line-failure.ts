import { ChunkEntry } from '../chunk-entry.js'
import type { EntryChunk } from '../entry-chunk.js'
import { TransformError } from '../transform-error.js'
import { nameOf } from './collection-paths.js'
import type { DocumentTransform } from './document-transform.js'
import type { DeadLetter } from './transform-runner.js'

/** Tells of a document that is left out because of an error. */
export function deadLetterOf(error: TransformError, line: Buffer): DeadLetter {
  const { cause, collection, key, lineNumber, source, transform = '' } = error
  const what = cause instanceof Error ? `${cause.name}: ${cause.message}` : error.reason
  return { collection, key, lineNumber, source, transform, error: what, line }
}

/** What was thrown, as a word that holds nothing of a document. */
export function kindOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error
}

/** Where a transform failed. */
export interface FailurePlace {
  readonly chunk: EntryChunk
  readonly index: number
  readonly transform: DocumentTransform | undefined
  readonly collection: string | undefined
  /** Read of the line where it is undefined. */
  readonly key: string | undefined
}

/** Says what a transform did, and at which document. */
export function transformFailure(
  what: string,
  cause: unknown,
  { chunk, index, transform, collection, key = readKey(chunk, index) }: FailurePlace,
): TransformError {
  const name = transform === undefined ? '' : nameOf(transform)
  const place = { ...chunk.place(index), transform: name, collection, key }
  const options = cause === undefined ? {} : { cause }
  return new TransformError(`the transform "${name}" ${what}`, place, options)
}

/** The key of a line's document; undefined where it cannot be read. */
function readKey(chunk: EntryChunk, index: number): string | undefined {
  try {
    return new ChunkEntry(chunk, index).key
  } catch {
    return undefined
  }
}
