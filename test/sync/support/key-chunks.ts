import type {
  KeyAccess,
  KeyChunk,
  KeyedRevision,
  Snapshot,
  Source,
} from '../../../lib/replica/index.js'
import { KeysHash, type CollectionDefinition } from '../../../lib/wire/index.js'
import { collectAll } from '../../support/streams.js'
import { wrapSource } from './wrap-source.js'

/** How {@link inKeyChunks} makes chunks. */
export interface KeyChunkOptions {
  readonly chunkKeys: number
  /** What becomes of hashes. Default: nothing. */
  readonly hash?: (hash: bigint) => bigint
}

/** A store as a source that knows collections by key alone, in chunks of any size. */
export function inKeyChunks(source: Source, options: KeyChunkOptions): Source {
  return wrapSource(source, (snapshot) => ({
    seek: () => Promise.resolve(undefined),
    seekKeys: (definition) => openKeyChunks(snapshot, definition, options),
  }))
}

async function openKeyChunks(
  snapshot: Snapshot,
  definition: CollectionDefinition,
  { chunkKeys, hash = (value) => value }: KeyChunkOptions,
): Promise<KeyAccess> {
  const pages = snapshot.readKeys?.(definition, {})
  const all = pages === undefined ? [] : (await collectAll(pages)).flat()
  const rowsOf = (index: number): readonly KeyedRevision[] =>
    all.slice(index * chunkKeys, (index + 1) * chunkKeys)
  const chunkAt = (index: number): KeyChunk => {
    const rows = rowsOf(index)
    const keysHash = new KeysHash()
    for (const { key, rev } of rows) keysHash.add(key, rev)
    const [low = '', high = ''] = [rows[0]?.key, rows.at(-1)?.key]
    const count = (index + 1) * chunkKeys < all.length ? chunkKeys : undefined
    return { index, low, high, count, hash: hash(keysHash.value) }
  }
  return {
    count: all.length,
    chunks: () =>
      Promise.resolve(
        Array.from({ length: Math.ceil(all.length / chunkKeys) }, (_, index) => chunkAt(index)),
      ),
    keys: ({ index }) => Promise.resolve(rowsOf(index)),
    async *documents(_chunk, wanted, options) {
      const access = await snapshot.seek?.(definition)
      const revisions = BigUint64Array.from(wanted, ({ revision }) => revision)
      if (access !== undefined) yield* access.documents([revisions], options)
    },
    close: () => Promise.resolve(),
  }
}
