import { joinLanes, tick, type Lanes, type Tick } from '../values/index.js'
import { LogBlocks, type BlocksMark } from './log-blocks.js'
import type { LogNames } from './log-names.js'
import { LogPatterns } from './log-pattern.js'
import { scanLogSlice, type LogRow, type LogScan, type LogSource } from './log-scan.js'
import { nextTurn } from './next-turn.js'
import type { LogChunk, LogRange } from './store-snapshot.js'

/** A {@link LogRange} that ends somewhere. */
interface BoundedLogRange extends LogRange {
  readonly through: Tick
}

/** Reads a chunk of the log, in slices that leave the event loop free. */
export async function readLogChunk(
  source: LogSource,
  names: LogNames,
  range: BoundedLogRange,
): Promise<LogChunk> {
  const builder = new LogChunkBuilder(names, range)
  let after: Tick | undefined = range.after
  for (;;) {
    range.signal?.throwIfAborted()
    const slice: LogScan = { after, through: range.through }
    after = scanLogSlice(source, slice, (row) => builder.take(row))
    if (after === undefined) return builder.build()
    await nextTurn()
  }
}

/** What a chunk holds up to some line. */
interface ChunkEnd {
  readonly lines: BlocksMark
  readonly count: number
  readonly lastIncluded: Tick
  readonly lastScanned: Tick
}

class LogChunkBuilder {
  readonly #range: BoundedLogRange
  readonly #patterns: LogPatterns
  readonly #blocks: LogBlocks
  /** Tick of the last marker that was looked at, and of the last one that is in the chunk. */
  readonly #scanned: Lanes = { high: 0, low: 0 }
  readonly #included: Lanes = { high: 0, low: 0 }
  #scannedCount = 0
  #count = 0
  #isInTransaction = false
  /** Where the lines before the open transaction end; undefined where there are none. */
  #beforeTransaction: ChunkEnd | undefined
  /** True when the chunk ends before the range does. */
  #isCut = false

  constructor(names: LogNames, range: BoundedLogRange) {
    this.#range = range
    this.#patterns = new LogPatterns(names, range)
    this.#blocks = new LogBlocks(range.allocate ?? (() => true))
    const { after } = range
    setLanes(this.#scanned, { high: Number(after >> 32n), low: Number(after & 0xffff_ffffn) })
  }

  /** Takes the next row; false ends the chunk. */
  take(row: LogRow): boolean {
    if (row.hasTransaction && !this.#isInTransaction) {
      this.#beforeTransaction = this.#count > 0 ? this.#end() : undefined
    }
    this.#isCut = !this.#add(row)
    if (this.#isCut) return false
    setLanes(this.#scanned, row)
    this.#scannedCount += 1
    this.#isInTransaction = row.goesOn
    const { chunkBytes, scanMax = Infinity } = this.#range
    this.#isCut = this.#blocks.bytes >= chunkBytes || this.#scannedCount >= scanMax
    return !this.#isCut
  }

  /** Gives the chunk; to be called once. */
  build(): LogChunk {
    if (!this.#isCut) return this.#chunk({ ...this.#end(), lastScanned: this.#range.through })
    const whole = this.#isInTransaction ? this.#beforeTransaction : undefined
    if (whole === undefined) return this.#chunk(this.#end())
    this.#blocks.cut(whole.lines)
    return this.#chunk(whole)
  }

  /** @returns false when there was no memory for the line */
  #add(row: LogRow): boolean {
    const pattern = this.#patterns.find(row)
    if (pattern === undefined) return true
    if (!this.#blocks.add(pattern, row)) return false
    this.#count += 1
    setLanes(this.#included, row)
    return true
  }

  #end(): ChunkEnd {
    return {
      lines: this.#blocks.mark,
      count: this.#count,
      lastIncluded: tick(joinLanes(this.#included)),
      lastScanned: tick(joinLanes(this.#scanned)),
    }
  }

  #chunk({ lines, count, lastIncluded, lastScanned }: ChunkEnd): LogChunk {
    return { blocks: this.#blocks.built(), bytes: lines.bytes, count, lastIncluded, lastScanned }
  }
}

function setLanes(lanes: Lanes, { high, low }: Lanes): void {
  lanes.high = high
  lanes.low = low
}
