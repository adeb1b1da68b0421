import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request as requestSecurely } from 'node:https'
import { connect } from 'node:net'
import type { IncomingMessage } from 'node:http'
import { connect as connectSecurely, type SecureVersion, type TLSSocket } from 'node:tls'
import { startLeader, TlsError, type Leader, type LeaderTls } from '../../lib/server/index.js'
import type { Store } from '../../lib/store/index.js'
import { FIRST, SECOND } from './support/certificates.js'
import { openTestStore } from './support/test-leader.js'

/** Asks for the version over TLS, trusting one root. */
async function askVersion(url: string, ca: string): Promise<number | undefined> {
  const sent = requestSecurely(`${url}/_api/version`, { ca, agent: false })
  sent.end()
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  response.resume()
  await once(response, 'end')
  return response.statusCode
}

/** Shakes hands with certain versions of the protocol. */
async function shakeHands(url: string, ca: string, version: SecureVersion): Promise<string> {
  const { hostname: host, port } = new URL(url)
  const versions = { minVersion: version, maxVersion: version }
  // Older versions are only spoken at the lowest level of security that OpenSSL has.
  const ciphers = 'DEFAULT@SECLEVEL=0'
  const socket: TLSSocket = connectSecurely({ host, port: Number(port), ca, ciphers, ...versions })
  try {
    await once(socket, 'secureConnect')
    return String(socket.getProtocol())
  } finally {
    socket.destroy()
  }
}

describe('a leader with TLS', () => {
  let store: Store
  let closeStore: () => Promise<void>
  let leader: Leader

  before(async () => {
    ;({ store, close: closeStore } = await openTestStore())
    leader = await startLeader({ store, port: 0, auth: { kind: 'off' }, tls: FIRST })
  })

  after(async () => {
    await leader.close()
    await closeStore()
  })

  it('answers over https, and says so in its url', async () => {
    assert.match(leader.url, /^https:\/\/127\.0\.0\.1:\d+$/)
    assert.equal(await askVersion(leader.url, FIRST.cert), 200)
  })

  it('is refused by who does not trust the certificate', async () => {
    await assert.rejects(askVersion(leader.url, SECOND.cert), /certificate/)
  })

  it('speaks TLS 1.2 and 1.3, and nothing older', async () => {
    assert.equal(await shakeHands(leader.url, FIRST.cert, 'TLSv1.2'), 'TLSv1.2')
    assert.equal(await shakeHands(leader.url, FIRST.cert, 'TLSv1.3'), 'TLSv1.3')
    await assert.rejects(shakeHands(leader.url, FIRST.cert, 'TLSv1.1'))
  })

  it('ends a connection that speaks in clear', async () => {
    const { hostname: host, port } = new URL(leader.url)
    const socket = connect({ host, port: Number(port) })
    socket.on('error', () => undefined)
    socket.write('GET /_api/version HTTP/1.1\r\nhost: x\r\n\r\n')
    const received: Buffer[] = []
    socket.on('data', (block: Buffer) => received.push(block))
    await once(socket, 'close')
    assert.ok(!Buffer.concat(received).includes('arango'))
    assert.equal(await askVersion(leader.url, FIRST.cert), 200)
  })

  it('shows another certificate once it is told to', async () => {
    leader.setTls(SECOND)
    assert.equal(await askVersion(leader.url, SECOND.cert), 200)
    await assert.rejects(askVersion(leader.url, FIRST.cert), /certificate/)
    leader.setTls(FIRST)
    assert.equal(await askVersion(leader.url, FIRST.cert), 200)
  })

  it('keeps its certificate when another one is not fit', async () => {
    assert.throws(() => {
      leader.setTls({ cert: SECOND.cert, key: FIRST.key })
    }, TlsError)
    assert.equal(await askVersion(leader.url, FIRST.cert), 200)
  })

  const unfit: readonly (readonly [string, LeaderTls, string, RegExp])[] = [
    ['no certificate', { ...FIRST, cert: 'x' }, 'certificate', /no certificate in PEM form/],
    ['an empty one', { ...FIRST, cert: '' }, 'certificate', /no certificate in PEM form/],
    ['a key instead', { ...FIRST, cert: FIRST.key }, 'certificate', /no certificate in PEM/],
    ['no key', { ...FIRST, key: 'x' }, 'key', /no private key in PEM form/],
    ['a certificate instead of a key', { ...FIRST, key: FIRST.cert }, 'key', /no private key/],
    ["another's key", { ...FIRST, key: SECOND.key }, 'key', /not the key of the certificate/],
    [
      'a chain that is damaged',
      { ...FIRST, cert: `${FIRST.cert}${SECOND.cert.replace(/M/g, '?')}` },
      'certificate',
      /refuses/,
    ],
  ]
  for (const [what, tls, part, reason] of unfit) {
    it(`startLeader() refuses ${what}, and listens nowhere`, async () => {
      await assert.rejects(startLeader({ store, port: 0, tls }), (error) => {
        assert.ok(error instanceof TlsError)
        assert.equal(error.code, 'ERR_TLS')
        assert.equal(error.part, part)
        assert.match(error.message, reason)
        assert.ok(!error.message.includes('BEGIN'))
        return true
      })
    })
  }

  it('setTls() refuses to change a leader that serves in clear', async () => {
    const clear = await startLeader({ store, port: 0, auth: { kind: 'off' } })
    try {
      assert.throws(() => {
        clear.setTls(FIRST)
      }, TypeError)
      assert.match(clear.url, /^http:/)
    } finally {
      await clear.close()
    }
  })
})
