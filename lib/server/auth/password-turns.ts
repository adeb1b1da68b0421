import { PASSWORD_CHECKS_MAX, PASSWORD_CHECKS_WAITING_MAX } from '../../core/index.js'
import { limitReached } from '../request-error.js'

/** Lets few passwords be hashed at one time, and few wait for it. */
export class PasswordTurns {
  readonly #waiting: (() => void)[] = []
  #runningCount = 0

  /**
   * Hashes when it is its turn.
   *
   * @throws RequestError 503 with errorNum 32 when too many wait already
   */
  async take<Result>(hash: () => Promise<Result>): Promise<Result> {
    await this.#begin()
    try {
      return await hash()
    } finally {
      this.#end()
    }
  }

  async #begin(): Promise<void> {
    if (this.#runningCount < PASSWORD_CHECKS_MAX) {
      this.#runningCount += 1
      return
    }
    if (this.#waiting.length >= PASSWORD_CHECKS_WAITING_MAX) throw limitReached('password checks')
    await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  /** Hands the turn on, so that the count of those running stays. */
  #end(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#runningCount -= 1
    else next()
  }
}
