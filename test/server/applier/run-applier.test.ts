import assert from 'node:assert/strict'
import { collectionOf, documentLines, put } from '../../sync/support/replica-pair.js'
import { startApplierPair, type ApplierPair } from './support/applier-pair.js'

describe('runApplier()', () => {
  let pair: ApplierPair

  beforeEach(async () => {
    pair = await startApplierPair()
    await put(pair.leader.store, 'a', documentLines(20))
  })

  afterEach(() => pair.close())

  it('begins where the log of the leader does, where nothing is saved', async () => {
    const figures = await pair.catchUp()
    await pair.assertEqual()
    assert.equal(figures.phase, 'inactive')
    assert.equal(figures.totalDocuments, 20)
  })

  it('goes on behind what was applied last', async () => {
    await pair.catchUp()
    await pair.leader.store.put(collectionOf(pair.leader.store, 'a'), '{"_key":"new"}')
    const figures = await pair.catchUp()
    await pair.assertEqual()
    assert.equal(figures.totalDocuments, 1)
  })

  it('synchronises first where it is to', async () => {
    let synchronised = 0
    const running = pair.run({
      begin: { kind: 'sync' },
      onSynchronised: () => {
        synchronised += 1
      },
    })
    assert.equal(running.figures.phase, 'initial')
    await running.until(() => synchronised === 1)
    assert.equal(running.figures.phase, 'running')
    assert.match(running.figures.progress.message, /^reading the leader's log from tick \d+$/)
    await pair.assertEqual()
    await pair.leader.store.put(collectionOf(pair.leader.store, 'a'), '{"_key":"new"}')
    await running.until(() => running.figures.totalDocuments === 1)
    await running.stop()
    await pair.assertEqual()
    assert.equal(synchronised, 1)
  })

  it('begins behind a tick', async () => {
    await pair.catchUp()
    const tick = pair.leader.store.lastTick
    await pair.leader.store.put(collectionOf(pair.leader.store, 'a'), '{"_key":"new"}')
    const figures = await pair.catchUp({ begin: { kind: 'tick', tick } })
    assert.equal(figures.totalDocuments, 1)
    await pair.assertEqual()
  })
})
