import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ask, type AskOptions, type Reply } from '../server/support/ask.js'

/*
 * The calls of arangodump 3.12 against a single server, one by one (client notes, section 4.2), and the
 * directory that it makes of the answers.
 */

/** How {@link callAsArangodump} calls; the options of the tool have other names. */
export interface ArangodumpOptions {
  readonly url: string
  /** Default: `_system`. */
  readonly database?: string
  /** Default: false. */
  readonly includeSystem?: boolean
  /** The dialect of `/_api/dump`, which 3.12 takes by default. */
  readonly isParallel: boolean
  /** VelocyPack arrays; only with the parallel dump. */
  readonly useVPack?: boolean
  /** Default: 8388608. */
  readonly initialBatchSize?: number
  /** Default: 67108864. */
  readonly batchSize?: number
  /** Default: 10000. */
  readonly docsPerBatch?: number
  /** Connections of a parallel dump. Default: 4. */
  readonly networkThreads?: number
  /** Names of collections. Default: all. */
  readonly collections?: readonly string[]
  readonly headers?: Readonly<Record<string, string>>
}

/** A collection as it was dumped. */
interface CalledCollection {
  readonly name: string
  /** `parameters` and `indexes`, as the inventory has them. */
  readonly structure: Readonly<Record<string, unknown>>
  /** What came, in the order of the batches. */
  readonly data: Buffer
}

/** What the calls brought. */
export interface CalledDump {
  readonly database: string
  readonly tick: string
  readonly properties: unknown
  readonly useVPack: boolean
  readonly collections: readonly CalledCollection[]
  /** Method and path of each call, without its query. */
  readonly calls: readonly string[]
}

interface Inventory {
  readonly tick: string
  readonly properties: unknown
  readonly collections: readonly {
    readonly parameters: Readonly<Record<string, unknown>>
    readonly indexes: unknown
  }[]
}

const KIB = 1024
const CHUNK_BYTES_MIN = 128 * KIB
const CHUNK_BYTES_MAX = 96 * KIB * KIB

/** Dumps a database with the calls of arangodump. */
export async function callAsArangodump(options: ArangodumpOptions): Promise<CalledDump> {
  const caller = new Caller(options)
  const { id } = await caller.json('POST', '/_api/replication/batch', {}, { ttl: 600 })
  const batchId = String(id)
  const { database = '_system', useVPack = false } = options
  try {
    const inventory = await caller.inventory(batchId)
    const wanted = inventory.collections.filter(({ parameters: { name, deleted } }) => {
      const isListed = options.collections?.includes(String(name)) ?? true
      return deleted !== true && isListed
    })
    const names = wanted.map(({ parameters }) => String(parameters['name']))
    const data = options.isParallel
      ? await dumpParallel(caller, names)
      : await dumpOneByOne(caller, names, { batchId, to: inventory.tick })
    const collections = wanted.map(({ parameters, indexes }, index) => {
      const name = names[index] ?? ''
      return { name, structure: { indexes, parameters }, data: Buffer.concat(data.get(name) ?? []) }
    })
    const { tick, properties } = inventory
    return { database, tick, properties, useVPack, collections, calls: caller.calls }
  } finally {
    await caller.ask('DELETE', `/_api/replication/batch/${batchId}`, caller.identity)
  }
}

/** Bodies by the name of their collection. */
type Bodies = Map<string, Buffer[]>

async function dumpOneByOne(
  caller: Caller,
  names: readonly string[],
  { batchId, to }: { readonly batchId: string; readonly to: string },
): Promise<Bodies> {
  const bodies: Bodies = new Map()
  for (const name of names) {
    const batch = `/_api/replication/batch/${batchId}`
    await caller.must('PUT', batch, 204, caller.identity, { ttl: 600 })
    bodies.set(name, await dumpCollection(caller, { collection: name, batchId, to }))
  }
  return bodies
}

async function dumpCollection(
  caller: Caller,
  target: { readonly collection: string; readonly batchId: string; readonly to: string },
): Promise<Buffer[]> {
  const { initialBatchSize = 8 * KIB * KIB, batchSize = 64 * KIB * KIB } = caller.options
  const found: Buffer[] = []
  const clamp = (bytes: number): number =>
    Math.min(Math.max(Math.trunc(bytes), CHUNK_BYTES_MIN), CHUNK_BYTES_MAX)
  let chunkSize = clamp(initialBatchSize)
  for (let from = '0'; ;) {
    const { collection, batchId, to } = target
    const form = { ticks: 'false', useEnvelope: 'false', flush: 'false' }
    const query = { collection, batchId, ...form, from, chunkSize: String(chunkSize), to }
    const reply = await caller.ask('GET', '/_api/replication/dump', query, undefined, {
      accept: 'application/x-arango-dump',
    })
    assert.ok(reply.status === 200 || reply.status === 204, `${reply.status} for ${collection}`)
    if (reply.status === 200) assertDump(reply)
    found.push(reply.body)
    const { headers } = reply
    const checkMore = headers['x-arango-replication-checkmore']
    assert.ok(checkMore === 'true' || checkMore === 'false', 'checkmore is required')
    if (checkMore === 'false') return found
    const last = headers['x-arango-replication-lastincluded']
    assert.match(String(last), /^\d+$/, 'lastincluded is required')
    from = String(last)
    if (reply.body.length === 0) return found
    chunkSize = clamp(Math.min(chunkSize * 1.5, batchSize))
  }
}

