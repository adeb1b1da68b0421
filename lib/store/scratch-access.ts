import type { RevisionAccess, SeekOptions, Snapshot } from '../replica/index.js'
import type { EntryChunk } from '../streams/index.js'
import { joinLanes, type Lanes, type RevisionRange } from '../values/index.js'
import { DumpLineError, DumpLineScanner, type CollectionDefinition } from '../wire/index.js'
import { DumpHasRemovalsError, DumpRepeatsRevisionError } from './dump-errors.js'
import { readLineRevision } from './line-revision.js'
import type { Scratch, ScratchTable } from './scratch.js'
import { BLOCK_REVISIONS, readDocuments } from './store-access.js'

const KEY_BYTES = 8

/** How {@link createScratchAccess} reads the dump; `onTransfer` is told nothing. */
export type ScratchAccessOptions = Omit<SeekOptions, 'onTransfer'>

let tablesMade = 0

/**
 * Makes a collection of a replica that has to be read as a whole one that can be looked into by
 * revision: its dump is read once, and the documents inside the ranges are kept in a table of their
 * own of the scratch index, until that is closed.
 *
 * @param ranges - ascending and disjoint; what is asked for afterwards must lie inside them
 * @throws DumpHasRemovalsError, DumpRepeatsRevisionError; DumpLineError when a line is no entry, or has
 *   no revision that a tree can hold; what the dump and the index throw
 */
export async function createScratchAccess(
  snapshot: Pick<Snapshot, 'dump'>,
  definition: CollectionDefinition,
  ranges: readonly RevisionRange[],
  scratch: Scratch,
  options: ScratchAccessOptions = {},
): Promise<RevisionAccess> {
  tablesMade += 1
  const table = scratch.table(`documents by revision ${tablesMade}`)
  const keeper = new DumpKeeper(definition.name, ranges, table)
  for await (const { chunk } of snapshot.dump(definition, options)) {
    options.signal?.throwIfAborted()
    await keeper.keep(chunk)
  }
  keeper.finish()
  const find = (wanted: bigint): Buffer | undefined => table.get(keyOf(wanted))
  return {
    revisions: (wanted, { signal } = {}) => readRevisions(table, wanted, signal),
    documents: (revisions, seek = {}) =>
      readDocuments({ name: definition.name, find }, revisions, seek),
  }
}

/** Puts the documents of a dump that are inside ranges under their revisions. */
class DumpKeeper {
  readonly #name: string
  readonly #ranges: readonly RevisionRange[]
  readonly #table: ScratchTable
  readonly #scanner = new DumpLineScanner()
  readonly #lanes: Lanes = { high: 0, low: 0 }
  #kept = 0

  constructor(name: string, ranges: readonly RevisionRange[], table: ScratchTable) {
    this.#name = name
    this.#ranges = ranges
    this.#table = table
  }

  async keep(chunk: EntryChunk): Promise<void> {
    const scanner = this.#scanner
    for (let line = 0; line < chunk.lineCount; line += 1) {
      if (!chunk.scanLine(line, scanner)) continue
      const value = this.#readRevision(chunk, line)
      if (!isInside(this.#ranges, value)) continue
      const document = chunk.buffer.subarray(scanner.documentStart, scanner.documentEnd)
      this.#kept += 1
      const written = this.#table.put(keyOf(value), document)
      if (written !== undefined) await written
    }
  }

  finish(): void {
    const repeated = this.#kept - this.#table.size
    if (repeated > 0) throw new DumpRepeatsRevisionError(this.#name, repeated)
  }

  #readRevision(chunk: EntryChunk, line: number): bigint {
    const { isRemoval, revisionStart, revisionEnd } = this.#scanner
    if (isRemoval) throw new DumpHasRemovalsError(this.#name, chunk.place(line))
    if (readLineRevision(chunk.buffer, revisionStart, revisionEnd, this.#lanes)) {
      return joinLanes(this.#lanes)
    }
    throw new DumpLineError('the document has no usable "_rev"', chunk.place(line))
  }
}

async function* readRevisions(
  table: ScratchTable,
  ranges: readonly RevisionRange[],
  signal: AbortSignal | undefined,
): AsyncGenerator<BigUint64Array> {
  signal?.throwIfAborted()
  let block = new BigUint64Array(BLOCK_REVISIONS)
  let count = 0
  for (const { from, through } of ranges) {
    for await (const key of table.keys({ from: keyOf(from), through: keyOf(through) })) {
      block[count] = key.readBigUInt64BE()
      count += 1
      if (count < BLOCK_REVISIONS) continue
      yield block
      signal?.throwIfAborted()
      block = new BigUint64Array(BLOCK_REVISIONS)
      count = 0
    }
  }
  if (count > 0) yield block.subarray(0, count)
}

/** Tells whether a revision lies in one of the ranges: the last one that begins at or below it. */
function isInside(ranges: readonly RevisionRange[], value: bigint): boolean {
  let first = 0
  let end = ranges.length
  while (first < end) {
    const middle = (first + end) >>> 1
    if ((ranges[middle] as RevisionRange).from <= value) first = middle + 1
    else end = middle
  }
  const range = ranges[first - 1]
  return range !== undefined && value <= range.through
}

/** Big-endian, so that the order of bytes is that of revisions. */
function keyOf(value: bigint): Buffer {
  const key = Buffer.alloc(KEY_BYTES)
  key.writeBigUInt64BE(value)
  return key
}
