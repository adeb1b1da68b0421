import { Readable } from 'node:stream'
import { OBJECT_HIGH_WATER_MARK } from '../core/index.js'
import type { DumpedChunk, Snapshot, SnapshotCollection, Source } from '../replica/index.js'
import { moveIds, type EntryChunk, type TransformRunner } from '../streams/index.js'
import type { JsonObject } from '../wire/index.js'
import { selectCollections, type CollectionSelection } from './select-collections.js'
import { planTransforms } from './transform/plan-transforms.js'
import { transformInOrder } from './transform/transform-dumped.js'

/** Which documents {@link documentsOf} gives, and what is made of them before. */
export interface DocumentsOptions extends CollectionSelection {
  /** Whoever made it closes it. */
  readonly transform?: TransformRunner | undefined
  readonly signal?: AbortSignal | undefined
  /** Bytes that are read ahead at one time. Default: `IN_FLIGHT_BYTES_MAX`. */
  readonly maxInFlightBytes?: number | undefined
}

/** A document, and the collection that it is of. */
export interface CollectionDocument {
  readonly collection: string
  /** Numbers that JavaScript cannot hold have lost digits. */
  readonly document: JsonObject
}

/**
 * The documents of a source as a stream of {@link CollectionDocument}s in object mode, collection by
 * collection, for a Writable of one's own:
 *
 * ```ts
 * await pipeline(documentsOf(await openDirectory('./dump'), { collections: ['orders'] }), sink)
 * ```
 *
 * Nothing is read ahead of a slow reader but what its buffers take. Destroying the stream gives the
 * snapshot back; the source stays open. Fails with UnknownCollectionError, TransformPlanError, and
 * what reading and transforming fail with.
 */
export function documentsOf(source: Source, options: DocumentsOptions = {}): Readable {
  return Readable.from(readDocuments(source, options), { highWaterMark: OBJECT_HIGH_WATER_MARK })
}

/** As {@link documentsOf}, for a typed `for await` loop. */
export async function* readDocuments(
  source: Source,
  options: DocumentsOptions = {},
): AsyncGenerator<CollectionDocument> {
  const { signal, transform } = options
  const snapshot = await source.openSnapshot({ signal })
  try {
    const { collections } = await snapshot.inventory({ signal })
    const chosen = selectCollections(collections, options, source.address)
    if (transform === undefined) yield* readPlain(snapshot, chosen, options)
    else yield* readTransformed(source, snapshot, chosen, { ...options, transform })
  } finally {
    await snapshot.close()
  }
}

async function* readPlain(
  snapshot: Snapshot,
  collections: readonly SnapshotCollection[],
  options: DocumentsOptions,
): AsyncGenerator<CollectionDocument> {
  for (const { definition } of collections) {
    for await (const { chunk } of dump(snapshot, definition, options)) {
      options.signal?.throwIfAborted()
      yield* documentsIn([chunk], definition.name)
    }
  }
}

async function* readTransformed(
  source: Source,
  snapshot: Snapshot,
  collections: readonly SnapshotCollection[],
  options: DocumentsOptions & { readonly transform: TransformRunner },
): AsyncGenerator<CollectionDocument> {
  const planned = planTransforms(collections, options.transform, source)
  for (const { source: from, info, data, definition } of planned.collections) {
    if (data === 'none') continue
    const { name } = definition
    const runner = data === 'unchanged' ? undefined : options.transform
    const dumped = dump(snapshot, from.definition, options)
    for await (const { chunks, routed } of transformInOrder(dumped, { runner, info, name })) {
      options.signal?.throwIfAborted()
      yield* documentsIn(chunks, name)
      for (const [other, sent] of routed) {
        const moved = sent.map((chunk) => moveIds(chunk, other))
        yield* documentsIn(moved, other)
      }
    }
  }
}

function dump(
  snapshot: Snapshot,
  definition: SnapshotCollection['definition'],
  { signal, maxInFlightBytes }: DocumentsOptions,
): AsyncIterable<DumpedChunk> {
  return snapshot.dump(definition, { signal, maxInFlightBytes })
}

function* documentsIn(
  chunks: readonly EntryChunk[],
  collection: string,
): Generator<CollectionDocument> {
  for (const chunk of chunks) {
    for (const document of chunk.documents()) yield { collection, document }
  }
}
