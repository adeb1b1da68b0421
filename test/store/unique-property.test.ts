/*
 * Random writes against a naive model of unique indexes, and replication in any order: what comes from
 * another replica is never refused, and at the end both are the same and both refuse the same.
 */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { DocumentError, openStore, StoreError } from '../../lib/store/index.js'
import type { Store, StoreCollection } from '../../lib/store/index.js'
import type { JsonObject } from '../../lib/wire/index.js'
import { chunkOf } from '../support/chunk.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'
import { linesOf, reread, revisionText, systemOf } from './support/documents.js'
import { changeTables, checkTree } from './support/trees.js'
import { checkUnique } from './support/unique.js'
import {
  INDEXES,
  Model,
  operationOf,
  write,
  type Document,
  type Write,
} from './support/unique-model.js'

const NAMES = Object.keys(INDEXES)

const step = fc.oneof(
  { weight: 12, arbitrary: fc.record({ step: fc.constant('write'), write }) },
  {
    weight: 3,
    arbitrary: fc.record({
      step: fc.constant('transaction'),
      writes: fc.array(write, { maxLength: 6 }),
      isUndone: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ step: fc.constant('index'), name: fc.constantFrom(...NAMES) }),
  },
  { weight: 1, arbitrary: fc.record({ step: fc.constantFrom('truncate', 'rename', 'reopen') }) },
)
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never

/** A store, and what should be in it. */
class Run {
  readonly model = new Model()
  readonly #path: string
  #store: Store
  #collection: StoreCollection

  private constructor(path: string, store: Store, collection: StoreCollection) {
    this.#path = path
    this.#store = store
    this.#collection = collection
  }

  static async begin(path: string): Promise<Run> {
    const store = await openStore(path, { mode: 'write', create: true })
    const collection = await store.createCollection(systemOf(store), { name: 'c', type: 2 })
    return new Run(path, store, collection)
  }

  async perform(one: Step): Promise<void> {
    if ('write' in one) return this.#write(one.write)
    if ('writes' in one) return this.#transact(one.writes, one.isUndone)
    if ('name' in one) return this.#toggleIndex(one.name)
    if (one.step === 'truncate') {
      await this.#store.truncateCollection(this.#collection)
      this.model.documents.clear()
    } else if (one.step === 'rename') {
      const name = this.#collection.definition.name === 'c' ? 'other' : 'c'
      this.#collection = await this.#store.renameCollection(this.#collection, name)
    } else {
      await this.#store.close()
      this.#store = await openStore(this.#path, { mode: 'write' })
    }
    return undefined
  }

