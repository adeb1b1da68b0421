import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { ask, type Reply } from '../support/ask.js'
import { startTestLeader, type TestLeader } from '../support/test-leader.js'

type Options = NonNullable<Parameters<typeof startTestLeader>[0]>

/** A leader that is asked for what it should not do; it has to be there at the end, without a fault. */
export class HostileLeader {
  readonly #leader: TestLeader
  readonly #faults: unknown[]

  private constructor(leader: TestLeader, faults: unknown[]) {
    this.#leader = leader
    this.#faults = faults
  }

  static async start(options: Options = {}): Promise<HostileLeader> {
    const faults: unknown[] = []
    const onRequestError = (error: unknown): void => void faults.push(error)
    const leader = await startTestLeader({ ...options, onRequestError })
    const { store, system } = leader
    await store.createCollection(system, { name: 'c', type: 2 })
    return new HostileLeader(leader, faults)
  }

  get url(): string {
    return this.#leader.url
  }

  /** Sends a body, JSON if it is no text. */
  send(method: string, path: string, body?: unknown): Promise<Reply> {
    const isText = typeof body === 'string' || Buffer.isBuffer(body)
    const text = isText ? body : JSON.stringify(body)
    if (body === undefined) return ask(this.url + path, { method })
    const headers = { 'content-length': String(Buffer.byteLength(text)) }
    return ask(this.url + path, { method, headers, body: text })
  }

  /** Opens a connection and sends bytes on it. */
  open(bytes = ''): Socket {
    const { hostname, port } = new URL(this.url)
    const socket = connect(Number(port), hostname)
    // Whoever is cut off while sending is told so by the socket, and by what was answered.
    socket.on('error', () => undefined)
    socket.write(bytes, 'latin1')
    return socket
  }

  /** Sends bytes, and reads all that is answered until the leader ends the connection. */
  async exchange(bytes: string): Promise<string> {
    const socket = this.open(bytes)
    let text = ''
    socket.on('data', (block: Buffer) => {
      text += block.toString('latin1')
    })
    await once(socket, 'close')
    return text
  }

  /** Asks for a path that no client has put in order, on a connection of its own. */
  async get(path: string, method = 'GET'): Promise<string> {
    return this.exchange(`${method} ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`)
  }

  /** Checks that the leader answers, and that nothing was its own fault. */
  async assertWell(): Promise<void> {
    assert.equal((await this.send('GET', '/_api/version')).status, 200)
    assert.deepEqual(this.#faults, [])
    assert.equal(Object.keys(Object.prototype).length, 0)
  }

  close(): Promise<void> {
    return this.#leader.close()
  }
}

/** The statuses of all answers in a text. */
export function statusesOf(text: string): number[] {
  return [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status))
}
