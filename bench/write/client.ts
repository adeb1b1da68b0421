import assert from 'node:assert/strict'
import { Agent, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { readBlocks } from '../support/generate-lines.js'
import { LINE_BYTES } from './sample.js'

const ARRAY_DOCUMENTS = 1000
const ARRAY_CONNECTIONS = 4
const BLOCK_BYTES = 64 * 1024

/** Writes documents as a driver does, through connections that stay open. */
export class WriteClient {
  readonly #url: string
  readonly #connections: number
  readonly #agent: Agent

  constructor(url: string, connections: number) {
    this.#url = url
    this.#connections = connections
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections })
  }

  /** One import of all lines. */
  async importLines(collection: string, lines: Buffer): Promise<void> {
    const answer = await this.#post(`import?type=documents&collection=${collection}`, lines)
    const { created } = JSON.parse(answer) as { created: number }
    assert.equal(created, lines.length / LINE_BYTES)
  }

  /** Arrays of a thousand documents. */
  async insertArrays(collection: string, lines: Buffer): Promise<void> {
    const arrayBytes = ARRAY_DOCUMENTS * LINE_BYTES
    const count = Math.ceil(lines.length / arrayBytes)
    await each(count, ARRAY_CONNECTIONS, async (index) => {
      const end = Math.min((index + 1) * arrayBytes, lines.length)
      const body = Buffer.from(lines.subarray(index * arrayBytes, end))
      for (let at = LINE_BYTES - 1; at < body.length - 1; at += LINE_BYTES) body[at] = COMMA
      const array = Buffer.concat([OPEN, body, CLOSE])
      const answer = await this.#post(`document/${collection}`, array)
      assert.ok(!answer.includes('"error":true'))
    })
  }

  /** The first lines one by one, each connection as fast as it is answered. */
  async insertEach(collection: string, lines: Buffer, count: number): Promise<void> {
    await each(count, this.#connections, async (index) => {
      const line = lines.subarray(index * LINE_BYTES, (index + 1) * LINE_BYTES)
      await this.#post(`document/${collection}`, line)
    })
  }

  close(): void {
    this.#agent.destroy()
  }

  #post(path: string, body: Buffer): Promise<string> {
    return new Promise((resolve, reject) => {
      const sent = request(
        `${this.#url}/_api/${path}`,
        { method: 'POST', agent: this.#agent, headers: { 'content-length': body.length } },
        (response) => {
          const { statusCode = 0 } = response
          text(response).then((answer) => {
            if (statusCode === 201 || statusCode === 202) resolve(answer)
            else reject(new Error(`Cannot measure: status ${statusCode}`))
          }, reject)
        },
      )
      sent.once('error', reject)
      readBlocks(body, BLOCK_BYTES).pipe(sent)
    })
  }
}

const COMMA = 0x2c
const OPEN = Buffer.from('[')
const CLOSE = Buffer.from(']')

/** Runs a task for each index, so many at one time. */
async function each(
  count: number,
  atOnce: number,
  task: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0
  const work = async (): Promise<void> => {
    for (let index = next; index < count; index = next) {
      next += 1
      await task(index)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
}
