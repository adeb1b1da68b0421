import assert from 'node:assert/strict'
import { openStore, type Store, type StoreCollection } from '../../lib/store/index.js'
import { chunkLines } from '../../lib/streams/index.js'
import { generateLines, readBlocks } from '../support/generate-lines.js'

/** Name of the only collection. */
export const COLLECTION = 'customers'
/** Differences between two copies, all kinds on both sides. */
export const EDITS = 100

/** 400 bytes and their newline. */
const LINE_BYTES = 401
const BLOCK_BYTES = 256 * 1024
/** Documents that are made at one time. */
const PART = 100_000
const LOAD_MS = 1_751_385_509_000n
/** How long the load took: a hundred thousand documents a second, where there are a million. */
const LOAD_DURATION_MS = 10_000
/** Milliseconds between two edits, so that all come within a minute of the load. */
const EDIT_INTERVAL_MS = 500n
const COUNTER_BITS = 20n

/** Documents of a bulk load, with the revisions that such a load gives. */
export class Sample {
  readonly documents: number
  readonly #perMs: number

  constructor(documents: number) {
    this.documents = documents
    this.#perMs = Math.max(1, Math.ceil(documents / LOAD_DURATION_MS))
  }

  /** Makes a store that was loaded in one go, at the time of the load. */
  async makeStore(path: string): Promise<void> {
    const store = await openSampleStore(path, { create: true })
    try {
      const database = store.database('_system')
      assert(database !== undefined)
      const collection = await store.createCollection(database, { name: COLLECTION, type: 2 })
      for (let first = 0; first < this.documents; first += PART) {
        await writeLines(store, collection, this.#lines(first, PART))
      }
    } finally {
      await store.close()
    }
  }

  /** Makes a copy what it was after the load, then what side A or B made of it. */
  async edit(path: string, side: 'a' | 'b'): Promise<void> {
    const store = await openSampleStore(path)
    try {
      const database = store.database('_system')
      const collection = database && store.collection(database, COLLECTION)
      assert(collection !== undefined)
      const lines = [...this.#undo(side === 'a' ? 'b' : 'a'), ...this.#edits(side)]
      await writeLines(store, collection, Buffer.concat(lines))
    } finally {
      await store.close()
    }
  }

  /** Revisions that one side only has when both sides were edited. */
  get revisionsOfOneSide(): number {
    return this.#edited('a')
      .concat(this.#edited('b'))
      .reduce((sum, { kind }) => {
        return sum + (kind === 'replaced' ? 2 : 1)
      }, 0)
  }

  /** Documents that A has and B lacks, or has otherwise: what has to move to make B equal A. */
  get documentsToFetch(): number {
    const count = (side: 'a' | 'b', kinds: readonly Edit['kind'][]): number =>
      this.#edited(side).filter(({ kind }) => kinds.includes(kind)).length
    return count('a', ['inserted', 'replaced']) + count('b', ['replaced', 'removed'])
  }

  #lines(first: number, count: number): Buffer {
    const end = Math.min(this.documents, first + count)
    return generateLines(end - first, LINE_BYTES, first, (index) => this.#revision(index))
  }

  #revision(index: number): bigint {
    const ms = LOAD_MS + BigInt(Math.floor(index / this.#perMs))
    return (ms << COUNTER_BITS) + BigInt(index % this.#perMs)
  }

  /** The edits of a side: numbers of documents, scattered over all of them. */
  #edited(side: 'a' | 'b'): readonly Edit[] {
    const kinds = ['inserted', 'replaced', 'removed'] as const
    const step = Math.floor(this.documents / EDITS)
    return Array.from({ length: EDITS / 2 }, (_, number) => {
      const place = 2 * number + (side === 'a' ? 0 : 1)
      const kind = kinds[number % kinds.length] as Edit['kind']
      const index = kind === 'inserted' ? this.documents + place : place * step
      const ms = LOAD_MS + BigInt(LOAD_DURATION_MS) + BigInt(place) * EDIT_INTERVAL_MS
      return { kind, index, revision: ms << COUNTER_BITS }
    })
  }

  #edits(side: 'a' | 'b'): Buffer[] {
    return this.#edited(side).map(({ kind, index, revision }) => {
      const line = generateLines(1, LINE_BYTES, index, () => revision)
      if (kind === 'removed') return removalOf(line)
      return kind === 'inserted' ? line : changed(line)
    })
  }

  #undo(side: 'a' | 'b'): Buffer[] {
    return this.#edited(side).map(({ kind, index, revision }) => {
      const isNew = kind === 'inserted'
      return isNew
        ? removalOf(generateLines(1, LINE_BYTES, index, () => revision))
        : this.#lines(index, 1)
    })
  }
}

interface Edit {
  readonly kind: 'inserted' | 'replaced' | 'removed'
  readonly index: number
  readonly revision: bigint
}

/** The clock stands where the load was, so that the tree of a new collection begins there. */
function openSampleStore(
  path: string,
  options: { readonly create?: boolean } = {},
): Promise<Store> {
  return openStore(path, { mode: 'write', now: () => Number(LOAD_MS), ...options })
}

async function writeLines(store: Store, collection: StoreCollection, body: Buffer): Promise<void> {
  for await (const chunk of chunkLines(readBlocks(body, BLOCK_BYTES))) {
    await store.applyChunk(collection, chunk)
  }
}

function removalOf(line: Buffer): Buffer {
  const { _key } = JSON.parse(line.toString()) as { readonly _key: string }
  return Buffer.from(`{"type":2302,"data":{"_key":"${_key}"}}\n`)
}

function changed(line: Buffer): Buffer {
  return Buffer.from(line.toString().replace('The quick', 'One quick'))
}
