import type { ChangeLog, LogAnswer, LogRequest } from '../../replica/index.js'
import type { MarkerChunk } from '../../streams/index.js'

/** An answer whose chunks are pulled one at a time. */
export interface PulledAnswer {
  readonly head: Omit<LogAnswer, 'chunks'>
  /** Gives the next chunk; undefined behind the last one. */
  next(): Promise<MarkerChunk | undefined>
}

/** An answer that was left lying for longer may be cut by now; asking anew costs little. */
const AHEAD_MS_MAX = 5000

/** An answer that was asked for before its turn. */
interface AnswerAhead {
  readonly request: LogRequest
  readonly answer: Promise<LogAnswer>
  readonly askedAtMs: number
}

/**
 * Reads a log answer by answer. Where an answer says that there is more, the next one is asked for
 * while this one is read (client notes, 3.2), so that the leader scans its log meanwhile. Its body is
 * not read ahead: whoever stops taking chunks has asked for one answer more at most.
 */
export class LogReader {
  readonly #log: ChangeLog
  readonly #signal: AbortSignal
  /** Chunks of the answer that is being read. */
  #chunks: AsyncIterator<MarkerChunk> | undefined
  #ahead: AnswerAhead | undefined
  readonly #now: () => number

  /**
   * @param signal - ends all requests
   * @param now - milliseconds since some moment
   */
  constructor(log: ChangeLog, signal: AbortSignal, now: () => number = Date.now) {
    this.#log = log
    this.#signal = signal
    this.#now = now
  }

  async read(request: LogRequest): Promise<PulledAnswer> {
    const { chunks, ...head } = await this.#answerOf(request)
    const iterator = chunks[Symbol.asyncIterator]()
    this.#chunks = iterator
    let isTaken = false
    return {
      head,
      next: async () => {
        const result = await iterator.next()
        if (result.done === true) return undefined
        if (!isTaken) this.#askAhead(head)
        isTaken = true
        return result.value
      },
    }
  }

  /** Gives up what is under way; the signal is to be aborted first. */
  async close(): Promise<void> {
    this.#dropAhead()
    await this.#chunks?.return?.()
  }

  #answerOf(request: LogRequest): Promise<LogAnswer> {
    const ahead = this.#ahead
    if (ahead !== undefined && this.#isAnswerTo(ahead, request)) {
      this.#ahead = undefined
      return ahead.answer
    }
    this.#dropAhead()
    return this.#log.read(request, { signal: this.#signal })
  }

  /** It is another request where lines were missing that the answer before had announced. */
  #isAnswerTo({ request, askedAtMs }: AnswerAhead, { from, lastScanned }: LogRequest): boolean {
    const isSame = request.from === from && request.lastScanned === lastScanned
    return isSame && this.#now() - askedAtMs <= AHEAD_MS_MAX
  }

  #askAhead({ checkMore, lastIncluded, lastScanned }: PulledAnswer['head']): void {
    if (!checkMore || lastIncluded === 0n) return
    const request = { from: lastIncluded, lastScanned }
    const answer = this.#log.read(request, { signal: this.#signal })
    // Whoever reads on is told; whoever does not has no use for it.
    answer.catch(() => undefined)
    this.#ahead = { request, answer, askedAtMs: this.#now() }
  }

  #dropAhead(): void {
    const ahead = this.#ahead
    this.#ahead = undefined
    ahead?.answer.then(
      ({ chunks }) => chunks[Symbol.asyncIterator]().return?.(),
      () => undefined,
    )
  }
}