  async end(): Promise<void> {
    const lines = await linesOf(this.#store, reread(this.#store, this.#collection))
    const found = lines.map((line) => {
      const { _key: at, _id: id, _rev: rev, ...rest } = JSON.parse(line) as Record<string, string>
      assert.ok(id !== undefined && rev !== undefined)
      return [at, rest]
    })
    // As plain objects, and without attributes that are undefined.
    const expected = JSON.parse(JSON.stringify([...this.model.documents])) as [string, Document][]
    assert.deepEqual(new Map(found as [string, Document][]), new Map(expected))
    await checkTree(this.#store, this.#collection)
    await this.#store.purged()
    await this.#store.close()
    await changeTables(this.#path, (tables) => {
      checkUnique(tables, this.#collection.id)
    })
  }

  async #write(one: Write): Promise<void> {
    const isExpected = this.model.write(one)
    await assertDone(isExpected, () => this.#store.write(this.#collection, operationOf(one)))
  }

  async #transact(writes: readonly Write[], isUndone: boolean): Promise<void> {
    const before = new Map(this.model.documents)
    const body = this.#store.transaction(systemOf(this.#store), (operations) => {
      for (const one of writes) {
        const isExpected = this.model.write(one)
        assert.equal(
          isDone(() => operations.write(this.#collection, operationOf(one))),
          isExpected,
        )
      }
      if (isUndone) throw new RangeError('undone')
    })
    if (!isUndone) return body
    await assert.rejects(body, RangeError)
    this.model.documents = before
    return undefined
  }

  async #toggleIndex(name: string): Promise<void> {
    const { indexes } = reread(this.#store, this.#collection).definition
    const there = indexes.find((index) => index['name'] === name)
    if (there !== undefined) {
      await this.#store.dropIndex(this.#collection, String(there['id']))
      this.model.indexes.delete(name)
      return
    }
    const isUnique = this.model.isUnique(name)
    const definition = INDEXES[name] as JsonObject
    await assertDone(isUnique, () => this.#store.createIndex(this.#collection, definition))
    if (isUnique) this.model.indexes.add(name)
  }
}

async function assertDone(isExpected: boolean, work: () => Promise<unknown>): Promise<void> {
  if (isExpected) await work()
  else await assert.rejects(work, StoreError)
}

function isDone(work: () => unknown): boolean {
  try {
    work()
    return true
  } catch (error) {
    if (error instanceof StoreError) return false
    throw error
  }
}

describe('Store with unique indexes', () => {
  const directory = useTemporaryDirectory()
  let run = 0

  it('refuses what a naive model refuses, whatever is done', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 50 }), async (steps) => {
        run += 1
        const running = await Run.begin(directory.at(`store${run}`))
        for (const one of steps) await running.perform(one)
        await running.end()
      }),
      { numRuns: 6 },
    )
  })

  it('becomes what another one is, in any order of its documents', async () => {
    const keys = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
    const owners = fc.shuffledSubarray(keys, { minLength: 2 })
    const order = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 20, maxLength: 20 })
    const path = directory.at('taking')
    const store = await openStore(path, { mode: 'write', create: true })
    const ids: number[] = []
    await fc.assert(
      fc.asyncProperty(owners, owners, order, fc.integer({ min: 1, max: 5 }), async (...given) => {
        const indexes = [INDEXES['byN'] as JsonObject]
        const parts = { name: `c${ids.length}`, type: 2 as const, indexes }
        const c = await store.createCollection(systemOf(store), parts)
        ids.push(c.id)
        await checkTaking(store, c, ...given)
      }),
      { numRuns: 12 },
    )
    await store.close()
    await changeTables(path, (tables) => {
      for (const id of ids) checkUnique(tables, id)
    })
  })

  /** The n-th owner has the value n; what both have in the same place is the same document. */
  async function checkTaking(
    store: Store,
    c: StoreCollection,
    mine: readonly string[],
    theirs: readonly string[],
    order: readonly number[],
    cut: number,
  ): Promise<void> {
    const revisionOf = (at: string, place: number, isTheirs: boolean): number =>
      100 * keysNumber(at) + 2 * place + (isTheirs && mine[place] !== at ? 1 : 0)
    const lineOf = (at: string, place: number, isTheirs: boolean): string =>
      `{"_key":"${at}","_rev":"${revisionText(revisionOf(at, place, isTheirs))}","n":${place}}`
    await store.applyChunk(c, chunkOf(mine.map((at, place) => lineOf(at, place, false))))
    const changes = [
      ...theirs
        .map((at, place) => lineOf(at, place, true))
        .filter((line) => !mine.some((at, place) => lineOf(at, place, false) === line)),
      ...mine.filter((at) => !theirs.includes(at)).map((at) => `{"type":2302,"key":"${at}"}`),
    ]
    const ordered = changes
      .map((line, at) => [order[at % order.length] as number, line] as const)
      .sort(([a], [b]) => a - b)
      .map(([, line]) => line)
    for (let at = 0; at < ordered.length; at += cut) {
      const chunk = chunkOf(ordered.slice(at, at + cut))
      await store.applyChunk(c, chunk, { takesRevisions: true })
    }
    const expected = theirs.map((at, place) => lineOf(at, place, true)).sort()
    assert.deepEqual((await linesOf(store, c)).sort(), expected)
    await checkTree(store, c)
    for (const [place, at] of theirs.entries()) {
      await assert.rejects(
        store.insert(c, `{"n":${place}}`),
        (error) => error instanceof DocumentError && error.key === at,
      )
    }
    await store.insert(c, `{"n":${theirs.length}}`)
  }
})

function keysNumber(at: string): number {
  return at.charCodeAt(0)
}