async function dumpParallel(caller: Caller, shards: readonly string[]): Promise<Bodies> {
  const { options } = caller
  const { useVPack = false, batchSize = 64 * KIB * KIB, docsPerBatch = 10_000 } = options
  const start = { batchSize, docsPerBatch, prefetchCount: 5, parallelism: 5, shards }
  const query = useVPack ? { useVPack: 'true' } : {}
  const { headers } = await caller.must('POST', '/_api/dump/start', 201, query, start)
  const id = headers['x-arango-dump-id']
  assert.match(String(id), /^dump-\d+$/)
  const numbered: [number, string, Buffer][] = []
  let batches = 0
  const fetchAll = async (): Promise<void> => {
    let last: number | undefined
    for (;;) {
      const batchId = batches
      batches += 1
      const lastBatch = last === undefined ? {} : { lastBatch: String(last) }
      const numbers = { batchId: String(batchId), ...lastBatch }
      const reply = await caller.ask('POST', `/_api/dump/next/${String(id)}`, numbers)
      if (reply.status === 204) return
      assert.equal(reply.status, 200, reply.body.toString('latin1', 0, 500))
      assertDump(reply)
      assert.match(String(reply.headers['x-arango-dump-block-counts']), /^-?\d+$/)
      numbered.push([batchId, shardOf(reply), reply.body])
      last = batchId
    }
  }
  await Promise.all(Array.from({ length: options.networkThreads ?? 4 }, fetchAll))
  await caller.must('DELETE', `/_api/dump/${String(id)}`, 200)
  const bodies: Bodies = new Map()
  for (const [, name, body] of numbered.sort(([one], [other]) => one - other)) {
    assert.ok(shards.includes(name), `${name} was not asked for`)
    bodies.set(name, [...(bodies.get(name) ?? []), body])
  }
  return bodies
}

/** Names are sent as UTF-8, and HTTP gives a character for each byte. */
function shardOf({ headers }: Reply): string {
  return Buffer.from(String(headers['x-arango-dump-shard-id']), 'latin1').toString()
}

function assertDump({ headers }: Reply): void {
  assert.ok(String(headers['content-type']).startsWith('application/x-arango-dump'))
}

class Caller {
  readonly options: ArangodumpOptions
  readonly calls: string[] = []
  /** Made once for each run: 48 and 64 random bits. */
  readonly identity: Readonly<Record<string, string>> = {
    serverId: (randomBytes(6).readUIntBE(0, 6) + 1).toString(),
    syncerId: (randomBytes(8).readBigUInt64BE() | 1n).toString(),
  }

  constructor(options: ArangodumpOptions) {
    this.options = options
  }

  async inventory(batchId: string): Promise<Inventory> {
    const includeSystem = String(this.options.includeSystem ?? false)
    const query = { includeSystem, includeFoxxQueues: includeSystem, batchId }
    const inventory = await this.json('GET', '/_api/replication/inventory', query)
    assert.equal(typeof inventory['tick'], 'string', 'the tick is required')
    return inventory as unknown as Inventory
  }

  ask(
    method: string,
    path: string,
    query: Readonly<Record<string, string>> = {},
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Reply> {
    const { url, database, headers: own } = this.options
    const prefix = database === undefined ? '' : `/_db/${encodeURIComponent(database)}`
    const text = new URLSearchParams(query).toString()
    const options: AskOptions = { method, headers: { ...own, ...headers } }
    const sent = body === undefined ? options : { ...options, body: JSON.stringify(body) }
    this.calls.push(`${method} ${path}`)
    return ask(`${url}${prefix}${path}${text === '' ? '' : `?${text}`}`, sent)
  }

  async must(
    method: string,
    path: string,
    status: number,
    query?: Readonly<Record<string, string>>,
    body?: unknown,
  ): Promise<Reply> {
    const reply = await this.ask(method, path, query, body)
    assert.equal(reply.status, status, `${method} ${path}: ${reply.body.toString()}`)
    return reply
  }

  async json(
    method: string,
    path: string,
    query: Readonly<Record<string, string>>,
    body?: unknown,
  ): Promise<Readonly<Record<string, unknown>>> {
    const identity = method === 'POST' ? this.identity : {}
    const reply = await this.must(method, path, 200, { ...query, ...identity }, body)
    return JSON.parse(reply.body.toString()) as Readonly<Record<string, unknown>>
  }
}

/** Writes what the calls brought as arangodump does, without compression. */
export async function writeCalledDump(dump: CalledDump, path: string): Promise<void> {
  const { database, tick, properties, useVPack, collections } = dump
  await mkdir(path, { recursive: true })
  const createdAt = new Date(0).toISOString().replace(/\.\d+/, '')
  const about = { database, createdAt, lastTickAtDumpStart: tick, useEnvelope: false, useVPack }
  await writeFile(join(path, 'ENCRYPTION'), 'none')
  await writeFile(join(path, 'dump.json'), JSON.stringify({ ...about, properties }))
  for (const { name, structure, data } of collections) {
    const stem = join(path, `${name}_${createHash('md5').update(name).digest('hex')}`)
    await writeFile(`${stem}.structure.json`, JSON.stringify(structure))
    await writeFile(`${stem}.data.${useVPack ? 'vpack' : 'json'}`, data)
  }
}
