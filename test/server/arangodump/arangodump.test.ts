import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { openDirectory } from '../../../lib/directory/index.js'
import { startLeader, type Compat, type Leader } from '../../../lib/server/index.js'
import { openStore, openStoreTarget, type Store } from '../../../lib/store/index.js'
import { runFullSync, sumUpSource } from '../../../lib/sync/index.js'
import {
  callAsArangodump,
  writeCalledDump,
  type ArangodumpOptions,
  type CalledDump,
} from '../../support/arangodump-calls.js'
import { describeWithShared, sharedUrl } from '../../support/shared.js'
import { useTemporaryDirectory } from '../../support/temporary-directory.js'
import { ask, assertError } from '../support/ask.js'
import { fillCollection, startTestLeader } from '../support/test-leader.js'

/*
 * Real data is put into a leader and fetched with the calls of arangodump in each of its dialects. What
 * comes has to be the same lines in both of those, and in all of them the documents and revisions of at first.
 */

const DATABASE = 'db'

/** Count and hashes by the name of the collection, whatever the order of documents. */
type Sums = ReadonlyMap<string, string>

async function sumsOf(path: string): Promise<Sums> {
  const source = await openDirectory(path)
  try {
    const all = await sumUpSource(source, { includeSystem: true, workers: 0 })
    return new Map(
      all.map(({ collection, count, revisions, contents }) => [
        collection,
        `${count} ${revisions} ${contents}`,
      ]),
    )
  } finally {
    await source.close()
  }
}

/** Lines by the name of their collection; batches of several connections come in no order. */
function linesOf({ collections }: CalledDump): ReadonlyMap<string, string> {
  return new Map(
    collections.map(({ name, data }) => [name, data.toString().split('\n').sort().join('\n')]),
  )
}

describeWithShared('the calls of arangodump, real data', () => {
  const { at } = useTemporaryDirectory()
  let store: Store
  let leader: Leader

  afterEach(async () => {
    await leader.close()
    await store.close()
  })

  /** Serves a store with the dump in it. */
  async function serve(dump: string, compat: Compat): Promise<void> {
    const target = await openStoreTarget(at('store'), DATABASE)
    const source = await openDirectory(dump)
    try {
      await runFullSync(source, target, { includeSystem: true })
    } finally {
      await source.close()
      await target.close()
    }
    store = await openStore(at('store'), { mode: 'write' })
    leader = await startLeader({ store, port: 0, auth: { kind: 'off' }, compat })
  }

  function dump(options: Pick<ArangodumpOptions, 'isParallel' | 'useVPack'>): Promise<CalledDump> {
    const { url } = leader
    return callAsArangodump({ url, database: DATABASE, includeSystem: true, ...options })
  }

  const sets = readdirSync(sharedUrl('datasets'), { withFileTypes: true })
  const names = sets.filter((entry) => entry.isDirectory()).map(({ name }) => name)
  for (const [index, name] of names.entries()) {
    const compat = index % 2 === 0 ? 'arangodb' : 'documented'

    it(`bring all of ${name} from a leader of the form ${compat}`, async () => {
      const original = fileURLToPath(sharedUrl(`datasets/${name}`))
      await serve(original, compat)
      const plain = await dump({ isParallel: false })
      const parallel = await dump({ isParallel: true })
      const lines = linesOf(parallel)
      for (const [collection, text] of linesOf(plain)) {
        assert.ok(lines.get(collection) === text, `${collection} has other lines`)
      }
      const expected = await sumsOf(original)
      // Of the largest set VelocyPack would tell no more than of the others.
      const isLarge = (expected.get('incident') ?? '').length > 0
      const packed = isLarge
        ? []
        : [['packed', await dump({ isParallel: true, useVPack: true })] as const]
      for (const [folder, called] of [['parallel', parallel] as const, ...packed]) {
        await writeCalledDump(called, at(folder))
        const sums = await sumsOf(at(folder))
        // A leader has system collections of its own besides.
        for (const [collection, sum] of expected) assert.equal(sums.get(collection), sum)
      }
    }).timeout(120_000)
  }
})

describe('the calls of arangodump', () => {
  it('are the known ones, in their order', async () => {
    const leader = await startTestLeader()
    for (const name of ['a', 'b']) await fillCollection(leader.store, name, 30)
    const { url } = leader
    const called = await callAsArangodump({ url, isParallel: false, collections: ['a'] })
    const [, , extended = ''] = called.calls
    assert.deepEqual(called.calls, [
      'POST /_api/replication/batch',
      'GET /_api/replication/inventory',
      extended,
      'GET /_api/replication/dump',
      extended.replace('PUT', 'DELETE'),
    ])
    assert.match(extended, /^PUT \/_api\/replication\/batch\/\d+$/)
    const parallel = await callAsArangodump({ url, isParallel: true, networkThreads: 1 })
    const kinds = parallel.calls.map((call) =>
      call.replace(/dump-\d+$/, 'ID').replace(/\/\d+$/, ''),
    )
    assert.deepEqual(kinds, [
      'POST /_api/replication/batch',
      'GET /_api/replication/inventory',
      'POST /_api/dump/start',
      'POST /_api/dump/next/ID',
      'POST /_api/dump/next/ID',
      'POST /_api/dump/next/ID',
      'DELETE /_api/dump/ID',
      'DELETE /_api/replication/batch',
    ])
    assert.deepEqual(
      parallel.collections.map(({ data }) => data.toString().split('\n').length - 1),
      [30, 30],
    )
    await leader.close()
  })

  it('are refused where they take the leader for a coordinator', async () => {
    const leader = await startTestLeader({ compat: 'arangodb' })
    const url = `${leader.url}/_api/replication/clusterInventory?includeSystem=true`
    assertError(await ask(url), 403, 1471)
    await leader.close()
  })
})
