import type {
  KeyAccess,
  KeyChunk,
  KeyedRevision,
  KeyRange,
  SeekOptions,
} from '../../replica/index.js'
import { KeysHash } from '../../wire/index.js'
import { IncomparableError } from '../incomparable-error.js'

/** Reads the keys of the target in a range, in order. */
export type ReadLocalKeys = (range: KeyRange) => AsyncIterable<readonly KeyedRevision[]>

/** A chunk of the source that the target does not have as it is. */
export interface DifferentChunk {
  readonly chunk: KeyChunk
  /** What of the target belongs to it: all that no other chunk has. */
  readonly range: KeyRange
}

/** What comparing all chunks showed. */
export interface ComparedChunks {
  readonly different: readonly DifferentChunk[]
  /** Documents of the target. */
  readonly targetCount: number
}

/**
 * Asks for the chunks of a source. Counts may be a little wrong on old servers, so they are not held
 * against the chunks; but without any chunk all of the target would be removed.
 *
 * @throws IncomparableError where it counts documents and shows none
 */
export async function readChunks(
  access: KeyAccess,
  options: SeekOptions,
): Promise<readonly KeyChunk[]> {
  const chunks = await access.chunks(options)
  if (chunks.length > 0 || access.count === 0) return chunks
  throw new IncomparableError('the source counts documents and shows none')
}

/**
 * Compares the chunks of a source with the target by their hashes, of which the target's are computed
 * while its keys are read (client notes, 2.2). To each chunk belongs all of the target up to its last
 * key, and to the last one what is behind it, so that keys between two chunks are found too.
 *
 * A source with another hash has nothing but different chunks.
 *
 * @param chunks - in order, at least one
 */
export async function compareChunks(
  chunks: readonly KeyChunk[],
  readLocal: ReadLocalKeys,
  signal: AbortSignal,
): Promise<ComparedChunks> {
  const different: DifferentChunk[] = []
  let targetCount = 0
  let after: string | undefined
  for (const [index, chunk] of chunks.entries()) {
    signal.throwIfAborted()
    const isLast = index === chunks.length - 1
    const range = { after, through: isLast ? undefined : chunk.high }
    const local = await hashLocal(readLocal(range))
    targetCount += local.count
    const isEqual = local.hash === chunk.hash && local.count === (chunk.count ?? local.count)
    if (!isEqual) different.push({ chunk, range })
    after = chunk.high
  }
  return { different, targetCount }
}

async function hashLocal(
  pages: AsyncIterable<readonly KeyedRevision[]>,
): Promise<{ readonly hash: bigint; readonly count: number }> {
  const hash = new KeysHash()
  let count = 0
  for await (const rows of pages) {
    for (const { key, rev } of rows) hash.add(key, rev)
    count += rows.length
  }
  return { hash: hash.value, count }
}
