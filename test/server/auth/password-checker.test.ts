import assert from 'node:assert/strict'
import { scryptSync } from 'node:crypto'
import { PASSWORD_CHECKS_MAX, PASSWORD_CHECKS_WAITING_MAX } from '../../../lib/core/index.js'
import {
  hashPassword,
  parsePasswordHash,
  verifyPassword,
  type PasswordHash,
} from '../../../lib/server/auth/password-hash.js'
import { LoginLimiter, type LoginAttempt } from '../../../lib/server/auth/login-limiter.js'
import { PasswordChecker, type FindPassword } from '../../../lib/server/auth/password-checker.js'
import { PasswordTurns } from '../../../lib/server/auth/password-turns.js'
import { LEADER_LIMITS, type LeaderLimits } from '../../../lib/server/index.js'
import { createFakeClock } from '../support/fake-clock.js'

/** A kept password that takes no time to check. */
function hashCheaply(password: string): PasswordHash {
  const settings = { cost: 2, blockSize: 1, parallelization: 1 }
  const salt = Buffer.from('salt')
  const hash = scryptSync(password, salt, 32, settings).toString('base64')
  return { algorithm: 'scrypt', ...settings, salt: salt.toString('base64'), hash }
}

describe('hashPassword()', () => {
  it('makes what verifyPassword() takes for that password alone', async () => {
    const kept = await hashPassword('geheim ü')
    assert.equal(await verifyPassword('geheim ü', kept), true)
    assert.equal(await verifyPassword('geheim u', kept), false)
    assert.equal(await verifyPassword('', kept), false)
  })

  it('salts: the same password hashes to something else each time', async () => {
    const [one, other] = await Promise.all([hashPassword('same'), hashPassword('same')])
    assert.notEqual(one.salt, other.salt)
    assert.notEqual(one.hash, other.hash)
  })
})

describe('parsePasswordHash()', () => {
  it('reads what hashPassword() made after it went through JSON', async () => {
    const kept = await hashPassword('x')
    assert.deepEqual(parsePasswordHash(JSON.parse(JSON.stringify(kept))), kept)
  })

  for (const value of [null, 'text', {}, { cost: '1' }]) {
    it(`refuses ${JSON.stringify(value)}`, () => {
      assert.throws(() => parsePasswordHash(value), { code: 'ERR_WIRE_FORMAT' })
    })
  }
})

describe('PasswordChecker', () => {
  let kept: PasswordHash

  before(async () => {
    kept = await hashPassword('right')
  })

  function createChecker(
    find: FindPassword = (user) => (user === 'root' ? kept : undefined),
    limits: Partial<LeaderLimits> = {},
  ): PasswordChecker {
    const limiter = new LoginLimiter({
      clock: createFakeClock(),
      limits: { ...LEADER_LIMITS, ...limits },
    })
    return new PasswordChecker({ find, turns: new PasswordTurns(), limiter })
  }

  function by(user: string, address = '10.0.0.1'): LoginAttempt {
    return { user, address }
  }

  it('takes the right password of a user who exists, and nothing else', async () => {
    const checker = createChecker()
    assert.equal(await checker.check(by('root'), 'right'), true)
    assert.equal(await checker.check(by('root'), 'right'), true)
    assert.equal(await checker.check(by('root'), 'wrong'), false)
    assert.equal(await checker.check(by('nobody'), 'right'), false)
    assert.equal(await checker.check(by(''), ''), false)
  })

  it('answers for remembered credentials while others wait for their turn', async () => {
    const checker = createChecker()
    await checker.check(by('root'), 'right')
    let isWrongDone = false
    const wrong = checker.check(by('root'), 'wrong').finally(() => (isWrongDone = true))
    assert.equal(await checker.check(by('root'), 'right'), true)
    assert.equal(isWrongDone, false)
    assert.equal(await wrong, false)
  })

  it('forgets credentials once the password has changed', async () => {
    let current = kept
    const checker = createChecker(() => current)
    assert.equal(await checker.check(by('root'), 'right'), true)
    current = await hashPassword('new')
    assert.equal(await checker.check(by('root'), 'right'), false)
    assert.equal(await checker.check(by('root'), 'new'), true)
  })

  it('refuses with 503 when too many wait, and goes on afterwards', async () => {
    const cheap = hashCheaply('right')
    const checker = createChecker(() => cheap, { loginFailuresMax: 1000 })
    const count = PASSWORD_CHECKS_MAX + PASSWORD_CHECKS_WAITING_MAX
    const checks = Array.from({ length: count }, (_, index) =>
      checker.check(by('root'), `${index}`),
    )
    await assert.rejects(checker.check(by('root'), 'right'), { status: 503, errorNum: 32 })
    assert.deepEqual(new Set(await Promise.all(checks)), new Set([false]))
    assert.equal(await checker.check(by('root'), 'right'), true)
  })

  it('makes one attempt of what a client asks many times at once', async () => {
    const checker = createChecker(undefined, { loginFailuresMax: 2 })
    const count = PASSWORD_CHECKS_MAX + PASSWORD_CHECKS_WAITING_MAX + 10
    const ask = (password: string): Promise<boolean[]> =>
      Promise.all(Array.from({ length: count }, () => checker.check(by('root'), password)))
    assert.deepEqual(new Set(await ask('right')), new Set([true]))
    assert.deepEqual(new Set(await ask('wrong')), new Set([false]))
    assert.equal(await checker.check(by('root'), 'right'), true)
  })

  it('refuses a user at an address after too many failures, the right password too', async () => {
    const cheap = hashCheaply('right')
    const checker = createChecker(() => cheap, { loginFailuresMax: 2 })
    assert.equal(await checker.check(by('root'), 'right'), true)
    assert.equal(await checker.check(by('root'), 'a'), false)
    assert.equal(await checker.check(by('root'), 'b'), false)
    for (const password of ['c', 'right']) {
      await assert.rejects(checker.check(by('root'), password), { status: 429 })
    }
    assert.equal(await checker.check(by('root', '10.0.0.2'), 'right'), true)
    assert.equal(await checker.check(by('other'), 'right'), true)
  })

  it('lets nobody guess more than allowed by asking at one time', async () => {
    const cheap = hashCheaply('right')
    const checker = createChecker(() => cheap, { loginFailuresMax: 3 })
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) => checker.check(by('root'), `${index}`)),
    )
    assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 3)
  })

  it('counts failures for users that do not exist as for others', async () => {
    const checker = createChecker(() => undefined, { loginFailuresMax: 1 })
    assert.equal(await checker.check(by('nobody'), 'x'), false)
    await assert.rejects(checker.check(by('nobody'), 'y'), { status: 429 })
  })
})
