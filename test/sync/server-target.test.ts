import assert from 'node:assert/strict'
import fc from 'fast-check'
import { UnfinishedCopyError } from '../../lib/sync/index.js'
import { databaseOf } from '../server/support/test-leader.js'
import { startFaultyProxy } from '../support/faulty-proxy.js'
import { DATABASE, documentLine, documentLines, put, revisionAt } from './support/replica-pair.js'
import { eventsOf, textsOf, useServerPair, warningsOf } from './support/server-pair.js'

describe('fullSync() into a server', () => {
  const { source, target, run, assertEqual } = useServerPair()

  it('copies documents with their revisions, edges and indexes', async () => {
    await put(source().store, 'c', documentLines(700))
    const database = databaseOf(source().store, DATABASE)
    const edges = await source().store.createCollection(database, { name: 'e', type: 3 })
    await source().store.insert(edges, '{"_from":"c/1","_to":"c/2","n":1}')
    await source().store.createIndex(edges, {
      type: 'persistent',
      name: 'byN',
      fields: ['n'],
      unique: false,
      sparse: false,
      deduplicate: true,
      estimates: true,
    })
    const events = await run()
    const [finished] = eventsOf(events, 'finished')
    assert.equal(finished?.totals.documents, 701)
    assert.equal(finished.totals.replacedRevisions, 0)
    assert.deepEqual(warningsOf(events), [])
    await assertEqual()
  })

  it('ended early says what is there, and makes it right when run again', async () => {
    await put(source().store, 'a', documentLines(5))
    await put(source().store, 'b', documentLines(400, 100))
    let writes = 0
    const proxy = await startFaultyProxy(target().url, ({ name }) => {
      if (name !== 'POST /_api/document/b') return undefined
      writes += 1
      return writes > 2 ? { kind: 'cut', where: 'before' } : undefined
    })
    try {
      await assert.rejects(
        run({}, { targetUrl: proxy.url, target: { retries: 0 } }),
        (error: unknown) => {
          assert.ok(error instanceof UnfinishedCopyError)
          assert.match(error.message, /holds a part of the copy: 1 of 2 collections are complete/)
          assert.doesNotMatch(error.message, /marked/)
          return true
        },
      )
    } finally {
      proxy.close()
    }
    await run({ incremental: true })
    await assertEqual()
  })

  it('refuses the database that it reads', async () => {
    await assert.rejects(run({}, { targetUrl: source().url }), (error: unknown) => {
      const { errorNum } = error as { readonly errorNum?: number }
      assert.equal(errorNum, 1405)
      return true
    })
  })

  it('needs no more requests in flight than memory allows', async () => {
    const lines = documentLines(100).map((line) => line.replace('}', `,"t":"${'x'.repeat(2000)}"}`))
    await put(source().store, 'c', lines)
    await run({ maxInFlightBytes: 64 * 1024 })
    await assertEqual()
    await put(source().store, 'c', documentLines(30, 50))
    await run({ maxInFlightBytes: 64 * 1024, incremental: true })
    await assertEqual()
  })
})

describe('sync() into a server, again and again', () => {
  const { source, target, run } = useServerPair()

  it('ends with equal contents, and moves nothing the second time', async () => {
    const anyKeys = fc.uniqueArray(fc.nat(40), { maxLength: 25 })
    const anySide = fc.record({ keys: anyKeys, from: fc.nat(30) })
    const anyCase = fc.record({ a: anySide, b: anySide, isOwn: fc.boolean() })
    let count = 0
    await fc.assert(
      fc.asyncProperty(anyCase, async ({ a, b, isOwn }) => {
        count += 1
        const name = `c${count}`
        await put(source().store, name, linesOf(a.keys, a.from))
        await put(target().store, name, linesOf(b.keys, isOwn ? 5000 : b.from))
        const only = { collections: [name], incremental: true }
        await run(only)
        const [theirs, ours] = await Promise.all(
          [source(), target()].map(({ store }) => textsOf(store, name)),
        )
        assert.deepEqual(ours, theirs)
        const [again] = eventsOf(await run(only), 'finished')
        assert.equal(again?.collections[0]?.outcome, 'equal')
      }),
      { numRuns: 4 },
    )
  })
})

/** Documents whose revision follows from their key and content, as it does where they are made. */
function linesOf(keys: readonly number[], from: number): string[] {
  return keys.map((key) => {
    const n = from + (key % 2)
    return documentLine(`k${key}`, revisionAt(10_000 * key + n, key % 3), { n })
  })
}
