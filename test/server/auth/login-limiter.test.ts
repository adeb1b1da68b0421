import assert from 'node:assert/strict'
import { LOGIN_FAILURES_REMEMBERED_MAX, USER_NAME_BYTES_MAX } from '../../../lib/core/index.js'
import { LoginLimiter } from '../../../lib/server/auth/login-limiter.js'
import { createFakeClock, type FakeClock } from '../support/fake-clock.js'

describe('LoginLimiter', () => {
  const limits = { loginFailuresMax: 3, addressLoginFailuresMax: 5, loginWindowSeconds: 60 }
  let clock: FakeClock
  let limiter: LoginLimiter

  beforeEach(() => {
    clock = createFakeClock()
    limiter = new LoginLimiter({ clock, limits })
  })

  function fail(user: string, address: string, times = 1): void {
    for (let time = 0; time < times; time += 1) {
      limiter.assertMayTry({ user, address })
      limiter.begin({ user, address })
    }
  }

  function isRefused(user: string, address: string): boolean {
    try {
      limiter.assertMayTry({ user, address })
      return false
    } catch (error) {
      assert.equal((error as { status?: unknown }).status, 429)
      return true
    }
  }

  it('refuses a user at an address after too many failures, and nobody else', () => {
    fail('root', '10.0.0.1', 3)
    assert.equal(isRefused('root', '10.0.0.1'), true)
    assert.equal(isRefused('root', '10.0.0.2'), false)
    assert.equal(isRefused('ann', '10.0.0.1'), false)
  })

  it('refuses an address after too many failures of whomever', () => {
    for (const user of ['a', 'b', 'c', 'd', 'e']) fail(user, '10.0.0.1')
    assert.equal(isRefused('f', '10.0.0.1'), true)
    assert.equal(isRefused('a', '10.0.0.2'), false)
  })

  it('takes names for one that differ only where nobody has a name any more', () => {
    const long = 'x'.repeat(USER_NAME_BYTES_MAX + 1)
    fail(`${long}1`, '10.0.0.1', 3)
    assert.equal(isRefused(`${long}2`, '10.0.0.1'), true)
    assert.equal(isRefused(long.slice(1), '10.0.0.1'), false)
  })

  it('says when to come again, and then lets try', () => {
    fail('root', '10.0.0.1', 2)
    clock.move(20_500)
    fail('root', '10.0.0.1')
    assert.throws(
      () => {
        limiter.assertMayTry({ user: 'root', address: '10.0.0.1' })
      },
      { status: 429, errorNum: 429, headers: { 'retry-after': '40' } },
    )
    clock.move(39_499)
    assert.equal(isRefused('root', '10.0.0.1'), true)
    clock.move(1)
    assert.equal(isRefused('root', '10.0.0.1'), false)
    fail('root', '10.0.0.1', 3)
    assert.equal(isRefused('root', '10.0.0.1'), true)
  })

  it('forgets the failures of who is right in the end', () => {
    fail('root', '10.0.0.1', 2)
    limiter.begin({ user: 'root', address: '10.0.0.1' })
    limiter.forgive({ user: 'root', address: '10.0.0.1' })
    fail('root', '10.0.0.1', 2)
    assert.equal(isRefused('root', '10.0.0.1'), false)
  })

  it('does not forgive an address for one who is right', () => {
    for (const user of ['a', 'b', 'c', 'd']) fail(user, '10.0.0.1')
    limiter.begin({ user: 'own', address: '10.0.0.1' })
    limiter.forgive({ user: 'own', address: '10.0.0.1' })
    fail('e', '10.0.0.1')
    assert.equal(isRefused('own', '10.0.0.1'), true)
  })

  it('takes an attempt back that nobody looked at', () => {
    fail('root', '10.0.0.1', 3)
    limiter.takeBack({ user: 'root', address: '10.0.0.1' })
    assert.equal(isRefused('root', '10.0.0.1'), false)
    limiter.takeBack({ user: 'unknown', address: '10.9.9.9' })
  })

  const networks: readonly (readonly [string, string, boolean])[] = [
    ['::ffff:10.0.0.1', '10.0.0.1', true],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::9', true],
    ['2001:db8:1:2::', '2001:db8:1:3::', false],
    ['2001:db8::1', '2001:db8::2', true],
    ['fe80::1%eth0', 'fe80::2%eth1', true],
    ['::1', '::2', true],
    ['::1', '10.0.0.1', false],
    ['10.0.0.1', '10.0.0.10', false],
  ]
  for (const [one, other, isSame] of networks) {
    it(`counts ${one} and ${other} as ${isSame ? 'one' : 'two'}`, () => {
      fail('root', one, 3)
      assert.equal(isRefused('root', other), isSame)
    })
  }

  it('does not mix names and addresses up', () => {
    fail('a","b', '10.0.0.1', 3)
    fail('__proto__', '10.0.0.2', 3)
    assert.equal(isRefused('a', '10.0.0.1'), false)
    assert.equal(isRefused('__proto__', '10.0.0.2'), true)
    assert.equal(isRefused('constructor', '10.0.0.2'), false)
  })

  it('counts for so many at most, and then forgets the oldest', () => {
    fail('root', '10.0.0.1', 3)
    for (let index = 0; index < LOGIN_FAILURES_REMEMBERED_MAX - 1; index += 1) {
      fail('root', `11.${index >> 8}.${index & 255}.1`)
    }
    assert.equal(isRefused('root', '10.0.0.1'), true)
    fail('root', '12.0.0.1')
    assert.equal(isRefused('root', '10.0.0.1'), false)
  })
})
