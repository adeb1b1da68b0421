/*
 * What unique indexes refuse, for every way in which a document is written. Values that are equal for
 * an index are the subject of index-values.test.ts.
 */
import assert from 'node:assert/strict'
import {
  DocumentError,
  type DocumentOperation,
  type Store,
  type StoreCollection,
} from '../../lib/store/index.js'
import type { JsonObject } from '../../lib/wire/index.js'
import { linesOf, revisionText, systemOf } from './support/documents.js'
import { checkUnique } from './support/unique.js'
import { useStore } from './support/use-store.js'

const BY_N: JsonObject = { type: 'persistent', name: 'byN', fields: ['n'], unique: true }

function makeUnique(
  store: Store,
  indexes: readonly JsonObject[] = [BY_N],
  type: 2 | 3 = 2,
): Promise<StoreCollection> {
  return store.createCollection(systemOf(store), { name: 'c', type, indexes })
}

/** For `assert.rejects`: a conflict with the document of a key. */
function conflictWith(key: string): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof DocumentError)
    assert.equal(error.code, 'ERR_UNIQUE_CONFLICT')
    assert.equal(error.key, key)
    return true
  }
}

async function keysOf(store: Store, collection: StoreCollection): Promise<string[]> {
  const lines = await linesOf(store, collection)
  return lines.map((line) => (JSON.parse(line) as { _key: string })._key).sort()
}

describe('Store.write() with a unique index', () => {
  const { open, withTables } = useStore()

  it('refuses an insert of values that another document has, and says which', async () => {
    const store = await open()
    const c = await makeUnique(store)
    await store.insert(c, '{"_key":"a","n":1}')
    await assert.rejects(store.insert(c, '{"_key":"b","n":1,"secret":"s"}'), (error: Error) => {
      conflictWith('a')(error)
      assert.equal(
        error.message,
        'Cannot write the document: unique constraint violated - in index byN of type persistent ' +
          "over 'n'; conflicting key: a",
      )
      return true
    })
    await store.insert(c, '{"_key":"b","n":2}')
    assert.deepEqual(await keysOf(store, c), ['a', 'b'])
    assert.equal(store.collection(systemOf(store), 'c')?.documents, 2)
    await store.close()
    await withTables((tables) => {
      checkUnique(tables, c.id, 2)
    })
  })

  const refused: readonly (readonly [string, DocumentOperation])[] = [
    ['a replacement', { kind: 'replace', text: '{"_key":"b","n":1}' }],
    ['an update', { kind: 'update', text: '{"_key":"b","n":1}' }],
    [
      'an insert that replaces',
      { kind: 'insert', text: '{"_key":"b","n":1}', overwriteMode: 'replace' },
    ],
    [
      'an insert that updates',
      { kind: 'insert', text: '{"_key":"b","n":1}', overwriteMode: 'update' },
    ],
    [
      'an insert of a new key that would replace',
      { kind: 'insert', text: '{"_key":"z","n":1}', overwriteMode: 'replace' },
    ],
    [
      'an insert of a new key that would update',
      { kind: 'insert', text: '{"_key":"z","n":1}', overwriteMode: 'update' },
    ],
    [
      'an insert of a new key that would be ignored',
      { kind: 'insert', text: '{"_key":"z","n":1}', overwriteMode: 'ignore' },
    ],
    [
      'an insert that keeps its revision',
      { kind: 'insert', text: `{"_key":"z","_rev":"${revisionText(1)}","n":1}`, isRestore: true },
    ],
    [
      'a replacement that keeps its revision',
      {
        kind: 'insert',
        text: `{"_key":"b","_rev":"${revisionText(1)}","n":1}`,
        isRestore: true,
        overwriteMode: 'replace',
      },
    ],
    ['an insert that makes its key', { kind: 'insert', text: '{"n":1}' }],
  ]
  for (const [what, operation] of refused) {
    it(`refuses ${what}, and leaves everything as it was`, async () => {
      const store = await open()
      const c = await makeUnique(store)
      await store.insert(c, '{"_key":"a","n":1}')
      await store.insert(c, '{"_key":"b","n":2}')
      const before = await linesOf(store, c)
      await assert.rejects(store.write(c, operation), conflictWith('a'))
      assert.deepEqual(await linesOf(store, c), before)
      // The values that it has are still its own.
      await assert.rejects(store.insert(c, '{"_key":"d","n":2}'), conflictWith('b'))
    })
  }

  it('lets a document keep its values, and gives them free when it changes or goes', async () => {
    const store = await open()
    const c = await makeUnique(store)
    await store.insert(c, '{"_key":"a","n":1}')
    await store.write(c, { kind: 'replace', text: '{"_key":"a","n":1.0,"x":1}' })
    await store.write(c, { kind: 'update', text: '{"_key":"a","x":2}' })
    await store.put(c, '{"_key":"a","n":2}')
    await store.insert(c, '{"_key":"b","n":1}')
    await assert.rejects(store.insert(c, '{"_key":"d","n":2}'), conflictWith('a'))
    assert.equal(await store.remove(c, 'a'), true)
    await store.insert(c, '{"_key":"d","n":2}')
    await store.close()
    await withTables((tables) => {
      checkUnique(tables, c.id, 2)
    })
  })

  it('takes no notice of a document that is left as it is', async () => {
    const store = await open()
    const c = await makeUnique(store)
    await store.insert(c, '{"_key":"a","n":1}')
    await store.insert(c, '{"_key":"b","n":2}')
    const ignored = await store.write(c, {
      kind: 'insert',
      text: '{"_key":"b","n":1}',
      overwriteMode: 'ignore',
    })
    assert.equal(ignored.isWritten, false)
  })

  it('takes missing values and nulls for the same, unless it is sparse', async () => {
    const store = await open()
    const c = await makeUnique(store, [BY_N, { ...BY_N, fields: ['s', 't'], sparse: true }])
    await store.insert(c, '{"_key":"a","s":1,"t":1}')
    await assert.rejects(store.insert(c, '{"_key":"b","n":null}'), conflictWith('a'))
    await store.insert(c, '{"_key":"b","n":2,"s":1}')
    await store.insert(c, '{"_key":"d","n":3,"s":1,"t":null}')
    await assert.rejects(store.insert(c, '{"_key":"e","n":4,"s":1,"t":1}'), conflictWith('a'))
  })

  for (const type of ['persistent', 'hash', 'skiplist']) {
    it(`enforces indexes of type ${type}`, async () => {
      const store = await open()
      const c = await makeUnique(store, [{ ...BY_N, type }])
      await store.insert(c, '{"_key":"a"}')
      await assert.rejects(store.insert(c, '{"_key":"b"}'), conflictWith('a'))
    })
  }

  const definitions: readonly JsonObject[] = [
    { ...BY_N, unique: false },
    { ...BY_N, type: 'geo' },
    { ...BY_N, type: 'ttl' },
    { ...BY_N, fields: [] },
    { ...BY_N, fields: ['a[*].b[*]'] },
    { ...BY_N, fields: [1] },
    { type: 'persistent', unique: true },
  ]
  for (const definition of definitions) {
    it(`enforces nothing of ${JSON.stringify(definition)}`, async () => {
      const store = await open()
      const c = await makeUnique(store, [definition])
      await store.insert(c, '{"_key":"a","n":1}')
      await store.insert(c, '{"_key":"b","n":1}')
    })
  }

  it('compares the system attributes of documents and edges too', async () => {
    const store = await open()
    const fields = [['_key'], ['_id'], ['_rev'], ['_from', '_to']]
    const indexes = fields.map((each) => ({ ...BY_N, fields: each }))
    const c = await makeUnique(store, indexes, 3)
    await store.insert(c, '{"_key":"a","_from":"v/1","_to":"v/2"}')
    await store.put(c, '{"_key":"a","_from":"v/1","_to":"v/2"}')
    await store.insert(c, '{"_key":"b","_from":"v/2","_to":"v/1"}')
    await assert.rejects(
      store.insert(c, '{"_key":"d","_from":"v/1","_to":"v/2"}'),
      conflictWith('a'),
    )
  })

  it('refuses a value that is repeated in an array, where that counts', async () => {
    const store = await open()
    const c = await makeUnique(store, [
      { ...BY_N, name: 'tags', fields: ['tags[*]'] },
      { ...BY_N, name: 'marks', fields: ['marks[*].m'], deduplicate: false, sparse: true },
    ])
    await store.insert(c, '{"_key":"a","tags":["x","y","x"],"marks":[{"m":1},{"m":2}]}')
    await store.insert(c, '{"_key":"b","tags":[]}')
    await assert.rejects(store.insert(c, '{"_key":"d","tags":["z","y"]}'), conflictWith('a'))
    await assert.rejects(store.insert(c, '{"_key":"d","marks":[{"m":4},{"m":4.0}]}'), {
      code: 'ERR_UNIQUE_CONFLICT',
      message: /in index marks of type persistent over 'marks\[\*\]\.m'; a value is repeated$/,
    })
    await store.put(c, '{"_key":"a","tags":["x"]}')
    await store.insert(c, '{"_key":"d","tags":["z","y"],"marks":[{"m":1}]}')
  })

  it('refuses more combinations of values than it can remember', async () => {
    const store = await open()
    const c = await makeUnique(store, [{ ...BY_N, fields: ['a[*]', 'b[*]'] }])
    const list = JSON.stringify(Array.from({ length: 257 }, (_, index) => index))
    await assert.rejects(store.insert(c, `{"a":${list},"b":${list}}`), {
      code: 'ERR_DOCUMENT_TOO_LARGE',
      message: /over 65536 combinations of values for index byN$/,
    })
  })
})

