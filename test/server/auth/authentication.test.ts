import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { SignJWT } from 'jose'
import { startLeader, type LeaderAuth } from '../../../lib/server/index.js'
import type { Store } from '../../../lib/store/index.js'
import { ENDPOINTS } from '../../../lib/server/routes.js'
import { ask, assertError, type Reply } from '../support/ask.js'
import { openTestStore } from '../support/test-leader.js'

const JWT_SECRET = 'secret of the cluster'

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}

async function bearer(secret: string = JWT_SECRET): Promise<string> {
  const token = new SignJWT({ iss: 'arangodb', server_id: 'x' }).setProtectedHeader({
    alg: 'HS256',
  })
  return `bearer ${await token.sign(Buffer.from(secret))}`
}

describe('authentication', () => {
  let store: Store
  let closeStore: () => Promise<void>

  beforeEach(async () => {
    ;({ store, close: closeStore } = await openTestStore())
  })

  afterEach(() => closeStore())

  /** Starts a leader for as long as `body` runs. */
  async function serve(
    auth: LeaderAuth | undefined,
    body: (
      get: (authorization?: string, path?: string) => Promise<Reply>,
      password: string | undefined,
    ) => Promise<void>,
  ): Promise<void> {
    const leader = await startLeader({ store, port: 0, ...(auth === undefined ? {} : { auth }) })
    try {
      await body((authorization, path = '/_api/version') => {
        const headers = authorization === undefined ? {} : { authorization }
        return ask(leader.url + path, { headers })
      }, leader.generatedRootPassword)
    } finally {
      await leader.close()
    }
  }

  it('is on by default, with a password that is made once', async () => {
    let first = ''
    await serve(undefined, async (get, password) => {
      first = password ?? ''
      assert.ok(first.length >= 20)
      assert.equal((await get(basic('root', first))).status, 200)
      assertError(await get(), 401, 11)
    })
    await serve(undefined, async (get, password) => {
      assert.equal(password, undefined)
      assert.equal((await get(basic('root', first))).status, 200)
    })
  })

  it('keeps no password in clear', async () => {
    await serve({ kind: 'on', rootPassword: 'very secret' }, async () => {
      const names = store.metaNames('users/')
      assert.deepEqual(names, ['users/root'])
      const kept = JSON.stringify(store.getMeta('users/root'))
      assert.ok(!kept.includes('very secret'))
      assert.match(kept, /"algorithm":"scrypt","cost":32768,"blockSize":8/)
      await Promise.resolve()
    })
  })

  it('lets the configured password win at every start, over a made one too', async () => {
    let made = ''
    await serve(undefined, async (_get, password) => {
      made = password ?? ''
      await Promise.resolve()
    })
    for (const rootPassword of ['one', 'two', 'two']) {
      await serve({ kind: 'on', rootPassword }, async (get, password) => {
        assert.equal(password, undefined)
        assert.equal((await get(basic('root', rootPassword))).status, 200)
        assertError(await get(basic('root', made)), 401, 11)
      })
    }
    await serve(undefined, async (get, password) => {
      assert.equal(password, undefined)
      assert.equal((await get(basic('root', 'two'))).status, 200)
    })
  })

  it('refuses everything else with 401, and says that Basic is taken', async () => {
    await serve({ kind: 'on', rootPassword: 'p:w ü', jwtSecret: JWT_SECRET }, async (get) => {
      assert.equal((await get(basic('root', 'p:w ü'))).status, 200)
      assert.equal((await get(basic('root', 'p:w ü').replace('Basic', 'bASIC'))).status, 200)
      assert.equal((await get(await bearer())).status, 200)
      const refused = [
        undefined,
        '',
        'Basic',
        'Basic ',
        'Basic !!!',
        `Basic ${Buffer.from('root').toString('base64')}`,
        basic('root', ''),
        basic('root', 'p'),
        basic('root', 'P:W Ü'),
        basic('', 'p:w ü'),
        basic('eve', 'p:w ü'),
        basic('__proto__', 'x'),
        'Bearer',
        'Bearer x.y.z',
        await bearer('another secret'),
        `Digest ${JWT_SECRET}`,
        JWT_SECRET,
      ]
      for (const authorization of refused) {
        const reply = await get(authorization)
        assertError(reply, 401, 11)
        assert.match(String(reply.headers['www-authenticate']), /^Basic realm="/)
      }
    })
  })

  it('asks for credentials at every endpoint, before it reads a body', async () => {
    const limits = { heldListsBytesMax: 10 }
    const leader = await startLeader({ store, port: 0, auth: { kind: 'on' }, limits })
    for (const { method, path, access } of ENDPOINTS) {
      if (access === 'open') continue
      const url = leader.url + path.replace(/:\w+/, '1')
      const headers = method === 'GET' ? {} : { 'content-length': '900000' }
      const sent = request(url, { method, headers })
      sent.on('error', () => undefined)
      // Nothing of the body follows.
      sent.flushHeaders()
      const [response] = (await once(sent, 'response')) as [IncomingMessage]
      assert.equal(response.statusCode, 401, `${method} ${path}`)
      sent.destroy()
    }
    await leader.close()
  })

  it('asks for credentials before it tells anything, unknown paths and databases included', async () => {
    await serve({ kind: 'on', rootPassword: 'x' }, async (get) => {
      for (const path of ['/', '/_api/unknown', '/_db/nowhere/_api/version', '/_api/engine']) {
        assertError(await get(undefined, path), 401, 11)
      }
      const dump = '/_api/replication/dump'
      assertError(await get(basic('root', 'x'), '/_db/nowhere/_api/version'), 404, 1228)
      assertError(await get(basic('root', 'x'), '/_api/unknown'), 404, 404)
      assertError(await get(basic('root', 'x'), `${dump}?batchId=1`), 404, 1203)
    })
  })

  it('takes no token where no secret is configured', async () => {
    await serve({ kind: 'on', rootPassword: 'x' }, async (get) => {
      assertError(await get(await bearer()), 401, 11)
      assertError(await get(await bearer('undefined')), 401, 11)
    })
  })

  it('lets anybody in when it is off, whatever credentials come', async () => {
    await serve({ kind: 'off' }, async (get, password) => {
      assert.equal(password, undefined)
      for (const authorization of [undefined, basic('eve', 'x'), 'Bearer x']) {
        assert.equal((await get(authorization)).status, 200)
      }
    })
    assert.deepEqual(store.metaNames('users/'), [])
  })
})
