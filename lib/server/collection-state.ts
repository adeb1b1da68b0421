import { hash } from 'node:crypto'
import type { StoreCollection, StoreSnapshot } from '../store/index.js'
import { decodeU64, wrapU64 } from '../values/index.js'
import { CanonicalWriter, DumpLineScanner, leaveOut } from '../wire/index.js'
import type { EndpointContext, EndpointRequest } from './endpoint.js'

const NEWLINE = 0x0a

/** What a checksum is about, beside the keys. */
export interface ChecksumParts {
  readonly withRevisions: boolean
  readonly withData: boolean
}

/** What a collection's documents come to. */
export interface CollectionState {
  /** Decimal; every write to the collection changes it. */
  readonly revision: string
  /** Decimal; empty unless it was asked for. */
  readonly checksum: string
}

/**
 * Sums up the documents of a collection.
 *
 * @param parts - undefined for no checksum, which reads all documents
 */
export async function readState(
  collection: StoreCollection,
  parts: ChecksumParts | undefined,
  { signal }: EndpointRequest,
  { store }: EndpointContext,
): Promise<CollectionState> {
  const snapshot = await store.openSnapshot({ signal })
  try {
    const { hash: treeHash } = await snapshot.tree(collection, { signal })
    const checksum = parts && (await sumOf(snapshot, collection, parts, signal))
    return { revision: treeHash.toString(), checksum: checksum?.toString() ?? '' }
  } finally {
    snapshot.close()
  }
}

/** The sum modulo 2^64 of the first 8 bytes of SHA-256 over the asked parts of each document. */
async function sumOf(
  snapshot: StoreSnapshot,
  collection: StoreCollection,
  { withRevisions, withData }: ChecksumParts,
  signal: AbortSignal,
): Promise<bigint> {
  const leftOut = leaveOut(withRevisions ? [['_id']] : [['_id'], ['_rev']])
  const writer = new CanonicalWriter({ leftOut })
  const scanner = new DumpLineScanner()
  let sum = 0n
  for await (const block of snapshot.readLines(collection, { form: 'bare', signal })) {
    for (let start = 0; start < block.length;) {
      const end = block.indexOf(NEWLINE, start)
      scanner.scan(block, start, end)
      const { keyStart, keyEnd, revisionStart, revisionEnd } = scanner
      const key = block.subarray(keyStart - 1, keyEnd + 1)
      const revision = withRevisions ? block.subarray(revisionStart, revisionEnd) : Buffer.alloc(0)
      const bytes = withData ? writer.write(block, start, end) : Buffer.concat([key, revision])
      sum += decodeU64(hash('sha256', bytes, 'buffer'))
      start = end + 1
    }
  }
  return wrapU64(sum)
}
