import assert from 'node:assert/strict'
import { DocumentError, type DocumentOperation, type Store } from '../../lib/store/index.js'
import { encodeRevision } from '../../lib/values/index.js'
import { chunkOf } from '../support/chunk.js'
import { linesOf, makeCollection, reread, revisionText, systemOf } from './support/documents.js'
import { useStore } from './support/use-store.js'
import { withCode } from './support/with-code.js'

/** A stored document without `_key`, `_id` and `_rev`. */
function restOf(text: Buffer | undefined): unknown {
  if (text === undefined) return undefined
  const document = JSON.parse(text.toString()) as Record<string, unknown>
  const system = ['_key', '_id', '_rev']
  return Object.fromEntries(Object.entries(document).filter(([name]) => !system.includes(name)))
}

describe('Store.write() of an insert', () => {
  const { open } = useStore()

  it('gives the document as it is when that is asked for', async () => {
    const store = await open()
    const c = await makeCollection(store)
    const text = '{"_key":"k","n":1}'
    const made = await store.write(c, { kind: 'insert', text, returnNew: true, returnOld: true })
    const rev = encodeRevision(made.revision)
    assert.equal(String(made.newText), `{"_key":"k","_id":"c/k","_rev":"${rev}","n":1}`)
    assert.deepEqual(
      [made.key, made.oldRevision, made.oldText, made.isWritten],
      ['k', undefined, undefined, true],
    )
    assert.deepEqual(store.document(c, 'k'), { text: made.newText, revision: made.revision })
  })

  it('says which document is there when it refuses', async () => {
    const store = await open()
    const c = await makeCollection(store)
    const { revision } = await store.insert(c, '{"_key":"k"}')
    await assert.rejects(store.write(c, { kind: 'insert', text: '{"_key":"k"}' }), (error) => {
      assert.ok(error instanceof DocumentError)
      assert.deepEqual(
        [error.code, error.id, error.key, error.revision],
        ['ERR_DOCUMENT_EXISTS', 'c/k', 'k', encodeRevision(revision)],
      )
      return true
    })
  })

  it('leaves the document that is there with overwriteMode ignore', async () => {
    const store = await open()
    const c = await makeCollection(store)
    const first = await store.insert(c, '{"_key":"k","n":1}')
    const { lastTick } = store
    const text = '{"_key":"k","n":2}'
    const operation = { kind: 'insert', text, overwriteMode: 'ignore', returnNew: true } as const
    const made = await store.write(c, operation)
    assert.deepEqual(
      [made.isWritten, made.revision, store.lastTick],
      [false, first.revision, lastTick],
    )
    assert.deepEqual(restOf(made.newText), { n: 1 })
    assert.equal(made.oldText, undefined)
    const other = await store.write(c, { ...operation, text: '{"_key":"l","n":2}' })
    assert.deepEqual([other.isWritten, restOf(other.newText)], [true, { n: 2 }])
  })

  it('replaces and updates with the overwriteMode of that name', async () => {
    const store = await open()
    const c = await makeCollection(store)
    const first = await store.insert(c, '{"_key":"k","n":1,"m":null}')
    const asked = { kind: 'insert', returnNew: true, returnOld: true } as const
    const updated = await store.write(c, {
      ...asked,
      text: '{"_key":"k","n":null,"o":3}',
      overwriteMode: 'update',
      keepNull: false,
    })
    assert.deepEqual(
      [restOf(updated.oldText), restOf(updated.newText)],
      [
        { n: 1, m: null },
        { m: null, o: 3 },
      ],
    )
    assert.equal(updated.oldRevision, first.revision)
    const text = '{"_key":"k","p":4}'
    const replaced = await store.write(c, { ...asked, text, overwriteMode: 'replace' })
    assert.deepEqual(restOf(replaced.newText), { p: 4 })
    assert.equal(replaced.oldRevision, updated.revision)
    assert.equal(reread(store, c).documents, 1)
  })

  it('holds the _rev of the text against the document only where it is told to', async () => {
    const store = await open()
    const c = await makeCollection(store)
    const { revision } = await store.insert(c, '{"_key":"k"}')
    const text = `{"_key":"k","_rev":"${revisionText(1)}"}`
    const operation = { kind: 'insert', text, overwriteMode: 'replace' } as const
    await assert.rejects(
      store.write(c, { ...operation, checksTextRevision: true }),
      withCode('ERR_REVISION_CONFLICT'),
    )
    assert.equal((await store.write(c, operation)).oldRevision, revision)
  })
})

