import assert from 'node:assert/strict'
import { scryptSync } from 'node:crypto'
import { PASSWORD_CHECKS_MAX, PASSWORD_CHECKS_WAITING_MAX } from '../../../lib/core/index.js'
import {
  hashPassword,
  parsePasswordHash,
  verifyPassword,
  type PasswordHash,
} from '../../../lib/server/auth/password-hash.js'
import { PasswordChecker } from '../../../lib/server/auth/password-checker.js'

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

  function createChecker(): PasswordChecker {
    return new PasswordChecker((user) => (user === 'root' ? kept : undefined))
  }

  it('takes the right password of a user who exists, and nothing else', async () => {
    const checker = createChecker()
    assert.equal(await checker.check('root', 'right'), true)
    assert.equal(await checker.check('root', 'right'), true)
    assert.equal(await checker.check('root', 'wrong'), false)
    assert.equal(await checker.check('nobody', 'right'), false)
    assert.equal(await checker.check('', ''), false)
  })

  it('answers for remembered credentials while others wait for their turn', async () => {
    const checker = createChecker()
    await checker.check('root', 'right')
    let isWrongDone = false
    const wrong = checker.check('root', 'wrong').finally(() => (isWrongDone = true))
    assert.equal(await checker.check('root', 'right'), true)
    assert.equal(isWrongDone, false)
    assert.equal(await wrong, false)
  })

  it('forgets credentials once the password has changed', async () => {
    let current = kept
    const checker = new PasswordChecker(() => current)
    assert.equal(await checker.check('root', 'right'), true)
    current = await hashPassword('new')
    assert.equal(await checker.check('root', 'right'), false)
    assert.equal(await checker.check('root', 'new'), true)
  })

  it('refuses with 503 when too many wait, and goes on afterwards', async () => {
    const cheap = hashCheaply('right')
    const checker = new PasswordChecker(() => cheap)
    const count = PASSWORD_CHECKS_MAX + PASSWORD_CHECKS_WAITING_MAX
    const checks = Array.from({ length: count }, (_, index) => checker.check('root', `${index}`))
    await assert.rejects(checker.check('root', 'right'), { status: 503, errorNum: 32 })
    assert.deepEqual(new Set(await Promise.all(checks)), new Set([false]))
    assert.equal(await checker.check('root', 'right'), true)
  })
})
