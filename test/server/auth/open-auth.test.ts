import assert from 'node:assert/strict'
import { SignJWT, UnsecuredJWT, type JWTPayload } from 'jose'
import { startLeader, type LeaderAuth, type LeaderLimits } from '../../../lib/server/index.js'
import { startTestLeader, type TestLeader } from '../support/test-leader.js'
import { ask, assertError, type Reply } from '../support/ask.js'
import { createFakeClock, type FakeClock } from '../support/fake-clock.js'
import { addUser, basicOf, bearerOf, superuserBearer, TEST_SECRET } from '../support/users.js'

const AUTH = { kind: 'on', rootPassword: 'root', jwtSecret: TEST_SECRET } as const

describe('/_open/auth', () => {
  let test: TestLeader
  let clock: FakeClock

  async function start(auth: LeaderAuth = AUTH, limits: Partial<LeaderLimits> = {}): Promise<void> {
    clock = createFakeClock()
    test = await startTestLeader({ auth, limits, clock })
    await addUser(test.store, 'ann', { shop: 'ro' })
  }

  afterEach(() => test.close())

  function logIn(username: unknown, password: unknown, database = ''): Promise<Reply> {
    const body = JSON.stringify({ username, password })
    return ask(`${test.url}${database}/_open/auth`, { method: 'POST', body })
  }

  async function tokenOf(username: string, password: string): Promise<string> {
    const reply = await logIn(username, password)
    assert.equal(reply.status, 200)
    const value = JSON.parse(reply.body.toString()) as Record<string, unknown>
    assert.deepEqual(Object.keys(value), ['jwt'])
    return `bearer ${String(value['jwt'])}`
  }

  async function statusOf(authorization: string, path = '/_api/version'): Promise<number> {
    return (await ask(test.url + path, { headers: { authorization } })).status
  }

  it('gives a token to who says the right password, and lets it in', async () => {
    await start()
    const token = await tokenOf('ann', 'ann')
    assert.equal(await statusOf(token), 200)
    assert.equal(await statusOf(token.replace('bearer', 'Bearer')), 200)
    assert.equal(await statusOf(token, '/_api/collection'), 401)
    assert.equal(await statusOf(await tokenOf('root', 'root'), '/_api/collection'), 200)
  })

  it('answers the same to whatever is wrong, in whatever database', async () => {
    await start()
    await addUser(test.store, 'off')
    const off = JSON.stringify({ active: false })
    const headers = { authorization: await bearerOf('root') }
    await ask(`${test.url}/_api/user/off`, { method: 'PATCH', headers, body: off })
    const replies = [
      await logIn('ann', 'wrong'),
      await logIn('nobody', 'ann'),
      await logIn('off', 'off'),
      await logIn('__proto__', ''),
      await logIn('x'.repeat(900_000), ''),
      await logIn('', ''),
      await logIn('ann', 'wrong', '/_db/nowhere'),
    ]
    for (const reply of replies) {
      assertError(reply, 401, 401)
      assert.equal(reply.body.toString(), replies[0]?.body.toString())
    }
    assert.equal((await logIn('ann', 'ann', '/_db/nowhere')).status, 200)
  })

  it('refuses bodies that are none', async () => {
    await start()
    assertError(await logIn(1, 'x'), 400, 400)
    assertError(await logIn('ann', undefined), 400, 400)
    const url = `${test.url}/_open/auth`
    assertError(await ask(url, { method: 'POST', body: '{' }), 400, 600)
    assertError(await ask(url, { method: 'POST', body: '[]' }), 400, 10)
    assertError(await ask(url, { method: 'GET' }), 405, 405)
  })

  it('is not there where authentication is off', async () => {
    await start({ kind: 'off' })
    assertError(await logIn('ann', 'ann'), 404, 404)
  })

  it('refuses the tokens of a user that is gone, inactive, or another one by now', async () => {
    await start()
    const root = { authorization: await bearerOf('root') }
    const ann = await tokenOf('ann', 'ann')
    const change = (method: string, body: object): Promise<Reply> =>
      ask(`${test.url}/_api/user/${method === 'POST' ? '' : 'ann'}`, {
        method,
        headers: root,
        body: JSON.stringify(body),
      })
    await change('PATCH', { active: false })
    assert.equal(await statusOf(ann), 401)
    assertError(await logIn('ann', 'ann'), 401, 401)
    await change('PATCH', { active: true })
    assert.equal(await statusOf(ann), 200)
    const removed = await ask(`${test.url}/_api/user/ann`, { method: 'DELETE', headers: root })
    assert.equal(removed.status, 202)
    assert.equal(await statusOf(ann), 401)
    const early = new SignJWT({ iss: 'arangodb', preferred_username: 'ann' })
    const old = await early
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuedAt(Math.floor(Date.now() / 1000) - 1000)
      .sign(Buffer.from(TEST_SECRET))
    await change('POST', { user: 'ann', passwd: 'new' })
    assert.equal(await statusOf(`bearer ${old}`), 401)
    assert.equal(await statusOf(await tokenOf('ann', 'new')), 200)
  })

  it('refuses tokens that are not right, and never counts them as failed logins', async () => {
    await start(AUTH, { loginFailuresMax: 1, addressLoginFailuresMax: 1 })
    const claims = { iss: 'arangodb', preferred_username: 'root' }
    const sign = (payload: JWTPayload, secret = TEST_SECRET): Promise<string> =>
      new SignJWT(payload).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(secret))
    const expired = { ...claims, exp: Math.floor(Date.now() / 1000) - 10 }
    const wrong = [
      new UnsecuredJWT(claims).encode(),
      await sign(claims, 'another'),
      await sign(expired),
      await sign({ ...claims, iss: 'somebody' }),
      await sign({ ...claims, preferred_username: 'nobody' }),
      await sign({ ...claims, preferred_username: '__proto__' }),
      '',
      'x',
    ]
    for (const token of wrong) assert.equal(await statusOf(`bearer ${token}`), 401)
    assert.equal(await statusOf(`bearer ${await sign(claims)}`), 200)
    assert.equal(await statusOf(await superuserBearer()), 200)
    assert.equal(await statusOf(basicOf('ann', 'ann')), 200)
  })

  it('keeps a secret of its own where none is configured, over a restart', async () => {
    await start({ kind: 'on', rootPassword: 'root' })
    const token = await tokenOf('ann', 'ann')
    assert.equal(await statusOf(token), 200)
    assert.equal(await statusOf(await bearerOf('root')), 401)
    assert.equal(await statusOf(await superuserBearer()), 401)
    const { store } = test
    const again = await startLeader({ store, port: 0, auth: { kind: 'on', rootPassword: 'root' } })
    try {
      const headers = { authorization: token }
      assert.equal((await ask(`${again.url}/_api/version`, { headers })).status, 200)
    } finally {
      await again.close()
    }
  })

  it('refuses with 429 after too many failures, wherever they were made', async () => {
    await start(AUTH, { loginFailuresMax: 3 })
    assertError(await logIn('root', 'a'), 401, 401)
    assert.equal(await statusOf(basicOf('root', 'b')), 401)
    assertError(await logIn('root', 'c'), 401, 401)
    const refused = await logIn('root', 'root')
    assertError(refused, 429, 429)
    assert.equal(refused.headers['retry-after'], '60')
    assert.equal(await statusOf(basicOf('root', 'root')), 429)
    // Neither others nor tokens are touched.
    assert.equal(await statusOf(basicOf('ann', 'ann')), 200)
    assert.equal(await statusOf(await bearerOf('root')), 200)
    clock.move(60_000)
    assert.equal((await logIn('root', 'root')).status, 200)
  })

  it('refuses an address after too many failures of whomever', async () => {
    await start(AUTH, { addressLoginFailuresMax: 3 })
    for (const name of ['a', 'b', 'c']) assertError(await logIn(name, 'x'), 401, 401)
    assertError(await logIn('ann', 'ann'), 429, 429)
  })

  it('does not count those who are right, however many come at one time', async () => {
    await start(AUTH, { loginFailuresMax: 2, addressLoginFailuresMax: 2 })
    const statuses = await Promise.all(
      Array.from({ length: 64 }, () => statusOf(basicOf('root', 'root'))),
    )
    assert.deepEqual(new Set(statuses), new Set([200]))
  })
})
