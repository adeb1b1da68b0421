import { Agent, type IncomingMessage } from 'node:http'
import type { Grant } from '../../../lib/server/auth/permissions.js'
import type { Compat } from '../../../lib/server/endpoint.js'
import { ask, begin, type AskOptions, type Reply } from '../support/ask.js'
import { valueOf } from '../support/documents.js'
import { startTestLeader, type TestLeader } from '../support/test-leader.js'
import type { EndpointCase, Refusal } from './endpoint-case.js'

/** The database that requests are made in. */
const DATABASE = 'd'

/** Sends no credentials. */
export const NOBODY = ''

/** May do everything. */
const ROOT = 'root'

/** Headers of a user, whose password is `of NAME`. */
function loginOf(name: string): Record<string, string> {
  const credentials = Buffer.from(`${name}:of ${name}`).toString('base64')
  return { authorization: `Basic ${credentials}` }
}

/** What a request differs in from the good one of its endpoint. */
export type Difference = Omit<Refusal, 'told'> & {
  readonly method?: string
  /** Sent as it is, instead of a body. */
  readonly bytes?: string | Buffer
}

/** A request whose names are filled in. */
export interface PreparedRequest extends AskOptions {
  readonly path: string
}

/** A leader with what the cases are about. */
export class TableLeader {
  readonly #leader: TestLeader
  readonly #agent = new Agent({ keepAlive: true })
  #made = 0
  #batch: string | undefined

  private constructor(leader: TestLeader) {
    this.#leader = leader
  }

  static async start(compat: Compat): Promise<TableLeader> {
    const auth = { kind: 'on', rootPassword: 'of root' } as const
    const limits = {
      dumpContextsMax: 500,
      openBatchesMax: 200,
      syncRetryDelayMs: 1,
      loginFailuresMax: 100,
      addressLoginFailuresMax: 100,
    }
    const leader = new TableLeader(await startTestLeader({ compat, auth, limits }))
    await leader.#fill()
    return leader
  }

  /** Makes a user with grants; a name with a slash is that of a collection in a database. */
  async makeUser(name: string, grants: Readonly<Record<string, Grant>>): Promise<void> {
    await this.#post('/_api/user', { user: name, passwd: `of ${name}` })
    for (const [target, grant] of Object.entries(grants)) {
      await this.#put(`/_api/user/${name}/database/${target}`, { grant })
    }
  }

  get url(): string {
    return this.#leader.url
  }

  async close(): Promise<void> {
    this.#agent.destroy()
    await this.#leader.close()
  }

  /**
   * Makes what the request of an endpoint names, or one that differs from it.
   */
  async prepare(each: EndpointCase, difference: Difference = {}): Promise<PreparedRequest> {
    const method = each.endpoint.split(' ', 1)[0] ?? ''
    const all = { method, caller: ROOT, headers: {}, ...each, ...difference }
    const fill = this.#filler()
    const isWhole = each.isInSystem === true || all.url.startsWith('/_db/')
    const path = await fill(isWhole ? all.url : `/_db/${DATABASE}${all.url}`)
    const text = all.body === undefined ? undefined : await fill(JSON.stringify(all.body))
    const headers: Record<string, string> = all.caller === NOBODY ? {} : loginOf(all.caller)
    for (const [name, value] of Object.entries(all.headers)) headers[name] = await fill(value)
    return { path, method: all.method, headers, ...bodyOf(all.bytes ?? text) }
  }

  /** Sends a request; the body of an answer that is no error is not read. */
  async send(request: PreparedRequest): Promise<Reply> {
    const response = await begin(this.url + request.path, this.#optionsOf(request))
    const { statusCode: status = 0, headers } = response
    if (status >= 400) return { status, headers, body: await readAll(response) }
    // What is short is there already, and the connection can be used again.
    if (response.headers['content-length'] === undefined) response.destroy()
    else response.resume()
    return { status, headers, body: Buffer.alloc(0) }
  }

  #optionsOf({ path: _path, ...options }: PreparedRequest): AskOptions {
    const { body, headers = {} } = options
    // Node says no length of the body of a DELETE by itself.
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
    return { ...options, headers: { ...length, ...headers }, agent: this.#agent }
  }

  /** Makes what a text names in braces, the same for all texts of one request. */
  #filler(): (text: string) => Promise<string> {
    const made = new Map<string, string>()
    return async (text) => {
      let filled = text
      for (const [mark, name = ''] of text.matchAll(/\{(\w+)\}/g)) {
        const value = made.get(name) ?? (await this.#makeAny(name))
        made.set(name, value)
        filled = filled.replaceAll(mark, value)
      }
      return filled
    }
  }

  async #makeAny(what: string): Promise<string> {
    switch (what) {
      case 'dump':
        return this.#startDump('c')
      case 'emptyDump':
        return this.#startDump('empty')
      case 'keys':
        return this.#makeKeys()
      case 'job':
        return this.#makeJob()
      default:
        return this.#make(what)
    }
  }

