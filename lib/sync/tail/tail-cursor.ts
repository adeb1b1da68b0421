import type { LogAnswer, LogRequest } from '../../replica/index.js'
import { tick, type Tick } from '../../values/index.js'
import { cannotFollow, endsBelow } from './cannot-follow.js'

/** Where reading begins. */
export interface CursorStart {
  /** The source's address, for errors. */
  readonly log: string
  readonly from: Tick
  /** As in {@link LogRequest}. */
  readonly lastScanned: Tick
  /** Newest tick that the leader told. */
  readonly lastTick: Tick
  /** Whether markers right behind `from` may be missing. Default: only where that is 0. */
  readonly mayLack?: boolean | undefined
}

/** What an answer says before its markers. */
export type LogHead = Omit<LogAnswer, 'chunks'>

/**
 * Keeps the place in a log: what an answer said and what was read of it lead to the next request
 * (client notes, 3.2). It does no reading itself.
 *
 * What counts is what was read, not what was announced: an answer that lacks lines that its
 * `lastIncluded` promises is read on behind the last line that came.
 */
export class TailCursor {
  readonly #log: string
  /** Where markers may be missing right behind; undefined: nowhere. */
  readonly #lackAt: Tick | undefined
  #tick: Tick
  #lastScanned: Tick
  #lastTick: Tick
  #isLevel = false
  #head: LogHead | undefined
  /** Where the answer under way began, and what the end of the log was before it. */
  #from: Tick
  #lastTickBefore: Tick

  constructor({ log, from, lastScanned, lastTick, mayLack = from === 0n }: CursorStart) {
    this.#log = log
    this.#lackAt = mayLack ? from : undefined
    this.#tick = from
    this.#from = from
    this.#lastTickBefore = lastTick
    this.#lastScanned = lastScanned
    this.#lastTick = lastTick
  }

  /** Nothing at or below it comes again. */
  get tick(): Tick {
    return this.#tick
  }

  /** Newest tick that the leader told. */
  get lastTick(): Tick {
    return this.#lastTick
  }

  /** Nothing was left to read at the end of the last answer. */
  get isLevel(): boolean {
    return this.#isLevel
  }

  /** Where to begin in order to read what follows {@link tick}. */
  get start(): CursorStart {
    const { tick: from, lastTick } = this
    return { log: this.#log, from, lastScanned: this.#lastScanned, lastTick }
  }

  /** What to ask next. */
  request(waitMs: number): LogRequest {
    return { from: this.#tick, lastScanned: this.#lastScanned, waitMs }
  }

  /**
   * Takes the head of an answer to {@link request}.
   *
   * @throws TailError `ERR_TAIL_GAP` when markers are missing in the log; `ERR_TICK_BACKWARDS` when the log ends before the place where we are
   */
  begin(head: LogHead): void {
    this.#from = this.#tick
    if (!head.fromPresent && this.#from !== this.#lackAt) {
      const reason = `markers behind tick ${this.#from} are no longer in it`
      throw cannotFollow('ERR_TAIL_GAP', this.#log, reason)
    }
    if (head.lastTick < this.#from) throw endsBelow(this.#log, head.lastTick, this.#from)
    this.#head = head
    this.#lastTickBefore = this.#lastTick
    this.#lastTick = head.lastTick
  }

  /**
   * Takes the ticks of some lines of the answer that were read.
   *
   * @throws TailError `ERR_TICK_BACKWARDS` when they do not follow what was read before
   */
  take(first: Tick, last: Tick): void {
    if (first <= this.#tick || last < first) {
      const reason = `tick ${first <= this.#tick ? first : last} came after ${this.#tick}`
      throw cannotFollow('ERR_TICK_BACKWARDS', this.#log, reason)
    }
    this.#tick = last
  }

  /** Takes the end of the answer; returns true when there is something to ask for at once. */
  end(): boolean {
    const head = this.#head
    if (head === undefined) return false
    const hasWorked = this.#tick > this.#from
    let isBehind = hasWorked && head.checkMore
    if (!hasWorked && head.lastIncluded === 0n && head.lastScanned > this.#from) {
      // Markers of others lie in between: the log was looked at up to here.
      const scanned = tick(head.lastScanned - 1n)
      // A leader that looks at so much at one time only has not come to its end yet.
      isBehind = scanned > this.#from && head.lastScanned < this.#lastTickBefore
      this.#tick = scanned
    }
    const isShort = head.lastIncluded > this.#tick
    this.#lastScanned = head.lastScanned
    this.#isLevel = !isBehind && !isShort
    this.#head = undefined
    return hasWorked || isBehind
  }
}
