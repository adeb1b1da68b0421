import {
  asyncScheduler,
  concatMap,
  EMPTY,
  forkJoin,
  ignoreElements,
  map,
  of,
  tap,
  timer,
  type Observable,
} from 'rxjs'
import type { ChangeLogState } from '../../replica/index.js'
import type { MarkerChunk } from '../../streams/index.js'
import { tick, type Tick } from '../../values/index.js'
import { cannotFollow, endsBelow } from './cannot-follow.js'
import { CollectionNames } from './collection-names.js'
import { cutAtTick, NO_MARKERS, ticksOf } from './cut-at-tick.js'
import { emitHeld } from './emit-held.js'
import { IdlePace } from './idle-pace.js'
import type { FeedAnswer, LogFeed } from './log-feed.js'
import { TailCursor } from './tail-cursor.js'
import type { TailChunk } from './tail-item.js'
import type { TailOptions } from './tail-options.js'
import type { TailTimes } from './tail-times.js'

/** Where a tail goes on that was under way. */
export interface TailPlace {
  readonly serverId: string
  readonly from: Tick
  readonly lastScanned: Tick
  /** What was learned so far. */
  readonly names: CollectionNames
}

/** How a session reads, and how one that goes on from a place is made. */
export interface SessionOptions {
  readonly options: TailOptions
  readonly times: TailTimes
  /** Set where the tail was under way; `options.from` is of no account then. */
  readonly place: TailPlace | undefined
  readonly resume: (place: TailPlace) => Observable<TailChunk>
}

/** Everything that is known once the log has been opened. */
interface OpenTail {
  readonly serverId: string
  readonly waitMs: number
  readonly cursor: TailCursor
  readonly names: CollectionNames
}

/** One subscription of a tail: steps, each of which is an Observable that ends. */
export class TailSession {
  readonly #feed: LogFeed
  readonly #settings: SessionOptions
  readonly #pace: IdlePace
  #open: OpenTail | undefined
  /** The answer that is being read. */
  #answer: FeedAnswer | undefined
  /** The chunk of it that comes next. */
  #chunk: MarkerChunk | undefined
  #askedAtMs = 0
  /** The leader was not to wait this time, though it can. */
  #isLooking = false
  #pauseMs = 0
  #isDone = false
  #hasToldMissing = false

  constructor(feed: LogFeed, settings: SessionOptions) {
    this.#feed = feed
    this.#settings = settings
    this.#pace = new IdlePace(settings.times)
  }

