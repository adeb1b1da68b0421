import assert from 'node:assert/strict'
import { ApplierError } from '../../../lib/server/applier/applier-error.js'
import type { Applier } from '../../../lib/server/applier/applier.js'
import { RequestError } from '../../../lib/server/request-error.js'
import { formatExactJson } from '../../../lib/streams/index.js'
import type { LogPosition } from '../../../lib/replica/index.js'
import type { Store, StoreDatabase } from '../../../lib/store/index.js'
import { tick } from '../../../lib/values/index.js'
import { databaseOf, openTestStore } from '../support/test-leader.js'
import { CONFIG, scriptAppliers, type ScriptedAppliers } from './support/scripted-run.js'

interface Shown {
  readonly started: string
  readonly running: boolean
  readonly phase: string
  readonly lastAppliedContinuousTick: string | null
  readonly progress: { readonly message: string }
  readonly totalRequests: number
  readonly lastError: { readonly errorNum: number; readonly errorMessage?: string }
}

function stateOf(applier: Applier): Shown {
  return applier.describe()['state'] as Shown
}

function refusal(status: number, errorNum: number): (error: unknown) => boolean {
  return (error) =>
    error instanceof RequestError && error.status === status && error.errorNum === errorNum
}

function positionAt(at: bigint): LogPosition {
  const ticks = { tick: tick(at), resumeTick: tick(at), openTransactions: [] }
  return { serverId: '7', database: '_system', ...ticks }
}

