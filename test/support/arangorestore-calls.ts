import assert from 'node:assert/strict'
import { Agent } from 'node:http'
import { ask, type Reply } from '../server/support/ask.js'
import { batchesOf, readDumpFiles, type DumpFiles, type Structure } from './arangorestore-files.js'

/** What arangorestore reads at least and by default before it sends documents. */
const BATCH_BYTES = 8 * 1024 * 1024
const JSON_TYPE = 'application/json'
const DUMP_TYPE = 'application/x-arango-dump'
const VELOCYPACK_TYPE = 'application/x-velocypack'
/** Restored before all others, so that views find them. */
const ANALYZERS = '_analyzers'
/** Restored last, since a password may change with them. */
const USERS = '_users'
const FOXX = ['_apps', '_appbundles']

/** What arangorestore is told. */
export interface ArangorestoreOptions {
  /** `http://HOST:PORT`. */
  readonly url: string
  readonly database: string
  /** The dump. */
  readonly directory: string
  readonly createDatabase?: boolean
  readonly includeSystem?: boolean
  /** Restore no others, and no views. */
  readonly collections?: readonly string[] | undefined
  /** Default: true. */
  readonly overwrite?: boolean
  readonly force?: boolean
  /** Default: 8 MiB. */
  readonly batchBytes?: number
  /** Bodies of plain lines that are under way at one time. Default: 2. */
  readonly threads?: number
  /** Headers that tell who asks. */
  readonly headers?: Readonly<Record<string, string>>
}

/** One request that was made, without its body. */
export interface ArangorestoreCall {
  readonly method: string
  /** With its query, below the database. */
  readonly path: string
  readonly bytes: number
  readonly status: number
}

/**
 * Makes the calls of arangorestore 3.12 on a single server, in its order and with its parameters and
 * headers (client notes, 4.5).
 *
 * @returns all requests in the order in which they were answered
 * @throws AssertionError when one is not answered with 2xx, but for the healing of Foxx services, which
 *   arangorestore warns about
 */
export async function callArangorestore(
  options: ArangorestoreOptions,
): Promise<readonly ArangorestoreCall[]> {
  const { directory, includeSystem = false, collections } = options
  const dump = await readDumpFiles(directory, { includeSystem, collections })
  const run = new ArangorestoreRun(dump, options)
  try {
    await run.restore()
  } finally {
    run.close()
  }
  return run.calls
}

class ArangorestoreRun {
  readonly calls: ArangorestoreCall[] = []
  readonly #dump: DumpFiles
  readonly #options: ArangorestoreOptions
  readonly #agent = new Agent({ keepAlive: true })

  constructor(dump: DumpFiles, options: ArangorestoreOptions) {
    this.#dump = dump
    this.#options = options
  }

  close(): void {
    this.#agent.destroy()
  }

  async restore(): Promise<void> {
    await this.#send('GET', '/_db/_system/_api/version')
    if (this.#options.createDatabase === true) await this.#createDatabase()
    const { structures } = this.#dump
    for (const structure of structures) await this.#restoreCollection(structure)
    const named = (wanted: string): readonly Structure[] =>
      structures.filter(({ parameters: { name } }) => name === wanted)
    const others = structures.filter(
      ({ parameters: { name } }) => name !== ANALYZERS && name !== USERS,
    )
    for (const structure of named(ANALYZERS)) await this.#restoreDocuments(structure)
    await this.#restoreViews('arangosearch')
    await this.#restoreAll(others)
    await this.#restoreViews('search-alias')
    if (others.some(({ parameters: { name } }) => FOXX.includes(name))) await this.#healFoxx()
    for (const structure of named(USERS)) await this.#restoreDocuments(structure)
  }

  async #createDatabase(): Promise<void> {
    const { database } = this.#options
    const options = { replicationFactor: 1, sharding: '', writeConcern: 1 }
    const body = { name: database, options, users: [{ username: 'root', passwd: '' }] }
    await this.#sendJson('POST', '/_db/_system/_api/database', body)
  }

