import assert from 'node:assert/strict'
import { ApplierError } from '../../../lib/server/applier/applier-error.js'
import type { Store, StoreDatabase } from '../../../lib/store/index.js'
import { databaseOf, openTestStore } from '../support/test-leader.js'
import { CONFIG, refusal, scriptAppliers, type ScriptedAppliers } from './support/scripted-run.js'

const AUTO = { ...CONFIG, autoStart: true }
const ALL = { ...AUTO, database: undefined }

describe('Appliers', () => {
  let store: Store
  let system: StoreDatabase
  let other: StoreDatabase
  let close: () => Promise<void>
  let script: ScriptedAppliers

  beforeEach(async () => {
    ;({ store, close } = await openTestStore())
    system = databaseOf(store, '_system')
    other = await store.createDatabase('other')
    script = scriptAppliers(store, { appliersMax: 2 })
  })

  afterEach(async () => {
    await script.appliers.close()
    await close()
  })

  async function start(database: StoreDatabase | undefined): Promise<void> {
    const applier = script.appliers.of(database)
    if (applier.config.endpoint === undefined) await applier.configure(() => CONFIG)
    await applier.start()
  }

  it('follow several databases at one time, and only so many', async () => {
    const third = await store.createDatabase('third')
    await Promise.all([start(system), start(other)])
    await script.begun(2)
    await assert.rejects(start(third), refusal(503, 32))
    await script.appliers.of(other).stop()
    await start(third)
    const { given } = await script.begun(3)
    assert.equal(given.database?.name, 'third')
  })

  it('follow one database or all of them, never both', async () => {
    await start(other)
    await assert.rejects(start(undefined), refusal(400, 1411))
    await script.appliers.of(other).stop()
    await start(undefined)
    assert.equal((await script.begun(2)).given.database, undefined)
    await assert.rejects(start(system), refusal(400, 1411))
  })

  it('do not begin beside a synchronisation', async () => {
    let end = (): void => undefined
    const { signal } = new AbortController()
    const synced = script.syncs.run(
      other,
      signal,
      () => new Promise<void>((resolve) => (end = resolve)),
    )
    await assert.rejects(start(other), refusal(400, 1411))
    await assert.rejects(start(undefined), refusal(400, 1411))
    await start(system)
    end()
    await synced
    await start(other)
    await script.begun(2)
  })

  it('assertIdle() tells of followers that would be in the way', async () => {
    script.appliers.assertIdle(other)
    await start(other)
    script.appliers.assertIdle(system)
    assert.throws(
      () => {
        script.appliers.assertIdle(other)
      },
      refusal(409, 1411),
    )
    await script.appliers.of(other).stop()
    await start(undefined)
    assert.throws(
      () => {
        script.appliers.assertIdle(system)
      },
      refusal(409, 1411),
    )
  })

  it('describeAll() tells of each database', async () => {
    await start(other)
    const all = script.appliers.describeAll() as Record<string, { state: { running: boolean } }>
    assert.deepEqual(
      Object.entries(all).map(([name, { state }]) => [name, state.running]),
      [
        ['_system', false],
        ['other', true],
      ],
    )
  })

  it('startWithServer() starts those that are to, and takes the rows of dropped databases away', async () => {
    await script.appliers.of(system).configure(() => CONFIG)
    await script.appliers.of(other).configure(() => AUTO)
    await store.putMeta('appliers/99', {})
    await script.appliers.close()
    script = scriptAppliers(store)
    await script.appliers.startWithServer()
    const { given } = await script.begun(1)
    assert.equal(given.database?.name, 'other')
    assert.equal(script.runs.length, 1)
    assert.deepEqual(store.metaNames('appliers/'), [
      `appliers/${system.id}`,
      `appliers/${other.id}`,
    ])
  })

  it('startWithServer() lets the state tell what was in the way', async () => {
    await script.appliers.of(undefined).configure(() => ALL)
    await script.appliers.of(other).configure(() => AUTO)
    await script.appliers.startWithServer()
    assert.equal((await script.begun(1)).given.database, undefined)
    const { state } = script.appliers.of(other).describe() as {
      state: { lastError: { errorNum: number } }
    }
    assert.equal(state.lastError.errorNum, 1411)
    const told = script.events.map(({ kind, database }) => `${kind} ${String(database)}`)
    assert.deepEqual(told.sort(), ['failed other', 'started undefined'])
  })

  it('forgetDatabase() leaves nothing of one', async () => {
    await script.appliers.of(other).configure(() => AUTO)
    await start(other)
    const { given } = await script.begun(1)
    await script.appliers.forgetDatabase(other)
    assert.equal(given.signal.aborted, true)
    assert.deepEqual(store.metaNames('appliers/'), [])
  })

  it('close() stops all of them, and lets none begin', async () => {
    await start(other)
    await start(system)
    await script.begun(2)
    await script.appliers.close()
    assert.ok(script.runs.every(({ given }) => given.signal.aborted))
    await assert.rejects(start(system), refusal(503, 30))
  })

  describe('makeFollower()', () => {
    const { signal } = new AbortController()

    async function make(database: StoreDatabase | undefined): Promise<void> {
      await script.appliers.makeFollower(database, CONFIG, signal)
    }

    it('resolves when it has synchronised', async () => {
      const made = make(other)
      const { given } = await script.begun(1)
      given.onSynchronised?.()
      await made
      assert.equal(script.appliers.of(other).isActive, true)
    })

    for (const [errorNum, status] of [
      [11, 403],
      [1400, 500],
      [1410, 400],
    ] as const) {
      it(`rejects with ${status} for errorNum ${errorNum}`, async () => {
        const made = make(other)
        ;(await script.begun(1)).fail(new ApplierError(errorNum, 'why'))
        await assert.rejects(made, refusal(status, errorNum))
      })
    }

    it('rejects when it is stopped, or the leader closes', async () => {
      const stopped = make(other)
      await script.begun(1)
      await Promise.all([
        script.appliers.of(other).stop(),
        assert.rejects(stopped, refusal(500, 1412)),
      ])
      const closed = make(other)
      await script.begun(2)
      await Promise.all([script.appliers.close(), assert.rejects(closed, refusal(503, 30))])
    })

    it('goes on when nobody waits any more', async () => {
      const gone = new AbortController()
      const made = script.appliers.makeFollower(other, CONFIG, gone.signal)
      const { given } = await script.begun(1)
      gone.abort(new Error('gone'))
      await assert.rejects(made, /gone/)
      assert.equal(given.signal.aborted, false)
      await assert.rejects(script.appliers.makeFollower(other, CONFIG, gone.signal), /gone/)
    })

    it('refuses before it forgets anything', async () => {
      await script.appliers.of(other).configure(() => AUTO)
      await start(undefined)
      await assert.rejects(make(other), refusal(400, 1411))
      assert.equal(script.appliers.of(other).config.autoStart, true)
    })
  })
})
