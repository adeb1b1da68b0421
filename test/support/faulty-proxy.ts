import { once } from 'node:events'
import {
  createServer,
  request as sendRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'

/** A request on its way through a proxy. */
interface PassingRequest {
  /** Method and path without the database: `GET /_api/replication/dump`. */
  readonly name: string
  readonly query: Readonly<Record<string, string>>
  readonly body: string
  /** 0-based place among all requests. */
  readonly index: number
}

/** What a proxy does to the answer of a request; all but `status` ask the server first. */
export type Fault =
  /** The connection is cut before the answer, or in the middle of its body. */
  | { readonly kind: 'cut'; readonly where: 'before' | 'inside' }
  | { readonly kind: 'status'; readonly status: number; readonly errorNum: number }
  /** Another body in place of that of a 200. */
  | { readonly kind: 'alter'; readonly alter: (body: string) => string }
  /** Something else is asked of the server than what came: a path with its query. */
  | { readonly kind: 'rewrite'; readonly rewrite: (path: string) => string }
  /** The body comes byte by byte at first, and in small pieces then. */
  | { readonly kind: 'slow' }

/** Decides what happens to a request; undefined lets it pass. */
export type FaultPlan = (request: PassingRequest) => Fault | undefined | Promise<Fault | undefined>

/** A proxy before a leader that breaks answers as it is told. */
export interface FaultyProxy {
  readonly url: string
  /** Names of the requests that came, in order. */
  readonly names: readonly string[]
  readonly close: () => void
}

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

const SLOW_BYTES = 40
const SLOW_PIECES = 50

/** Starts a proxy before the server at `url`, which answers in JSON: only that can be altered. */
export async function startFaultyProxy(url: string, plan: FaultPlan): Promise<FaultyProxy> {
  const names: string[] = []
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readAll(request)
    const { pathname, searchParams } = new URL(request.url ?? '', url)
    const name = `${request.method ?? ''} ${pathname.replace(/^\/_db\/[^/]+/, '')}`
    const query = Object.fromEntries(searchParams)
    const index = names.push(name) - 1
    const fault = await plan({ name, query, body: body.toString(), index })
    if (fault?.kind === 'status') {
      sendStatus(response, fault)
      return
    }
    const path = request.url ?? ''
    const asked = fault?.kind === 'rewrite' ? fault.rewrite(path) : path
    await answer(response, await forward(new URL(asked, url), request, body), fault)
  }
  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy())
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    names,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

async function readAll(stream: AsyncIterable<Buffer> | IncomingMessage): Promise<Buffer> {
  const blocks: Buffer[] = []
  for await (const block of stream) blocks.push(block as Buffer)
  return Buffer.concat(blocks)
}

async function forward(url: URL, request: IncomingMessage, body: Buffer): Promise<Answer> {
  const { host: _host, connection: _connection, accept: _accept, ...headers } = request.headers
  const sent = sendRequest(url, {
    method: request.method,
    headers,
    agent: false,
  })
  sent.end(body)
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  const { statusCode = 0 } = response
  return { status: statusCode, headers: response.headers, body: await readAll(response) }
}

async function answer(
  response: ServerResponse,
  { status, headers, body }: Answer,
  fault: Exclude<Fault, { kind: 'status' }> | undefined,
): Promise<void> {
  const isAltered = fault?.kind === 'alter' && status === 200
  const altered = isAltered ? Buffer.from(fault.alter(body.toString())) : body
  const { connection: _c, 'keep-alive': _k, 'transfer-encoding': _t, ...kept } = headers
  const length = status === 204 ? {} : { 'content-length': altered.length }
  const writeHead = (): void => {
    response.writeHead(status, { ...kept, ...length })
  }
  if (fault?.kind === 'cut') {
    cut(response, altered, fault.where, writeHead)
    return
  }
  writeHead()
  if (fault?.kind === 'slow') await sendSlowly(response, altered)
  else response.end(altered)
}

/** Where there is no body the head alone would be a whole answer. */
function cut(
  response: ServerResponse,
  body: Buffer,
  where: 'before' | 'inside',
  writeHead: () => void,
): void {
  if (where === 'before' || body.length === 0) {
    response.destroy()
    return
  }
  writeHead()
  response.write(body.subarray(0, body.length / 2), () => response.destroy())
}

async function sendSlowly(response: ServerResponse, body: Buffer): Promise<void> {
  let start = 0
  for (let piece = 0; start < body.length; piece += 1) {
    const end = start + (piece < SLOW_BYTES ? 1 : Math.ceil(body.length / SLOW_PIECES))
    response.write(body.subarray(start, end))
    start = end
    await nextTurn()
  }
  response.end()
}

function sendStatus(response: ServerResponse, fault: Extract<Fault, { kind: 'status' }>): void {
  const { status: code, errorNum } = fault
  response.writeHead(code, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ error: true, code, errorNum, errorMessage: 'made to fail' }))
}