  async #restoreCollection(structure: Structure): Promise<void> {
    const { overwrite = true } = this.#options
    const query = `overwrite=${String(overwrite)}&${this.#force}&ignoreDistributeShardsLikeErrors=false`
    const body = declarationOf(structure)
    await this.#sendJson('PUT', this.#path(`restore-collection?${query}`), body)
  }

  /** Two collections at one time. */
  async #restoreAll(structures: readonly Structure[]): Promise<void> {
    const waiting = [...structures]
    const work = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        await this.#restoreDocuments(next)
      }
    }
    await Promise.all([work(), work()])
  }

  /** Indexes before documents, but for those that need documents. */
  async #restoreDocuments(structure: Structure): Promise<void> {
    const isLate = ({ type }: Structure['indexes'][number]): boolean => type === 'vector'
    await this.#restoreIndexes(structure, (index) => !isLate(index))
    await this.#restoreData(structure.parameters.name)
    await this.#restoreIndexes(structure, isLate)
  }

  async #restoreIndexes(
    structure: Structure,
    isWanted: (index: Structure['indexes'][number]) => boolean,
  ): Promise<void> {
    const indexes = structure.indexes.filter(isWanted)
    if (indexes.length === 0) return
    const body = declarationOf({ ...structure, indexes })
    await this.#sendJson('PUT', this.#path(`restore-indexes?${this.#force}`), body)
  }

  /** Only lines without envelopes may overtake each other. */
  async #restoreData(name: string): Promise<void> {
    const { batchBytes = BATCH_BYTES, threads = 2 } = this.#options
    const { useEnvelope, useVPack } = this.#dump.metadata
    const path = this.#path(`restore-data?collection=${encodeURIComponent(name)}&${this.#force}`)
    const type = useVPack === true ? VELOCYPACK_TYPE : DUMP_TYPE
    const running = new Set<Promise<unknown>>()
    for await (const body of batchesOf(this.#dump, name, batchBytes)) {
      const sent = this.#send('PUT', path, body, type)
      running.add(sent)
      void sent.finally(() => running.delete(sent)).catch(() => undefined)
      if (useEnvelope !== false || running.size >= threads) await Promise.race(running)
    }
    await Promise.all(running)
  }

  async #restoreViews(type: string): Promise<void> {
    const { overwrite = true } = this.#options
    const query = `overwrite=${String(overwrite)}&${this.#force}`
    for (const view of this.#dump.views.filter((each) => each['type'] === type)) {
      await this.#sendJson('PUT', this.#path(`restore-view?${query}`), view)
    }
  }

  async #healFoxx(): Promise<void> {
    const path = `/_db/${encodeURIComponent(this.#options.database)}/_api/foxx/_local/heal`
    await this.#ask('POST', path, '', JSON_TYPE)
  }

  get #force(): string {
    return `force=${String(this.#options.force === true)}`
  }

  #path(command: string): string {
    return `/_db/${encodeURIComponent(this.#options.database)}/_api/replication/${command}`
  }

  #sendJson(method: string, path: string, body: unknown): Promise<void> {
    return this.#send(method, path, JSON.stringify(body), JSON_TYPE)
  }

  async #send(method: string, path: string, body?: string | Buffer, type?: string): Promise<void> {
    const { status, body: answered } = await this.#ask(method, path, body, type)
    assert.equal(Math.floor(status / 100), 2, `${method} ${path}: ${answered.toString()}`)
  }

  async #ask(method: string, path: string, body?: string | Buffer, type?: string): Promise<Reply> {
    const headers = {
      ...this.#options.headers,
      ...(type === undefined ? {} : { 'content-type': type }),
      ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
    }
    const sent = body === undefined ? {} : { body }
    const options = { method, headers, agent: this.#agent, ...sent }
    const reply = await ask(`${this.#options.url}${path}`, options)
    const bytes = body === undefined ? 0 : Buffer.byteLength(body)
    this.calls.push({ method, path, bytes, status: reply.status })
    return reply
  }
}

/** The body of `restore-collection` and `restore-indexes`: revision trees are on unless they are off. */
function declarationOf({ parameters, indexes }: Structure): Structure {
  const { syncByRevision, usesRevisionsAsDocumentIds } = parameters
  const hasTrees = syncByRevision !== false && usesRevisionsAsDocumentIds !== false
  const trees = hasTrees ? { syncByRevision: true, usesRevisionsAsDocumentIds: true } : {}
  const { replicationFactor = 1, numberOfShards = 1 } = parameters
  return { indexes, parameters: { ...parameters, replicationFactor, numberOfShards, ...trees } }
}
