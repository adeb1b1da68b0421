import assert from 'node:assert/strict'
import { generateKeyPair, SignJWT, UnsecuredJWT, type JWTPayload } from 'jose'
import { checkToken, makeToken } from '../../../lib/server/auth/token.js'

/** Long enough for every algorithm of this kind. */
const SECRET = Buffer.from('a secret'.repeat(8))
const SUPERUSER = { iss: 'arangodb', server_id: 'setup' }
const ROOT = { iss: 'arangodb', preferred_username: 'root' }

function sign(payload: JWTPayload, secret: Uint8Array = SECRET, alg = 'HS256'): Promise<string> {
  return new SignJWT(payload).setProtectedHeader({ alg, typ: 'JWT' }).sign(secret)
}

function secondsFromNow(seconds: number): number {
  return Math.floor(Date.now() / 1000) + seconds
}

describe('checkToken()', () => {
  it('takes the token of a superuser', async () => {
    assert.deepEqual(await checkToken(await sign(SUPERUSER), SECRET), { kind: 'superuser' })
  })

  it('takes a token of a user', async () => {
    const claims = { kind: 'user', name: 'root', issuedAt: undefined }
    assert.deepEqual(await checkToken(await sign(ROOT), SECRET), claims)
  })

  it('takes one with a server id for that of its user, never for a superuser', async () => {
    const token = await sign({ ...SUPERUSER, preferred_username: 'eve' })
    const claims = { kind: 'user', name: 'eve', issuedAt: undefined }
    assert.deepEqual(await checkToken(token, SECRET), claims)
  })

  it('takes a token that has not expired', async () => {
    const token = await sign({ ...ROOT, exp: secondsFromNow(60) })
    assert.equal((await checkToken(token, SECRET))?.kind, 'user')
  })

  const refused: readonly (readonly [string, () => Promise<string> | string])[] = [
    ['one that has expired', () => sign({ ...ROOT, exp: secondsFromNow(-60) })],
    ['one that is not valid yet', () => sign({ ...ROOT, nbf: secondsFromNow(60) })],
    ['one signed with another secret', () => sign(ROOT, Buffer.from('another'))],
    ['one of another algorithm of the same secret', () => sign(ROOT, SECRET, 'HS512')],
    ['one without a signature', () => new UnsecuredJWT(ROOT).encode()],
    ['one of another issuer', () => sign({ ...ROOT, iss: 'somebody' })],
    ['one without an issuer', () => sign({ preferred_username: 'root' })],
    ['one whose user is no text', () => sign({ ...SUPERUSER, preferred_username: 1 })],
    ['one that names nobody', () => sign({ iss: 'arangodb' })],
    ['one whose server id is no text', () => sign({ iss: 'arangodb', server_id: 1 })],
    ['an empty one', () => ''],
    ['one that is no token', () => 'a.b.c'],
  ]
  for (const [what, make] of refused) {
    it(`refuses ${what}`, async () => {
      assert.equal(await checkToken(await make(), SECRET), undefined)
    })
  }

  it('refuses an algorithm with a public key', async () => {
    const { privateKey } = await generateKeyPair('RS256')
    const token = await new SignJWT(ROOT).setProtectedHeader({ alg: 'RS256' }).sign(privateKey)
    assert.equal(await checkToken(token, SECRET), undefined)
  })

  it('refuses a token whose payload was changed', async () => {
    const [header, , signature] = (
      await sign({ iss: 'arangodb', preferred_username: 'eve' })
    ).split('.')
    const payload = Buffer.from(JSON.stringify(ROOT)).toString('base64url')
    assert.equal(await checkToken(`${header}.${payload}.${signature}`, SECRET), undefined)
  })
})

describe('makeToken()', () => {
  it('makes a token of the user that counts for an hour', async () => {
    const token = await makeToken('eve', SECRET)
    const claims = await checkToken(token, SECRET)
    assert.ok(claims?.kind === 'user')
    assert.equal(claims.name, 'eve')
    const [header = '', payload = ''] = token.split('.')
    const parse = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString())
    const iat = Number(claims.issuedAt)
    assert.ok(Math.abs(iat - Date.now() / 1000) < 60)
    assert.deepEqual(parse(header), { alg: 'HS256', typ: 'JWT' })
    assert.deepEqual(parse(payload), {
      preferred_username: 'eve',
      iss: 'arangodb',
      iat,
      exp: iat + 3600,
    })
  })

  it('makes what another secret does not open', async () => {
    assert.equal(await checkToken(await makeToken('eve', SECRET), Buffer.from('other')), undefined)
  })
})
