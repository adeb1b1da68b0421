import type { LogPosition } from '../../replica/index.js'
import { LineRanges } from '../../streams/index.js'
import { tick, type Tick } from '../../values/index.js'
import {
  decodeText,
  LineSpan,
  MARKER_TYPE,
  MarkerHeadScanner,
  UnknownMarkerError,
} from '../../wire/index.js'
import { limitsOf, type GroupOptions } from './group-options.js'
import { linesOf, LogGroup, type GroupParts } from './log-group.js'
import { NONE_OPEN, tickBelow, type OpenSet } from './open-set.js'
import { OpenTransactions } from './open-transactions.js'
import { TailError } from './tail-error.js'
import type { TailChunk } from './tail-item.js'

const ZERO = 0x30
const KNOWN_TYPES: ReadonlySet<number> = new Set(Object.values(MARKER_TYPE))

/**
 * Puts the markers of a log together: a committed transaction whole, at the place of its commit, and
 * markers that stand alone at once. Aborted transactions are dropped, and so are those that nothing
 * is left of. Transactions may be interleaved, as they were in old engines.
 *
 * A run of markers that stand alone is one group, as far as the same transactions are open: so the
 * position of each of them is known from the group's.
 */
export class TransactionGrouper {
  readonly #head = new MarkerHeadScanner()
  readonly #open: OpenTransactions
  readonly #refusesUnknown: boolean
  /** What ends at or below it was dealt with; undefined once the log is behind it. */
  #after: Tick | undefined
  /** Those of which only the begin, not the end, was dealt with at {@link #after}. */
  readonly #openBefore: ReadonlySet<Tick>
  /** Tick of the last group. */
  #given: Tick | undefined
  /** Highest tick of the chunks before this one. */
  #seen: Tick | undefined
  #chunk!: TailChunk
  /** The last marker's tick in the chunk's buffer; absent before the first. */
  readonly #last = new LineSpan()
  /** Markers of the chunk that stand alone and are not given yet. */
  #run = new LineRanges()
  /** What was open at each of them, and the tick of the last. */
  #runSet: OpenSet = NONE_OPEN
  readonly #runTick = new LineSpan()
  /** Groups that are to be given next. */
  #ready: GroupParts[] = []

  /** @throws RangeError when a limit is not a positive integer */
  constructor(options: GroupOptions = {}) {
    const { after, unknownTypes } = options
    this.#open = new OpenTransactions(limitsOf(options))
    this.#refusesUnknown = unknownTypes === 'refuse'
    const isTick = typeof after === 'bigint'
    this.#after = isTick ? after : after?.tick
    this.#openBefore = new Set(isTick ? [] : after?.openTransactions)
  }

  /**
   * Takes the next chunk and gives the groups that end in it; each is to be told once it was emitted
   * ({@link LogGroup.emitted}). A group without markers tells how far the log is read: for a chunk
   * without lines, and where the log is read further than the last group says and no transaction is
   * open.
   *
   * @throws MarkerLineError when a line is not a marker
   * @throws UnknownMarkerError where types that are not known are refused
   * @throws {@link TailError} `ERR_TRANSACTION_UNKNOWN` for an operation or an end of a transaction
   *   whose begin was not read, `ERR_TRANSACTIONS_OPEN` when too many are open
   * @throws SpillError when a temporary file cannot be written
   */
  *push(chunk: TailChunk): Generator<LogGroup, void, undefined> {
    // Only the last group of a chunk may say that the follower is level.
    let waiting: GroupParts | undefined
    try {
      for (const parts of this.#groupsOf(chunk)) {
        const before = waiting
        waiting = parts
        if (before !== undefined) yield new LogGroup(before, chunk, false)
      }
      const last = waiting
      waiting = undefined
      if (last !== undefined) yield new LogGroup(last, chunk, true)
    } catch (error) {
      const last = waiting
      waiting = undefined
      if (last !== undefined) yield new LogGroup(last, chunk, false)
      throw error
    } finally {
      // Whoever leaves early gives nobody what is left.
      waiting?.lines.release()
    }
  }

  /** Gives up the transactions that are still open, and their files. */
  close(): void {
    for (const { lines } of this.#ready) lines.release()
    this.#ready = []
    this.#open.close()
  }

  *#groupsOf(chunk: TailChunk): Generator<GroupParts, void, undefined> {
    const { markers } = chunk
    this.#chunk = chunk
    this.#last.clear()
    this.#open.begin(markers)
    try {
      for (let index = 0; index < markers.lineCount; index += 1) {
        if (!markers.scanHead(index, this.#head)) continue
        this.#take(index)
        if (this.#ready.length > 0) yield* this.#takeReady()
        copySpan(this.#head.tick, this.#last)
      }
    } catch (error) {
      this.#endRun()
      yield* this.#takeReady()
      throw error
    }
    this.#endRun()
    yield* this.#takeReady()
    this.#open.keep()
    yield* this.#advance(chunk)
  }

  *#takeReady(): Generator<GroupParts, void, undefined> {
    for (let next = this.#ready.shift(); next !== undefined; next = this.#ready.shift()) yield next
  }

  #take(index: number): void {
    switch (this.#head.type) {
      case MARKER_TYPE.begin:
        this.#begin()
        break
      case MARKER_TYPE.commit:
      case MARKER_TYPE.abort:
        this.#end()
        break
      case MARKER_TYPE.document:
      case MARKER_TYPE.edge:
      case MARKER_TYPE.removal:
        if (this.#isInTransaction()) this.#operate(index)
        else this.#standAlone(index)
        break
      default:
        this.#refuseUnknown()
        this.#standAlone(index)
    }
  }

  #begin(): void {
    const { databaseName, transactionId, tick: own } = this.#head
    const seen = this.#last.start < 0 ? this.#seen : this.#readTick(this.#last)
    this.#open.open({
      id: this.#readTick(transactionId),
      below: tickBelow(this.#readTick(own), seen),
      databaseName: this.#readText(databaseName) ?? this.#chunk.leader.database,
    })
  }

  #operate(index: number): void {
    const transaction = this.#open.find(this.#head.transactionId)
    if (transaction === undefined) this.#passUnopened()
    else this.#open.add(transaction, index)
  }

  #end(): void {
    const { transactionId, type, tick: own } = this.#head
    const transaction = this.#open.find(transactionId)
    if (transaction === undefined) {
      this.#passUnopened()
      return
    }
    const { id, databaseName, lineCount } = transaction
    if (type === MARKER_TYPE.abort || lineCount === 0 || this.#wasDealtWith(id)) {
      this.#open.drop(transaction)
      return
    }
    this.#endRun()
    const lines = this.#open.take(transaction)
    const position = this.#position(this.#readTick(own), this.#open.set)
    const { bytes } = transaction
    this.#give({ transactionId: id, databaseName, markerCount: lineCount, bytes, position, lines })
  }

