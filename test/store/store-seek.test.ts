import assert from 'node:assert/strict'
import type { RevisionAccess } from '../../lib/replica/index.js'
import { openStoreSource } from '../../lib/store/index.js'
import { chunkOf } from '../support/chunk.js'
import {
  describeSeek,
  listRevisions,
  range,
  readLines,
  sampleDocuments,
} from '../support/seek-contract.js'
import { makeCollection } from './support/documents.js'
import { useStore } from './support/use-store.js'
import { withCode } from './support/with-code.js'

describe('Stores by revision', () => {
  const { open, path } = useStore()

  async function withAccess(
    documents: ReadonlyMap<bigint, string>,
    use: (access: RevisionAccess) => Promise<void>,
    isClosed = false,
  ): Promise<void> {
    const store = await open()
    const collection = await makeCollection(store)
    await store.applyChunk(collection, chunkOf([...documents.values()]))
    const source = await openStoreSource(path(), '_system')
    const snapshot = await source.openSnapshot()
    try {
      const { collections } = await snapshot.inventory()
      const found = collections.find(({ definition }) => definition.name === 'c')
      assert.ok(found !== undefined)
      const access = await snapshot.seek?.(found.definition)
      assert.ok(access !== undefined)
      if (isClosed) await snapshot.close()
      await use(access)
    } finally {
      await snapshot.close()
      await source.close()
    }
  }

  describeSeek('Snapshot.seek of a store', withAccess)

  it('gives full blocks of revisions however many ranges they come from', async () => {
    const documents = sampleDocuments(70_000)
    const all = [...documents.keys()]
    const ranges = [
      range(0n, all[10] ?? 0n),
      range(all[11] ?? 0n, all[69_990] ?? 0n),
      range(all[69_991] ?? 0n, 2n ** 63n),
    ]
    await withAccess(documents, async (access) => {
      const lengths: number[] = []
      for await (const block of access.revisions(ranges)) lengths.push(block.length)
      assert.deepEqual(lengths, [65_536, 4464])
      assert.deepEqual(await listRevisions(access, ranges), all)
    })
  })

  it('refuses once the snapshot is closed', async () => {
    const documents = sampleDocuments(10)
    const closed = withCode('ERR_SNAPSHOT_CLOSED')
    await withAccess(
      documents,
      async (access) => {
        await assert.rejects(listRevisions(access, [range(0n, 2n ** 63n)]), closed)
        await assert.rejects(readLines(access, [...documents.keys()]), closed)
      },
      true,
    )
  })
})
