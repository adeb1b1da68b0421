import assert from 'node:assert/strict'
import { lastValueFrom, toArray } from 'rxjs'
import { openRemote } from '../../../lib/remote/index.js'
import type { Source } from '../../../lib/replica/index.js'
import type { LeaderOptions } from '../../../lib/server/index.js'
import {
  openStore,
  openStoreSource,
  openStoreTarget,
  type Store,
  type StoreCollection,
  type StoreDatabase,
  type StoreSnapshot,
} from '../../../lib/store/index.js'
import {
  incrementalSync,
  runFullSync,
  type CollectionFinished,
  type IncrementalSyncOptions,
  type SyncEvent,
} from '../../../lib/sync/index.js'
import { encodeRevision, revision, REVISION_LOWER_BOUND } from '../../../lib/values/index.js'
import { databaseOf, startTestLeader, type TestLeader } from '../../server/support/test-leader.js'
import { chunkOf } from '../../support/chunk.js'
import { useTemporaryDirectory } from '../../support/temporary-directory.js'

/** Database of the leader and of every follower. */
export const DATABASE = '_system'

/** Revisions of tests that are given by a small number: one leaf of a tree holds about 2^40. */
export function revisionAt(index: number, leaf = 0): bigint {
  return REVISION_LOWER_BOUND + (BigInt(leaf) << 41n) + BigInt(index) + 1n
}

/** The line of a document. */
export function documentLine(key: string, value: bigint, more: object = {}): string {
  const rev = encodeRevision(revision(value))
  return JSON.stringify({ _key: key, _id: `c/${key}`, _rev: rev, ...more })
}

/** Lines of `count` documents, with ascending revisions from that of `first` on. */
export function documentLines(count: number, first = 0, prefix = 'k'): string[] {
  return Array.from({ length: count }, (_, index) =>
    documentLine(`${prefix}${first + index}`, revisionAt(first + index), { n: index }),
  )
}

/** Writes documents into a collection, which is made when there is none. */
export async function put(store: Store, name: string, lines: readonly string[]): Promise<void> {
  const database = databaseOf(store, DATABASE)
  const collection =
    store.collection(database, name) ?? (await store.createCollection(database, { name, type: 2 }))
  if (lines.length > 0) await store.applyChunk(collection, chunkOf(lines))
}

/** Removes documents by their keys. */
export async function remove(store: Store, name: string, keys: readonly string[]): Promise<void> {
  await put(store, name, keys.map(removalLine))
}

/** The line of a removal. */
export function removalLine(key: string): string {
  return JSON.stringify({ type: 2302, data: { _key: key } })
}

/** A collection, which must be there. */
export function collectionOf(store: Store, name: string): StoreCollection {
  const collection = store.collection(databaseOf(store, DATABASE), name)
  assert.ok(collection !== undefined, `there is no collection ${name}`)
  return collection
}

/** Everything of a collection that a copy has to keep. */
type CollectionState = Readonly<Record<string, unknown>>

/**
 * What a store holds, without what is local: ids.
 *
 * @param only - the one collection to look at
 */
export async function stateOf(
  path: string,
  only?: string,
): Promise<ReadonlyMap<string, CollectionState>> {
  const store = await openStore(path, { mode: 'read' })
  const snapshot = await store.openSnapshot()
  try {
    return await stateInside(snapshot, databaseOf(store, DATABASE), only)
  } finally {
    snapshot.close()
    await store.close()
  }
}

/** As {@link stateOf}, of every database of a store. */
export async function statesOf(path: string): Promise<Readonly<Record<string, unknown>>> {
  const store = await openStore(path, { mode: 'read' })
  try {
    return await statesIn(store)
  } finally {
    await store.close()
  }
}

/** As {@link statesOf}, of a store that is open. */
export async function statesIn(store: Store): Promise<Readonly<Record<string, unknown>>> {
  const snapshot = await store.openSnapshot()
  try {
    const states: Record<string, unknown> = {}
    for (const record of snapshot.databases()) {
      states[record.name] = await stateInside(snapshot, record)
    }
    return states
  } finally {
    snapshot.close()
  }
}