  /** The next step; undefined at the end. */
  step(): Observable<TailChunk> | undefined {
    const open = this.#open
    if (open === undefined) return this.#openLog()
    if (this.#isDone) return undefined
    return this.#answer === undefined ? this.#ask(open) : this.#deliver(open, this.#answer)
  }

  #openLog(): Observable<TailChunk> {
    const { place, options } = this.#settings
    const names$ =
      place === undefined
        ? this.#feed
            .collections()
            .pipe(map((collections) => new CollectionNames(this.#feed.database, collections)))
        : of(place.names)
    return forkJoin([this.#feed.state(), names$]).pipe(
      concatMap(([state, names]) => {
        const open = this.#begin(state, names)
        this.#open = open
        // Who subscribes to what comes from now on has to learn from where on that is.
        if (place !== undefined || options.from !== 'now') return EMPTY
        return this.#emit(open, NO_MARKERS, false)
      }),
    )
  }

  #begin(state: ChangeLogState, names: CollectionNames): OpenTail {
    const { place, options, times } = this.#settings
    const from = place?.from ?? this.#readFrom(state)
    if (place !== undefined) this.#assertServer(place.serverId, state)
    if (state.lastTick < from) throw endsBelow(this.#feed.address, state.lastTick, from)
    const mayWait = state.canWait && options.follow !== false
    const { address: log } = this.#feed
    const lastScanned = place?.lastScanned ?? tick(0n)
    const mayLack = options.missing === undefined ? undefined : options.missing === 'allow'
    return {
      serverId: state.serverId,
      waitMs: mayWait ? times.waitMs : 0,
      cursor: new TailCursor({ log, from, lastScanned, lastTick: state.lastTick, mayLack }),
      names,
    }
  }

  #readFrom(state: ChangeLogState): Tick {
    const { from } = this.#settings.options
    if (from === 'start') return tick(0n)
    if (from === 'now') return state.lastTick
    if (typeof from === 'bigint') return from
    this.#assertServer(from.serverId, state)
    const { address, database } = this.#feed
    if (from.database !== database) {
      const reason = `the position is one of ${describeDatabase(from.database)}, and the log is that of ${describeDatabase(database)}`
      throw cannotFollow('ERR_TAIL_DATABASE', address, reason)
    }
    if (state.lastTick < from.tick) throw endsBelow(address, state.lastTick, from.tick)
    return from.resumeTick
  }

  #assertServer(serverId: string, state: Pick<ChangeLogState, 'serverId'>): void {
    if (state.serverId === serverId) return
    const reason = `it is server ${state.serverId} now, and the position is one of server ${serverId}`
    throw cannotFollow('ERR_LEADER_CHANGED', this.#feed.address, reason)
  }

  /** Asks, when it is time to, and takes the first chunk of the answer. */
  #ask({ serverId, cursor, waitMs }: OpenTail): Observable<TailChunk> {
    const { scheduler = asyncScheduler } = this.#settings.options
    const due$ = this.#pauseMs === 0 ? of(0) : timer(this.#pauseMs, scheduler)
    return due$.pipe(
      concatMap(() => {
        this.#askedAtMs = scheduler.now()
        // Whether anything is left is told at once: a leader that has nothing would answer late.
        this.#isLooking = waitMs > 0 && !cursor.isLevel
        return this.#feed.read(cursor.request(this.#isLooking ? 0 : waitMs))
      }),
      concatMap((answer) => {
        this.#assertServer(serverId, { serverId: answer.head.serverId ?? serverId })
        cursor.begin(answer.head)
        if (!answer.head.fromPresent) this.#tellMissing(cursor.tick)
        this.#answer = answer
        return answer.next()
      }),
      tap((chunk) => {
        this.#chunk = chunk
      }),
      ignoreElements(),
    )
  }

  /** Reading goes on with what there is left. */
  #tellMissing(from: Tick): void {
    if (this.#hasToldMissing) return
    this.#hasToldMissing = true
    const missing =
      from === 0n ? 'does not go back to its beginning' : `lacks markers behind tick ${from}`
    const message = `The log of ${this.#feed.address} ${missing}`
    this.#settings.options.onNotice?.({ kind: 'warning', message })
  }

  /** Emits the chunk in hand once it is known where the next one begins. */
  #deliver(open: OpenTail, answer: FeedAnswer): Observable<TailChunk> {
    const inHand = this.#chunk
    if (inHand === undefined) return this.#endAnswer(open, NO_MARKERS)
    return answer.next().pipe(
      concatMap((next) => {
        const { chunk, ahead } = cutAtTick(inHand, next)
        this.#chunk = ahead
        const ticks = ticksOf(chunk)
        if (ticks !== undefined) open.cursor.take(ticks.first, ticks.last)
        if (ahead === undefined) return this.#endAnswer(open, chunk)
        return ticks === undefined ? EMPTY : this.#emit(open, chunk, false)
      }),
    )
  }

  /** Emits the last chunk of an answer, or what there is to tell without one. */
  #endAnswer(open: OpenTail, chunk: MarkerChunk): Observable<TailChunk> {
    const { cursor } = open
    const { isLevel: wasLevel, tick: before } = cursor
    this.#answer = undefined
    this.#setPause(cursor.end(), cursor.isLevel)
    this.#isDone = cursor.isLevel && this.#settings.options.follow === false
    const hasNews = cursor.tick > before || (cursor.isLevel && !wasLevel)
    if (chunk.lineCount === 0 && !hasNews) return EMPTY
    return this.#emit(open, chunk, cursor.isLevel)
  }

  /** A leader that waits makes the pause itself; one that answers early is not asked more often. */
  #setPause(hasWorked: boolean, isLevel: boolean): void {
    this.#pauseMs = 0
    // One that has more, as it says, and does not give it would be asked for ever.
    if (hasWorked || (this.#isLooking && isLevel)) {
      this.#pace.noteWork()
      return
    }
    const { scheduler = asyncScheduler } = this.#settings.options
    const elapsedMs = scheduler.now() - this.#askedAtMs
    this.#pauseMs = Math.max(0, this.#pace.noteIdle() - elapsedMs)
  }

  #emit(open: OpenTail, markers: MarkerChunk, isLevel: boolean): Observable<TailChunk> {
    const { serverId, cursor, names } = open
    const { tick: reached, lastTick } = cursor
    const { from, lastScanned } = cursor.start
    const { database } = this.#feed
    names.learn(markers)
    return emitHeld((hold) => ({
      hold,
      markers,
      tick: reached,
      leader: { serverId, database, lastTick, isLevel },
      names,
      rest: () => this.#settings.resume({ serverId, from, lastScanned, names }),
    }))
  }
}

function describeDatabase(name: string | undefined): string {
  return name === undefined ? 'all databases' : `database "${name}"`
}
