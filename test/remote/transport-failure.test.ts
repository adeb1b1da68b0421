import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { openRemote } from '../../lib/remote/index.js'
import { describeTransportFailure } from '../../lib/remote/transport-failure.js'

const failing = (code: string, name = 'Error'): Error =>
  Object.assign(new Error('told'), { code, name })

describe('describeTransportFailure', () => {
  const rows: readonly (readonly [Error, boolean, boolean])[] = [
    [failing('ECONNREFUSED'), false, true],
    [failing('UND_ERR_CONNECT_TIMEOUT'), false, true],
    [failing('EAI_AGAIN'), false, true],
    [failing('ENOTFOUND'), false, false],
    [failing('ECONNRESET'), true, true],
    [failing('UND_ERR_SOCKET'), true, true],
    [failing('UND_ERR_HEADERS_TIMEOUT'), true, true],
    [failing('UND_ERR_BODY_TIMEOUT'), true, true],
    [failing('UND_ERR_DESTROYED'), true, false],
    [failing('DEPTH_ZERO_SELF_SIGNED_CERT'), true, false],
    [failing('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), true, false],
    [failing('ERR_TLS_CERT_ALTNAME_INVALID'), true, false],
    [failing('HPE_INVALID_CONSTANT', 'HTTPParserError'), true, false],
    [new Error('told'), true, false],
  ]
  for (const [error, wasSent, isPassing] of rows) {
    const { code = 'an error without code' } = error as NodeJS.ErrnoException
    it(`takes ${code} for ${wasSent ? 'sent' : 'unsent'}, ${isPassing ? '' : 'not '}passing`, () => {
      const failure = describeTransportFailure(error)
      assert.deepEqual([failure.wasSent, failure.isPassing], [wasSent, isPassing])
      assert.notEqual(failure.reason, '')
    })
  }
})

describe('Source of a server that speaks something else', () => {
  for (const [scheme, reason] of [
    ['http', /the answer is not HTTP/],
    ['https', /SSL|TLS|EPROTO|wrong version/i],
  ] as const) {
    it(`fails at once over ${scheme}`, async () => {
      const server = createServer((socket) => {
        socket.on('error', () => undefined)
        socket.once('data', () => socket.end('SSH-2.0-OpenSSH_9.2p1\r\n'))
      })
      await once(server.listen(0, '127.0.0.1'), 'listening')
      const url = `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`
      const source = openRemote({ kind: 'remote', url, database: 'd' })
      let retries = 0
      source.onNotice = () => {
        retries += 1
      }
      await assert.rejects(source.openSnapshot(), {
        code: 'ERR_REMOTE_UNREACHABLE',
        message: reason,
      })
      assert.equal(retries, 0)
      await source.close()
      server.close()
    })
  }
})
