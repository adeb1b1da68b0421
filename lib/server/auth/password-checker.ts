import { createHmac, randomBytes } from 'node:crypto'
import {
  CREDENTIALS_REMEMBERED_MAX,
  PASSWORD_CHECKS_MAX,
  PASSWORD_CHECKS_WAITING_MAX,
} from '../../core/index.js'
import { limitReached } from '../request-error.js'
import { hashPassword, verifyPassword, type PasswordHash } from './password-hash.js'

/** Finds the kept password of a user. */
export type FindPassword = (user: string) => PasswordHash | undefined

/**
 * Checks passwords at a bounded cost: few are hashed at one time, few may wait, and those that were
 * right are remembered by an HMAC under a key of this process, so that they are hashed once.
 */
export class PasswordChecker {
  readonly #find: FindPassword
  readonly #key = randomBytes(32)
  /** HMAC of the credentials to the hash they were right for; the oldest one comes first. */
  readonly #right = new Map<string, string>()
  readonly #waiting: (() => void)[] = []
  #runningCount = 0
  /** Stands in for users that do not exist, so that they take as long as others. */
  #nobody: Promise<PasswordHash> | undefined

  constructor(find: FindPassword) {
    this.#find = find
  }

  /**
   * Tells whether a user exists and has this password.
   *
   * @throws RequestError 503 with errorNum 32 when too many wait already
   */
  async check(user: string, password: string): Promise<boolean> {
    const kept = this.#find(user)
    const name = this.#nameOf(user, password)
    if (kept !== undefined && this.#right.get(name) === kept.hash) return true
    const isRight = await this.#verify(password, kept)
    if (kept === undefined || !isRight) return false
    this.#remember(name, kept)
    return true
  }

  #nameOf(user: string, password: string): string {
    const credentials = JSON.stringify([user, password])
    return createHmac('sha256', this.#key).update(credentials).digest('base64')
  }

  #remember(name: string, { hash }: PasswordHash): void {
    this.#right.delete(name)
    this.#right.set(name, hash)
    const [oldest] = this.#right.keys()
    if (oldest !== undefined && this.#right.size > CREDENTIALS_REMEMBERED_MAX) {
      this.#right.delete(oldest)
    }
  }

  async #verify(password: string, kept: PasswordHash | undefined): Promise<boolean> {
    await this.#takeTurn()
    try {
      return await verifyPassword(password, kept ?? (await this.#nobodysPassword()))
    } finally {
      this.#endTurn()
    }
  }

  #nobodysPassword(): Promise<PasswordHash> {
    this.#nobody ??= hashPassword(randomBytes(16).toString('base64'))
    return this.#nobody
  }

  async #takeTurn(): Promise<void> {
    if (this.#runningCount < PASSWORD_CHECKS_MAX) {
      this.#runningCount += 1
      return
    }
    if (this.#waiting.length >= PASSWORD_CHECKS_WAITING_MAX) throw limitReached('password checks')
    await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  /** Hands the turn on, so that the count of those running stays. */
  #endTurn(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#runningCount -= 1
    else next()
  }
}