  #standAlone(index: number): void {
    if (this.#isBehind()) return
    if (this.#runSet !== this.#open.set) this.#endRun()
    this.#runSet = this.#open.set
    this.#run.add(index)
    copySpan(this.#head.tick, this.#runTick)
  }

  #endRun(): void {
    const { lineCount: markerCount } = this.#run
    if (markerCount === 0) return
    const lines = this.#chunk.markers.pick(this.#run)
    this.#run = new LineRanges()
    this.#give({
      transactionId: undefined,
      databaseName: undefined,
      markerCount,
      bytes: lines.buffer.length,
      position: this.#position(this.#readTick(this.#runTick), this.#runSet),
      lines: linesOf([lines]),
    })
  }

  /** Tells how far the log is read, where no group has. */
  *#advance({ markers, tick: through }: TailChunk): Generator<GroupParts, void, undefined> {
    const { set } = this.#open
    const last = this.#last.start < 0 ? through : this.#readTick(this.#last)
    this.#seen = highest(highest(through, last), this.#seen)
    // What is below the tick that was dealt with must not become the position.
    if (this.#after !== undefined && through < this.#after) return
    const isFurther = this.#given === undefined || through > this.#given
    if (markers.lineCount > 0 && (set !== NONE_OPEN || !isFurther)) return
    const position = this.#position(highest(through, this.#given), set)
    const parts = { transactionId: undefined, databaseName: undefined, markerCount: 0, bytes: 0 }
    this.#give({ ...parts, position, lines: linesOf([]) })
    yield* this.#takeReady()
  }

  #give(parts: GroupParts): void {
    this.#given = parts.position.tick
    this.#ready.push(parts)
  }

  #position(at: Tick, { ids, resumeTick }: OpenSet): LogPosition {
    const { serverId, database } = this.#chunk.leader
    return { serverId, database, tick: at, resumeTick: resumeTick ?? at, openTransactions: ids }
  }

  /** The marker ends at or below the tick that was dealt with. */
  #isBehind(): boolean {
    if (this.#after === undefined) return false
    if (this.#readTick(this.#head.tick) <= this.#after) return true
    this.#after = undefined
    return false
  }

  /** As {@link #isBehind} for a marker of a transaction: its last ones may share a tick. */
  #wasDealtWith(id: Tick): boolean {
    if (!this.#isBehind()) return false
    return this.#readTick(this.#head.tick) !== this.#after || !this.#openBefore.has(id)
  }

  /**
   * Markers that were dealt with may be of transactions that had ended where the position is, and
   * began below its `resumeTick`.
   */
  #passUnopened(): void {
    const id = this.#readTick(this.#head.transactionId)
    if (this.#wasDealtWith(id)) return
    const what = `the marker of tick ${this.#readTick(this.#head.tick)}`
    throw new TailError(
      'ERR_TRANSACTION_UNKNOWN',
      `Cannot group ${what}: its transaction ${id} began before what was read of the log; ` +
        'read on from where none is open, such as the resumeTick of a position',
    )
  }

  #refuseUnknown(): void {
    const { type, tick: own } = this.#head
    if (!this.#refusesUnknown || KNOWN_TYPES.has(type)) return
    throw new UnknownMarkerError({ type, tick: this.#readTick(own) })
  }

  /** The operation does not stand alone. */
  #isInTransaction(): boolean {
    const { start, end } = this.#head.transactionId
    const { buffer } = this.#chunk.markers
    // Whatever the number of its digits, it is 0 when all of them are.
    for (let offset = start; offset < end && start >= 0; offset += 1) {
      if (buffer[offset] !== ZERO) return true
    }
    return false
  }

  #readTick({ start, end }: LineSpan): Tick {
    return tick(BigInt(this.#chunk.markers.buffer.toString('latin1', start, end)))
  }

  #readText({ start, end }: LineSpan): string | undefined {
    return start < 0 ? undefined : decodeText(this.#chunk.markers.buffer, start, end)
  }
}

function copySpan(from: LineSpan, to: LineSpan): void {
  to.start = from.start
  to.end = from.end
}

function highest(one: Tick, other: Tick | undefined): Tick {
  return other === undefined || one > other ? one : other
}
