import assert from 'node:assert/strict'
import { Agent } from 'node:http'
import { performance } from 'node:perf_hooks'
import { Random } from '../fuzz/random.js'
import { send } from './leader-child.js'

/** Name of the collection that is written to. */
export const COLLECTION = 'written'

const FILLER = 'x'.repeat(200)
const ARRAY_DOCUMENTS_MAX = 50
const IMPORT_DOCUMENTS_MAX = 200
const READ_KEYS = 1000

/** Numbers of documents by key; undefined where there is none. */
type Numbers = Map<string, number | undefined>

/** One connection that writes documents of its own, and remembers what was acknowledged. */
export class WriteWorker {
  /** Milliseconds that each request took. */
  readonly latencies: number[] = []
  /** Documents that were acknowledged. */
  written = 0
  readonly #index: number
  readonly #random: Random
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 })
  readonly #acknowledged: Numbers = new Map()
  /** Keys of documents that are there. */
  readonly #keys: string[] = []
  /** What the request under way is to do, which nobody knows of when it breaks. */
  #pending: Numbers = new Map()
  #made = 0
  #isEnding = false

  constructor(seed: number, index: number) {
    this.#index = index
    this.#random = new Random(seed, index)
  }

  /** From now on requests may break, and the first that does is the last. */
  end(): void {
    this.#isEnding = true
  }

  /**
   * Writes until a request breaks.
   *
   * @param onStep - called after each request
   * @throws what broke, unless that was to be
   */
  async run(url: string, onStep: (worker: WriteWorker) => void): Promise<void> {
    try {
      for (;;) {
        const begun = performance.now()
        await this.#step(`${url}/_api`)
        this.latencies.push(performance.now() - begun)
        this.#acknowledge()
        onStep(this)
      }
    } catch (error) {
      if (!this.#isEnding) throw error
    } finally {
      this.#agent.destroy()
    }
  }

  /** Looks at every document: what was acknowledged is there, but for what was under way. */
  async check(url: string): Promise<void> {
    const keys = [...new Set([...this.#acknowledged.keys(), ...this.#pending.keys()])]
    for (let first = 0; first < keys.length; first += READ_KEYS) {
      const asked = keys.slice(first, first + READ_KEYS)
      const path = `${url}/_api/document/${COLLECTION}?onlyget=true`
      const found = (await send(path, 'PUT', { body: JSON.stringify(asked) })) as { n?: number }[]
      for (const [index, key] of asked.entries()) this.#checkOne(key, found[index]?.n)
    }
  }

  #checkOne(key: string, found: number | undefined): void {
    if (this.#pending.has(key) && this.#pending.get(key) === found) return
    assert.equal(found, this.#acknowledged.get(key), `document ${key}`)
  }

  #step(api: string): Promise<unknown> {
    const kinds = ['insert', 'insert', 'replace', 'update', 'remove', 'array', 'import'] as const
    const kind = this.#random.pick(kinds)
    const collection = `${api}/document/${COLLECTION}`
    switch (kind) {
      case 'array':
        return this.#insertMany(collection, 2 + this.#random.below(ARRAY_DOCUMENTS_MAX))
      case 'import':
        return this.#import(api, 2 + this.#random.below(IMPORT_DOCUMENTS_MAX))
      default:
        if (kind === 'insert' || this.#keys.length === 0) {
          return this.#send(collection, 'POST', this.#newDocument())
        }
        return this.#change(collection, kind)
    }
  }

  #change(collection: string, kind: 'replace' | 'update' | 'remove'): Promise<unknown> {
    const key = this.#keys[this.#random.below(this.#keys.length)] ?? ''
    const url = `${collection}/${key}`
    if (kind === 'remove') {
      this.#pending.set(key, undefined)
      return this.#send(url, 'DELETE')
    }
    const n = this.#random.next()
    this.#pending.set(key, n)
    return this.#send(url, kind === 'replace' ? 'PUT' : 'PATCH', JSON.stringify({ n, t: FILLER }))
  }

  async #insertMany(collection: string, count: number): Promise<void> {
    const documents = Array.from({ length: count }, () => this.#newDocument())
    const results = await this.#send(collection, 'POST', `[${documents.join()}]`)
    const refused = (results as { error?: boolean }[]).filter(({ error }) => error === true)
    assert.deepEqual(refused, [])
  }

  async #import(api: string, count: number): Promise<void> {
    const documents = Array.from({ length: count }, () => this.#newDocument())
    const url = `${api}/import?type=documents&collection=${COLLECTION}`
    const { created } = (await this.#send(url, 'POST', documents.join('\n'))) as { created: number }
    assert.equal(created, count)
  }

  #newDocument(): string {
    this.#made += 1
    const key = `w${this.#index}-${this.#made}`
    const n = this.#random.next()
    this.#pending.set(key, n)
    return JSON.stringify({ _key: key, n, t: FILLER })
  }

  #send(url: string, method: string, body?: string): Promise<unknown> {
    return send(url, method, { agent: this.#agent, body })
  }

  #acknowledge(): void {
    for (const [key, n] of this.#pending) {
      if (!this.#acknowledged.has(key)) this.#keys.push(key)
      else if (n === undefined) this.#keys.splice(this.#keys.indexOf(key), 1)
      this.#acknowledged.set(key, n)
    }
    this.written += this.#pending.size
    this.#pending = new Map()
  }
}
