import { Pool, type Dispatcher } from 'undici'
import { createFakeClock } from '../server/support/fake-clock.js'
import { openBatch } from '../server/support/replication.js'
import {
  databaseOf,
  fillCollection,
  startTestLeader,
  type TestLeader,
} from '../server/support/test-leader.js'
import type { Compat } from '../../lib/server/index.js'
import { JsonWriter } from '../../lib/wire/index.js'
import { Finding } from './finding.js'
import type { GeneratedRequest, Targets } from './request-generator.js'

/** What became of a request. */
export type RequestOutcome = 'answered' | 'refused' | 'given up'

/** A real leader, and a client with connections that are kept. */
export interface FuzzedLeader {
  readonly targets: Targets
  /** @throws Finding when the answer is neither one nor an error of the protocol */
  readonly check: (request: GeneratedRequest) => Promise<RequestOutcome>
  readonly close: () => Promise<void>
}

const DOCUMENT_COUNT = 2000
const CONNECTIONS = 8
/** Milliseconds in which every answer must be there. */
const ANSWER_MS_MAX = 20_000

/** Starts a leader with some collections and a batch on them. */
export async function startFuzzedLeader(compat: Compat): Promise<FuzzedLeader> {
  const errors: unknown[] = []
  const leader = await startTestLeader({
    compat,
    clock: createFakeClock(),
    onRequestError: (error) => errors.push(error),
  })
  const targets = await fill(leader)
  const pool = new Pool(leader.url, {
    connections: CONNECTIONS,
    headersTimeout: ANSWER_MS_MAX,
    bodyTimeout: ANSWER_MS_MAX,
  })
  return {
    targets,
    async check(request) {
      const outcome = await checkRequest(pool, request)
      const [error] = errors
      if (error === undefined) return outcome
      throw new Finding(
        `${titleOf(request)} made the leader fail: ${describe(error)}`,
        request.body,
      )
    },
    async close() {
      await pool.destroy()
      await leader.close()
    },
  }
}

async function fill({ store, url }: TestLeader): Promise<Targets> {
  const { collection } = await fillCollection(store, 'documents', DOCUMENT_COUNT, { filler: 'é"' })
  await fillCollection(store, 'empty', 0)
  await store.createCollection(databaseOf(store, '_system'), {
    name: 'unsynced',
    type: 2,
    parameters: { syncByRevision: false },
  })
  const batchId = await openBatch(url)
  const { globallyUniqueId } = collection.definition
  return {
    documentCount: DOCUMENT_COUNT,
    collections: ['documents', 'empty', 'unsynced', globallyUniqueId, 'no such', '', '%ff', '0'],
    batchIds: [batchId, `0${batchId}`, '', '0', '1', '99999999999999999999', 'x', '%00'],
  }
}

async function checkRequest(pool: Pool, request: GeneratedRequest): Promise<RequestOutcome> {
  const { method, path, headers, body, isGivenUp } = request
  const leaving = new AbortController()
  try {
    const sent = pool.request({
      method,
      path,
      headers,
      body: body.length === 0 ? null : body,
      signal: leaving.signal,
    })
    if (isGivenUp)
      setImmediate(() => {
        leaving.abort()
      })
    const answer = await sent
    const bytes = Buffer.from(await answer.body.arrayBuffer())
    return checkAnswer(request, answer, bytes)
  } catch (cause) {
    if (leaving.signal.aborted) return 'given up'
    if (cause instanceof Finding) throw cause
    throw new Finding(`${titleOf(request)} got no answer: ${describe(cause)}`, body, { cause })
  }
}

function checkAnswer(
  request: GeneratedRequest,
  { statusCode, headers }: Dispatcher.ResponseData,
  bytes: Buffer,
): RequestOutcome {
  if (statusCode === 204) return 'answered'
  const value = parseAnswer(request, String(headers['content-type']), bytes)
  if (statusCode === 200) return 'answered'
  if (statusCode !== 500 && isErrorBody(value, statusCode)) return 'refused'
  const text = JSON.stringify(value)
  throw new Finding(`${titleOf(request)} got status ${statusCode}: ${text}`, request.body)
}

function parseAnswer(request: GeneratedRequest, contentType: string, bytes: Buffer): unknown {
  try {
    const json = contentType === 'application/json' ? bytes : new JsonWriter().write(bytes)
    return JSON.parse(json.toString())
  } catch (cause) {
    const what = `${titleOf(request)} got a body that is no ${contentType}`
    throw new Finding(`${what}: ${describe(cause)}`, request.body, { cause })
  }
}

function isErrorBody(value: unknown, status: number): boolean {
  const { error, code, errorNum, errorMessage } = value as Record<string, unknown>
  const isNumbered = code === status && typeof errorNum === 'number' && errorNum > 0
  return error === true && isNumbered && typeof errorMessage === 'string' && errorMessage !== ''
}

function titleOf({ method, path, headers }: GeneratedRequest): string {
  return `${method} ${path} ${JSON.stringify(headers)}`
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
