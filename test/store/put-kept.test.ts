import assert from 'node:assert/strict'
import type { Store, StoreCollection } from '../../lib/store/index.js'
import {
  encodeRevision,
  revision,
  REVISION_LOWER_BOUND,
  type Revision,
} from '../../lib/values/index.js'
import { openTestStore, databaseOf } from '../server/support/test-leader.js'
import { chunkOf } from '../support/chunk.js'

const REVISION = revision(REVISION_LOWER_BOUND + 77n)

function text(key: string, kept: Revision, more: object = {}): string {
  return JSON.stringify({ _key: key, _rev: encodeRevision(kept), ...more })
}

describe('Store.write() with isRestore', () => {
  let store: Store
  let close: () => Promise<void>
  let collection: StoreCollection
  beforeEach(async () => {
    ;({ store, close } = await openTestStore())
    collection = await store.createCollection(databaseOf(store, '_system'), { name: 'c', type: 2 })
  })
  afterEach(() => close())

  const restore = async (document: string): Promise<Revision> => {
    const overwriteMode = 'replace'
    const kind = 'insert'
    const written = await store.write(collection, {
      kind,
      text: document,
      overwriteMode,
      isRestore: true,
    })
    return written.revision
  }
  const now = (): StoreCollection | undefined => store.collection(databaseOf(store, '_system'), 'c')

  it('keeps the revision of the text, in a new document and in place of another', async () => {
    assert.equal(await restore(text('a', REVISION)), REVISION)
    const later = revision(REVISION + 5n)
    assert.equal(await restore(text('a', later)), later)
    assert.equal(now()?.documents, 1)
    assert.equal(now()?.hasReplacedRevisions, false)
  })

  it('puts another document of the same key and revision in its place', async () => {
    await restore(text('a', REVISION, { n: 1 }))
    assert.equal(await restore(text('a', REVISION, { n: 2 })), REVISION)
    const snapshot = await store.openSnapshot()
    try {
      const blocks: Buffer[] = []
      for await (const block of snapshot.readLines(collection, { form: 'bare' })) blocks.push(block)
      assert.match(Buffer.concat(blocks).toString(), /"n":2/)
    } finally {
      snapshot.close()
    }
  })

  it('gives a new one where another document has it, and remembers that', async () => {
    await store.applyChunk(collection, chunkOf([text('b', REVISION)]))
    const given = await restore(text('a', REVISION))
    assert.notEqual(given, REVISION)
    assert.equal(now()?.documents, 2)
    assert.equal(now()?.hasReplacedRevisions, true)
  })

  it('is refused what a unique index refuses, and changes nothing then', async () => {
    await store.createIndex(collection, { type: 'persistent', fields: ['n'], unique: true })
    await restore(text('a', REVISION, { n: 1 }))
    const conflict = { code: 'ERR_UNIQUE_CONFLICT' }
    await assert.rejects(restore(text('b', revision(REVISION + 1n), { n: 1 })), conflict)
    assert.equal(now()?.documents, 1)
    const later = revision(REVISION + 2n)
    assert.equal(await restore(text('a', later, { n: 1 })), later)
  })

  it('gives a new one to a text without one that can be kept', async () => {
    for (const rev of [undefined, 7, '', 'no revision', encodeRevision(revision(2n ** 63n))]) {
      const given = await restore(JSON.stringify({ _key: 'a', _rev: rev }))
      assert.ok(given > REVISION_LOWER_BOUND && given < 2n ** 63n)
    }
  })

  it('makes no revision below one that was kept', async () => {
    const ahead = revision((BigInt(Date.now() + 3_600_000) << 20n) + 5n)
    await restore(text('a', ahead))
    const { revision: next } = await store.insert(collection, '{"_key":"b"}')
    assert.ok(next > ahead)
  })

  it('takes keys where others are only made, and counts on from them', async () => {
    const keyOptions = { type: 'autoincrement', allowUserKeys: false, increment: 1, offset: 0 }
    const definition = {
      name: 'n',
      type: 2,
      parameters: { allowUserKeys: false, keyOptions },
    } as const
    collection = await store.createCollection(databaseOf(store, '_system'), definition)
    const refused = store.write(collection, { kind: 'insert', text: text('41', REVISION) })
    await assert.rejects(refused, { code: 'ERR_KEY_UNEXPECTED' })
    assert.equal(await restore(text('41', REVISION)), REVISION)
    const made = await store.write(collection, { kind: 'insert', text: '{}' })
    assert.equal(made.key, '42')
  })
})
