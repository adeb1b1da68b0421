import { joinLanes, firstStampAt, tick, type Tick } from '../values/index.js'
import { firstLogTick, scanLogSlice, type LogRow, type LogSource } from './log-scan.js'
import { nextTurn } from './next-turn.js'
import { addRemoved, forgetDropped, isDrop, logBytes, type DropMarker } from './removed-log.js'
import type { StoreWriter } from './store-writer.js'
import type { TrimLogOptions, TrimLogResult } from './trim-log-options.js'
import { TRANSACTION_ROWS_MAX } from './write-queue.js'
import type { WriteTransaction } from './write-transaction.js'

const NOTHING = tick(0n)
/** Above every tick that a clock gives, and low enough for the end of a range. */
const TICK_END = tick(2n ** 63n)

/**
 * Removes the oldest markers of the log: a slice a transaction, and between two of them the event
 * loop and other writes have their turn. A transaction goes as a whole, so that the log never begins
 * inside one; only a process that dies between two slices of a large one leaves its rest, which the
 * next call removes.
 *
 * @throws the signal's reason
 */
export async function trimLog(
  writer: StoreWriter,
  options: TrimLogOptions,
): Promise<TrimLogResult> {
  const trim = new LogTrim(options, writer.now)
  options.signal?.throwIfAborted()
  // A write that finds nothing to do would be flushed all the same.
  if (!trim.isDue(writer.log)) return trim.result
  for (;;) {
    options.signal?.throwIfAborted()
    const hasMore = await writer.write((write) => trim.removeSlice(write), TRANSACTION_ROWS_MAX)
    if (!hasMore) return trim.result
    await nextTurn()
  }
}

class LogTrim {
  readonly #options: TrimLogOptions
  readonly #now: () => number
  readonly #result = { markers: 0, bytes: 0 }
  /** How far a transaction was followed whose end is not found yet; 0 outside of one. */
  #seen: Tick = NOTHING
  /** The last marker that may go; 0 when the next ones are to be looked for. */
  #end: Tick = NOTHING

  constructor(options: TrimLogOptions, now: () => number) {
    const { through } = options
    this.#options = { ...options, through: through < TICK_END ? through : TICK_END }
    this.#now = now
  }

  get result(): TrimLogResult {
    return { ...this.#result }
  }

  /** Tells whether the oldest marker may go, if its transaction lets it. */
  isDue(source: LogSource): boolean {
    const first = firstLogTick(source)
    return first !== undefined && first <= this.#options.through && first <= this.#due(source)
  }

  /** @returns false when nothing is left that may go */
  removeSlice(write: WriteTransaction): boolean {
    const source: LogSource = { wal: write.tables.wal, transaction: () => undefined }
    if (this.#end === NOTHING && !this.#look(source)) return false
    if (this.#end !== NOTHING) this.#remove(source, write)
    return true
  }

  /**
   * Looks for the end of what may go, in one slice of the log.
   *
   * @returns false when nothing may
   */
  #look(source: LogSource): boolean {
    const { through } = this.#options
    const due = this.#due(source)
    let isInside = this.#seen !== NOTHING
    const next = scanLogSlice(source, { after: this.#seen, through }, (row) => {
      const at = tickOf(row)
      if (!isInside && at > due) return false
      isInside = row.goesOn
      if (!isInside) this.#end = at
      return true
    })
    const isFound = this.#end !== NOTHING
    this.#seen = isFound || next === undefined ? NOTHING : next
    return isFound || next !== undefined
  }

  /** The newest tick that is too old, or any where the log is too large. */
  #due({ wal }: LogSource): Tick {
    const { ageMaxMs = Infinity, bytesMax = Infinity, through } = this.#options
    if (logBytes(wal) > bytesMax) return through
    const oldestMs = this.#now() - ageMaxMs
    return oldestMs <= 0 ? NOTHING : tick(firstStampAt(Math.floor(oldestMs)) - 1n)
  }

  #remove(source: LogSource, { tables: { wal, meta } }: WriteTransaction): void {
    const ticks: Tick[] = []
    const drops: DropMarker[] = []
    const next = scanLogSlice(source, { after: NOTHING, through: this.#end }, (row) => {
      ticks.push(tickOf(row))
      this.#result.bytes += row.dataEnd
      if (isDrop(row))
        drops.push({ type: row.type, databaseId: row.databaseId, objectId: row.objectId })
      return true
    })
    for (const each of ticks) wal.removeSync(each)
    for (const drop of drops) forgetDropped(meta, drop)
    this.#result.markers += ticks.length
    // Another call may have removed them meanwhile.
    const newest = ticks.at(-1)
    if (newest !== undefined) addRemoved(meta, newest, ticks.length)
    if (next === undefined) this.#end = NOTHING
  }
}

function tickOf(row: LogRow): Tick {
  return tick(joinLanes(row))
}
