import type { ServerResponse } from 'node:http'
import { sendError, type Call, type Script } from './fake-leader.js'

export const START = 'POST /_api/dump/start'
export const NEXT = 'POST /_api/dump/next/dump-1'
export const END = 'DELETE /_api/dump/dump-1'

/** How a server that has parallel dumps behaves. */
export interface FakeDumps {
  /** The bodies of the batches of each dump, in the order in which they are chosen. */
  readonly batches: readonly string[]
  /** The header that tells of which batch's snapshot the dump is. */
  readonly ofBatch?: string | undefined
  /** Answers in place of it; true when it did. */
  readonly first?:
    ((call: Call, response: ServerResponse) => boolean | Promise<boolean>) | undefined
}

const NEXT_PATH = /^POST \/_api\/dump\/next\/(dump-\d+)$/
const END_PATH = /^DELETE \/_api\/dump\/(dump-\d+)$/

/** Dumps as ArangoDB has them: a number stands for a batch until that is acknowledged. */
class Dumps {
  readonly #script: FakeDumps
  readonly #open = new Map<string, { left: string[]; readonly given: Map<string, string> }>()
  #started = 0

  constructor(script: FakeDumps) {
    this.#script = script
  }

  async answer(call: Call, response: ServerResponse): Promise<boolean> {
    if ((await this.#script.first?.(call, response)) === true) return true
    if (call.name === START) return this.#start(response)
    const [, next] = NEXT_PATH.exec(call.name) ?? []
    if (next !== undefined) return this.#next(next, call.query, response)
    const [, ended] = END_PATH.exec(call.name) ?? []
    if (ended === undefined) return false
    if (!this.#open.delete(ended)) return sendError(response, 404, 1600)
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    return true
  }

  #start(response: ServerResponse): true {
    const { ofBatch, batches } = this.#script
    this.#started += 1
    const id = `dump-${this.#started}`
    this.#open.set(id, { left: [...batches], given: new Map() })
    const bound = ofBatch === undefined ? {} : { 'x-tidemark-batch': ofBatch }
    response.writeHead(201, { 'x-arango-dump-id': id, ...bound }).end()
    return true
  }

  #next(id: string, query: Call['query'], response: ServerResponse): true {
    const dump = this.#open.get(id)
    const { batchId = '', lastBatch = '' } = query
    if (dump === undefined) return sendError(response, 404, 1600)
    dump.given.delete(lastBatch)
    const body = dump.given.get(batchId) ?? dump.left.shift()
    if (body === undefined) {
      response.writeHead(204).end()
      return true
    }
    dump.given.set(batchId, body)
    const headers = { 'content-type': 'application/x-arango-dump', 'x-arango-dump-shard-id': 'c' }
    response.writeHead(200, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body)
    return true
  }
}

/** A leader with parallel dumps. */
export function withDumps(script: FakeDumps, rest: Script = {}): Script {
  const dumps = new Dumps(script)
  return { ...rest, intercept: (call, response) => dumps.answer(call, response) }
}
