import assert from 'node:assert/strict'
import { makeDatabase } from '../../support/five-databases.js'
import { databaseOf } from '../support/test-leader.js'
import { startApplierPair, type ApplierPair } from './support/applier-pair.js'

const GLOBAL = { database: undefined } as const

describe('runApplier() of all databases', () => {
  let pair: ApplierPair

  beforeEach(async () => {
    pair = await startApplierPair()
    await makeDatabase(pair.leader.store, 'alpha', 4)
    await makeDatabase(pair.leader.store, 'beta', 2)
  })

  afterEach(() => pair.close())

  /** Drops a database, makes another, and one anew of an old name. */
  async function change(): Promise<void> {
    const { store } = pair.leader
    await store.dropDatabase('beta')
    await makeDatabase(store, 'gamma', 2)
    await store.dropDatabase('alpha')
    await makeDatabase(store, 'alpha', 6)
  }

  it('begins where the log of the leader does, and makes and drops databases', async () => {
    await pair.catchUp(GLOBAL)
    await pair.assertEqual()
    await change()
    await pair.catchUp(GLOBAL)
    await pair.assertEqual()
    assert.equal(pair.store.database('beta'), undefined)
  })

  it('synchronises all databases, drops others, and follows from that moment', async () => {
    await makeDatabase(pair.store, 'foreign', 4)
    let isSynchronised = false
    const running = pair.run({
      ...GLOBAL,
      begin: { kind: 'sync' },
      onSynchronised: () => {
        isSynchronised = true
      },
    })
    await running.until(() => isSynchronised)
    await pair.assertEqual()
    assert.equal(pair.store.database('foreign'), undefined)
    await change()
    const tick = pair.leader.store.lastTick
    await running.until(() => (running.figures.lastApplied ?? 0n) >= tick)
    await running.stop()
    await pair.assertEqual()
    assert.ok(running.figures.totalDocuments > 0)
    assert.equal(running.figures.totalResyncs, 0)
  })

  it('synchronises once more where a run before it has not ended that', async () => {
    const { store } = pair
    await pair.stopAmidSync(GLOBAL)
    assert.equal(store.followPosition(undefined), undefined)
    const figures = await pair.catchUp(GLOBAL)
    await pair.assertEqual()
    assert.equal(figures.totalResyncs, 0)
    assert.ok(store.followPosition(undefined) !== undefined)
  })

  it('goes on behind what was applied last', async () => {
    await pair.catchUp(GLOBAL)
    const alpha = databaseOf(pair.leader.store, 'alpha')
    const things = pair.leader.store.collection(alpha, 'things') ?? assert.fail('no things')
    await pair.leader.store.put(things, '{"_key":"late"}')
    const figures = await pair.catchUp(GLOBAL)
    assert.equal(figures.totalDocuments, 1)
    await pair.assertEqual()
  })
})
