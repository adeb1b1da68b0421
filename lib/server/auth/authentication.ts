import { randomBytes } from 'node:crypto'
import type { Clock } from '../clock.js'
import { unauthorized } from '../request-error.js'
import type { Caller } from './caller.js'
import type { LoginAttempt } from './login-limiter.js'
import { LoginLimiter, type LoginLimiterOptions } from './login-limiter.js'
import { PasswordChecker } from './password-checker.js'
import { PasswordTurns } from './password-turns.js'
import { ALL_PERMISSIONS, NO_PERMISSIONS, type Permissions } from './permissions.js'
import { checkToken, makeToken } from './token.js'
import { UserRegistry, type UserStore } from './user-registry.js'

/** Who may ask. */
export type LeaderAuth =
  | { readonly kind: 'off' }
  | {
      readonly kind: 'on'
      /** Password of `root`, not empty; wins over the kept one. Default: that, else one is made. */
      readonly rootPassword?: string | undefined
      /** Secret of JSON Web Tokens, not empty. Default: one that was made and is kept in the store. */
      readonly jwtSecret?: string | undefined
    }

/** What {@link Authentication} is made of. */
export interface AuthenticationOptions extends LoginLimiterOptions {
  readonly auth: LeaderAuth
  readonly store: UserStore
  readonly clock: Clock
}

const SECRET_META = 'auth/secret'
const SECRET_BYTES = 32

/** Finds out who makes a request, and what they may do. */
export class Authentication {
  readonly users: UserRegistry
  readonly #auth: LeaderAuth
  readonly #store: UserStore
  readonly #passwords: PasswordChecker
  #secret: Uint8Array | undefined

  /** @throws RangeError when the password or the secret is empty */
  constructor({ auth, store, clock, limits }: AuthenticationOptions) {
    if (auth.kind === 'on') assertNotEmpty(auth)
    const turns = new PasswordTurns()
    this.users = new UserRegistry(store, turns)
    this.#auth = auth
    this.#store = store
    this.#passwords = new PasswordChecker({
      find: (name) => this.users.find(name)?.user.password,
      turns,
      limiter: new LoginLimiter({ clock, limits }),
    })
  }

  /**
   * Makes sure that root can log in and that tokens can be signed.
   *
   * @returns the password that was made for root, which nothing else tells; undefined otherwise
   */
  async prepare(): Promise<string | undefined> {
    if (this.#auth.kind === 'off') return undefined
    const { rootPassword, jwtSecret } = this.#auth
    this.#secret = jwtSecret === undefined ? await this.#keptSecret() : Buffer.from(jwtSecret)
    return this.users.prepareRoot(rootPassword)
  }

  /**
   * Finds out who makes a request.
   *
   * @param authorization - the header of that name
   * @param address - IP address of the client
   * @throws RequestError 401 with errorNum 11 when it is missing or not right, 429 after too many
   *   failures
   */
  async identify(authorization: string | undefined, address: string): Promise<Caller> {
    if (this.#auth.kind === 'off') return { kind: 'anybody' }
    const { scheme, credentials } = splitHeader(authorization ?? '')
    let caller: Caller | undefined
    if (scheme === 'basic') caller = await this.#checkBasic(credentials, address)
    if (scheme === 'bearer') caller = await this.#checkBearer(credentials)
    if (caller === undefined) throw unauthorized()
    return caller
  }

  /**
   * Makes a token for a user who says the password.
   *
   * @returns undefined when user or password are wrong, or the user may not log in
   * @throws RequestError 429 after too many failures
   */
  async logIn(attempt: LoginAttempt, password: string): Promise<string | undefined> {
    const caller = await this.#checkPassword(attempt, password)
    return caller === undefined || this.#secret === undefined
      ? undefined
      : makeToken(attempt.user, this.#secret)
  }

  /** Whether anybody has to say who they are. */
  get isOn(): boolean {
    return this.#auth.kind === 'on'
  }

  /** What a caller may do now; nothing for a user that is gone since. */
  permissionsOf(caller: Caller): Permissions {
    if (caller.kind === 'nobody') return NO_PERMISSIONS
    if (caller.kind !== 'user') return ALL_PERMISSIONS
    return this.users.find(caller.name)?.permissions ?? NO_PERMISSIONS
  }

  async #checkBasic(credentials: string, address: string): Promise<Caller | undefined> {
    const text = Buffer.from(credentials, 'base64').toString()
    const colon = text.indexOf(':')
    if (colon < 0) return undefined
    return this.#checkPassword({ user: text.slice(0, colon), address }, text.slice(colon + 1))
  }

  async #checkPassword(attempt: LoginAttempt, password: string): Promise<Caller | undefined> {
    if (!(await this.#passwords.check(attempt, password))) return undefined
    const isActive = this.users.find(attempt.user)?.user.isActive === true
    return isActive ? { kind: 'user', name: attempt.user } : undefined
  }

  async #checkBearer(token: string): Promise<Caller | undefined> {
    const claims = this.#secret && (await checkToken(token, this.#secret))
    if (claims === undefined || claims.kind === 'superuser') return claims
    const { name, issuedAt } = claims
    const user = this.users.find(name)?.user
    if (user?.isActive !== true) return undefined
    // Of a user that was removed, and whose name another one has now.
    if (issuedAt !== undefined && issuedAt < user.since) return undefined
    return { kind: 'user', name }
  }

  async #keptSecret(): Promise<Uint8Array> {
    const kept = this.#store.getMeta(SECRET_META)
    if (typeof kept === 'string') return Buffer.from(kept, 'base64')
    const made = randomBytes(SECRET_BYTES)
    await this.#store.putMeta(SECRET_META, made.toString('base64'))
    return made
  }
}

function assertNotEmpty({ rootPassword, jwtSecret }: Extract<LeaderAuth, { kind: 'on' }>): void {
  if (rootPassword === '') throw new RangeError('Cannot use an empty password for root')
  if (jwtSecret === '') throw new RangeError('Cannot use an empty JWT secret')
}

function splitHeader(authorization: string): { scheme: string; credentials: string } {
  const [, scheme = '', credentials = ''] = /^(\S+) +(.*)$/.exec(authorization.trim()) ?? []
  return { scheme: scheme.toLowerCase(), credentials }
}