describe('Applier', () => {
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

  it('start() needs a configuration', async () => {
    await assert.rejects(applier.start(), refusal(400, 1410))
    assert.equal(script.runs.length, 0)
    assert.equal(stateOf(applier).lastError.errorNum, 0)
  })

  it('start() follows as it is configured, behind what is saved', async () => {
    await applier.configure(CONFIG)
    assert.equal(stateOf(applier).started, '')
    await applier.start()
    const { given } = await script.begun(1)
    assert.deepEqual(
      [given.config, given.database, given.begin],
      [CONFIG, system, { kind: 'saved' }],
    )
    assert.equal(given.store, store)
    const { started, running, phase } = stateOf(applier)
    assert.deepEqual([started, running, phase], ['1970-01-01T00:00:01Z', true, 'running'])
    assert.deepEqual(
      script.events.map(({ kind, database, endpoint }) => [kind, database, endpoint]),
      [['started', '_system', CONFIG.endpoint]],
    )
  })

  it('start() shows what the run writes down', async () => {
    await applier.configure(CONFIG)
    await applier.start()
    const { given } = await script.begun(1)
    given.figures.totalRequests = 3
    given.figures.lastApplied = tick(17n)
    assert.equal(stateOf(applier).totalRequests, 3)
    assert.equal(stateOf(applier).lastAppliedContinuousTick, '17')
  })

  it('start() does nothing while it runs', async () => {
    await applier.configure(CONFIG)
    await Promise.all([applier.start(), applier.start(), applier.start(tick(5n))])
    await script.begun(1)
    assert.equal(script.runs.length, 1)
  })

  it('stop() waits for the run, and does nothing after it', async () => {
    await applier.configure(CONFIG)
    await applier.start()
    await script.begun(1)
    const stopped = applier.stop()
    assert.equal(stateOf(applier).running, true)
    await stopped
    const { running, phase, progress } = stateOf(applier)
    assert.deepEqual([running, phase, progress.message], [false, 'inactive', 'applier shut down'])
    await applier.stop()
    assert.deepEqual(
      script.events.map(({ kind }) => kind),
      ['started', 'stopped'],
    )
  })

  it('goes through "shutdown" while it is stopped', async () => {
    await applier.configure(CONFIG)
    await applier.start()
    const { given } = await script.begun(1)
    const phases: string[] = []
    given.signal.addEventListener('abort', () => phases.push(stateOf(applier).phase))
    await applier.stop()
    assert.deepEqual(phases, ['shutdown'])
  })

  it('start() begins anew after stop(), also right behind it', async () => {
    await applier.configure(CONFIG)
    await applier.start()
    await script.begun(1)
    await Promise.all([applier.stop(), applier.start()])
    await script.begun(2)
    assert.equal(stateOf(applier).running, true)
    assert.equal(script.runs[0]?.given.signal.aborted, true)
  })

  it('stop() right behind start() is the last word', async () => {
    await applier.configure(CONFIG)
    await Promise.all([applier.start(), applier.stop()])
    assert.deepEqual([script.runs.length, stateOf(applier).phase], [0, 'inactive'])
  })

  it('tells what ended a run, until the next start, and after a restart too', async () => {
    await applier.configure(CONFIG)
    await applier.start()
    const failed = new ApplierError(1402, 'the leader answers 401')
    ;(await script.begun(1)).fail(failed)
    await applier.stop()
    const lastError = { errorNum: 1402, time: '1970-01-01T00:00:01Z', errorMessage: failed.message }
    assert.deepEqual(stateOf(applier).lastError, lastError)
    assert.equal(stateOf(applier).phase, 'inactive')
    const [, event] = script.events
    assert.deepEqual(
      [event?.kind, event?.failure?.errorNum, event?.error],
      ['failed', 1402, failed],
    )
    assert.deepEqual(stateOf(await restart()).lastError, lastError)
    await applier.start()
    assert.deepEqual(stateOf(applier).lastError, { errorNum: 0 })
    await restart()
    assert.deepEqual(stateOf(applier).lastError, { errorNum: 0 })
  })

  it('tells nothing of an error that nobody foresaw', async () => {
    await applier.configure(CONFIG)
    await applier.start()
    ;(await script.begun(1)).fail(new Error('hunter2'))
    await applier.stop()
    const { errorNum, errorMessage } = stateOf(applier).lastError
    assert.deepEqual([errorNum, errorMessage], [4, 'internal error'])
  })

  it('is stopped where the engine throws what it was aborted with', async () => {
    await applier.configure(CONFIG)
    await applier.start()
    const { given, fail } = await script.begun(1)
    const stopping = applier.stop()
    given.signal.addEventListener('abort', () => {
      fail(given.signal.reason)
    })
    await stopping
    assert.equal(stateOf(applier).lastError.errorNum, 0)
  })

  it('configure() refuses while it runs, and stands after a restart', async () => {
    await applier.configure({ ...CONFIG, chunkSize: 1 })
    await applier.start()
    await assert.rejects(applier.configure(CONFIG), refusal(400, 1411))
    assert.equal((await restart()).config.chunkSize, 1)
    assert.deepEqual(applier.config.secret, CONFIG.secret)
  })

  it('describe() shows where the data stands, while it does not run too', async () => {
    assert.equal(stateOf(applier).lastAppliedContinuousTick, null)
    await putPosition(12n)
    assert.equal(stateOf(applier).lastAppliedContinuousTick, '12')
  })

  it('describe() never tells a secret', async () => {
    await applier.configure(CONFIG)
    await applier.start()
    assert.ok(!formatExactJson(applier.describe()).includes('hunter2'))
    assert.ok(!formatExactJson(script.events).includes('hunter2'))
  })

  it('forget() stops it and forgets everything', async () => {
    await putPosition(12n)
    await applier.configure(CONFIG)
    await applier.start()
    const { given } = await script.begun(1)
    given.figures.totalRequests = 3
    await applier.forget()
    assert.equal(given.signal.aborted, true)
    const { started, totalRequests, progress, lastAppliedContinuousTick } = stateOf(applier)
    assert.deepEqual([started, totalRequests, lastAppliedContinuousTick], ['', 0, null])
    assert.match(progress.message, /^applier initially created/)
    assert.equal(applier.config.endpoint, undefined)
    assert.deepEqual(store.metaNames('appliers/'), [])
    await assert.rejects((await restart()).start(), refusal(400, 1410))
  })

  describe('begins', () => {
    async function beginOf(): Promise<unknown> {
      await applier.start()
      const { given } = await script.begun(1)
      return given.begin
    }

    it('behind the tick that it was told, until it has come further', async () => {
      await putPosition(12n)
      await applier.configure(CONFIG)
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
      await applier.configure(CONFIG)
      await applier.start(tick(0n))
      assert.deepEqual((await script.begun(1)).given.begin, { kind: 'tick', tick: 0n })
    })

    for (const whose of ['a database', 'all databases']) {
      it(`as the run decides, where a copy into ${whose} was not finished`, async () => {
        applier = script.appliers.of(whose === 'a database' ? system : undefined)
        await applier.configure({ ...CONFIG, database: undefined })
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
      await applier.configure({ ...CONFIG, chunkSize: 1 })
      await applier.start()
      const [first, made] = [await script.begun(1), applier.makeFollower(CONFIG)]
      const { given } = await script.begun(2)
      assert.equal(first.given.signal.aborted, true)
      assert.deepEqual([given.begin, given.config], [{ kind: 'sync' }, CONFIG])
      assert.equal(store.followPosition(system), undefined)
      assert.deepEqual([stateOf(applier).phase, stateOf(applier).running], ['initial', false])
      given.figures.phase = 'running'
      given.onSynchronised?.()
      assert.equal(await made, 'synchronised')
      assert.equal(stateOf(applier).running, true)
    })

    it('begins with it again until it is over', async () => {
      void applier.makeFollower({ ...CONFIG, autoStart: true })
      await script.begun(1)
      await restart()
      await applier.startWithServer()
      const { given } = await script.begun(1)
      assert.deepEqual(given.begin, { kind: 'sync' })
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
