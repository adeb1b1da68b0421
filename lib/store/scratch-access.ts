import { CHUNK_BYTES, ReplicationError } from '../core/index.js'
import type { OperationOptions, RevisionAccess, Snapshot } from '../replica/index.js'
import { chunkLines } from '../streams/index.js'
import { decodeU64, encodeU64, parseRevision, type RevisionRange } from '../values/index.js'
import { DumpLineScanner, type CollectionDefinition } from '../wire/index.js'
import type { Scratch, ScratchTable } from './scratch.js'

const BLOCK_REVISIONS = 65_536

/** A dump of an old server holds removals. */
export class DumpHasRemovalsError extends ReplicationError {
  readonly code = 'ERR_DUMP_HAS_REMOVALS' as const
}

/** Keeps the documents of a dump whose revision is inside ranges, for looking them up. */
export async function createScratchAccess(
  snapshot: Pick<Snapshot, 'dump'>,
  definition: CollectionDefinition,
  ranges: readonly RevisionRange[],
  scratch: Scratch,
  { signal }: OperationOptions = {},
): Promise<RevisionAccess> {
  const table = scratch.table('documents')
  const scanner = new DumpLineScanner()
  for await (const { chunk } of snapshot.dump(definition, { signal })) {
    for (let index = 0; index < chunk.lineCount; index += 1) {
      if (!chunk.scanLine(index, scanner)) continue
      if (scanner.isRemoval) {
        const reason = 'its dump holds removals; load it into a store first'
        throw new DumpHasRemovalsError(`Cannot read collection "${definition.name}": ${reason}`)
      }
      const { buffer } = chunk
      const text = buffer.toString('latin1', scanner.revisionStart, scanner.revisionEnd)
      const revision = parseRevision(text)
      if (!isInside(ranges, revision)) continue
      const document = buffer.subarray(scanner.documentStart, scanner.documentEnd)
      await table.put(keyOf(revision), Buffer.from(document))
    }
  }
  return {
    revisions: (wanted) => listRevisions(table, wanted),
    async *documents(revisions) {
      for await (const chunk of chunkLines(lines(table, revisions), { source: definition.name })) {
        yield { chunk, readBytes: chunk.buffer.length }
      }
    },
  }
}

async function* listRevisions(
  table: ScratchTable,
  ranges: readonly RevisionRange[],
): AsyncGenerator<BigUint64Array> {
  let block: bigint[] = []
  for await (const { key } of table.entries()) {
    const revision = decodeU64(key)
    if (isInside(ranges, revision)) block.push(revision)
    if (block.length < BLOCK_REVISIONS) continue
    yield BigUint64Array.from(block)
    block = []
  }
  if (block.length > 0) yield BigUint64Array.from(block)
}

async function* lines(
  table: ScratchTable,
  revisions: AsyncIterable<BigUint64Array> | Iterable<BigUint64Array>,
): AsyncGenerator<Buffer> {
  let pieces: Buffer[] = []
  let bytes = 0
  for await (const block of revisions) {
    for (const revision of block) {
      const document = table.get(keyOf(revision))
      if (document === undefined) continue
      pieces.push(document, Buffer.from('\n'))
      bytes += document.length + 1
      if (bytes < CHUNK_BYTES) continue
      yield Buffer.concat(pieces)
      pieces = []
      bytes = 0
    }
  }
  if (bytes > 0) yield Buffer.concat(pieces)
}

function keyOf(revision: bigint): Buffer {
  return encodeU64(revision)
}

function isInside(ranges: readonly RevisionRange[], revision: bigint): boolean {
  let low = 0
  let high = ranges.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ranges[middle] as RevisionRange).through < revision) low = middle + 1
    else high = middle
  }
  const range = ranges[low]
  return range !== undefined && range.from <= revision
}
