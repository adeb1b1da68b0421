import { defer, EMPTY, of, throwError, type Observable } from 'rxjs'
import type { ChangeLogState, LogRequest } from '../../../../lib/replica/index.js'
import { MarkerChunk } from '../../../../lib/streams/index.js'
import type { FeedAnswer, LogFeed } from '../../../../lib/sync/tail/log-feed.js'
import type { LogHead } from '../../../../lib/sync/tail/tail-cursor.js'
import { tick } from '../../../../lib/values/index.js'
import { chunkOf } from '../../../support/chunk.js'

/** A chunk of marker lines. */
export function markersOf(lines: readonly string[]): MarkerChunk {
  return new MarkerChunk(chunkOf(lines))
}

/** A line with a document, as a leader writes it. */
export function documentLine(at: bigint, key = `k${String(at)}`): string {
  const data = `{"_key":"${key}","_rev":"_x"}`
  return `{"tick":"${String(at)}","type":2300,"db":"shop","cuid":"h1/7","tid":"0","data":${data}}`
}

/** A line with the begin (2200) or the commit (2201) of a transaction. */
export function frameLine(at: bigint, type: number, transaction: bigint): string {
  const [tickText, tid] = [String(at), String(transaction)]
  return `{"tick":"${tickText}","type":${String(type)},"tid":"${tid}","db":"shop"}`
}

/** An answer in a script. */
export interface ScriptedAnswer extends Partial<Record<keyof LogHead, bigint | boolean>> {
  readonly chunks?: readonly (readonly string[])[]
}

/** Makes the head of an answer; what is left out is that of an empty one. */
export function headOf(parts: Partial<Record<keyof LogHead, bigint | boolean>> = {}): LogHead {
  const { checkMore = false, lastIncluded = 0n, lastScanned = 0n, lastTick, fromPresent } = parts
  return {
    checkMore: checkMore === true,
    lastIncluded: tick(BigInt(lastIncluded)),
    lastScanned: tick(BigInt(lastScanned)),
    lastTick: tick(BigInt(lastTick ?? 100n)),
    fromPresent: fromPresent !== false,
  }
}

/** Answers by a script, and remembers what it was asked. */
export class FakeFeed implements LogFeed {
  readonly address = 'fake:shop'
  readonly database: string | undefined = 'shop'
  readonly requests: LogRequest[] = []
  /** Arguments of `close`. */
  readonly closed: boolean[] = []
  pulls = 0
  opened = 0
  /** Chunks of the next answer after which the connection breaks. */
  breakAfter: number | undefined
  broken = 0
  onRequest: () => void = () => undefined
  answer: (request: LogRequest, index: number) => ScriptedAnswer | Error
  /** What differs from the state that was given. */
  stateNow: () => Partial<ChangeLogState> = () => ({})
  readonly #state: ChangeLogState

  constructor(
    answers: FakeFeed['answer'] | readonly (ScriptedAnswer | Error)[],
    state: object = {},
  ) {
    this.answer =
      typeof answers === 'function'
        ? answers
        : (_, index) => answers[index] ?? new Error('there is no such answer')
    const [serverId, canWait] = ['17', false]
    this.#state = { serverId, firstTick: undefined, lastTick: tick(100n), canWait, ...state }
  }

  /** Requests as `[from, lastScanned]`. */
  get asked(): [bigint, bigint][] {
    return this.requests.map(({ from, lastScanned }) => [from, lastScanned])
  }

  state(): Observable<ChangeLogState> {
    return defer(() => {
      this.opened += 1
      return of({ ...this.#state, ...this.stateNow() })
    })
  }

  collections(): Observable<{ databaseName: string; globallyUniqueId: string; name: string }[]> {
    return of([{ databaseName: 'shop', globallyUniqueId: 'h1/7', name: 'things' }])
  }

  read(request: LogRequest): Observable<FeedAnswer> {
    return defer(() => {
      this.requests.push(request)
      this.onRequest()
      const answer = this.answer(request, this.requests.length - 1)
      if (answer instanceof Error) return throwError(() => answer)
      const chunks = (answer.chunks ?? []).map((lines) => markersOf(lines))
      let left = this.breakAfter ?? Infinity
      this.breakAfter = undefined
      const next = (): Observable<MarkerChunk | undefined> =>
        defer(() => {
          this.pulls += 1
          left -= 1
          if (left < 0) {
            this.broken += 1
            return throwError(() => new Error('the connection broke'))
          }
          return of(chunks.shift())
        })
      return of({ head: headOf(answer), next })
    })
  }

  close(isOver: boolean): Observable<never> {
    return defer(() => {
      this.closed.push(isOver)
      return EMPTY
    })
  }
}
