import {
  RemoteStatusError,
  RemoteUnauthorizedError,
  RemoteUnreachableError,
} from '../../remote/index.js'
import { waitFor, type ResumeOptions } from '../../sync/index.js'
import type { ApplierConfig } from './applier-config.js'
import { rootOf, toApplierError } from './applier-error.js'
import type { ApplierFigures } from './applier-figures.js'
import type { ApplierRun } from './applier-task.js'

const SECOND_MS = 1000
/** The shortest wait, and the one where none is given (client notes, 3.5). */
const WAIT_MS_MIN = 250
const WAIT_MS_DEFAULT = 30_000
const WAIT_MS_MAX = 2 ** 31 - 1

/** What {@link RunRetries} is made of. */
export interface RunRetriesOptions extends Pick<ApplierRun, 'scheduler' | 'signal'> {
  readonly config: ApplierConfig
  readonly figures: ApplierFigures
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/**
 * Waits for leaders that do not answer, or answer with an error, as the original's followers do
 * (client notes, 3.5): always as long, and so many times in a row.
 */
export class RunRetries {
  readonly #options: RunRetriesOptions
  readonly #delayMs: number
  /** Failures in a row of what is not the tail. */
  #failures = 0

  constructor(options: RunRetriesOptions) {
    this.#options = options
    const waitMs = Math.ceil(options.config.connectionRetryWaitTime * SECOND_MS)
    this.#delayMs =
      waitMs <= 0 ? WAIT_MS_DEFAULT : Math.min(Math.max(waitMs, WAIT_MS_MIN), WAIT_MS_MAX)
  }

  /** How a tail is taken up again. */
  get resume(): ResumeOptions {
    return {
      retries: this.#options.config.maxConnectRetries,
      minDelayMs: this.#delayMs,
      maxDelayMs: this.#delayMs,
      random: () => 1,
      isPassing: isNoAnswer,
      onRetry: ({ error, attempt }) => {
        this.#note(error, attempt)
      },
    }
  }

  /**
   * Waits before something is tried again.
   *
   * @throws the error where that is no use, or was done too often; the signal's reason
   */
  async waitAfter(error: unknown): Promise<void> {
    const { config, scheduler, signal } = this.#options
    signal.throwIfAborted()
    this.#failures += 1
    if (!isNoAnswer(rootOf(error)) || this.#failures > config.maxConnectRetries) throw error
    this.#note(error, this.#failures)
    await waitFor(this.#delayMs, { scheduler, signal })
  }

  /** The leader has answered: counting begins anew. */
  noteAnswer(): void {
    const { figures } = this.#options
    this.#failures = 0
    figures.lastError = undefined
    if (figures.progress.failedConnects > 0) {
      figures.progress = { ...figures.progress, failedConnects: 0 }
    }
  }

  #note(error: unknown, failedConnects: number): void {
    const { config, figures, now } = this.#options
    const { errorNum, message } = toApplierError(error, config.secret)
    const time = now()
    figures.totalFailedConnects += 1
    figures.lastError = { errorNum, message, time }
    figures.progress = { time, message: `cannot reach the leader: ${message}`, failedConnects }
  }
}

/** 1400, and 1402 whatever the status. */
function isNoAnswer(error: unknown): boolean {
  return [RemoteUnreachableError, RemoteStatusError, RemoteUnauthorizedError].some(
    (kind) => error instanceof kind,
  )
}
