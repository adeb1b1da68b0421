import assert from 'node:assert/strict'
import { request, type Agent, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'

/** How {@link ask} asks. */
export interface AskOptions {
  /** Default: GET. */
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
  readonly agent?: Agent
}

/** An answer, read to its end. */
export interface Reply {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** Sends one request and reads the answer; never goes through a proxy or follows anything. */
export async function ask(url: string, options: AskOptions = {}): Promise<Reply> {
  const response = await begin(url, options)
  const blocks: Buffer[] = []
  for await (const block of response as AsyncIterable<Buffer>) blocks.push(block)
  const { statusCode = 0, headers } = response
  return { status: statusCode, headers, body: Buffer.concat(blocks) }
}

/** Sends one request and resolves once the headers of the answer are there. */
export function begin(url: string, options: AskOptions = {}): Promise<IncomingMessage> {
  const { method = 'GET', headers = {}, body, agent } = options
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      { method, headers, ...(agent === undefined ? {} : { agent }) },
      resolve,
    )
    sent.once('error', reject)
    sent.end(body)
  })
}

/** Asks and parses the answer's JSON body. */
export async function askJson(url: string, options: AskOptions = {}): Promise<JsonReply> {
  const { status, headers, body } = await ask(url, options)
  return { status, headers, value: JSON.parse(body.toString()) as Record<string, unknown> }
}

/** An answer whose body is a JSON object. */
export interface JsonReply {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly value: Readonly<Record<string, unknown>>
}

/** Checks that an answer is an error of the one shape. */
export function assertError(reply: Reply, status: number, errorNum: number): void {
  assert.equal(reply.status, status)
  assert.equal(reply.headers['content-type'], 'application/json')
  const { errorMessage, ...rest } = JSON.parse(reply.body.toString()) as Record<string, unknown>
  assert.deepEqual(rest, { error: true, code: status, errorNum })
  assert.equal(typeof errorMessage, 'string')
  assert.notEqual(errorMessage, '')
  assert.match(String(reply.headers['x-tidemark-version']), /^\d+\.\d+\.\d+/)
}
