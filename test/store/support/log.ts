import assert from 'node:assert/strict'
import type { LogChunk, LogRange, Store, StoreSnapshot } from '../../../lib/store/index.js'
import { tick } from '../../../lib/values/index.js'
import { parseMarkerLine, type Marker } from '../../../lib/wire/index.js'
import { chunkOf } from '../../support/chunk.js'
import { documents, makeCollection, systemOf } from './documents.js'

/** The whole log. */
export const ALL: LogRange = {
  after: tick(0n),
  form: 'wal',
  system: { includeSystem: true, includeFoxxQueues: true },
  chunkBytes: 2 ** 30,
}
/** Leaves out what every database has. */
export const NO_SYSTEM: LogRange['system'] = { includeSystem: false }

/** The lines of a chunk, which must be what its own figures say. */
export function linesOf({ blocks, bytes, count, lastIncluded }: LogChunk): string[] {
  const text = Buffer.concat(blocks).toString()
  assert.equal(Buffer.byteLength(text), bytes)
  const lines = text.split(/(?<=\n)/).filter((line) => line !== '')
  assert.equal(lines.length, count)
  const last = lines.at(-1)
  assert.equal(last === undefined ? 0n : parse(last).tick, lastIncluded)
  return lines
}

/** The marker of a line. */
export function parse(line: string): Marker {
  return parseMarkerLine(Buffer.from(line))
}

/** What happened, line by line. */
export function kindsOf(lines: readonly string[]): string[] {
  return lines.map((line) => parse(line).kind)
}

/** Reads from a snapshot that is closed afterwards. */
export async function withSnapshot<Result>(
  store: Store,
  read: (snapshot: StoreSnapshot) => Promise<Result>,
): Promise<Result> {
  const snapshot = await store.openSnapshot()
  try {
    return await read(snapshot)
  } finally {
    snapshot.close()
  }
}

/** The lines of a range of the log. */
export function readLines(store: Store, range: Partial<LogRange> = {}): Promise<string[]> {
  return withSnapshot(store, async (snapshot) =>
    linesOf(await snapshot.readLog({ ...ALL, ...range })),
  )
}

/** Something of every kind, in `_system` and in a database that is dropped at the end. */
export async function makeHistory(store: Store): Promise<void> {
  const system = systemOf(store)
  const c = await makeCollection(store)
  await store.insert(c, '{"_key":"a","text":"ä€𝄞"}')
  await store.applyChunk(c, documents(3))
  await store.applyChunk(c, chunkOf(['{"type":2302,"data":{"_key":"k1"}}']))
  const { id: indexId } = await store.createIndex(c, { type: 'persistent', fields: ['n'] })
  await store.dropIndex(c, String(indexId))
  await store.renameCollection(c, 'renamed "c"')
  await store.changeCollection(c, { waitForSync: true })
  await store.truncateCollection(c)
  const view = await store.createView(system, { name: 'v', type: 'arangosearch' })
  await store.changeView(view, { commitIntervalMsec: 5 })
  await store.dropView(view)
  await store.createCollection(system, { name: '_jobs', type: 2 })
  const other = await store.createDatabase('other')
  const inOther = await store.createCollection(other, { name: 'o', type: 3 })
  await store.dropCollection(inOther)
  await store.dropDatabase('other')
}
