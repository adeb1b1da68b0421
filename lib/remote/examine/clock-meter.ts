import type { ClockDifference } from './examination.js'

/** A moment of the server's clock, known up to its resolution. */
export interface ServerMoment {
  /** Milliseconds since 1970: the clock showed this or more. */
  readonly fromMs: number
  /** And less than so much more. */
  readonly resolutionMs: number
}

/** When, by the clock of this machine, the server may have looked at its own. */
export interface LocalSpan {
  readonly sentMs: number
  readonly receivedMs: number
}

const SECOND_MS = 1000

/**
 * Narrows down how far a server's clock is ahead. Each answer that tells a time gives a lower and an
 * upper bound; several of them, at different parts of a second, say more than the second alone that
 * most servers tell.
 */
export class ClockMeter {
  #lowerMs = -Infinity
  #upperMs = Infinity

  add({ fromMs, resolutionMs }: ServerMoment, { sentMs, receivedMs }: LocalSpan): void {
    const lowerMs = fromMs - receivedMs
    const upperMs = fromMs + resolutionMs - sentMs
    const isFitting = lowerMs <= this.#upperMs && upperMs >= this.#lowerMs
    // A clock that was set meanwhile, this one's or that one's: what was known is void.
    this.#lowerMs = isFitting ? Math.max(this.#lowerMs, lowerMs) : lowerMs
    this.#upperMs = isFitting ? Math.min(this.#upperMs, upperMs) : upperMs
  }

  /** Undefined as long as no time was told. */
  get difference(): ClockDifference | undefined {
    if (this.#lowerMs === -Infinity) return undefined
    return {
      differenceMs: Math.round((this.#lowerMs + this.#upperMs) / 2),
      uncertaintyMs: Math.ceil((this.#upperMs - this.#lowerMs) / 2),
    }
  }
}

/** Reads a time in whole seconds, as headers and the state of a log have it. */
export function readSecond(text: string | undefined): ServerMoment | undefined {
  const fromMs = text === undefined ? NaN : Date.parse(text)
  return Number.isNaN(fromMs) ? undefined : { fromMs, resolutionMs: SECOND_MS }
}
