import { CHUNK_HIGH_WATER_MARK } from '../../core/index.js'
import type { EntryChunk } from '../entry-chunk.js'
import { createAsyncObjectTransform, type ObjectTransform } from '../object-transform.js'
import { createTransformRunner } from './create-transform-runner.js'
import type { CollectionInfo, DocumentTransform } from './document-transform.js'
import type { TransformOptions } from './transform-runner.js'
import { TransformSetupError } from './transform-setup-error.js'

/** How {@link transformEntries} transforms. */
export interface TransformEntriesOptions extends TransformOptions {
  /** The collection that the lines are of, where it is known. */
  readonly collection?: CollectionInfo | undefined
}

/**
 * Makes a Transform that applies transforms to documents, as `createTransformRunner()` does, in one
 * line of a pipe.
 *
 * @returns chunks in, chunks out; emits TransformError for what a function throws, DumpLineError for a
 *   line that is no entry, {@link TransformSetupError} for a document that is sent to another
 *   collection, since a pipe has only one
 */
export function transformEntries(
  transforms: readonly DocumentTransform[],
  { collection, ...options }: TransformEntriesOptions = {},
): ObjectTransform<EntryChunk, EntryChunk> {
  const runner = createTransformRunner(transforms, options)
  return createAsyncObjectTransform(
    async function* (chunk: EntryChunk) {
      const { chunks, routed } = await runner.transform(chunk, collection)
      for (const [name] of routed) {
        const reason = `it sends documents to "${name}", and a single stream has one collection`
        throw new TransformSetupError('use', namesOf(transforms), reason)
      }
      yield* chunks
    },
    { highWaterMark: CHUNK_HIGH_WATER_MARK },
  )
}

function namesOf(transforms: readonly DocumentTransform[]): string {
  return transforms.map(({ name }) => name ?? 'document()').join(', ')
}
