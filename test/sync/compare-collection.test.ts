import assert from 'node:assert/strict'
import { createMerklePool } from '../../lib/merkle/index.js'
import type { Snapshot, SnapshotCollection } from '../../lib/replica/index.js'
import { chooseWay, seekTarget } from '../../lib/sync/compare-collection.js'
import { IncomparableError } from '../../lib/sync/incomparable-error.js'
import { SourceCollection } from '../../lib/sync/source-collection.js'
import { createScriptedSource, documentLines } from '../support/scripted-source.js'

/** The only collection of a source that cannot look up revisions. */
async function openScripted(
  keys: readonly string[],
): Promise<{ snapshot: Snapshot; collection: SnapshotCollection }> {
  const chunks = keys.length === 0 ? [] : [documentLines(keys)]
  const snapshot = await createScriptedSource([{ name: 'a', chunks }]).openSnapshot()
  const [collection] = (await snapshot.inventory()).collections
  assert.ok(collection !== undefined)
  return { snapshot, collection }
}

function target(documents: number, hasReplacedRevisions = false): SnapshotCollection {
  const definition = {} as SnapshotCollection['definition']
  return { definition, size: { documents, bytes: documents }, hasReplacedRevisions }
}

describe('chooseWay()', () => {
  async function choose(
    keys: readonly string[],
    there: SnapshotCollection,
    changes: Partial<Snapshot> = {},
  ): Promise<string> {
    const { snapshot, collection } = await openScripted(keys)
    const pool = createMerklePool({ workers: 0 })
    const { signal } = new AbortController()
    const onTransfer = (): void => undefined
    const reading = { snapshot: { ...snapshot, ...changes }, pool, signal, onTransfer }
    return chooseWay(new SourceCollection(collection, reading), there)
  }

  it('copies what the target lacks, and nothing where both are empty', async () => {
    assert.equal(await choose(['1'], target(0)), 'copy')
    assert.equal(await choose([], target(0)), 'equal')
  })

  it('compares what has documents', async () => {
    assert.equal(await choose(['1'], target(1)), 'compare')
    assert.equal(await choose([], target(1)), 'compare')
  })

  it('does not begin to read a server that cannot be asked, to see whether it is empty', async () => {
    const seek = (): Promise<undefined> => Promise.resolve(undefined)
    const dump = (): never => assert.fail('the dump was begun')
    assert.equal(await choose([], target(0), { seek, dump }), 'copy')
  })

  it('refuses what cannot be compared', async () => {
    const seek = (): Promise<undefined> => Promise.resolve(undefined)
    await assert.rejects(choose(['1'], target(1), { seek }), IncomparableError)
    await assert.rejects(choose(['1'], target(1, true)), IncomparableError)
  })
})

describe('seekTarget()', () => {
  it('refuses a target that cannot look up revisions', async () => {
    await assert.rejects(seekTarget(await openScripted(['1'])), IncomparableError)
  })
})