describe('Store.write() of a replacement and an update', () => {
  const { open } = useStore()

  it('puts the document in the place of the one with the key', async () => {
    const store = await open()
    const c = await makeCollection(store)
    await store.insert(c, '{"_key":"k","n":1}')
    const text = '{"_key":"other","m":2.0}'
    const { newText } = await store.write(c, { kind: 'replace', key: 'k', text, returnNew: true })
    assert.match(String(newText), /^\{"_key":"k","_id":"c\/k","_rev":"[^"]+","m":2\.0\}$/)
    assert.deepEqual(await linesOf(store, c), [String(newText)])
  })

  it('takes the key from _key or _id where none is given', async () => {
    const store = await open()
    const c = await makeCollection(store)
    await store.insert(c, '{"_key":"k","n":1}')
    for (const [text, expected] of [
      ['{"_key":"k","m":1}', { n: 1, m: 1 }],
      ['{"_id":"c/k","o":1}', { n: 1, m: 1, o: 1 }],
    ] as const) {
      const { newText } = await store.write(c, { kind: 'update', text, returnNew: true })
      assert.deepEqual(restOf(newText), expected)
    }
    await assert.rejects(
      store.write(c, { kind: 'update', text: '{"n":1}' }),
      withCode('ERR_KEY_MISSING'),
    )
    await assert.rejects(
      store.write(c, { kind: 'replace', text: '{"_key":7}' }),
      withCode('ERR_KEY_MISSING'),
    )
    await assert.rejects(
      store.write(c, { kind: 'update', text: '{"_id":"other/k"}' }),
      withCode('ERR_HANDLE_INVALID'),
    )
  })

  it('updates a document that was replicated, whatever its text is like', async () => {
    const store = await open()
    const c = await makeCollection(store)
    const line = `{"a":1.0,"_rev":"${revisionText(1)}","_key":"k","b":{"x":1e1}}`
    await store.applyChunk(c, chunkOf([line]))
    const text = '{"b":{"y":2}}'
    const { newText } = await store.write(c, { kind: 'update', key: 'k', text, returnNew: true })
    assert.match(
      String(newText),
      /^\{"_key":"k","_id":"c\/k","_rev":"[^"]+","a":1\.0,"b":\{"x":1e1,"y":2\}\}$/,
    )
  })

  it('needs _from and _to for a replacement, and keeps those that an update does not give', async () => {
    const store = await open()
    const edges = await makeCollection(store, { type: 3 })
    await store.insert(edges, '{"_key":"e","_from":"x/1","_to":"x/2"}')
    const invalid = withCode('ERR_EDGE_INVALID')
    await assert.rejects(store.write(edges, { kind: 'replace', key: 'e', text: '{}' }), invalid)
    const update = { kind: 'update', key: 'e', returnNew: true } as const
    await assert.rejects(store.write(edges, { ...update, text: '{"_to":"2"}' }), invalid)
    const { newText } = await store.write(edges, { ...update, text: '{"_to":"x/3","n":1}' })
    assert.deepEqual(restOf(newText), { _from: 'x/1', _to: 'x/3', n: 1 })
  })

  const refused: readonly Exclude<DocumentOperation, { kind: 'insert' }>[] = [
    { kind: 'replace', key: 'k', text: '{}', expectedRevision: revisionText(1) },
    { kind: 'update', key: 'k', text: '{}', expectedRevision: 'not one' },
    { kind: 'remove', key: 'k', expectedRevision: '' },
    {
      kind: 'update',
      text: `{"_key":"k","_rev":"${revisionText(1)}"}`,
      checksTextRevision: true,
    },
  ]
  for (const [index, operation] of refused.entries()) {
    it(`refuses a ${operation.kind} for another revision (${index})`, async () => {
      const store = await open()
      const c = await makeCollection(store)
      const { revision } = await store.insert(c, '{"_key":"k","n":1}')
      const before = await linesOf(store, c)
      await assert.rejects(store.write(c, operation), (error) => {
        assert.ok(error instanceof DocumentError)
        assert.equal(error.code, 'ERR_REVISION_CONFLICT')
        assert.equal(error.revision, encodeRevision(revision))
        return true
      })
      assert.deepEqual(await linesOf(store, c), before)
      const expectedRevision = encodeRevision(revision)
      const { oldRevision } = await store.write(c, {
        ...operation,
        expectedRevision,
        checksTextRevision: false,
      } as DocumentOperation)
      assert.equal(oldRevision, revision)
    })
  }

  it('refuses keys that no document has', async () => {
    const store = await open()
    const c = await makeCollection(store)
    const absent = withCode('ERR_DOCUMENT_NOT_FOUND')
    for (const key of ['k', '', '\ud800', 'x'.repeat(300)]) {
      await assert.rejects(store.write(c, { kind: 'replace', key, text: '{}' }), absent)
      await assert.rejects(store.write(c, { kind: 'remove', key }), absent)
      assert.equal(store.document(c, key), undefined)
    }
  })
})

describe('Store.write() of a removal', () => {
  const { open } = useStore()

  it('gives the document that is gone when that is asked for', async () => {
    const store = await open()
    const c = await makeCollection(store)
    const { revision } = await store.insert(c, '{"_key":"k","n":1}')
    const gone = await store.write(c, { kind: 'remove', key: 'k', returnOld: true })
    assert.deepEqual([gone.key, gone.revision, gone.newText], ['k', revision, undefined])
    assert.deepEqual(restOf(gone.oldText), { n: 1 })
    assert.equal(store.document(c, 'k'), undefined)
    assert.equal(reread(store, c).documents, 0)
  })
})

describe('StoreTransaction.write()', () => {
  const { open } = useStore()

  it('goes on after an operation that is refused, and all others are one', async () => {
    const store = await open()
    const c = await makeCollection(store)
    const codes = await store.transaction(systemOf(store), (operations) =>
      ['{"_key":"a"}', '{"_key":"a"}', '{"_key":" "}', '{"_key":"b"}'].map((text) => {
        try {
          return operations.write(c, { kind: 'insert', text }).key
        } catch (error) {
          return (error as { code: string }).code
        }
      }),
    )
    assert.deepEqual(codes, ['a', 'ERR_DOCUMENT_EXISTS', 'ERR_KEY_INVALID', 'b'])
    assert.equal(reread(store, c).documents, 2)
    assert.equal((await readTree(store)).count, 2n)
  })
})

async function readTree(store: Store): Promise<{ readonly count: bigint }> {
  const snapshot = await store.openSnapshot()
  try {
    const c = snapshot.collection(systemOf(store), 'c')
    assert.ok(c)
    return { count: BigInt((await snapshot.tree(c)).count) }
  } finally {
    snapshot.close()
  }
}
