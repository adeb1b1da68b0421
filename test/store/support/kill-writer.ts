/*
 * Writes to a store until it is killed: `node kill-writer.js PATH ROUND`, with a channel to the
 * parent. Every write that was acknowledged is told to the parent, after it was acknowledged.
 */
import { openStore } from '../../../lib/store/index.js'
import { chunkOf } from '../../support/chunk.js'
import { documentText, systemOf } from './documents.js'

/** What the child tells. */
export interface Acknowledged {
  /** Keys of `docs` that are durable now, by the revision number that they have. */
  readonly written: readonly (readonly [key: string, revision: number])[]
}

const CHUNK_DOCUMENTS = 40
const CHUNKS_IN_FLIGHT = 3
/** Some keys are written again and again. */
const KEYS = 500

const [path = '', round = '0'] = process.argv.slice(2)
const store = await openStore(path, { mode: 'write', create: true })
const system = systemOf(store)
const collection =
  store.collection(system, 'docs') ??
  (await store.createCollection(system, { name: 'docs', type: 2 }))
let number = Number(round) * 1_000_000

async function writeForever(): Promise<never> {
  for (;;) {
    const written = Array.from({ length: CHUNK_DOCUMENTS }, () => {
      number += 1
      return [`k${(number * 7919) % KEYS}`, number] as const
    })
    const lines = written.map(([key, revision]) => documentText(key, revision, ',"x":"yyyyyyyyyy"'))
    await store.applyChunk(collection, chunkOf(lines))
    process.send?.({ written } satisfies Acknowledged)
  }
}

/** Fills and empties another collection, so that kills hit drops, truncates and purges too. */
async function churn(): Promise<never> {
  for (;;) {
    const old = store.collection(system, 'churn')
    if (old !== undefined) await store.dropCollection(old)
    const made = await store.createCollection(system, { name: 'churn', type: 2 })
    const lines = Array.from({ length: 900 }, (_, index) => documentText(`c${index}`, index))
    await store.applyChunk(made, chunkOf(lines))
    await store.truncateCollection(made)
    await store.applyChunk(made, chunkOf(lines.slice(0, 100)))
  }
}

await Promise.all([...Array.from({ length: CHUNKS_IN_FLIGHT }, writeForever), churn()])
