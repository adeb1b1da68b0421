import assert from 'node:assert/strict'
import type { KeyedRevision } from '../../lib/replica/index.js'
import { openStoreSource, type Store, type StoreCollection } from '../../lib/store/index.js'
import { compareUtf8 } from '../../lib/values/index.js'
import { chunkOf } from '../support/chunk.js'
import { collectAll } from '../support/streams.js'
import { makeCollection } from './support/documents.js'
import { useStore } from './support/use-store.js'
import { withCode } from './support/with-code.js'

const ODD_KEYS = ['!', 'a', 'a!', 'é', '\uffee', '\u{1f600}', 'z'.repeat(254)]
const ROWS: readonly KeyedRevision[] = ODD_KEYS.map((key, index) => ({
  key,
  rev: `${index + 1}`,
})).sort((a, b) => compareUtf8(a.key, b.key))

describe('StoreSnapshot.readKeys()', () => {
  const { open, path } = useStore()
  let store: Store
  let collection: StoreCollection

  beforeEach(async () => {
    store = await open()
    collection = await makeCollection(store)
    const lines = ROWS.map(({ key, rev }) => JSON.stringify({ _key: key, _rev: rev }))
    await store.applyChunk(collection, chunkOf([...lines].reverse()))
  })

  async function read(
    page: { readonly from?: string; readonly after?: string; readonly through?: string },
    limit = 100,
  ): Promise<readonly KeyedRevision[]> {
    const snapshot = await store.openSnapshot()
    try {
      return await snapshot.readKeys(collection, { ...page, limit })
    } finally {
      snapshot.close()
    }
  }

  it('gives keys and revisions in the order of the bytes of the keys', async () => {
    assert.deepEqual(await read({}), ROWS)
  })

  it('begins with a key, or behind one, whether it is there or not', async () => {
    assert.deepEqual(await read({ from: 'a' }), ROWS.slice(1))
    assert.deepEqual(await read({ after: 'a' }), ROWS.slice(2))
    assert.deepEqual(await read({ after: 'a ' }), ROWS.slice(2))
    assert.deepEqual(await read({ from: 'b', after: '!' }), ROWS.slice(1))
    assert.deepEqual(await read({ after: '\u{10ffff}' }), [])
  })

  it('ends with a key, or before it where it is not there', async () => {
    assert.deepEqual(await read({ through: 'a!' }), ROWS.slice(0, 3))
    assert.deepEqual(await read({ after: '!', through: 'a' }), ROWS.slice(1, 2))
    assert.deepEqual(await read({ through: 'a"' }), ROWS.slice(0, 3))
    assert.deepEqual(await read({ through: '' }), [])
  })

  it('takes keys that no document can have', async () => {
    const long = 'z'.repeat(5000)
    assert.deepEqual(await read({ from: long }), await read({ after: 'z'.repeat(254) }))
    assert.deepEqual(await read({ through: long }), ROWS.slice(0, 4))
  })

  it('gives no more than the limit, of several slices too', async () => {
    const lines = Array.from({ length: 5000 }, (_, index) =>
      JSON.stringify({ _key: `n${index}`, _rev: `${1000 + index}` }),
    )
    await store.applyChunk(collection, chunkOf(lines))
    assert.deepEqual(await read({}, 2), ROWS.slice(0, 2))
    const found = await read({ from: 'n', through: 'nz' }, 4500)
    const keys = Array.from({ length: 5000 }, (_, index) => `n${index}`).sort()
    assert.deepEqual(
      found.map(({ key }) => key),
      keys.slice(0, 4500),
    )
    const rest = await read({ after: keys[4499] ?? '', through: 'nz' }, 4500)
    assert.equal(rest.length, 500)
    const blocks = await readAll({})
    assert.ok(blocks.every((block) => block.length > 0))
    assert.equal(blocks.flat().length, 5000 + ROWS.length)
  })

  async function readAll(
    range: Readonly<Record<string, string>>,
  ): Promise<readonly (readonly KeyedRevision[])[]> {
    const source = await openStoreSource(path(), '_system')
    const snapshot = await source.openSnapshot()
    try {
      const { collections } = await snapshot.inventory()
      const found = collections.find(({ definition }) => definition.name === 'c')
      assert.ok(found !== undefined)
      const pages = snapshot.readKeys?.(found.definition, range)
      assert.ok(pages !== undefined)
      return await collectAll(pages)
    } finally {
      await snapshot.close()
      await source.close()
    }
  }

  it('reads ranges of a database', async () => {
    assert.deepEqual(
      (await readAll({ after: 'a', through: 'é' })).flat(),
      ROWS.slice(2, 3).concat(ROWS.filter(({ key }) => key.startsWith('z') || key === 'é')),
    )
    assert.deepEqual(await readAll({ after: '\u{10ffff}' }), [])
  })

  it('sees nothing that was written after the snapshot', async () => {
    const snapshot = await store.openSnapshot()
    await store.applyChunk(collection, chunkOf(['{"_key":"b","_rev":"77"}']))
    assert.deepEqual(await snapshot.readKeys(collection, { limit: 100 }), ROWS)
    snapshot.close()
    await assert.rejects(
      snapshot.readKeys(collection, { limit: 100 }),
      withCode('ERR_SNAPSHOT_CLOSED'),
    )
  })

  it('ends when it is aborted', async () => {
    const snapshot = await store.openSnapshot()
    const signal = AbortSignal.abort(new Error('enough'))
    await assert.rejects(snapshot.readKeys(collection, { limit: 1, signal }), /enough/)
    snapshot.close()
  })
})
