import { isIPv6 } from 'node:net'
import { LOGIN_FAILURES_REMEMBERED_MAX, USER_NAME_BYTES_MAX } from '../../core/index.js'
import type { Clock } from '../clock.js'
import type { LeaderLimits } from '../leader-limits.js'
import { tooManyLogins } from '../request-error.js'

/** Somebody who says who they are. */
export interface LoginAttempt {
  readonly user: string
  /** IP address of the client; those of one IPv6 network of 64 bits count as one. */
  readonly address: string
}

/** What {@link LoginLimiter} goes by. */
export interface LoginLimiterOptions {
  readonly clock: Pick<Clock, 'nowMs'>
  readonly limits: Pick<
    LeaderLimits,
    'loginFailuresMax' | 'addressLoginFailuresMax' | 'loginWindowSeconds'
  >
}

/** Failures since a time. */
interface Failures {
  count: number
  readonly untilMs: number
}

const MAPPED_IPV4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i
const NETWORK_GROUPS = 4

/**
 * Counts failed logins for each user at each address, and for each address, and refuses more of them
 * until the window is over that the first one opened. A user is never refused because of others' failures
 * elsewhere, so nobody can lock out anybody.
 */
export class LoginLimiter {
  readonly #options: LoginLimiterOptions
  readonly #ofUsers = new Map<string, Failures>()
  readonly #ofAddresses = new Map<string, Failures>()

  constructor(options: LoginLimiterOptions) {
    this.#options = options
  }

  /** @throws RequestError 429 when too many attempts failed, whether or not this one would */
  assertMayTry(attempt: LoginAttempt): void {
    const { loginFailuresMax, addressLoginFailuresMax } = this.#options.limits
    const { user, address } = namesOf(attempt)
    this.#assertBelow(this.#ofUsers, user, loginFailuresMax)
    this.#assertBelow(this.#ofAddresses, address, addressLoginFailuresMax)
  }

  /** Counts an attempt that is about to be made as one that fails. */
  begin(attempt: LoginAttempt): void {
    const { user, address } = namesOf(attempt)
    this.#add(this.#ofUsers, user)
    this.#add(this.#ofAddresses, address)
  }

  /** Takes an attempt back that was right, or that nobody could look at. */
  takeBack(attempt: LoginAttempt): void {
    const { user, address } = namesOf(attempt)
    subtract(this.#ofUsers, user)
    subtract(this.#ofAddresses, address)
  }

  /** Forgets the failures of a user at an address, who was right in the end. */
  forgive(attempt: LoginAttempt): void {
    this.takeBack(attempt)
    this.#ofUsers.delete(namesOf(attempt).user)
  }

  #assertBelow(table: Map<string, Failures>, name: string, countMax: number): void {
    const failures = table.get(name)
    if (failures === undefined || failures.count < countMax) return
    const leftMs = failures.untilMs - this.#options.clock.nowMs()
    if (leftMs > 0) throw tooManyLogins(Math.ceil(leftMs / 1000))
    table.delete(name)
  }

  #add(table: Map<string, Failures>, name: string): void {
    const nowMs = this.#options.clock.nowMs()
    const known = table.get(name)
    if (known !== undefined && known.untilMs > nowMs) {
      known.count += 1
      return
    }
    // Behind all others, so that the first one of the table is the oldest.
    table.delete(name)
    table.set(name, { count: 1, untilMs: nowMs + 1000 * this.#options.limits.loginWindowSeconds })
    const [oldest] = table.keys()
    if (oldest !== undefined && table.size > LOGIN_FAILURES_REMEMBERED_MAX) table.delete(oldest)
  }
}

function subtract(table: Map<string, Failures>, name: string): void {
  const known = table.get(name)
  if (known === undefined) return
  known.count -= 1
  if (known.count === 0) table.delete(name)
}

function namesOf({ user, address }: LoginAttempt): LoginAttempt {
  const network = networkOf(address)
  // Nobody has a longer name, and what is remembered must not grow with what somebody says.
  const name = user.slice(0, USER_NAME_BYTES_MAX + 1)
  return { user: JSON.stringify([network, name]), address: network }
}

/** Whoever has one address of an IPv6 network has all of them. */
function networkOf(address: string): string {
  const mapped = MAPPED_IPV4.exec(address)?.[1]
  if (mapped !== undefined || !isIPv6(address)) return mapped ?? address
  const [head = '', tail] = address.split('%', 1)[0]?.split('::') ?? []
  const groups = head === '' ? [] : head.split(':')
  const known = tail === undefined ? groups : [...groups, ...missingGroups(groups, tail)]
  return known.slice(0, NETWORK_GROUPS).join(':')
}

/** The groups of zeros that `::` stands for, and those behind it. */
function missingGroups(head: readonly string[], tail: string): readonly string[] {
  const last = tail === '' ? [] : tail.split(':')
  const zeros = Array.from({ length: 8 - head.length - last.length }, () => '0')
  return [...zeros, ...last]
}
