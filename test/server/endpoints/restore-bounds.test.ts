import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request, type ClientRequest, type IncomingMessage } from 'node:http'
import { ask, assertError } from '../support/ask.js'
import { countOf, makeCollection } from '../support/imports.js'
import { askRestore, LINES, VELOCYPACK, velocyPack } from '../support/restore.js'
import { startTestLeader, type TestLeader } from '../support/test-leader.js'

const MIB = 1024 * 1024

describe('PUT restore-data of any size', () => {
  let test: TestLeader

  before(async () => {
    test = await startTestLeader({
      limits: { documentsBodyBytesMax: MIB, heldDocumentsBytesMax: 4 * MIB },
    })
    await makeCollection(test.store, 'c')
  })

  after(() => test.close())

  /** Begins a body that is sent by hand. */
  function begin(headers: Readonly<Record<string, string>>): ClientRequest {
    const url = `${test.url}/_api/replication/restore-data?collection=c`
    const all = { ...headers, 'transfer-encoding': 'chunked' }
    const sent = request(url, { method: 'PUT', headers: all })
    sent.on('error', () => undefined).flushHeaders()
    return sent
  }

  async function statusOf(sent: ClientRequest): Promise<number> {
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    response.resume()
    return response.statusCode ?? 0
  }

  async function untilWritten(count: number): Promise<void> {
    while (countOf(test.store, 'c') < count) await ask(`${test.url}/_api/version`)
  }

  it('writes while lines still come', async () => {
    const sent = begin(LINES)
    sent.write(keys('line', 0, 1500).join('\n'))
    await untilWritten(1000)
    sent.end(`\n${keys('line', 1500, 1).join('')}`)
    assert.equal(await statusOf(sent), 200)
    assert.equal(countOf(test.store, 'c'), 1501)
  })

  it('writes while an array still comes', async () => {
    const before = countOf(test.store, 'c')
    const array = velocyPack(`[${keys('item', 0, 1500).join()}]`)
    const sent = begin(VELOCYPACK)
    sent.write(array.subarray(0, -3000))
    await untilWritten(before + 1000)
    sent.end(array.subarray(-3000))
    assert.equal(await statusOf(sent), 200)
    assert.equal(countOf(test.store, 'c'), before + 1500)
  })

  for (const [what, headers, head] of [
    ['a line', LINES, Buffer.from('{"_key":"long","t":"')],
    // An array of 2 MiB of which the first item is a text of as much.
    ['an item', VELOCYPACK, Buffer.from('080000200001000000bf00001f0000000000', 'hex')],
  ] as const) {
    it(`answers ${what} without an end with 413`, async () => {
      const sent = begin(headers)
      const answered = statusOf(sent)
      sent.write(head)
      const filler = Buffer.alloc(64 * 1024, 'x')
      for (let bytes = 0; bytes <= MIB; bytes += filler.length) sent.write(filler)
      assert.equal(await answered, 413)
      sent.destroy()
    })
  }

  it('answers a whole item that is too long with 413, and takes one that is not', async () => {
    const fitting = velocyPack(`[{"_key":"fits","t":"${'x'.repeat(MIB - 100)}"}]`)
    const tooLong = velocyPack(`[{"_key":"long","t":"${'x'.repeat(MIB)}"}]`)
    assert.equal((await put(fitting)).status, 200)
    assertError(await put(tooLong), 413, 413)
  })

  it('gives its memory back, however a body ends', async () => {
    const sent = begin(LINES)
    sent.write('{')
    // Each body counts for 3 of the 4 MiB.
    while ((await put('', LINES)).status === 200);
    assertError(await put('', LINES), 503, 32)
    sent.destroy()
    while ((await put('', LINES)).status !== 200);
    assertError(await put('x', LINES), 400, 600)
    assert.equal((await put('', LINES)).status, 200)
  })

  function put(
    body: string | Buffer,
    headers: Readonly<Record<string, string>> = VELOCYPACK,
  ): ReturnType<typeof askRestore> {
    return askRestore(test, 'restore-data?collection=c', body, headers)
  }
})

function keys(prefix: string, first: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `{"_key":"${prefix}${first + index}"}`)
}
