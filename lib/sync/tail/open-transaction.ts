import { LineRanges, MarkerChunk } from '../../streams/index.js'
import type { Tick } from '../../values/index.js'
import type { GroupLines } from './log-group.js'
import type { SpilledLines, SpillSpace } from './spill-space.js'

/** What a chunk takes beside its buffer: itself, its arrays, and eight bytes a line. */
const CHUNK_COST_BYTES = 512
const LINE_COST_BYTES = 8

/** What is known of a transaction when it begins. */
export interface TransactionBegin {
  readonly id: Tick
  /** A tick below its begin. */
  readonly below: Tick
  /** Its database, where told. */
  readonly databaseName: string | undefined
}

/** A transaction whose end has not come yet, and its lines so far. */
export class OpenTransaction implements TransactionBegin {
  readonly id: Tick
  readonly below: Tick
  readonly databaseName: string | undefined
  /** Lines of the chunk that is being read. */
  #ranges = new LineRanges()
  /** Lines before those, in a file. */
  #spilled: SpilledLines[] = []
  /** Lines of earlier chunks, each in memory of its own. */
  #kept: MarkerChunk[] = []
  #keptCost = 0
  #lineCount = 0
  #bytes = 0

  constructor({ id, below, databaseName }: TransactionBegin) {
    this.id = id
    this.below = below
    this.databaseName = databaseName
  }

  /** Lines so far. */
  get lineCount(): number {
    return this.#lineCount
  }

  /** Bytes of the lines of earlier chunks, and of all once {@link take} was called. */
  get bytes(): number {
    return this.#bytes
  }

  /** Bytes of memory that the lines of earlier chunks take, all told. */
  get keptCost(): number {
    return this.#keptCost
  }

  /** Takes a line of the chunk that is being read; true for the first of that chunk. */
  add(index: number): boolean {
    this.#ranges.add(index)
    this.#lineCount += 1
    return this.#ranges.lineCount === 1
  }

  /**
   * Copies its lines out of a chunk that is left behind, so that no more is kept than is counted.
   *
   * @returns by how much {@link keptCost} has grown
   */
  keep(markers: MarkerChunk): number {
    const isCopy = this.#ranges.rangeCount > 1
    const lines = this.#takeLines(markers)
    if (lines === undefined) return 0
    const kept = isCopy ? lines : new MarkerChunk({ ...partsOf(lines), buffer: copyOf(lines) })
    const cost = kept.buffer.length + LINE_COST_BYTES * kept.lineCount + CHUNK_COST_BYTES
    this.#kept.push(kept)
    this.#keptCost += cost
    return cost
  }

  /**
   * Puts the lines of earlier chunks into a file.
   *
   * @throws SpillError
   */
  spill(space: SpillSpace): void {
    this.#spilled.push(...space.write(this.#takeKept()))
  }

  /** Gives up all its lines; those of the chunk that is being read are views of it. */
  take(markers: MarkerChunk): GroupLines {
    const last = this.#takeLines(markers)
    const kept = this.#takeKept()
    return linesIn(this.#takeSpilled(), last === undefined ? kept : [...kept, last])
  }

  /** Gives up its lines of earlier chunks; the others are not its own. */
  close(): void {
    for (const lines of this.#takeSpilled()) lines.release()
    this.#takeKept()
  }

  #takeKept(): MarkerChunk[] {
    const kept = this.#kept
    this.#kept = []
    this.#keptCost = 0
    return kept
  }

  #takeSpilled(): SpilledLines[] {
    const spilled = this.#spilled
    this.#spilled = []
    return spilled
  }

  #takeLines(markers: MarkerChunk): MarkerChunk | undefined {
    if (this.#ranges.lineCount === 0) return undefined
    const lines = markers.pick(this.#ranges)
    this.#ranges = new LineRanges()
    this.#bytes += lines.buffer.length
    return lines
  }
}

function copyOf({ buffer }: MarkerChunk): Buffer {
  // Not of the pool, whose blocks are shared with others.
  const copy = Buffer.allocUnsafeSlow(buffer.length)
  copy.set(buffer)
  return copy
}

function partsOf(chunk: MarkerChunk) {
  const { offsets, firstLineNumber, byteOffset, source, lineNumbers } = chunk
  return { offsets, firstLineNumber, byteOffset, source, lineNumbers }
}

function linesIn(spilled: readonly SpilledLines[], kept: readonly MarkerChunk[]): GroupLines {
  return {
    *chunks() {
      for (const lines of spilled) yield lines.read()
      yield* kept
    },
    release() {
      for (const lines of spilled) lines.release()
    },
  }
}
