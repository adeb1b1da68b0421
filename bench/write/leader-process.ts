/*
 * A leader in a process of its own, over a new store at the path of the first argument. Asked for it, it
 * makes a collection, loads as many lines as the second argument says into it by the store's own bulk
 * load, or tells how many documents are in it, looks at some of them, and drops it.
 */
import assert from 'node:assert/strict'
import { startLeader } from '../../lib/server/index.js'
import { openStore, type StoreCollection } from '../../lib/store/index.js'
import { chunkLines } from '../../lib/streams/index.js'
import { readBlocks } from '../support/generate-lines.js'
import { LINE_BYTES, makeLines, ownPart } from './sample.js'

/** What the process is asked to do. */
export interface LeaderOrder {
  readonly kind: 'make' | 'load' | 'drop'
  readonly collection: string
}

/** What a collection was like when it was dropped; zeros before. */
export interface LeaderAnswer {
  readonly documents: number
  /** Whether the documents looked at were what was sent. */
  readonly isExact: boolean
}

const BLOCK_BYTES = 256 * 1024
/** One document in as many is looked at. */
const CHECK_STEP = 499

const [, , path = '', count = ''] = process.argv
const store = await openStore(path, { mode: 'write', create: true })
const system = store.database('_system')
assert.ok(system !== undefined)
const leader = await startLeader({ store, port: 0, auth: { kind: 'off' } })
const lines = makeLines(Number(count))

function find(name: string): StoreCollection {
  assert.ok(system !== undefined)
  const collection = store.collection(system, name)
  assert.ok(collection !== undefined)
  return collection
}

async function load(collection: StoreCollection): Promise<void> {
  for await (const chunk of chunkLines(readBlocks(lines, BLOCK_BYTES))) {
    await store.applyChunk(collection, chunk)
  }
}

function isExact(collection: StoreCollection): boolean {
  for (let index = 0; index < collection.documents; index += CHECK_STEP) {
    const line = lines.toString('latin1', index * LINE_BYTES, (index + 1) * LINE_BYTES)
    const { _key } = JSON.parse(line) as { _key: string }
    const text = store.document(collection, _key)?.text.toString() ?? ''
    if (ownPart(text) !== ownPart(line)) return false
  }
  return true
}

async function obey({ kind, collection: name }: LeaderOrder): Promise<LeaderAnswer> {
  if (kind === 'make') {
    assert.ok(system !== undefined)
    await store.createCollection(system, { name, type: 2 })
  } else if (kind === 'load') {
    await load(find(name))
  } else {
    const collection = find(name)
    const answer = { documents: collection.documents, isExact: isExact(collection) }
    await store.dropCollection(collection)
    await store.purged()
    return answer
  }
  return { documents: 0, isExact: true }
}

process.on('message', (order: LeaderOrder) => {
  void obey(order).then((answer) => process.send?.(answer))
})
process.once('disconnect', () => {
  void leader.close().then(() => store.close())
})
process.send?.(leader.url)
