import { joinLanes, revision, type Revision } from '../values/index.js'
import type { CollectionDefinition, DumpForm } from '../wire/index.js'
import type { ChunkBudget, HeldMemory } from './chunk-budget.js'
import { scanPosition, scanRevisions, scanSlice, type ScanSource } from './document-scan.js'
import { LineBlocks } from './line-blocks.js'
import { createLineFormat } from './create-line-format.js'
import type { LineFormat } from './line-format.js'
import { nextTurn } from './next-turn.js'
import type { ChunkRange, DumpChunk, LinesThrough } from './store-snapshot.js'

/** Bytes and rows after which a scan lets others have their turn: about a millisecond. */
const SLICE_BYTES = 512 * 1024
const SLICE_ROWS = 2000

/** What lines are read from. */
export interface LineSource extends ScanSource {
  readonly type: CollectionDefinition['type']
  /** Bytes of all documents of the collection. */
  readonly bytes: number
}

/** Reads lines in blocks; see `StoreSnapshot.readLines`. */
export async function* readBlocks(
  source: LineSource,
  { after, through, form, signal }: LinesThrough,
): AsyncGenerator<Buffer, void, undefined> {
  signal?.throwIfAborted()
  const format = formatOf(source, form)
  const allocate = (bytes: number): Buffer => Buffer.allocUnsafeSlow(bytes)
  const blocks = new LineBlocks({ format, bytesExpected: 2 * source.bytes, allocate })
  const position = scanPosition(source.space, after, through)
  const take = (bytes: Uint8Array, length: number): boolean => {
    blocks.add(format.measure(bytes, length), bytes, length)
    return !blocks.hasReady
  }
  while (scanSlice(source, position, take)) {
    yield* blocks.takeReady()
    await nextTurn()
    signal?.throwIfAborted()
  }
  yield* blocks.takeAll()
}

/** Finds a chunk; see `StoreSnapshot.findChunk`. */
export async function findChunk(
  source: LineSource,
  range: ChunkRange,
  budget: ChunkBudget,
): Promise<DumpChunk> {
  const finder = new ChunkFinder(source, range, budget)
  try {
    return await finder.find()
  } catch (error) {
    finder.release()
    throw error
  }
}

class ChunkFinder {
  readonly #source: LineSource
  readonly #range: ChunkRange
  readonly #countMax: number
  readonly #format: LineFormat
  readonly #held: HeldMemory
  readonly #blocks: LineBlocks
  #isHolding = true
  /** Last revision whose line is held, as lanes. */
  readonly #heldLast = new Uint32Array(2)
  readonly #last = new Uint32Array(2)
  #count = 0
  #bytes = 0
  #sliceEndBytes = 0
  #sliceEndCount = 0

  constructor(source: LineSource, range: ChunkRange, budget: ChunkBudget) {
    this.#source = source
    this.#range = range
    this.#countMax = range.countMax ?? Infinity
    this.#format = formatOf(source, range.form)
    this.#held = budget.begin()
    this.#blocks = new LineBlocks({
      format: this.#format,
      bytesExpected: Math.min(range.chunkBytes, 2 * source.bytes),
      allocate: (bytes) => this.#held.allocate(bytes),
    })
  }

  release(): void {
    this.#held.release()
  }

  async find(): Promise<DumpChunk> {
    const { after, signal } = this.#range
    signal?.throwIfAborted()
    const position = scanPosition(this.#source.space, after, undefined)
    let isInside = true
    for (;;) {
      this.#sliceEndBytes = this.#bytes + SLICE_BYTES
      this.#sliceEndCount = Math.min(this.#count + SLICE_ROWS, this.#countMax)
      isInside = scanSlice(this.#source, position, this.#take)
      if (!isInside || this.#isFull) break
      await nextTurn()
      signal?.throwIfAborted()
    }
    const hasMore = isInside && scanRevisions(this.#source, position, 1).length > 0
    return this.#finish(hasMore)
  }

  get #isFull(): boolean {
    return this.#bytes >= this.#range.chunkBytes || this.#count >= this.#countMax
  }

  #take = (bytes: Uint8Array, length: number): boolean => {
    const { lanes } = this.#source.documents.reader
    const lineBytes = this.#format.measure(bytes, length)
    if (this.#isHolding) {
      this.#isHolding = this.#blocks.add(lineBytes, bytes, length)
      if (this.#isHolding) this.#heldLast.set(lanes)
    }
    this.#last.set(lanes)
    this.#count += 1
    this.#bytes += lineBytes
    return (
      this.#bytes < this.#range.chunkBytes &&
      this.#bytes < this.#sliceEndBytes &&
      this.#count < this.#sliceEndCount
    )
  }

  #finish(hasMore: boolean): DumpChunk {
    const held = this.#held
    const blocks = this.#blocks.takeAll()
    const last = this.#count === 0 ? undefined : toRevision(this.#last)
    const rest = this.#restRange(last, blocks.length > 0)
    const source = this.#source
    async function* read(): AsyncGenerator<Buffer, void, undefined> {
      try {
        for (const block of blocks.splice(0)) yield block
        held.release()
        if (rest !== undefined) yield* readBlocks(source, rest)
      } finally {
        held.release()
      }
    }
    return {
      count: this.#count,
      bytes: this.#bytes,
      last,
      hasMore,
      blocks: read,
      release() {
        blocks.length = 0
        held.release()
      },
      reuse() {
        held.reuse()
      },
    }
  }

  /** What has to be read a second time, since there was no memory for it. */
  #restRange(last: Revision | undefined, hasHeld: boolean): LinesThrough | undefined {
    if (this.#isHolding || last === undefined) return undefined
    const { after, form, signal } = this.#range
    return { after: hasHeld ? toRevision(this.#heldLast) : after, through: last, form, signal }
  }
}

function formatOf({ type, documents }: LineSource, form: DumpForm): LineFormat {
  return createLineFormat(form, type, documents.reader.lanes)
}

function toRevision(lanes: Uint32Array): Revision {
  return revision(joinLanes({ high: lanes[0] as number, low: lanes[1] as number }))
}
