import assert from 'node:assert/strict'
import { ApplierError } from '../../../lib/server/applier/applier-error.js'
import type { Applier } from '../../../lib/server/applier/applier.js'
import { formatExactJson } from '../../../lib/streams/index.js'
import type { Store, StoreDatabase } from '../../../lib/store/index.js'
import { tick } from '../../../lib/values/index.js'
import { databaseOf, openTestStore } from '../support/test-leader.js'
import {
  CONFIG,
  positionAt,
  refusal,
  scriptAppliers,
  shownOf,
  type ScriptedAppliers,
} from './support/scripted-run.js'

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
    assert.equal(shownOf(applier).lastError.errorNum, 0)
  })

  it('start() follows as it is configured, behind what is saved', async () => {
    await applier.configure(() => CONFIG)
    assert.equal(shownOf(applier).started, '')
    await applier.start()
    const { given } = await script.begun(1)
    assert.deepEqual(
      [given.config, given.database, given.begin],
      [CONFIG, system, { kind: 'saved' }],
    )
    assert.equal(given.store, store)
    const { started, running, phase } = shownOf(applier)
    assert.deepEqual([started, running, phase], ['1970-01-01T00:00:01Z', true, 'running'])
    assert.deepEqual(
      script.events.map(({ kind, database, endpoint }) => [kind, database, endpoint]),
      [['started', '_system', CONFIG.endpoint]],
    )
  })

  it('start() shows what the run writes down', async () => {
    await applier.configure(() => CONFIG)
    await applier.start()
    const { given } = await script.begun(1)
    given.figures.totalRequests = 3
    given.figures.lastApplied = tick(17n)
    assert.equal(shownOf(applier).totalRequests, 3)
    assert.equal(shownOf(applier).lastAppliedContinuousTick, '17')
  })

  it('start() does nothing while it runs', async () => {
    await applier.configure(() => CONFIG)
    await Promise.all([applier.start(), applier.start(), applier.start(tick(5n))])
    await script.begun(1)
    assert.equal(script.runs.length, 1)
  })

  it('stop() waits for the run, and does nothing after it', async () => {
    await applier.configure(() => CONFIG)
    await applier.start()
    await script.begun(1)
    const stopped = applier.stop()
    assert.equal(shownOf(applier).running, true)
    await stopped
    const { running, phase, progress } = shownOf(applier)
    assert.deepEqual([running, phase, progress.message], [false, 'inactive', 'applier shut down'])
    await applier.stop()
    assert.deepEqual(
      script.events.map(({ kind }) => kind),
      ['started', 'stopped'],
    )
  })

  it('goes through "shutdown" while it is stopped', async () => {
    await applier.configure(() => CONFIG)
    await applier.start()
    const { given } = await script.begun(1)
    const phases: string[] = []
    given.signal.addEventListener('abort', () => phases.push(shownOf(applier).phase))
    await applier.stop()
    assert.deepEqual(phases, ['shutdown'])
  })

  it('start() begins anew after stop(), also right behind it', async () => {
    await applier.configure(() => CONFIG)
    await applier.start()
    await script.begun(1)
    await Promise.all([applier.stop(), applier.start()])
    await script.begun(2)
    assert.equal(shownOf(applier).running, true)
    assert.equal(script.runs[0]?.given.signal.aborted, true)
  })

  it('stop() right behind start() is the last word', async () => {
    await applier.configure(() => CONFIG)
    await Promise.all([applier.start(), applier.stop()])
    assert.deepEqual([script.runs.length, shownOf(applier).phase], [0, 'inactive'])
  })

  it('tells what ended a run, until the next start, and after a restart too', async () => {
    await applier.configure(() => CONFIG)
    await applier.start()
    const failed = new ApplierError(1402, 'the leader answers 401')
    ;(await script.begun(1)).fail(failed)
    await applier.stop()
    const lastError = { errorNum: 1402, time: '1970-01-01T00:00:01Z', errorMessage: failed.message }
    assert.deepEqual(shownOf(applier).lastError, lastError)
    assert.equal(shownOf(applier).phase, 'inactive')
    const [, event] = script.events
    assert.deepEqual(
      [event?.kind, event?.failure?.errorNum, event?.error],
      ['failed', 1402, failed],
    )
    assert.deepEqual(shownOf(await restart()).lastError, lastError)
    await applier.start()
    assert.deepEqual(shownOf(applier).lastError, { errorNum: 0 })
    await restart()
    assert.deepEqual(shownOf(applier).lastError, { errorNum: 0 })
  })

  it('tells nothing of an error that nobody foresaw', async () => {
    await applier.configure(() => CONFIG)
    await applier.start()
    ;(await script.begun(1)).fail(new Error('hunter2'))
    await applier.stop()
    const { errorNum, errorMessage } = shownOf(applier).lastError
    assert.deepEqual([errorNum, errorMessage], [4, 'internal error'])
  })

  it('is stopped where the engine throws what it was aborted with', async () => {
    await applier.configure(() => CONFIG)
    await applier.start()
    const { given, fail } = await script.begun(1)
    const stopping = applier.stop()
    given.signal.addEventListener('abort', () => {
      fail(given.signal.reason)
    })
    await stopping
    assert.equal(shownOf(applier).lastError.errorNum, 0)
  })

  it('configure() refuses while it runs, and stands after a restart', async () => {
    await applier.configure(() => ({ ...CONFIG, chunkSize: 1 }))
    await applier.start()
    await assert.rejects(
      applier.configure(() => CONFIG),
      refusal(400, 1411),
    )
    assert.equal((await restart()).config.chunkSize, 1)
    assert.deepEqual(applier.config.secret, CONFIG.secret)
  })

  it('describe() shows where the data stands, while it does not run too', async () => {
    assert.equal(shownOf(applier).lastAppliedContinuousTick, null)
    await putPosition(12n)
    assert.equal(shownOf(applier).lastAppliedContinuousTick, '12')
  })

  it('describe() shows it right behind a start, before the leader has answered', async () => {
    await putPosition(12n)
    await applier.configure(() => CONFIG)
    await applier.start()
    assert.equal(shownOf(applier).lastAppliedContinuousTick, '12')
  })

  it('describe() never tells a secret', async () => {
    await applier.configure(() => CONFIG)
    await applier.start()
    assert.ok(!formatExactJson(applier.describe()).includes('hunter2'))
    assert.ok(!formatExactJson(script.events).includes('hunter2'))
  })

  it('forget() stops it and forgets everything', async () => {
    await putPosition(12n)
    await applier.configure(() => CONFIG)
    await applier.start()
    const { given } = await script.begun(1)
    given.figures.totalRequests = 3
    await applier.forget()
    assert.equal(given.signal.aborted, true)
    const { started, totalRequests, progress, lastAppliedContinuousTick } = shownOf(applier)
    assert.deepEqual([started, totalRequests, lastAppliedContinuousTick], ['', 0, null])
    assert.match(progress.message, /^applier initially created/)
    assert.equal(applier.config.endpoint, undefined)
    assert.deepEqual(store.metaNames('appliers/'), [])
    await assert.rejects((await restart()).start(), refusal(400, 1410))
  })
})
