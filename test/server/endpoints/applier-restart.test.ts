import assert from 'node:assert/strict'
import { startLeader, type Leader } from '../../../lib/server/index.js'
import type { Store } from '../../../lib/store/index.js'
import { statesIn } from '../../sync/support/replica-pair.js'
import { askApplier, askState, stateIn, untilApplied } from '../support/applier.js'
import { endpointOf } from '../support/sync.js'
import {
  fillCollection,
  openTestStore,
  startTestLeader,
  type TestLeader,
} from '../support/test-leader.js'

describe('a background follower of a server that is started again', () => {
  let remote: TestLeader
  let store: Store
  let close: () => Promise<void>
  let leader: Leader

  beforeEach(async () => {
    remote = await startTestLeader()
    await fillCollection(remote.store, 'c', 5)
    ;({ store, close } = await openTestStore())
    leader = await start()
  })

  afterEach(async () => {
    await leader.close()
    await close()
    await remote.close()
  })

  function start(): Promise<Leader> {
    return startLeader({ store, port: 0, auth: { kind: 'off' } })
  }

  async function restart(): Promise<void> {
    await leader.close()
    leader = await start()
  }

  async function insert(key: string): Promise<void> {
    const collection = remote.store.collection(remote.system, 'c')
    assert.ok(collection !== undefined)
    await remote.store.insert(collection, JSON.stringify({ _key: key }))
  }

  for (const isGlobal of [false, true]) {
    it(`goes on by itself, ${isGlobal ? 'for all databases' : 'for one'}, if it is to`, async () => {
      const body = { endpoint: endpointOf(remote), autoStart: true }
      await askApplier({ ...leader, isGlobal }, 'PUT make-follower', body)
      await leader.close()
      await insert('missed')
      leader = await start()
      const { totalDocuments } = await untilApplied({ ...leader, isGlobal }, remote.store.lastTick)
      assert.equal(totalDocuments, 1)
      assert.deepEqual(await statesIn(store), await statesIn(remote.store))
    })
  }

  it('stays where it was otherwise, and knows where that is', async () => {
    await askApplier(leader, 'PUT make-follower', { endpoint: endpointOf(remote) })
    await untilApplied(leader, remote.store.lastTick)
    const before = await askState(leader)
    await restart()
    const { running, started, lastAppliedContinuousTick } = await askState(leader)
    assert.equal(running, false)
    assert.deepEqual(
      [started, lastAppliedContinuousTick],
      [before.started, before.lastAppliedContinuousTick],
    )
    await insert('missed')
    assert.equal(stateIn(await askApplier(leader, 'PUT applier-start')).running, true)
    const { totalDocuments } = await untilApplied(leader, remote.store.lastTick)
    assert.equal(totalDocuments, 1)
  })

  it('waits for its leader, whenever that comes back', async () => {
    const body = { endpoint: endpointOf(remote), autoStart: true, connectionRetryWaitTime: 0.25 }
    await askApplier(leader, 'PUT make-follower', body)
    const { port } = new URL(remote.url)
    await remote.leader.close()
    await restart()
    assert.equal((await askState(leader)).running, true)
    await insert('missed')
    const again = await startLeader({
      store: remote.store,
      port: Number(port),
      auth: { kind: 'off' },
    })
    await untilApplied(leader, remote.store.lastTick)
    await again.close()
  })
})
