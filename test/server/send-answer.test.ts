import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { sendAnswer } from '../../lib/server/send-answer.js'
import { ask } from './support/ask.js'

const BLOCK_BYTES = 256 * 1024

/** What the one answer of a test's server did. */
interface Sending {
  readonly pulledBlocks: number
  /** Resolves with what `close` was called with. */
  readonly closed: Promise<boolean>
  /** Resolves with what `sendAnswer` threw, or undefined. */
  readonly settled: Promise<unknown>
}

describe('sendAnswer()', () => {
  let server: Server

  afterEach(() => {
    server.closeAllConnections()
    server.close()
  })

  /** Serves `blockCount` blocks, or fails before the one with the index `failAt`. */
  async function serve(
    blockCount: number,
    { failAt, isLengthKnown = true }: { failAt?: number; isLengthKnown?: boolean } = {},
  ): Promise<Sending & { port: number }> {
    const state = { pulledBlocks: 0 }
    let close: (isWhole: boolean) => void = () => undefined
    let settle: (error: unknown) => void = () => undefined
    const closed = new Promise<boolean>((resolve) => (close = resolve))
    const settled = new Promise<unknown>((resolve) => (settle = resolve))
    async function* blocks(): AsyncGenerator<Buffer, void, undefined> {
      for (let index = 0; index < blockCount; index += 1) {
        if (index === failAt) throw new Error('the disk is gone')
        state.pulledBlocks += 1
        yield await Promise.resolve(Buffer.alloc(BLOCK_BYTES, index))
      }
    }
    server = createServer(({ url }, response) => {
      if (url === '/ping') {
        response.end()
        return
      }
      const bytes = isLengthKnown ? blockCount * BLOCK_BYTES : undefined
      sendAnswer(response, {
        kind: 'streamed',
        status: 200,
        headers: {},
        bytes,
        blocks: blocks(),
        close,
      })
        .then(() => undefined)
        .then(settle, settle)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    return {
      port,
      closed,
      settled,
      get pulledBlocks() {
        return state.pulledBlocks
      },
    }
  }

  /** Asks for the answer, and reads nothing of it but its beginning. */
  async function askWithoutReading(port: number): Promise<Socket> {
    const socket = connect(port, '127.0.0.1')
    socket.write('GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')
    await once(socket, 'readable')
    return socket
  }

  /** How many blocks were read when no more are read while the server answers others. */
  async function standingCount(sending: Sending & { port: number }): Promise<number> {
    let count = -1
    for (let unchanged = 0; unchanged < 20;) {
      await ask(`http://127.0.0.1:${sending.port}/ping`)
      unchanged = count === sending.pulledBlocks ? unchanged + 1 : 0
      count = sending.pulledBlocks
    }
    return count
  }

  it('streams all blocks with their length and tells that all was sent', async () => {
    const sending = await serve(5)
    const { body, headers } = await ask(`http://127.0.0.1:${sending.port}/`)
    assert.equal(headers['content-length'], `${5 * BLOCK_BYTES}`)
    assert.deepEqual(
      body,
      Buffer.concat([0, 1, 2, 3, 4].map((value) => Buffer.alloc(BLOCK_BYTES, value))),
    )
    assert.equal(await sending.closed, true)
  })

  it('streams blocks whose length nobody knows in chunks', async () => {
    const sending = await serve(3, { isLengthKnown: false })
    const { body, headers } = await ask(`http://127.0.0.1:${sending.port}/`)
    assert.equal(headers['content-length'], undefined)
    assert.equal(headers['transfer-encoding'], 'chunked')
    assert.equal(body.length, 3 * BLOCK_BYTES)
    assert.equal(await sending.closed, true)
  })

  it('cuts the connection when reading a body of unknown length fails', async () => {
    const sending = await serve(5, { failAt: 2, isLengthKnown: false })
    await assert.rejects(ask(`http://127.0.0.1:${sending.port}/`), { code: 'ECONNRESET' })
    assert.equal(await sending.closed, false)
  })

  it('reads no more blocks than the reader and the sockets take, and goes on with it', async () => {
    const blockCount = 400
    const sending = await serve(blockCount)
    const socket = await askWithoutReading(sending.port)
    const standing = await standingCount(sending)
    assert.ok(standing < blockCount / 4, `${standing} blocks were read`)
    let received = 0
    for await (const bytes of socket as AsyncIterable<Buffer>) received += bytes.length
    assert.ok(received > blockCount * BLOCK_BYTES)
    assert.equal(await sending.closed, true)
  })

  it('gives a body up at once when the reader goes away', async () => {
    const sending = await serve(4000)
    const socket = await askWithoutReading(sending.port)
    socket.destroy()
    assert.equal(await sending.closed, false)
    assert.equal(await sending.settled, undefined)
    assert.ok(sending.pulledBlocks < 1000)
  })

  it('cuts the connection when reading the body fails', async () => {
    const sending = await serve(5, { failAt: 2 })
    await assert.rejects(ask(`http://127.0.0.1:${sending.port}/`), { code: 'ECONNRESET' })
    assert.equal(await sending.closed, false)
    assert.match(String(await sending.settled), /the disk is gone/)
  })
})