async function stateInside(
  snapshot: StoreSnapshot,
  record: StoreDatabase,
  only?: string,
): Promise<ReadonlyMap<string, CollectionState>> {
  const states = new Map<string, CollectionState>()
  for (const collection of snapshot.collections(record)) {
    const { name, parameters, indexes, isSystem } = collection.definition
    if (isSystem || (only !== undefined && only !== name)) continue
    const lines: string[] = []
    for await (const block of snapshot.readLines(collection, { form: 'bare' })) {
      lines.push(block.toString())
    }
    const { count, hash } = await snapshot.tree(collection)
    const own = withoutIds(parameters)
    const wanted = indexes.map(withoutIds).map((index) => JSON.stringify(index))
    const documents = lines.join('').split('\n')
    states.set(name, { documents, count, hash, own, indexes: wanted.sort() })
  }
  const views = snapshot.views(record).map(({ definition }) => withoutIds(definition.properties))
  states.set('views', { views: views.map((view) => JSON.stringify(view)).sort() })
  return states
}

function withoutIds(object: object): object {
  const local = ['id', 'cid', 'planId', 'objectId', 'minRevision']
  const kept = Object.entries(object).filter(([name]) => !local.includes(name))
  return Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** A leader over HTTP, and a follower of it. */
export interface ReplicaPair {
  readonly served: () => TestLeader
  readonly leader: () => Store
  readonly system: () => StoreDatabase
  /** The path of a file or directory for the test. */
  readonly at: (name: string) => string
  /** Works with the store of the follower, which no run may be using. */
  readonly withFollower: (work: (store: Store) => Promise<void>) => Promise<void>
  /** Copies everything from the leader to the follower. */
  readonly copyFully: () => Promise<void>
  /** Makes the follower equal to the leader, or to another source. */
  readonly bringUp: (
    options?: IncrementalSyncOptions,
    source?: Source,
  ) => Promise<readonly SyncEvent[]>
  /** Fails unless the follower holds what a new full copy of the leader holds. */
  readonly assertEqual: (ignored?: readonly string[]) => Promise<void>
}

/** Starts a leader before each test of the suite; call inside `describe`. */
export function useReplicaPair(options: Pick<LeaderOptions, 'compat'> = {}): ReplicaPair {
  const { at } = useTemporaryDirectory()
  let served: TestLeader | undefined
  const leader = (): TestLeader => served ?? assert.fail('the leader has not been started')
  beforeEach(async () => {
    served = await startTestLeader(options)
  })
  afterEach(() => leader().close())
  const copyTo = async (path: string): Promise<void> => {
    const source = openLeader(leader())
    const target = await openStoreTarget(path, DATABASE)
    try {
      await runFullSync(source, target)
    } finally {
      await Promise.all([source.close(), target.close()])
    }
  }
  return {
    served: leader,
    leader: () => leader().store,
    system: () => databaseOf(leader().store, DATABASE),
    at,
    async withFollower(work) {
      const store = await openStore(at('follower'), { mode: 'write', create: true })
      await work(store).finally(() => store.close())
    },
    copyFully: () => copyTo(at('follower')),
    async bringUp(options = {}, source = openLeader(leader())) {
      const target = await openStoreTarget(at('follower'), DATABASE)
      try {
        const events$ = incrementalSync(source, target, { workers: 0, ...options })
        return await lastValueFrom(events$.pipe(toArray()))
      } finally {
        await Promise.all([source.close(), target.close()])
      }
    },
    async assertEqual(ignored = []) {
      const path = at(`expected-${Math.random()}`)
      await copyTo(path)
      const follower = new Map(await stateOf(at('follower')))
      for (const name of ignored) assert.ok(follower.delete(name), name)
      assert.deepEqual(follower, await stateOf(path))
    },
  }
}

/** A source of the leader's database. */
export function openLeader({ url }: TestLeader): Source {
  return openRemote({ kind: 'remote', url, database: DATABASE }, { retryDelayMs: 1 })
}

/** A source of a store's database. */
export function openCopy(path: string): Promise<Source> {
  return openStoreSource(path, DATABASE)
}

/** The event that ended a collection. */
export function finishedOf(events: readonly SyncEvent[], name: string): CollectionFinished {
  const found = events.find(
    (event): event is CollectionFinished =>
      event.kind === 'collection-finished' && event.collection === name,
  )
  return found ?? assert.fail(`collection ${name} was not finished`)
}

/** What became of each collection. */
export function outcomesOf(events: readonly SyncEvent[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    events.flatMap((event) =>
      event.kind === 'collection-finished' ? [[event.collection, event.outcome]] : [],
    ),
  )
}

/** The warnings, in order. */
export function warningsOf(events: readonly SyncEvent[]): readonly string[] {
  return events.flatMap((event) => (event.kind === 'warning' ? [event.message] : []))
}
