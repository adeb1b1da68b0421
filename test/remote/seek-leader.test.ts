import assert from 'node:assert/strict'
import { createMerklePool, type MerklePool } from '../../lib/merkle/index.js'
import { openRemote } from '../../lib/remote/index.js'
import type { ReplicaNotice, RevisionAccess, Snapshot } from '../../lib/replica/index.js'
import { encodeRevision, revision } from '../../lib/values/index.js'
import type { CollectionDefinition } from '../../lib/wire/index.js'
import { databaseOf, startTestLeader } from '../server/support/test-leader.js'
import { chunkOf } from '../support/chunk.js'
import { startCuttingProxy } from '../support/cutting-proxy.js'
import {
  describeSeek,
  listRevisions,
  range,
  readLines,
  sampleDocuments,
} from '../support/seek-contract.js'

interface Opened {
  readonly snapshot: Snapshot
  readonly definition: CollectionDefinition
  readonly access: RevisionAccess | undefined
  readonly notices: readonly ReplicaNotice[]
}

interface LeaderOptions {
  readonly compat?: 'documented' | 'arangodb'
  readonly syncByRevision?: boolean
  /** Bytes after which each connection in turn is broken. */
  readonly cutAfterBytes?: readonly number[]
}

/** Serves a collection of the documents, and opens it. */
async function withServed(
  documents: ReadonlyMap<bigint, string>,
  use: (opened: Opened) => Promise<void>,
  { compat, syncByRevision = true, cutAfterBytes = [] }: LeaderOptions = {},
): Promise<void> {
  const served = await startTestLeader(compat === undefined ? {} : { compat })
  const proxy = await startCuttingProxy(served.url, cutAfterBytes)
  const { store } = served
  const system = databaseOf(store, '_system')
  const collection = await store.createCollection(system, {
    name: 'c',
    type: 2,
    parameters: { syncByRevision },
  })
  await store.applyChunk(collection, chunkOf([...documents.values()]))
  const address = { kind: 'remote', url: proxy.url, database: '_system' } as const
  const source = openRemote(address, { retryDelayMs: 1, retries: 20 })
  const notices: ReplicaNotice[] = []
  source.onNotice = (notice) => notices.push(notice)
  try {
    const snapshot = await source.openSnapshot()
    const { collections } = await snapshot.inventory()
    const found = collections.find(({ definition }) => definition.name === 'c')
    assert.ok(found !== undefined)
    const access = await snapshot.seek?.(found.definition)
    await use({ snapshot, definition: found.definition, access, notices })
  } finally {
    await source.close()
    proxy.close()
    await served.close()
  }
}

for (const compat of ['documented', 'arangodb'] as const) {
  describeSeek(`Snapshot.seek of a tidemark leader (${compat})`, (documents, use) =>
    withServed(
      documents,
      async ({ access }) => {
        assert.ok(access !== undefined)
        await use(access)
      },
      { compat },
    ),
  )
}

describe('Revisions of a tidemark leader', () => {
  let pool: MerklePool
  before(() => {
    pool = createMerklePool({ workers: 0 })
  })
  after(() => pool.close())

  const documents = sampleDocuments(3000)
  const all = [...documents.keys()]

  it('come with the tree that the leader keeps, in little more than its leaves', async () => {
    for (const compat of ['documented', 'arangodb'] as const) {
      await withServed(
        documents,
        async ({ snapshot, definition, notices }) => {
          let bytes = 0
          const onTransfer = (more: number): void => {
            bytes += more
          }
          const tree = await snapshot.tree(definition, { pool, onTransfer })
          assert.equal(tree.count, all.length)
          assert.ok(bytes > 0 && bytes < 100_000)
          assert.deepEqual(notices, [])
          const initialRangeMin = tree.initialRangeMin - 2n ** 30n
          const other = await snapshot.tree(definition, { pool, initialRangeMin })
          assert.deepEqual([other.initialRangeMin, other.summary], [initialRangeMin, tree.summary])
        },
        { compat },
      )
    }
  })

  it('are not looked up where the collection is not synced by them', async () => {
    await withServed(
      documents,
      async ({ snapshot, definition, access, notices }) => {
        assert.equal(access, undefined)
        assert.equal((await snapshot.tree(definition, { pool })).count, all.length)
        assert.match(notices[0]?.message ?? '', /does not sync collection "c" by revision/)
      },
      { syncByRevision: false },
    )
  })

  it('come with documents whose numbers keep their text', async () => {
    const [first, second] = all as [bigint, bigint]
    const rev = encodeRevision(revision(first))
    const odd = `{ "_key":"odd", "_rev":"${rev}","a":1.0,"b":1e999,"c":1E2,"d":-0,"a":[1.50] }`
    const plain = documents.get(second) ?? ''
    const given = new Map([
      [first, odd],
      [second, plain],
    ])
    for (const compat of ['documented', 'arangodb'] as const) {
      await withServed(
        given,
        async ({ access }) => {
          assert.ok(access !== undefined)
          const lines = await readLines(access, [first, first + 1n, second])
          assert.equal(lines, `${odd}\n${plain}\n`)
        },
        { compat },
      )
    }
  })

  it('tell whether documents could not keep theirs', async () => {
    for (const [rev, expected] of [
      ['---', true],
      ['_d---------', false],
    ] as const) {
      const given = new Map([[1n, `{"_key":"a","_rev":"${rev}"}`]])
      await withServed(given, async ({ snapshot }) => {
        const { collections } = await snapshot.inventory()
        const replaced = collections.filter((collection) => collection.hasReplacedRevisions)
        assert.deepEqual(
          replaced.map(({ definition }) => definition.name),
          expected ? ['c'] : [],
        )
      })
    }
  })

  it('are the same however often connections break', async () => {
    const cutAfterBytes = Array.from({ length: 12 }, (_, index) => 30 + 2777 * index)
    const expected = [...documents.values()].map((text) => `${text}\n`).join('')
    await withServed(
      documents,
      async ({ snapshot, definition, access }) => {
        assert.ok(access !== undefined)
        assert.equal((await snapshot.tree(definition, { pool })).count, all.length)
        assert.deepEqual(await listRevisions(access, [range(0n, 2n ** 63n)]), all)
        assert.equal(await readLines(access, all, { maxInFlightBytes: 80_000 }), expected)
      },
      { cutAfterBytes },
    )
  })
})
