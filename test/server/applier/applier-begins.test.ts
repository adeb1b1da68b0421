import assert from 'node:assert/strict'
import { ApplierError } from '../../../lib/server/applier/applier-error.js'
import type { Applier } from '../../../lib/server/applier/applier.js'
import type { Store, StoreDatabase } from '../../../lib/store/index.js'
import { tick } from '../../../lib/values/index.js'
import { databaseOf, openTestStore } from '../support/test-leader.js'
import {
  CONFIG,
  positionAt,
  scriptAppliers,
  shownOf,
  type ScriptedAppliers,
} from './support/scripted-run.js'

describe('Applier, started again,', () => {
  let store: Store
  let system: StoreDatabase
  let close: () => Promise<void>
  let script: ScriptedAppliers
  let applier: Applier

  beforeEach(async () => {
    ;({ store, close } = await openTestStore())
    system = databaseOf(store, '_system')
    script = scriptAppliers(store)
    applier = script.appliers.of(system)
  })

  afterEach(async () => {
    await script.appliers.close()
    await close()
  })

  /** The followers of the same store after a restart. */
  async function restart(): Promise<Applier> {
    await script.appliers.close()
    script = scriptAppliers(store)
    applier = script.appliers.of(system)
    return applier
  }

  async function putPosition(at: bigint): Promise<void> {
    await store.applyGroups([], positionAt(at), { database: system })
  }

  describe('begins', () => {
    async function beginOf(): Promise<unknown> {
      await applier.start()
      const { given } = await script.begun(1)
      return given.begin
    }

    it('behind the tick that it was told, until it has come further', async () => {
      await putPosition(12n)
      await applier.configure(() => CONFIG)
      await applier.start(tick(5n))
      const { given } = await script.begun(1)
      assert.deepEqual(given.begin, { kind: 'tick', tick: 5n })
      await restart()
      assert.deepEqual(await beginOf(), { kind: 'tick', tick: 5n })
      await putPosition(13n)
      await restart()
      assert.deepEqual(await beginOf(), { kind: 'saved' })
    })

    it('behind tick 0, where it is told so', async () => {
      await applier.configure(() => CONFIG)
      await applier.start(tick(0n))
      assert.deepEqual((await script.begun(1)).given.begin, { kind: 'tick', tick: 0n })
    })

    for (const whose of ['a database', 'all databases']) {
      it(`as the run decides, where a copy into ${whose} was not finished`, async () => {
        applier = script.appliers.of(whose === 'a database' ? system : undefined)
        await applier.configure(() => ({ ...CONFIG, database: undefined }))
        await applier.start(tick(5n))
        assert.deepEqual((await script.begun(1)).given.begin, { kind: 'tick', tick: 5n })
        await applier.stop()
        await store.setCopyMark(system, { address: 'x', serverId: '7', tick: tick(1n) })
        await applier.start()
        assert.deepEqual((await script.begun(2)).given.begin, { kind: 'saved' })
        await applier.stop()
        await applier.start(tick(5n))
        assert.deepEqual((await script.begun(3)).given.begin, { kind: 'tick', tick: 5n })
      })
    }
  })

  describe('makeFollower()', () => {
    it('forgets what was, and waits for the synchronisation', async () => {
      await putPosition(12n)
      await applier.configure(() => ({ ...CONFIG, chunkSize: 1 }))
      await applier.start()
      const [first, made] = [await script.begun(1), applier.makeFollower(CONFIG)]
      const { given } = await script.begun(2)
      assert.equal(first.given.signal.aborted, true)
      assert.deepEqual([given.begin, given.config], [{ kind: 'sync' }, CONFIG])
      assert.equal(store.followPosition(system), undefined)
      assert.deepEqual([shownOf(applier).phase, shownOf(applier).running], ['initial', false])
      given.figures.phase = 'running'
      given.onSynchronised?.()
      assert.equal(await made, 'synchronised')
      assert.equal(shownOf(applier).running, true)
    })

    it('begins with it again until it is over', async () => {
      void applier.makeFollower({ ...CONFIG, autoStart: true })
      await script.begun(1)
      await restart()
      await applier.startWithServer()
      const { given } = await script.begun(1)
      assert.deepEqual(given.begin, { kind: 'sync', isPatient: true })
      given.onSynchronised?.()
      await restart()
      await applier.startWithServer()
      assert.deepEqual((await script.begun(1)).given.begin, { kind: 'saved' })
    })

    it('tells what ended the synchronisation', async () => {
      const made = applier.makeFollower(CONFIG)
      ;(await script.begun(1)).fail(new ApplierError(1400, 'no answer'))
      assert.deepEqual(await made, { errorNum: 1400, message: 'no answer', time: 1000 })
      const stopped = applier.makeFollower(CONFIG)
      await script.begun(2)
      await applier.stop()
      assert.equal(await stopped, 'stopped')
    })
  })
})
