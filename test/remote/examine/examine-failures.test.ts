import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { createServer as createSecureServer } from 'node:tls'
import { examineServer, RemoteError } from '../../../lib/remote/index.js'
import { FIRST } from '../../server/support/certificates.js'
import { guarded, MODERN, refusal, withMadeUp } from './made-up-server.js'

/** Listens on a free port while a test runs. */
async function withPort(server: Server, use: (port: number) => Promise<void>): Promise<void> {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  try {
    await use((server.address() as AddressInfo).port)
  } finally {
    server.close()
  }
}

/** A server that says the same to everybody. */
function saying(text: string): Server {
  return createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => socket.end(text))
  })
}

/** Examines, and gives the message of the error without the address. */
async function failureOf(url: string): Promise<string> {
  const address = { kind: 'remote', url, database: '_system' } as const
  try {
    await examineServer(address, { questionMsMax: 20_000 })
  } catch (error) {
    assert.ok(error instanceof RemoteError)
    assert.equal(error.message.includes('\n'), false)
    return error.message.replace(url, 'URL')
  }
  return assert.fail('was examined')
}

const PAGE = 'HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nconnection: close\r\n\r\n<html>'

describe('examineServer() of what cannot be examined', () => {
  it('says that a port is closed', async () => {
    let port = 0
    await withPort(createServer(), (one) => {
      port = one
      return Promise.resolve()
    })
    const said = await failureOf(`http://127.0.0.1:${port}`)
    assert.equal(said, 'Cannot examine the server at URL: the connection was refused')
  })

  it('says that the credentials are refused, or missing', async () => {
    await withMadeUp(guarded(MODERN), async ({ address }) => {
      const wrong = { username: 'root', password: 'wrong' }
      await assert.rejects(examineServer(address, wrong), {
        code: 'ERR_REMOTE_UNAUTHORIZED',
        message: /^Cannot examine the server at \S+: the username or the password, or the token/,
      })
      await assert.rejects(examineServer(address), /: the server wants a username and a password$/)
    })
  })

  it('says that something else answers', async () => {
    const is = 'Cannot examine the server at URL: it is neither ArangoDB nor tidemark'
    await withPort(saying(PAGE), async (port) => {
      const said = await failureOf(`http://127.0.0.1:${port}`)
      assert.equal(said, `${is} (/_api/version: the answer is not JSON)`)
    })
    await withPort(saying(PAGE.replace('200 OK', '404 Not Found')), async (port) => {
      const said = await failureOf(`http://127.0.0.1:${port}`)
      assert.equal(said, `${is} (/_api/version: the server answered with status 404)`)
    })
    await withPort(saying(PAGE.replace('<html>', '{"version":"8.1"}')), async (port) => {
      const said = await failureOf(`http://127.0.0.1:${port}`)
      assert.equal(said, `${is} (/_api/version: it names no server "arango")`)
    })
  })

  it('says that what answers is not HTTP', async () => {
    await withPort(saying('220 mail.example ESMTP\r\n'), async (port) => {
      assert.match(
        await failureOf(`http://127.0.0.1:${port}`),
        /^Cannot examine the server at URL: the answer is not HTTP \(/,
      )
    })
  })

  it('says that a server is not ready', async () => {
    const starting = refusal(503, 503, 'service unavailable due to startup or maintenance mode')
    await withMadeUp({ 'GET /_api/version': starting }, async ({ address }) => {
      await assert.rejects(examineServer(address), /status 503.*startup or maintenance mode$/)
    })
    await withPort(saying(PAGE.replace('200 OK', '502 Bad Gateway')), async (port) => {
      const said = await failureOf(`http://127.0.0.1:${port}`)
      assert.match(said, /^Cannot examine the server at URL: the server answered with status 502/)
    })
  })

  it('says that there was no answer', async () => {
    const silent = createServer((socket) => socket.on('error', () => undefined))
    await withPort(silent, async (port) => {
      const url = `http://127.0.0.1:${port}`
      const address = { kind: 'remote', url, database: '_system' } as const
      await assert.rejects(examineServer(address, { questionMsMax: 50 }), {
        code: 'ERR_REMOTE_UNREACHABLE',
        message: `Cannot examine the server at ${url}: no answer came within 50 ms`,
      })
    })
  })

  it('says that a certificate is not trusted', async () => {
    await withPort(createSecureServer(FIRST), async (port) => {
      const said = await failureOf(`https://127.0.0.1:${port}`)
      assert.equal(said, 'Cannot examine the server at URL: its certificate is self-signed')
    })
  })

  it('says that TLS is spoken, or not spoken', async () => {
    await withPort(saying(PAGE), async (port) => {
      const said = await failureOf(`https://127.0.0.1:${port}`)
      assert.match(said, /: it does not speak TLS; try http:\/\/$/)
    })
    await withPort(createSecureServer(FIRST), async (port) => {
      const said = await failureOf(`http://127.0.0.1:${port}`)
      assert.equal(said, 'Cannot examine the server at URL: it speaks TLS; try https://')
    })
  })
})
