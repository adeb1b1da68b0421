import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { openRemote, type RemoteOptions } from '../../lib/remote/index.js'
import type { RemoteAddress, ReplicaNotice, Source } from '../../lib/replica/index.js'

/** One request as the leader got it. */
export interface Call {
  /** Method and path without the database: `GET /_api/replication/dump`. */
  readonly name: string
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** How a leader behaves; what is not told is as a well-behaved one does it. */
export interface Script {
  /** With the mark of tidemark, `from` counts; without, a position is kept as ArangoDB does. */
  readonly isTidemark?: boolean
  readonly version?: string
  /** Name of the database that the source reads. Default: `s/p`. */
  readonly database?: string
  /** The bodies of the answers of `dump`, in order. */
  readonly parts?: readonly string[]
  readonly inventory?: object
  /** Answers in place of the script; true when it did. */
  readonly intercept?: (call: Call, response: ServerResponse) => boolean | Promise<boolean>
}

/** A leader that does what its script says, and the source that reads it. */
export interface FakeLeader {
  readonly source: Source
  readonly calls: Call[]
  readonly notices: ReplicaNotice[]
  /** Names of the calls, in order. */
  readonly names: () => string[]
}

export const BATCH = 'POST /_api/replication/batch'
export const EXTENSION = 'PUT /_api/replication/batch/77'
export const DELETION = 'DELETE /_api/replication/batch/77'
export const INVENTORY = 'GET /_api/replication/inventory'
export const DUMP = 'GET /_api/replication/dump'
export const COUNT = 'GET /_api/collection/c/count'
export const SERVER_ID = '41873120939'
/** Distance of the ticks of a tidemark leader's parts. */
const TICKS_A_PART = 100

/** A document collection as an inventory tells it. */
export function collectionOf(name: string, parameters: object = {}): object {
  const globallyUniqueId = `h1/${name}`
  return { indexes: [], parameters: { name, type: 2, globallyUniqueId, ...parameters } }
}

/** Makes the leader's state of its log. */
export function loggerStateOf(server: object = {}, state: object = {}): object {
  return {
    state: {
      running: true,
      lastLogTick: '1001',
      totalEvents: 3,
      time: '2025-01-01T00:00:00Z',
      ...state,
    },
    server: { version: '3.12.7', serverId: SERVER_ID, engine: 'rocksdb', ...server },
    clients: [],
  }
}

/** Answers with JSON. */
export function sendJson(response: ServerResponse, value: unknown, status = 200): true {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(value))
  return true
}

/** The error body of a leader. */
export function sendError(response: ServerResponse, status: number, errorNum: number): true {
  return sendJson(
    response,
    { error: true, code: status, errorNum, errorMessage: 'no such thing' },
    status,
  )
}

/** Headers of an answer of `dump`. */
export function dumpHeaders(checkMore: boolean, lastIncluded: number): Record<string, string> {
  return {
    'content-type': 'application/x-arango-dump',
    'x-arango-replication-checkmore': `${checkMore}`,
    'x-arango-replication-lastincluded': `${lastIncluded}`,
  }
}

/** Starts a leader, opens it as a source of a database, and closes both at the end. */
export async function withLeader(
  script: Script,
  use: (leader: FakeLeader) => Promise<void>,
  options: RemoteOptions = {},
): Promise<void> {
  const calls: Call[] = []
  const answer = createAnswerer(script)
  const server = createServer((request, response) => {
    void readCall(request).then((call) => {
      calls.push(call)
      return answer(call, response)
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const { database = 's/p' } = script
  const address: RemoteAddress = { kind: 'remote', url, database }
  const source = openRemote(address, { retryDelayMs: 1, ...options })
  const notices: ReplicaNotice[] = []
  source.onNotice = (notice) => notices.push(notice)
  try {
    await use({ source, calls, notices, names: () => calls.map(({ name }) => name) })
  } finally {
    await source.close()
    server.closeAllConnections()
    server.close()
  }
}

async function readCall(request: IncomingMessage): Promise<Call> {
  const url = new URL(request.url ?? '', 'http://leader')
  const blocks: Buffer[] = []
  for await (const block of request) blocks.push(block as Buffer)
  const path = url.pathname
  return {
    name: `${request.method ?? ''} ${path.replace(/^\/_db\/[^/]+/, '')}`,
    path,
    query: Object.fromEntries(url.searchParams),
    headers: request.headers,
    body: Buffer.concat(blocks).toString(),
  }
}

function createAnswerer(script: Script): (call: Call, response: ServerResponse) => Promise<void> {
  let next = 0
  const server = script.version === undefined ? {} : { version: script.version }
  const batch = { id: '77', lastTick: '1000', state: loggerStateOf(server) }
  return async (call, response) => {
    if (script.isTidemark === true) response.setHeader('x-tidemark-version', '0.1.0')
    if ((await script.intercept?.(call, response)) === true) return
    switch (call.name) {
      case BATCH:
        sendJson(response, batch)
        break
      case EXTENSION:
      case DELETION:
        response.writeHead(204).end()
        break
      case INVENTORY:
        sendJson(response, { collections: [collectionOf('c')], views: [], ...script.inventory })
        break
      case DUMP: {
        const from = Number(call.query['from'])
        const index = script.isTidemark === true ? from / TICKS_A_PART : next
        next = sendPart(script, index, response)
        break
      }
      default:
        refuse(call, response)
    }
  }
}

/** Unless a script says otherwise, collections are not synced by revision. */
function refuse({ name }: Call, response: ServerResponse): void {
  if (name.includes('/_api/replication/revisions/')) sendError(response, 501, 9)
  else sendError(response, 404, 404)
}

/** Returns the part that comes next: after the last one ArangoDB begins again. */
function sendPart(
  { parts = [], isTidemark }: Script,
  index: number,
  response: ServerResponse,
): number {
  const checkMore = index < parts.length - 1
  const counter = checkMore ? index + 2 : Math.max(1, parts.length)
  const lastIncluded = isTidemark === true ? (index + 1) * TICKS_A_PART : counter
  const part = parts[index] ?? ''
  if (part === '') response.writeHead(204, dumpHeaders(false, 0)).end()
  else response.writeHead(200, dumpHeaders(checkMore, lastIncluded)).end(part)
  return checkMore ? index + 1 : 0
}
