import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { RemoteAddress } from '../../../lib/replica/index.js'
import { collectionOf, loggerStateOf } from '../../support/fake-leader.js'

/** What is answered to one kind of request. */
export interface MadeUpAnswer {
  /** Default: 200. */
  readonly status?: number
  /** Sent as JSON unless it is text. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** A request as the server got it. */
export interface MadeUpCall {
  /** Method and path without the database: `GET /_api/version`. */
  readonly name: string
  readonly database: string
  readonly query: URLSearchParams
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** Answers by method and path; what is not there is 404, as ArangoDB says it. */
export type MadeUpAnswers = Readonly<
  Record<string, MadeUpAnswer | ((call: MadeUpCall) => MadeUpAnswer) | undefined>
>

/** A server that is made up, and what it was asked. */
export interface MadeUpServer {
  readonly address: RemoteAddress
  readonly calls: readonly MadeUpCall[]
  /** Names of the calls, in order. */
  readonly names: () => readonly string[]
}

const DUMP = 'application/x-arango-dump'
const VELOCYPACK = 'application/x-velocypack'
const JSON_TYPE = 'application/json'
const DUMP_ID = 'dump-5'
export const BATCH_ID = '77'

/** An error as ArangoDB answers it. */
export function refusal(status: number, errorNum: number, errorMessage: string): MadeUpAnswer {
  return { status, body: { error: true, code: status, errorNum, errorMessage } }
}

const UNKNOWN_COMMAND: MadeUpAnswer = refusal(400, 400, "invalid command 'x'")
const NO_PATH = refusal(404, 404, 'unknown path')
const METHOD_REFUSED = refusal(405, 405, 'method not supported')

/** A single server of 3.12.10, which has no applier any more, as its documentation tells. */
export const MODERN: MadeUpAnswers = {
  'GET /_api/version': { body: { server: 'arango', license: 'community', version: '3.12.10' } },
  'GET /_admin/server/role': { body: { role: 'SINGLE', mode: 'default' } },
  'GET /_admin/status': {
    body: { server: 'arango', serverInfo: { role: 'SINGLE', maintenance: false, readOnly: false } },
  },
  'GET /_admin/server/mode': { body: { mode: 'default' } },
  'GET /_admin/time': { body: { time: 1735689600.25 } },
  'GET /_api/engine': { body: { name: 'rocksdb' } },
  'GET /_api/replication/logger-state': { body: loggerStateOf({ version: '3.12.10' }) },
  'GET /_api/database/user': { body: { result: ['shop', '_system'] } },
  'GET /_api/user/root/database': grantsOf({ shop: 'rw', _system: 'rw' }),
  'GET /_api/wal/range': { body: { tickMin: '5', tickMax: '1001' } },
  'GET /_api/replication/keys': refusal(400, 400, 'expecting GET /_api/replication/keys/<keys-id>'),
  'GET /_api/replication/restore-data': METHOD_REFUSED,
  'GET /_api/replication/applier-state': UNKNOWN_COMMAND,
  'POST /_api/replication/batch': {
    body: { id: BATCH_ID, lastTick: '1000', state: loggerStateOf({ version: '3.12.10' }) },
  },
  'DELETE /_api/replication/batch/77': { status: 204 },
  'GET /_api/replication/inventory': {
    body: { collections: [collectionOf('_graphs'), collectionOf('orders')], views: [] },
  },
  'GET /_api/replication/dump': answerDump,
  'GET /_api/replication/revisions/tree': answerTree,
  'PUT /_api/replication/revisions/ranges': { body: { ranges: [[]] } },
  'POST /_api/dump/start': { status: 201, headers: { 'x-arango-dump-id': DUMP_ID } },
  'DELETE /_api/dump/dump-5': { status: 200, body: { error: false, code: 200 } },
}

/** A server of 3.7: no state in batches, no trees, envelopes whatever is asked for, no VelocyPack. */
export const OLD: MadeUpAnswers = {
  ...MODERN,
  'GET /_api/version': { body: { server: 'arango', license: 'community', version: '3.7.18' } },
  'GET /_admin/status': undefined,
  'GET /_admin/time': undefined,
  'GET /_api/replication/logger-state': { body: loggerStateOf({ version: '3.7.18' }) },
  'GET /_api/replication/applier-state': { body: { state: { running: false } } },
  'POST /_api/replication/batch': { body: { id: BATCH_ID, lastTick: '1000' } },
  'GET /_api/replication/dump': lines({ type: 2300, data: { _key: 'a', _rev: '_a' } }),
  'GET /_api/replication/revisions/tree': UNKNOWN_COMMAND,
  'PUT /_api/replication/revisions/ranges': UNKNOWN_COMMAND,
  'POST /_api/dump/start': undefined,
}

const NEED_SERVER = refusal(400, 400, 'need "DBserver" parameter')
const NO_CLUSTER = refusal(501, 1470, 'replication API is not supported on a coordinator')

/** A coordinator, which answers for one DB server if it is told which. */
export const COORDINATOR: MadeUpAnswers = {
  ...MODERN,
  'GET /_admin/server/role': { body: { role: 'COORDINATOR', mode: 'default' } },
  'GET /_admin/status': undefined,
  'GET /_admin/cluster/health': {
    body: {
      Health: {
        'AGNT-1': { Role: 'Agent' },
        'CRDN-1': { Role: 'Coordinator' },
        'PRMR-1': { Role: 'DBServer' },
        'PRMR-2': { Role: 'DBServer' },
      },
    },
  },
  'GET /_api/wal/range': refusal(501, 1470, "'/_api/wal' is not yet supported in a cluster"),
  'GET /_api/replication/keys': NO_CLUSTER,
  'POST /_api/replication/batch': forwarded('POST /_api/replication/batch'),
  'GET /_api/replication/inventory': forwarded('GET /_api/replication/inventory'),
  'GET /_api/replication/dump': forwarded('GET /_api/replication/dump'),
  'GET /_api/replication/revisions/tree': NO_CLUSTER,
  'POST /_api/dump/start': refusal(400, 10, "need a 'dbserver' parameter"),
}

/** Starts a server that is made up, works with it, and stops it. */
export async function withMadeUp(
  answers: MadeUpAnswers,
  use: (server: MadeUpServer) => Promise<void>,
): Promise<void> {
  const calls: MadeUpCall[] = []
  const server = createServer((request, response) => {
    void readCall(request).then((call) => {
      calls.push(call)
      const answer = answers[call.name] ?? NO_PATH
      send(response, typeof answer === 'function' ? answer(call) : answer)
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const address: RemoteAddress = { kind: 'remote', url, database: 'shop' }
  try {
    await use({ address, calls, names: () => calls.map(({ name }) => name) })
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

/** Answers of a server that knows nobody but `root`, whose password is `secret`. */
export function guarded(answers: MadeUpAnswers): MadeUpAnswers {
  const wanted = `Basic ${Buffer.from('root:secret').toString('base64')}`
  return Object.fromEntries(
    Object.entries(answers).map(([name, answer]) => [
      name,
      (call: MadeUpCall): MadeUpAnswer => {
        const isKnown = call.headers.authorization === wanted
        if (!isKnown) return refusal(401, 11, 'not authorized to execute this request')
        return typeof answer === 'function' ? answer(call) : (answer ?? NO_PATH)
      },
    ]),
  )
}

function forwarded(name: string) {
  return (call: MadeUpCall): MadeUpAnswer => {
    if (!call.query.has('DBserver')) return NEED_SERVER
    const answer = MODERN[name] ?? NO_PATH
    return typeof answer === 'function' ? answer(call) : answer
  }
}

/** Grants by database, and those of the collections of `shop` where all are asked for. */
export function grantsOf(
  databases: Readonly<Record<string, string>>,
  collections: Readonly<Record<string, string>> = { orders: 'undefined' },
): (call: MadeUpCall) => MadeUpAnswer {
  const shop = { permission: databases['shop'], collections: { ...collections, '*': 'none' } }
  return ({ query }: MadeUpCall): MadeUpAnswer => ({
    body: { result: query.get('full') === 'true' ? { shop } : databases },
  })
}

/** Lines of a dump. */
export function lines(...values: readonly object[]): MadeUpAnswer {
  return {
    body: values.map((value) => `${JSON.stringify(value)}\n`).join(''),
    headers: { 'content-type': DUMP },
  }
}

function answerDump({ query, headers }: MadeUpCall): MadeUpAnswer {
  if (query.get('collection') !== 'h1/orders') return { status: 204 }
  if (headers.accept === VELOCYPACK) {
    return { body: '\n', headers: { 'content-type': VELOCYPACK } }
  }
  const document = { _key: 'a', _rev: '_a' }
  return lines(query.get('useEnvelope') === 'false' ? document : { type: 2300, data: document })
}

function answerTree({ headers }: MadeUpCall): MadeUpAnswer {
  if (headers.accept === VELOCYPACK) return { body: '\n', headers: { 'content-type': VELOCYPACK } }
  return { body: '{"version":1,"maxDepth":6,"count":1,"hash":7,"nodes":[{"hash":7,"count":1}]}' }
}

function send(response: ServerResponse, { status = 200, body, headers = {} }: MadeUpAnswer): void {
  response.sendDate = false
  response.writeHead(status, { 'content-type': JSON_TYPE, ...headers })
  if (body === undefined) response.end()
  else response.end(typeof body === 'string' ? body : JSON.stringify(body))
}

async function readCall(request: IncomingMessage): Promise<MadeUpCall> {
  const url = new URL(request.url ?? '', 'http://made-up')
  const blocks: Buffer[] = []
  for await (const block of request) blocks.push(block as Buffer)
  const [, database = '', path = ''] = /^\/_db\/([^/]+)(\/.*)$/.exec(url.pathname) ?? []
  return {
    name: `${request.method ?? ''} ${path}`,
    database: decodeURIComponent(database),
    query: url.searchParams,
    headers: request.headers,
    body: Buffer.concat(blocks).toString(),
  }
}
