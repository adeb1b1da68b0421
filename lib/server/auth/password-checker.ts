import { createHmac, randomBytes } from 'node:crypto'
import { CREDENTIALS_REMEMBERED_MAX } from '../../core/index.js'
import type { LoginAttempt, LoginLimiter } from './login-limiter.js'
import { hashPassword, verifyPassword, type PasswordHash } from './password-hash.js'
import type { PasswordTurns } from './password-turns.js'

/** Finds the kept password of a user. */
export type FindPassword = (user: string) => PasswordHash | undefined

/** What {@link PasswordChecker} goes by. */
export interface PasswordCheckerOptions {
  readonly find: FindPassword
  readonly turns: PasswordTurns
  readonly limiter: LoginLimiter
}

/**
 * Checks passwords at a bounded cost: few are hashed at one time, few may wait, and those that were
 * right are remembered by an HMAC under a key of this process, so that they are hashed once.
 */
export class PasswordChecker {
  readonly #options: PasswordCheckerOptions
  readonly #key = randomBytes(32)
  /** HMAC of the credentials to the hash they were right for; the oldest one comes first. */
  readonly #right = new Map<string, string>()
  /** Checks under way, so that many requests of one client at its start are one attempt. */
  readonly #running = new Map<string, Promise<boolean>>()
  /** Stands in for users that do not exist, so that they take as long as others. */
  #nobody: Promise<PasswordHash> | undefined

  constructor(options: PasswordCheckerOptions) {
    this.#options = options
  }

  /**
   * Tells whether a user exists and has this password.
   *
   * @throws RequestError 429 after too many failures, 503 with errorNum 32 when too many wait already
   */
  async check(attempt: LoginAttempt, password: string): Promise<boolean> {
    const { find, limiter } = this.#options
    // What is remembered is refused too: else it would tell which guess is right.
    limiter.assertMayTry(attempt)
    const kept = find(attempt.user)
    const name = this.#nameOf([attempt.user, password])
    if (kept !== undefined && this.#right.get(name) === kept.hash) return true
    const work = this.#nameOf([attempt.user, password, attempt.address, kept?.hash ?? ''])
    const running = this.#running.get(work)
    if (running !== undefined) return running
    const begun = this.#verify(attempt, password, kept)
    this.#running.set(work, begun)
    try {
      const isRight = await begun
      if (kept !== undefined && isRight) this.#remember(name, kept)
      return isRight
    } finally {
      this.#running.delete(work)
    }
  }

  #nameOf(credentials: readonly string[]): string {
    return createHmac('sha256', this.#key).update(JSON.stringify(credentials)).digest('base64')
  }

  #remember(name: string, { hash }: PasswordHash): void {
    this.#right.delete(name)
    this.#right.set(name, hash)
    const [oldest] = this.#right.keys()
    if (oldest !== undefined && this.#right.size > CREDENTIALS_REMEMBERED_MAX) {
      this.#right.delete(oldest)
    }
  }

  /** Counts as a failure from the begin, so that many at one time are not more than allowed. */
  async #verify(
    attempt: LoginAttempt,
    password: string,
    kept: PasswordHash | undefined,
  ): Promise<boolean> {
    const { turns, limiter } = this.#options
    limiter.begin(attempt)
    let fits: boolean
    try {
      fits = await turns.take(async () =>
        verifyPassword(password, kept ?? (await this.#nobodysPassword())),
      )
    } catch (error) {
      limiter.takeBack(attempt)
      throw error
    }
    const isRight = fits && kept !== undefined
    if (isRight) limiter.forgive(attempt)
    return isRight
  }

  #nobodysPassword(): Promise<PasswordHash> {
    this.#nobody ??= hashPassword(randomBytes(16).toString('base64'))
    return this.#nobody
  }
}
