import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startLeader, type Leader, type LeaderOptions } from '../../../lib/server/index.js'
import {
  openStore,
  type Store,
  type StoreCollection,
  type StoreDatabase,
} from '../../../lib/store/index.js'
import { EntryChunk } from '../../../lib/streams/index.js'
import {
  formatRevision,
  revision,
  REVISION_LOWER_BOUND,
  type Revision,
} from '../../../lib/values/index.js'

/** A leader over a store in a directory of its own. */
export interface TestLeader {
  readonly store: Store
  readonly leader: Leader
  readonly url: string
  /** The database `_system`. */
  readonly system: StoreDatabase
  /** Closes both and removes the directory. */
  readonly close: () => Promise<void>
}

/** Starts a leader over a new store on a free port, without authentication unless told. */
export async function startTestLeader(
  options: Omit<LeaderOptions, 'store' | 'port'> = {},
): Promise<TestLeader> {
  const { store, close } = await openTestStore()
  const leader = await startLeader({ auth: { kind: 'off' }, ...options, store, port: 0 })
  return {
    store,
    leader,
    url: leader.url,
    system: databaseOf(store, '_system'),
    async close() {
      await leader.close()
      await close()
    },
  }
}

/** A new store, and how to close and remove it. */
export async function openTestStore(): Promise<{ store: Store; close: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'tidemark-server-'))
  const store = await openStore(join(path, 'store'), { mode: 'write', create: true })
  return {
    store,
    async close() {
      await store.close()
      await rm(path, { recursive: true, force: true })
    },
  }
}

/** The database of that name, which must be there. */
export function databaseOf(store: Store, name: string): StoreDatabase {
  const database = store.database(name)
  if (database === undefined) throw new Error(`Cannot find the database ${name}`)
  return database
}

/** A collection that was filled, and the texts of its documents in revision order. */
export interface FilledCollection {
  readonly collection: StoreCollection
  readonly documents: readonly string[]
}

/** How {@link fillCollection} fills. */
export interface FillOptions {
  readonly type?: 2 | 3
  readonly database?: StoreDatabase
  /** Repeated zero to six times in each document. */
  readonly filler?: string
}

/** Makes a collection of documents `key0`, `key1`, … of different lengths. */
export async function fillCollection(
  store: Store,
  name: string,
  count: number,
  { type = 2, database = databaseOf(store, '_system'), filler = 'x' }: FillOptions = {},
): Promise<FilledCollection> {
  const collection = await store.createCollection(database, { name, type })
  const edge = type === 3 ? { _from: 'a/1', _to: 'a/2' } : {}
  const documents = Array.from({ length: count }, (_, index) => {
    const key = `key${index}`
    const id = { _key: key, _id: `${name}/${key}`, _rev: formatRevision(revisionOf(index)) }
    return JSON.stringify({ ...id, ...edge, text: filler.repeat(index % 7) })
  })
  if (count > 0) await store.applyChunk(collection, chunkOf(documents))
  return { collection, documents }
}

/** The revision of the document with that index. */
export function revisionOf(index: number): Revision {
  return revision(REVISION_LOWER_BOUND + 1000n * BigInt(index) + 1n)
}

function chunkOf(lines: readonly string[]): EntryChunk {
  const parts = lines.map((line) => Buffer.from(`${line}\n`))
  const offsets = new Uint32Array(parts.length + 1)
  let end = 0
  parts.forEach(({ length }, index) => {
    end += length
    offsets[index + 1] = end
  })
  return new EntryChunk({
    buffer: Buffer.concat(parts),
    offsets,
    firstLineNumber: 1,
    byteOffset: 0,
  })
}
