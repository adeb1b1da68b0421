/*
 * A load of everything that a log can tell: documents that are put and removed by several writers at
 * a time, alone and in transactions, transactions that throw, and collections and indexes that come
 * and go. The same seed gives the same steps of each writer.
 */
import assert from 'node:assert/strict'
import type {
  InsertedDocument,
  Store,
  StoreCollection,
  StoreDatabase,
} from '../../lib/store/index.js'
import { Random } from '../fuzz/random.js'
import type { DoneStep } from './mixed-load-model.js'
import {
  EDGE_COLLECTION,
  SHARED_COLLECTIONS,
  StepPlanner,
  type DocumentChange,
  type LoadChange,
  type LoadStep,
} from './mixed-load-step.js'

const WRITERS = 3
/** Keeps apart what the writers of different runs draw. */
const WRITERS_MAX = 64
const INDEX = { type: 'persistent', fields: ['value'], id: '4711', name: 'by-value' }

/** How {@link runMixedLoad} writes. */
export interface MixedLoadOptions {
  readonly seed: number
  /** Changes after which no writer begins another step, those that are thrown away not counted. */
  readonly operations: number
  /** Default: 3. */
  readonly writers?: number | undefined
  /** Number of the run on the same store, from 0 on. Default: 0. */
  readonly round?: number | undefined
  /** Characters of each document beside key and value. Default: 40. */
  readonly fillerLength?: number | undefined
  /** Ends the load after the steps that have begun. */
  readonly signal?: AbortSignal | undefined
  /** Called before a step is begun. */
  readonly onBegin?: ((step: LoadStep) => void) | undefined
  /** Called when a step is on the disk, or was thrown away. */
  readonly onDone?: ((step: DoneStep) => void) | undefined
}

/** What a thrown transaction throws. */
class LoadFault extends Error {}

/** Makes the collections that the writers share, where they are not there yet. */
export async function prepareMixedLoad(store: Store, database: StoreDatabase): Promise<void> {
  for (const name of SHARED_COLLECTIONS) {
    if (store.collection(database, name) === undefined) {
      await store.createCollection(database, { name, type: 2 })
    }
  }
  if (store.collection(database, EDGE_COLLECTION) === undefined) {
    await store.createCollection(database, { name: EDGE_COLLECTION, type: 3 })
  }
}

/** Runs the writers until all changes are on the disk. */
export async function runMixedLoad(
  store: Store,
  database: StoreDatabase,
  options: MixedLoadOptions,
): Promise<void> {
  const { seed, operations, writers = WRITERS, round = 0, signal } = options
  await prepareMixedLoad(store, database)
  const performer = new StepPerformer(store, database, options.fillerLength ?? 40)
  let begun = 0
  const write = async (writer: number): Promise<void> => {
    const random = new Random(seed, round * WRITERS_MAX + writer)
    const planner = new StepPlanner({ random, writer, round })
    while (begun < operations && signal?.aborted !== true) {
      const step = planner.next()
      if (step.kind !== 'thrown') begun += step.changes.length
      options.onBegin?.(step)
      const ticks = await performer.perform(step)
      options.onDone?.({ writer, number: step.number, ticks })
    }
  }
  await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)))
}

/** Does to a store what steps say. */
class StepPerformer {
  readonly #store: Store
  readonly #database: StoreDatabase
  readonly #filler: string

  constructor(store: Store, database: StoreDatabase, fillerLength: number) {
    this.#store = store
    this.#database = database
    this.#filler = 'x'.repeat(fillerLength)
  }

  /** @returns the ticks of the documents that were put */
  async perform(step: LoadStep): Promise<string[]> {
    switch (step.kind) {
      case 'transaction':
        return this.#transact(step)
      case 'thrown':
        await assert.rejects(this.#transact(step), LoadFault)
        return []
      case 'single': {
        const [change] = step.changes
        assert.ok(change !== undefined)
        const made = await this.#alone(change)
        return made === undefined ? [] : [made.tick.toString()]
      }
    }
  }

  async #transact({ kind, changes }: LoadStep): Promise<string[]> {
    // Collections of this writer alone, or of nobody: none is dropped meanwhile.
    const writes = changes.map((change) => {
      assert.ok('key' in change)
      return { change, collection: this.#collection(change.collection) }
    })
    return this.#store.transaction(this.#database, (operations) => {
      const ticks: string[] = []
      for (const { change, collection } of writes) {
        if (change.kind === 'remove') operations.remove(collection, change.key)
        else ticks.push(operations.put(collection, this.#text(change)).tick.toString())
      }
      if (kind === 'thrown') throw new LoadFault()
      return ticks
    })
  }

  async #alone(change: LoadChange): Promise<InsertedDocument | undefined> {
    const store = this.#store
    if (change.kind === 'create') {
      await store.createCollection(this.#database, { name: change.collection, type: 2 })
      return undefined
    }
    const collection = this.#collection(change.collection)
    switch (change.kind) {
      case 'put':
        return store.put(collection, this.#text(change))
      case 'remove':
        await store.remove(collection, change.key)
        break
      case 'truncate':
        await store.truncateCollection(collection)
        break
      case 'drop':
        await store.dropCollection(collection)
        break
      case 'rename':
        await store.renameCollection(collection, change.name)
        break
      case 'create-index':
        await store.createIndex(collection, INDEX)
        break
      case 'drop-index':
        await this.#dropIndex(collection)
    }
    return undefined
  }

  /** Another writer may have dropped it. */
  async #dropIndex(collection: StoreCollection): Promise<void> {
    await this.#store.dropIndex(collection, INDEX.id).catch((error: unknown) => {
      assert.equal((error as { readonly code?: unknown }).code, 'ERR_INDEX_NOT_FOUND')
    })
  }

  #text({ collection, key, ...change }: DocumentChange): string {
    const value = change.kind === 'put' ? change.value : undefined
    const ends = collection === EDGE_COLLECTION ? { _from: 'shared-0/a', _to: 'shared-1/b' } : {}
    return JSON.stringify({ _key: key, ...ends, value, filler: this.#filler })
  }

  #collection(name: string): StoreCollection {
    const collection = this.#store.collection(this.#database, name)
    assert.ok(collection !== undefined, `there is no collection ${name}`)
    return collection
  }
}
