import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request, type ClientRequest, type IncomingMessage } from 'node:http'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { createFakeClock, type FakeClock } from '../support/fake-clock.js'
import { ask, assertError } from '../support/ask.js'
import { askImport, countOf, countsOf, makeCollection, NOTHING } from '../support/imports.js'
import { startTestLeader, type TestLeader } from '../support/test-leader.js'

const STALL_MS = 60_000
const MIB = 1024 * 1024

/** Begins an import of lines whose body is sent by hand. */
function beginImport(test: TestLeader, query: string): ClientRequest {
  const url = `${test.url}/_api/import?collection=${query}`
  const sent = request(url, { method: 'POST', headers: { 'transfer-encoding': 'chunked' } })
  sent.flushHeaders()
  return sent
}

/** Waits until so many documents are there, without a clock: others have their turn in between. */
async function untilWritten(test: TestLeader, name: string, count: number): Promise<void> {
  while (countOf(test.store, name) < count) await ask(`${test.url}/_api/version`)
}

function lines(first: number, count: number, more = ''): string {
  return Array.from({ length: count }, (_, index) => `{"_key":"k${first + index}"${more}}\n`).join(
    '',
  )
}

describe('imports as streams', () => {
  let clock: FakeClock
  let test: TestLeader

  before(async () => {
    clock = createFakeClock()
    test = await startTestLeader({
      clock,
      limits: {
        documentsBodyBytesMax: MIB,
        heldDocumentsBytesMax: 8 * MIB,
        requestTimeoutMs: 1000,
      },
    })
  })

  after(() => test.close())

  async function answerTo(sent: ClientRequest): Promise<{ status: number; body: string }> {
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    return { status: response.statusCode ?? 0, body: await text(response) }
  }

  it('writes while the body still comes', async () => {
    await makeCollection(test.store, 'early')
    const sent = beginImport(test, 'early&type=documents')
    const answered = answerTo(sent)
    sent.write(lines(0, 2500))
    await untilWritten(test, 'early', 2000)
    assert.equal(countOf(test.store, 'early'), 2000)
    sent.end(lines(2500, 1))
    const { status, body } = await answered
    assert.equal(status, 201)
    assert.deepEqual(JSON.parse(body), { ...NOTHING, created: 2501 })
  })

  it('keeps the transactions that are done when the connection breaks, and nothing else', async () => {
    await makeCollection(test.store, 'broken')
    const sent = beginImport(test, 'broken&type=documents')
    sent.on('error', () => undefined)
    sent.write(lines(0, 1500))
    await untilWritten(test, 'broken', 1000)
    sent.destroy()
    const { status } = await askImport(test, 'broken&type=documents', lines(1200, 1))
    assert.equal(status, 201)
    assert.equal(countOf(test.store, 'broken'), 1001)
  })

  it('gives its memory back, however imports end', async () => {
    await makeCollection(test.store, 'memory')
    const broken = Array.from({ length: 2 }, () => beginImport(test, 'memory&type=documents'))
    for (const sent of broken) sent.on('error', () => undefined).write(lines(0, 1))
    // Each counts for 3 of the 8 MiB.
    await refusedForMemory()
    for (const sent of broken) sent.destroy()
    await servedAgain()
    assertError(await askImport(test, 'memory&type=list', '[x'), 400, 600)
    assertError(await askImport(test, 'memory&type=list', '[x'), 400, 600)
    assertError(await askImport(test, 'memory&type=list', '[x'), 400, 600)
    assert.equal((await askImport(test, 'memory&type=list', '[]')).status, 201)
  })

  async function refusedForMemory(): Promise<void> {
    for (;;) {
      const reply = await askImport(test, 'memory&type=documents', '')
      if (reply.status === 201) continue
      assertError(reply, 503, 32)
      return
    }
  }

  async function servedAgain(): Promise<void> {
    while ((await askImport(test, 'memory&type=documents', '')).status !== 201);
  }

  for (const [type, begin] of [
    ['documents', '{"_key":"long","t":"'],
    ['array', '[{"_key":"long","t":"'],
    ['auto', '[["'],
    ['auto', '{'],
    ['', '["'],
    ['documents', ' '],
  ] as const) {
    it(`answers a value without an end with 413: ${begin} as "${type}"`, async () => {
      await makeCollection(test.store, `endless${type}`).catch(() => undefined)
      const sent = beginImport(test, `endless${type}&type=${type}`)
      sent.on('error', () => undefined)
      const answered = answerTo(sent)
      sent.write(begin)
      const filler = Buffer.alloc(64 * 1024, begin === ' ' ? ' ' : 'x')
      for (let sentBytes = 0; sentBytes <= MIB; sentBytes += filler.length) sent.write(filler)
      const { status, body } = await answered
      assert.equal(status, 413)
      assert.equal((JSON.parse(body) as { errorNum: number }).errorNum, 413)
      sent.destroy()
    })
  }

  it('takes documents up to that length, cut into many blocks', async () => {
    await makeCollection(test.store, 'large')
    const large = `{"_key":"large","t":"${'x'.repeat(MIB - 40)}"}`
    for (const [type, body] of [
      ['documents', `${large}\n{}\n`],
      ['list', `[${large},{}]`],
    ] as const) {
      const reply = await askImport(test, `large&type=${type}&overwrite=true`, body)
      assert.deepEqual(countsOf(reply), { ...NOTHING, created: 2 })
    }
    const tooLong = large.replace('"t":"', '"t":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxx')
    const reply = await askImport(test, 'large&type=list', `[${tooLong}]`)
    assertError(reply, 413, 413)
  })

  it('bounds what "complete" makes one transaction of', async () => {
    await makeCollection(test.store, 'whole')
    const body = lines(0, 3000, `,"t":"${'x'.repeat(400)}"`)
    assert.ok(body.length > MIB)
    assertError(await askImport(test, 'whole&type=documents&complete=true', body), 413, 413)
    assert.equal(countOf(test.store, 'whole'), 0)
    assert.equal((await askImport(test, 'whole&type=documents', body)).status, 201)
  })

  it('answers an early end, and goes on with the connection once the body is read', async () => {
    await makeCollection(test.store, 'drained')
    const socket = connect({ port: Number(new URL(test.url).port), host: '127.0.0.1' })
    const answers = collect(socket)
    const body = `[x,${' '.repeat(300_000)}]`
    socket.write(head('/_api/import?collection=drained&type=list', body.length) + body)
    await answers.until(1)
    socket.write('GET /_api/version HTTP/1.1\r\nhost: x\r\n\r\n')
    await answers.until(2)
    assert.match(answers.text, /^HTTP\/1.1 400 /)
    assert.match(answers.text, /HTTP\/1.1 200 /)
    socket.destroy()
  })

  it('cuts off whoever sends on and on after the answer', async () => {
    await makeCollection(test.store, 'cut')
    const sent = beginImport(test, 'cut&type=list')
    const closed = new Promise((resolve) => {
      sent.on('error', () => undefined).once('close', resolve)
    })
    sent.write('{')
    const block = Buffer.alloc(256 * 1024, ' ')
    while (!sent.destroyed) {
      sent.write(block)
      await ask(`${test.url}/_api/version`)
    }
    await closed
  })

  it('lets a body take as long as its bytes flow, and cuts one that stalls', async () => {
    await makeCollection(test.store, 'slow')
    const sent = beginImport(test, 'slow&type=documents')
    const answered = answerTo(sent)
    const filler = `,"t":"${'x'.repeat(1000)}"`
    sent.write(lines(0, 1000, filler))
    await untilWritten(test, 'slow', 1000)
    // Node's own bound on the time of a request has passed, since it has for one that came later.
    await endOfLaterRequest(test)
    sent.write(lines(1000, 1000, filler))
    await untilWritten(test, 'slow', 2000)
    const { status, body } = await stalled(answered)
    assert.equal(status, 408)
    assert.equal((JSON.parse(body) as { errorNum: number }).errorNum, 408)
    assert.equal(countOf(test.store, 'slow'), 2000)
  })

  /** Lets time pass until there is an answer. */
  async function stalled<Value>(answered: Promise<Value>): Promise<Value> {
    const state = { isAnswered: false }
    void answered.then(() => {
      state.isAnswered = true
    })
    while (!state.isAnswered) {
      clock.move(STALL_MS)
      await ask(`${test.url}/_api/version`)
    }
    return answered
  }

  it('takes no more of a body than it can write', async () => {
    await makeCollection(test.store, 'pressed')
    const sent = beginImport(test, 'pressed&type=documents')
    sent.on('error', () => undefined)
    let release: () => void = () => undefined
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const transaction = test.store.transaction.bind(test.store)
    Object.assign(test.store, {
      transaction: async (...args: Parameters<typeof transaction>) => {
        await held
        return transaction(...args)
      },
    })
    const block = Buffer.from(lines(0, 1000, `,"t":"${'x'.repeat(1000)}"`))
    let sentBytes = 0
    while (sent.write(block)) sentBytes += block.length
    for (let turn = 0; turn < 100; turn += 1) {
      await ask(`${test.url}/_api/version`)
      if (sent.writableNeedDrain) continue
      sent.write(block)
      sentBytes += block.length
    }
    // What sockets hold is the system's matter: some megabytes.
    assert.ok(sent.writableNeedDrain, `${sentBytes} bytes were taken`)
    sent.destroy()
    release()
    delete (test.store as { transaction?: unknown }).transaction
  })
})

/** Sends half of another request, and waits until it is given up. */
async function endOfLaterRequest({ url }: TestLeader): Promise<void> {
  const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1' })
  socket.on('error', () => undefined)
  socket.write(`${head('/_api/document/slow', 10)}{`)
  // It is told so before it is cut off, and ends only for whoever reads that.
  socket.resume()
  await new Promise((resolve) => socket.once('close', resolve))
}

function head(path: string, bytes: number): string {
  return `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-length: ${bytes}\r\n\r\n`
}

interface Collected {
  readonly text: string
  /** Waits until so many answers have begun and what follows their headers came. */
  readonly until: (count: number) => Promise<void>
}

function collect(socket: Socket): Collected {
  let received = ''
  socket.on('data', (block) => {
    received += block.toString()
  })
  return {
    get text() {
      return received
    },
    async until(count) {
      const bodies = (): number => received.split(/\r\n\r\n\{/).length - 1
      while (bodies() < count) await once(socket, 'data')
    },
  }
}
