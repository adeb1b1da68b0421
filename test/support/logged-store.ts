import assert from 'node:assert/strict'
import type { ChangeLog, ChangeLogOptions, LogAnswer, Source } from '../../lib/replica/index.js'
import type { Store, StoreCollection } from '../../lib/store/index.js'
import { tick, type Tick } from '../../lib/values/index.js'
import type { Marker } from '../../lib/wire/index.js'
import { databaseOf } from '../server/support/test-leader.js'
import { collectAll } from './streams.js'

/** Opens an empty store, and a source of one of its databases, and closes both afterwards. */
export type WithLoggedStore = (
  database: string,
  use: (store: Store, source: Source) => Promise<void>,
) => Promise<void>

/** Opens the log of a store that has a filled collection. */
export type WithLog = (
  use: (log: ChangeLog, store: Store, collection: StoreCollection) => Promise<void>,
  options?: ChangeLogOptions,
) => Promise<void>

export const ZERO: Tick = tick(0n)
export const SYSTEM = '_system'
/** Documents of the filled collection. */
export const MARKERS = 400

/** Fills a collection `c`, and opens the log of its database. */
export function withLogOf(withStore: WithLoggedStore): WithLog {
  return (use, options = {}) =>
    withStore(SYSTEM, async (store, source) => {
      const database = databaseOf(store, SYSTEM)
      const collection = await store.createCollection(database, { name: 'c', type: 2 })
      await insertMany(store, collection, MARKERS)
      const log = openLogOf(source, options)
      try {
        await use(log, store, collection)
      } finally {
        await log.close()
      }
    })
}

/** Writes documents and takes one away, all as one. */
export async function transact(
  store: Store,
  collection: StoreCollection,
  round: number,
  count: number,
): Promise<void> {
  await store.transaction(databaseOf(store, SYSTEM), (operations) => {
    for (let index = 0; index < count; index += 1) {
      operations.put(collection, `{"_key":"t${round}-${index}","text":"${'x'.repeat(60)}"}`)
    }
    operations.remove(collection, `t${round}-0`)
  })
}

/** Asserts that nothing stands outside a transaction, and that the last one has ended. */
export function assertWholeTransactions(markers: readonly Marker[]): void {
  let open: Tick | undefined
  for (const marker of markers) {
    assert.ok('transactionId' in marker, marker.kind)
    if (marker.kind === 'begin') {
      assert.equal(open, undefined)
      open = marker.transactionId
    }
    assert.equal(marker.transactionId, open)
    if (marker.kind === 'commit') open = undefined
  }
  assert.equal(open, undefined, 'the last one is whole')
}

/** Opens the log of a source that has one. */
export function openLogOf(source: Source, options: ChangeLogOptions): ChangeLog {
  const log = source.openLog?.(options)
  assert.ok(log !== undefined, 'the source has a log')
  return log
}

/** Writes documents one by one. */
export async function insertMany(
  store: Store,
  collection: StoreCollection,
  count: number,
): Promise<void> {
  const texts = Array.from({ length: count }, (_, index) =>
    JSON.stringify({ _key: `k${index}`, text: 'x'.repeat(index % 100) }),
  )
  await Promise.all(texts.map((text) => store.insert(collection, text)))
}

/** The markers of an answer. */
export async function markersOf({ chunks }: LogAnswer): Promise<Marker[]> {
  const all = await collectAll(chunks)
  return all.flatMap((chunk) => [...chunk.markers()])
}

/** The markers of the answer behind a tick. */
export async function readMarkers(log: ChangeLog, from: Tick): Promise<Marker[]> {
  return markersOf(await log.read({ from, lastScanned: ZERO }))
}

/** Asserts that ticks grow, from above one. */
export function assertAscending(markers: readonly Marker[], after: bigint): void {
  let last = after
  for (const marker of markers) {
    assert.ok(marker.tick > last, 'ticks ascend')
    last = marker.tick
  }
}