describe('Store.transaction() with a unique index', () => {
  const { open, withTables } = useStore()

  it('sees its own writes, and goes on after a conflict', async () => {
    const store = await open()
    const c = await makeUnique(store)
    await store.insert(c, '{"_key":"a","n":1}')
    await store.transaction(systemOf(store), (operations) => {
      operations.put(c, '{"_key":"b","n":2}')
      assert.throws(() => operations.put(c, '{"_key":"d","n":2}'), conflictWith('b'))
      operations.remove(c, 'a')
      operations.put(c, '{"_key":"d","n":1}')
      assert.throws(() => operations.put(c, '{"_key":"b","n":1}'), conflictWith('d'))
      operations.put(c, '{"_key":"b","n":3}')
      operations.put(c, '{"_key":"e","n":2}')
    })
    assert.deepEqual(await keysOf(store, c), ['b', 'd', 'e'])
    await store.close()
    await withTables((tables) => {
      checkUnique(tables, c.id, 3)
    })
  })

  it('gives values free again that it took when it is undone', async () => {
    const store = await open()
    const c = await makeUnique(store)
    await store.insert(c, '{"_key":"a","n":1}')
    const undone = store.transaction(systemOf(store), (operations) => {
      operations.remove(c, 'a')
      operations.put(c, '{"_key":"b","n":2}')
      throw new Error('no')
    })
    await assert.rejects(undone, /no/)
    await assert.rejects(store.insert(c, '{"_key":"d","n":1}'), conflictWith('a'))
    await store.insert(c, '{"_key":"d","n":2}')
    await store.close()
    await withTables((tables) => {
      checkUnique(tables, c.id, 2)
    })
  })
})
