import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { openDirectory } from '../../lib/directory/index.js'
import { openRemote } from '../../lib/remote/index.js'
import type { Source } from '../../lib/replica/index.js'
import { startLeader } from '../../lib/server/index.js'
import { openStore, openStoreSource, openStoreTarget } from '../../lib/store/index.js'
import { buildSourceTrees, runFullSync } from '../../lib/sync/index.js'
import { describeWithShared, sharedUrl } from '../support/shared.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'

const DATABASE = 'db'

/** Count and hash of each collection's tree. */
type Roots = ReadonlyMap<string, string>

describeWithShared('buildSourceTrees(), real dumps', () => {
  const { at } = useTemporaryDirectory()

  async function closing<Result>(
    source: Source,
    use: (source: Source) => Promise<Result>,
  ): Promise<Result> {
    try {
      return await use(source)
    } finally {
      await source.close()
    }
  }

  async function rootsOf(source: Source, workers: number): Promise<Roots> {
    const trees = await buildSourceTrees(source, { includeSystem: true, workers })
    return new Map(trees.map(({ collection, tree }) => [collection, `${tree.count} ${tree.hash}`]))
  }

  /** Copies the dump into a store; nothing in it may need a new revision, or trees would differ. */
  async function load(dump: string): Promise<void> {
    const target = await openStoreTarget(at('store'), DATABASE)
    try {
      const finished = await closing(await openDirectory(dump), (source) =>
        runFullSync(source, target, { includeSystem: true }),
      )
      assert.equal(finished.totals.replacedRevisions, 0)
    } finally {
      await target.close()
    }
  }

  async function servedRoots(workers: number): Promise<Roots> {
    const store = await openStore(at('store'), { mode: 'write' })
    const leader = await startLeader({ store, port: 0, auth: { kind: 'off' } })
    try {
      const remote = openRemote({ kind: 'remote', url: leader.url, database: DATABASE })
      return await closing(remote, (source) => rootsOf(source, workers))
    } finally {
      await leader.close()
      await store.close()
    }
  }

  const sets = readdirSync(sharedUrl('datasets'), { withFileTypes: true })
  for (const { name } of sets.filter((entry) => entry.isDirectory())) {
    it(`gives the same of directory, store and leader for ${name}`, async () => {
      const dump = fileURLToPath(sharedUrl(`datasets/${name}`))
      await load(dump)
      const expected = await closing(await openDirectory(dump), (source) => rootsOf(source, 0))
      assert.ok(expected.size > 0)
      /** A store has system collections that the dump may lack; they are empty then. */
      const assertSame = (roots: Roots, what: string): void => {
        for (const [collection, root] of roots) {
          assert.equal(root, expected.get(collection) ?? '0 0', `${collection} of the ${what}`)
        }
        for (const collection of expected.keys()) assert.ok(roots.has(collection), collection)
      }
      for (const workers of [0, 2]) {
        const directory = await closing(await openDirectory(dump), (source) =>
          rootsOf(source, workers),
        )
        assertSame(directory, `directory with ${workers} workers`)
        const store = await closing(await openStoreSource(at('store'), DATABASE), (source) =>
          rootsOf(source, workers),
        )
        assertSame(store, 'store')
        assertSame(await servedRoots(workers), `leader with ${workers} workers`)
      }
    }).timeout(240_000)
  }
})
