import assert from 'node:assert/strict'
import { createFigures } from '../../../lib/server/applier/create-figures.js'
import { LeaderSource } from '../../../lib/server/applier/leader-source.js'
import { tick } from '../../../lib/values/index.js'
import { makeDatabase } from '../../support/five-databases.js'
import { fillCollection, startTestLeader, type TestLeader } from '../support/test-leader.js'
import { configOf } from './support/applier-pair.js'

/** Markers that the leader looks at for one answer. */
const MARKERS_MAX = 10

describe('LeaderSource', () => {
  let leader: TestLeader

  before(async () => {
    leader = await startTestLeader({ limits: { tailMarkersMax: MARKERS_MAX } })
    await makeDatabase(leader.store, 'first', 2 * MARKERS_MAX)
    await fillCollection(leader.store, 'ours', 1)
    await leader.store.createDatabase('last')
  })

  after(() => leader.close())

  it('counts as processed what the leader has looked at, and nothing behind that', async () => {
    const figures = createFigures('_system', 0)
    const source = new LeaderSource({
      config: configOf(leader),
      figures,
      syncs: { maySyncFrom: () => true, retryDelayMs: 1 },
      database: '_system',
      now: () => 0,
      onAnswer: () => undefined,
    })
    const log = source.openLog()
    const { lastTick } = await log.state()
    const none = tick(0n)

    const begin = await log.read({ from: none, lastScanned: none })
    assert.deepEqual([begin.lastIncluded, begin.lastTick], [none, lastTick])
    assert.ok(begin.lastScanned > 1n && begin.lastScanned < lastTick, 'there is more to look at')
    assert.equal(figures.lastProcessed, begin.lastScanned - 1n)

    const from = tick(lastTick - 1n)
    const end = await log.read({ from, lastScanned: from })
    assert.equal(end.lastIncluded, none)
    assert.equal(figures.lastProcessed, lastTick)
    await source.close()
  })
})