  async #make(what: string): Promise<string> {
    this.#made += 1
    const name = `made${this.#made}`
    const path = `/_db/${DATABASE}/_api`
    switch (what) {
      case 'new':
        return name
      case 'batch':
        return String((await this.#post(`${path}/replication/batch`, { ttl: 1 }))['id'])
      case 'collection':
        await this.#post(`${path}/collection`, { name })
        return name
      case 'document':
        await this.#post(`${path}/document/c`, { _key: name })
        return name
      case 'rev':
        return String(
          (await this.#post(`${path}/document/c?overwriteMode=ignore`, { _key: 'kept' }))['_rev'],
        )
      case 'leader':
        return this.url
      case 'user':
        await this.#post('/_api/user', { user: name })
        return name
      case 'index':
        await this.#post(`${path}/index?collection=c`, { type: 'hash', fields: [name], name })
        return name
      default:
        await this.#post('/_api/database', { name })
        return name
    }
  }

  async #startDump(collection: string): Promise<string> {
    const body = JSON.stringify({ shards: [collection], ttl: 600 })
    const url = `${this.url}/_db/${DATABASE}/_api/dump/start?batchId=${await this.#longBatch()}`
    const options = { method: 'POST', headers: loginOf(ROOT), body, agent: this.#agent }
    const { headers } = await ask(url, options)
    return String(headers['x-arango-dump-id'])
  }

  async #makeKeys(): Promise<string> {
    return String((await this.#post(`/_db/${DATABASE}${await this.#keysPath()}`, {}))['id'])
  }

  /** Asks for the same, to be answered later, and waits until that is done. */
  async #makeJob(): Promise<string> {
    const path = `/_db/${DATABASE}${await this.#keysPath()}`
    const headers = { ...loginOf(ROOT), 'x-arango-async': 'store' }
    const begun = await ask(this.url + path, { method: 'POST', headers, agent: this.#agent })
    const id = String(begun.headers['x-arango-async-id'])
    const job = { headers: loginOf(ROOT), agent: this.#agent }
    while ((await ask(`${this.url}/_api/job/${id}`, job)).status !== 200) continue
    return id
  }

  async #keysPath(): Promise<string> {
    return `/_api/replication/keys?collection=c&batchId=${await this.#longBatch()}`
  }

  /** One for all that read a batch: a snapshot for each would be too many. */
  async #longBatch(): Promise<string> {
    const path = `/_db/${DATABASE}/_api/replication/batch`
    this.#batch ??= String((await this.#post(path, { ttl: 600 }))['id'])
    return this.#batch
  }

  #post(path: string, body: unknown): Promise<Record<string, unknown>> {
    return this.#must('POST', path, body)
  }

  #put(path: string, body: unknown): Promise<Record<string, unknown>> {
    return this.#must('PUT', path, body)
  }

  async #must(method: string, path: string, body: unknown): Promise<Record<string, unknown>> {
    const text = JSON.stringify(body)
    const request = { path, method, headers: loginOf(ROOT), body: text }
    const reply = await ask(this.url + path, this.#optionsOf(request))
    const value = valueOf(reply)
    if (value['error'] === true) throw new Error(`Cannot make: ${JSON.stringify(value)}`)
    return value
  }

  async #fill(): Promise<void> {
    for (const name of [DATABASE, 'filled']) await this.#post('/_api/database', { name })
    await this.makeUser('ann', {})
    await this.makeUser('eve', { [DATABASE]: 'rw', filled: 'rw' })
    const path = `/_db/${DATABASE}/_api`
    for (const name of ['c', 'empty']) await this.#post(`${path}/collection`, { name })
    await this.#post(`${path}/collection`, { name: 'e', type: 3 })
    await this.#post(`${path}/collection`, { name: 'made', keyOptions: { allowUserKeys: false } })
    await this.#post(`${path}/collection`, { name: 'unsynced', syncByRevision: false })
    const edge = { _key: 'kept', _from: 'c/kept', _to: 'c/kept' }
    await this.#post(`${path}/document/e`, edge)
    const index = `${path}/index?collection=c`
    await this.#post(index, { type: 'persistent', fields: ['kept'], name: 'kept' })
    const unique = { type: 'hash', fields: ['unique'], unique: true, sparse: true }
    await this.#post(index, unique)
    const documents = [{ _key: 'kept' }, { _key: 'same1', same: 1 }, { _key: 'same2', same: 1 }]
    await this.#post(`${path}/document/c`, documents)
    const uniques = [
      { _key: 'unique1', unique: 1 },
      { _key: 'unique2', unique: 2 },
    ]
    await this.#post(`${path}/document/c`, uniques)
  }
}

function bodyOf(body: string | Buffer | undefined): Pick<AskOptions, 'body'> {
  return body === undefined ? {} : { body }
}

async function readAll(response: IncomingMessage): Promise<Buffer> {
  const blocks: Buffer[] = []
  for await (const block of response as AsyncIterable<Buffer>) blocks.push(block)
  return Buffer.concat(blocks)
}
