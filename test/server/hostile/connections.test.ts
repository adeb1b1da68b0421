import assert from 'node:assert/strict'
import { once } from 'node:events'
import { HostileLeader, statusesOf } from './hostile-leader.js'

const POST = 'POST /_api/document/c HTTP/1.1\r\nhost: x\r\n'
const SMUGGLED = 'GET /_api/engine HTTP/1.1\r\nhost: x\r\n\r\n'

describe('hostile connections', () => {
  let leader: HostileLeader | undefined

  async function start(
    options: Parameters<typeof HostileLeader.start>[0] = {},
  ): Promise<HostileLeader> {
    leader = await HostileLeader.start(options)
    return leader
  }

  afterEach(async () => {
    await leader?.assertWell()
    await leader?.close()
    leader = undefined
  })

  const slow = { headersTimeoutMs: 50, requestTimeoutMs: 50 }

  it('get 408 for a body that comes too slowly, and give back the memory held for it', async () => {
    const limits = { ...slow, documentsBodyBytesMax: 1000, heldDocumentsBytesMax: 1000 }
    const server = await start({ limits })
    const answer = await server.exchange(`${POST}content-length: 900\r\n\r\n{"a":`)
    assert.deepEqual(statusesOf(answer), [408])
    const reply = await server.send('POST', '/_api/document/c', { a: 'x'.repeat(800) })
    assert.equal(reply.status, 202)
  })

  it('get 408 for a chunk that never ends', async () => {
    const server = await start({ limits: slow })
    const answer = await server.exchange(`${POST}transfer-encoding: chunked\r\n\r\nffff\r\n{"a":`)
    assert.deepEqual(statusesOf(answer), [408])
  })

  it('give back the memory of a body whose sender goes away', async () => {
    const limits = { documentsBodyBytesMax: 1000, heldDocumentsBytesMax: 1000 }
    const server = await start({ limits })
    for (let count = 0; count < 20; count += 1) {
      const socket = server.open(`${POST}transfer-encoding: chunked\r\n\r\nff\r\n{"a":`)
      await once(socket, 'connect')
      socket.destroy()
    }
    // The leader hears of it in its own time.
    while ((await server.send('POST', '/_api/document/c', { a: 1 })).status === 503);
  })

  const malformed: readonly (readonly [string, string])[] = [
    ['two lengths', `${POST}content-length: 2\r\ncontent-length: 40\r\n\r\n{}${SMUGGLED}`],
    ['two lengths in one header', `${POST}content-length: 2, 40\r\n\r\n{}${SMUGGLED}`],
    [
      'a length and chunks',
      `${POST}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`,
    ],
    [
      'chunks and a length',
      `${POST}transfer-encoding: chunked\r\ncontent-length: 5\r\n\r\n0\r\n\r\n${SMUGGLED}`,
    ],
    ['a length with a sign', `${POST}content-length: +2\r\n\r\n{}${SMUGGLED}`],
    ['a negative length', `${POST}content-length: -2\r\n\r\n{}${SMUGGLED}`],
    ['a length beyond all numbers', `${POST}content-length: ${'9'.repeat(40)}\r\n\r\n${SMUGGLED}`],
    ['a space before the colon', `${POST}content-length : 2\r\n\r\n{}${SMUGGLED}`],
    ['an unknown encoding', `${POST}transfer-encoding: xchunked\r\n\r\n0\r\n\r\n${SMUGGLED}`],
    [
      'chunks inside of another encoding',
      `${POST}transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n${SMUGGLED}`,
    ],
    [
      'a chunk of no size',
      `${POST}transfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n${SMUGGLED}`,
    ],
    ['a chunk longer than told', `${POST}transfer-encoding: chunked\r\n\r\n1\r\n{}\r\n${SMUGGLED}`],
    [
      'a line that is folded',
      `GET /_api/version HTTP/1.1\r\nhost: x\r\n a: b\rc\r\n\r\n${SMUGGLED}`,
    ],
    ['a NUL in a header', `GET /_api/version HTTP/1.1\r\nx: a\0b\r\n\r\n${SMUGGLED}`],
    ['a return in a header', `GET /_api/version HTTP/1.1\r\nx: a\rb: c\r\n\r\n${SMUGGLED}`],
    ['an unknown version', `GET /_api/version HTTP/9.9\r\n\r\n${SMUGGLED}`],
    ['a space in the path', `GET /_api/version x HTTP/1.1\r\n\r\n${SMUGGLED}`],
  ]
  for (const [what, bytes] of malformed) {
    it(`are ended with one 400 for ${what}`, async () => {
      const server = await start()
      assert.deepEqual(statusesOf(await server.exchange(bytes)), [400])
    })
  }

  it('get no more than one answer where a length left something over', async () => {
    const server = await start()
    const text = await server.exchange(`${POST}content-length: 2\r\n\r\n{}{"more":1}\r\n\r\n`)
    // The first may be cut off, and what follows is no request in any case.
    assert.ok(['', '202', '202,400'].includes(statusesOf(text).join()), text)
  })

  it('get answers in order for requests sent at once', async () => {
    const server = await start()
    const paths = Array.from({ length: 50 }, (_, index) =>
      index % 2 === 0 ? '/_api/version' : `/_api/document/c/none${index}`,
    )
    const requests = paths.map((path) => `GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`)
    const last = 'GET /_api/engine HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n'
    const answer = await server.exchange(requests.join('') + last)
    const wanted = paths.map((_, index) => (index % 2 === 0 ? 200 : 404))
    assert.deepEqual(statusesOf(answer), [...wanted, 200])
  })

  it('are answered beside hundreds that send half a request, which are ended', async () => {
    const server = await start({ limits: { headersTimeoutMs: 1000, requestTimeoutMs: 1000 } })
    const halves = Array.from({ length: 300 }, () => server.open('GET /_api/version HTTP/1.1\r\nx'))
    const closed = halves.map((socket) => {
      socket.resume()
      return once(socket, 'close')
    })
    assert.equal((await server.send('GET', '/_api/version')).status, 200)
    assert.equal((await server.send('POST', '/_api/document/c', {})).status, 202)
    await Promise.all(closed)
  })

  it('get 431 for headers that are long together', async () => {
    const server = await start()
    const headers = Array.from({ length: 3000 }, (_, index) => `x${index}: y\r\n`).join('')
    const answer = await server.exchange(`GET /_api/version HTTP/1.1\r\n${headers}\r\n`)
    assert.deepEqual(statusesOf(answer), [431])
  })
})
