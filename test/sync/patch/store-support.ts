import { runToEnd } from '../../../lib/sync/index.js'
import { openStore, openStoreTarget, type Store } from '../../../lib/store/index.js'
import { applyPatch, type ApplyEvent, type ApplyPatchOptions } from '../../../lib/sync/index.js'
import type { CollectionDefinition } from '../../../lib/wire/index.js'
import { chunkOf } from '../../support/chunk.js'

/** The database that the stores of the tests have. */
export const DATABASE = 'db'

/** A collection and its documents, as lines. */
export interface SampleCollection {
  readonly definition: CollectionDefinition
  readonly lines: readonly string[]
}

/** What a database holds: for each collection, the text of its documents by key, and its indexes. */
export type StoreState = Record<string, { documents: Record<string, string>; indexes: unknown[] }>

/** Opens a store of a test. */
export async function withStore<Result>(
  path: string,
  work: (store: Store) => Promise<Result>,
): Promise<Result> {
  const store = await openStore(path, { mode: 'write', create: true })
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

/** Makes a store of collections. */
export async function makeStore(
  path: string,
  collections: readonly SampleCollection[],
): Promise<void> {
  await withStore(path, async (store) => {
    const database = await store.createDatabase(DATABASE)
    for (const { definition, lines } of collections) {
      const collection = await store.createCollection(database, definition)
      if (lines.length > 0) await store.applyChunk(collection, chunkOf(lines))
    }
  })
}

/** What the database of a store holds by now; system collections are left out. */
export function readState(path: string): Promise<StoreState> {
  return withStore(path, async (store) => {
    const database = store.database(DATABASE)
    const state: StoreState = {}
    if (database === undefined) return state
    const snapshot = await store.openSnapshot()
    for (const collection of snapshot.collections(database)) {
      const { name, isSystem, indexes } = collection.definition
      if (isSystem) continue
      const documents: Record<string, string> = {}
      const blocks: Uint8Array[] = []
      for await (const block of snapshot.readLines(collection, { form: 'bare' })) blocks.push(block)
      for (const line of Buffer.concat(blocks).toString().split('\n')) {
        if (line === '') continue
        const { _key } = JSON.parse(line) as { _key: string }
        documents[_key] = line
      }
      state[name] = { documents, indexes: indexes.map(({ id: _, ...index }) => index) }
    }
    snapshot.close()
    return state
  })
}

/** Position of the store's log, and where an unfinished copy comes from. */
export function readPosition(
  path: string,
): Promise<{ readonly tick: bigint; readonly mark: string | undefined }> {
  return withStore(path, (store) => {
    const database = store.database(DATABASE)
    const mark = database && store.copyMark(database)?.address
    return Promise.resolve({ tick: store.lastTick, mark })
  })
}

/** Applies a patch to a store as a command does; gives what happened. */
export async function apply(
  patch: string,
  store: string,
  options: ApplyPatchOptions = {},
  onEvent: (event: ApplyEvent) => void = () => undefined,
): Promise<ApplyEvent[]> {
  const target = await openStoreTarget(store, DATABASE, { create: false })
  const events: ApplyEvent[] = []
  try {
    await runToEnd(applyPatch(patch, target, options), (event) => {
      events.push(event)
      onEvent(event)
    })
    return events
  } finally {
    await target.close()
  }
}
