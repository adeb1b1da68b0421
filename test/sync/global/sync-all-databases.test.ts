import assert from 'node:assert/strict'
import { RemoteStatusError, RemoteUnreachableError } from '../../../lib/remote/index.js'
import type { Source, Target } from '../../../lib/replica/index.js'
import { openStoreTarget, StoreError } from '../../../lib/store/index.js'
import {
  DatabasesUnfinishedError,
  runSyncAll,
  type GlobalSyncEvent,
  type GlobalSyncFinished,
  type SyncAllOptions,
} from '../../../lib/sync/index.js'
import { createScriptedGlobal, type ScriptedDatabases } from '../../support/scripted-global.js'
import type { ScriptedCollection } from '../../support/scripted-source.js'
import { useTemporaryDirectory } from '../../support/temporary-directory.js'
import { documentLine, revisionAt } from '../support/replica-pair.js'

const TASK = { task: 'read', address: 'http://leader' }
const LOST = { reason: 'connection refused', wasSent: false, isPassing: true }

/** A collection of one document. */
function filled(name = 'c'): ScriptedCollection {
  return { name, chunks: [[documentLine('k', revisionAt(1))]] }
}

/** A collection that cannot be read to its end. */
function failing(error: Error, name = 'c'): ScriptedCollection {
  return { name, chunks: [() => Promise.reject(error)] }
}

describe('syncAllDatabases()', () => {
  const { at } = useTemporaryDirectory()

  /** Runs a synchronisation into the store of the test; what it ended with, and what it told. */
  async function run(
    source: Source | ScriptedDatabases,
    options: SyncAllOptions = {},
    onEvent: (event: GlobalSyncEvent) => void = () => undefined,
  ): Promise<{ events: readonly GlobalSyncEvent[]; error: unknown }> {
    const target = await openStoreTarget(at('copy'), '_system')
    const events: GlobalSyncEvent[] = []
    try {
      const from = isSource(source) ? source : createScriptedGlobal(source)
      await runSyncAll(from, target, { workers: 0, ...options }, (event) => {
        events.push(event)
        onEvent(event)
      })
      return { events, error: undefined }
    } catch (error) {
      return { events, error }
    } finally {
      await target.close()
    }
  }

  async function withTarget<Result>(work: (target: Target) => Promise<Result>): Promise<Result> {
    const target = await openStoreTarget(at('copy'), '_system')
    return work(target).finally(() => target.close())
  }

  /** Names of the databases of the copy, those marked as unfinished with a `!`. */
  function copied(): Promise<readonly string[]> {
    return withTarget(async (target) => {
      const all = await target.openGlobal?.()
      assert.ok(all !== undefined)
      return Promise.all(
        (await all.databases()).map(async (name) => {
          const mark = await all.target(name).unfinishedCopy()
          return mark === undefined ? name : `${name}!`
        }),
      )
    })
  }

  function lastOf(events: readonly GlobalSyncEvent[]): GlobalSyncFinished {
    const last = events.at(-1)
    assert.equal(last?.kind, 'databases-finished')
    return last
  }

  /** Which databases were begun, and how. */
  function begunOf(events: readonly GlobalSyncEvent[]): readonly string[] {
    return events.flatMap((event) =>
      event.kind === 'database-started'
        ? [`${event.database} ${event.isIncremental ? 'incremental' : 'full'}`]
        : [],
    )
  }

  it('goes through the databases one after the other, and closes all that it opened', async () => {
    const source = createScriptedGlobal({ _system: [filled()], a: [filled()], b: [] })
    const { events, error } = await run(source)
    assert.equal(error, undefined)
    assert.deepEqual(source.log, [
      'open all',
      ...['_system', 'a', 'b'].flatMap((name) => [`open ${name}`, `close ${name}`]),
      'close all',
    ])
    const { databases, totals, tick } = lastOf(events)
    assert.equal(tick, 9n)
    assert.equal(totals.documents, 2)
    assert.deepEqual(
      databases.map(({ database, isNew, collections }) => [database, isNew, collections]),
      [
        ['_system', false, 1],
        ['a', true, 1],
        ['b', true, 0],
      ],
    )
    assert.deepEqual(await copied(), ['_system', 'a', 'b'])
  })

  it('goes on with the others when one fails, and names it at the end', async () => {
    const { events, error } = await run({
      _system: [],
      a: [failing(new Error('bad line'))],
      b: [filled()],
      c: [failing(new Error('bad line too'))],
    })
    assert.ok(error instanceof DatabasesUnfinishedError)
    assert.equal(error.code, 'ERR_DATABASES_UNFINISHED')
    assert.equal(
      error.message,
      'Cannot finish the copy of all databases of scripted: "a" could not be brought up: bad line, ' +
        'nor could "c" (2 of 4 databases are complete; run the same command again to go on)',
    )
    assert.deepEqual(error.unfinished.complete, ['_system', 'b'])
    const failed = events.flatMap((event) => (event.kind === 'database-failed' ? [event] : []))
    assert.deepEqual(
      failed.map(({ database, index, code, message }) => [database, index, code, message]),
      [
        ['a', 1, 'ERR_COPY_UNFINISHED', 'bad line'],
        ['c', 3, 'ERR_COPY_UNFINISHED', 'bad line too'],
      ],
    )
    assert.deepEqual(await copied(), ['_system', 'a!', 'b', 'c!'])
  })

  it('copies only what was not complete when it is run again', async () => {
    await run({ _system: [], a: [failing(new Error('bad line'))], b: [filled()] })
    const { events, error } = await run({ _system: [], a: [filled()], b: [filled()], z: [] })
    assert.equal(error, undefined)
    assert.deepEqual(begunOf(events), ['_system incremental', 'a full', 'b incremental', 'z full'])
    assert.deepEqual(await copied(), ['_system', 'a', 'b', 'z'])
    const { events: later } = await run({ _system: [], a: [filled()], b: [filled()], z: [] })
    assert.deepEqual(begunOf(later), ['_system full', 'a full', 'b full', 'z full'])
  })

  it('begins anew after an earlier run from another server', async () => {
    await run({ _system: [], a: [filled()], b: [failing(new Error('bad line'))] })
    const other = createScriptedGlobal({ _system: [], a: [filled()] }, '43')
    assert.deepEqual(begunOf((await run(other)).events), ['_system full', 'a full'])
  })

  const ofAll: readonly (readonly [string, Error])[] = [
    ['the server cannot be reached', new RemoteUnreachableError(TASK, LOST)],
    [
      'the batch is gone',
      new RemoteStatusError(TASK, { status: 404, errorNum: 1600, errorMessage: '' }),
    ],
    ['the store refuses', new StoreError('ERR_STORE_FAILED', 'Cannot write: the disk is full')],
  ]
  for (const [title, cause] of ofAll) {
    it(`stops at once where others would fail too: ${title}`, async () => {
      const source = createScriptedGlobal({ _system: [], a: [failing(cause)], b: [filled()] })
      const { events, error } = await run(source)
      assert.ok(error instanceof DatabasesUnfinishedError)
      assert.deepEqual(error.unfinished.failures.length, 1)
      assert.deepEqual(begunOf(events), ['_system full', 'a full'])
      assert.equal(events.at(-1)?.kind, 'database-failed')
      assert.deepEqual(source.log.slice(-2), ['close a', 'close all'])
    })
  }

  it('ends when the signal is aborted, and goes on from there when run again', async () => {
    const databases = { _system: [], a: [filled()], b: [filled()], c: [filled()] }
    const controller = new AbortController()
    const { error } = await run(databases, { signal: controller.signal }, (event) => {
      if (event.kind === 'database-started' && event.database === 'b') {
        controller.abort(new Error('enough'))
      }
    })
    assert.ok(error instanceof DatabasesUnfinishedError)
    assert.match(error.message, /"b" could not be brought up: enough \(2 of 4 /)
    const { events } = await run(databases)
    assert.deepEqual(begunOf(events), ['_system incremental', 'a incremental', 'b full', 'c full'])
  })

  it('keeps what only the target has, and names its databases', async () => {
    await run({ _system: [filled('x')], a: [], gone: [filled()] })
    const { events } = await run({ _system: [filled()], a: [] }, { incremental: true })
    const { kept, dropped } = lastOf(events)
    assert.deepEqual([kept, dropped], [['gone'], []])
    assert.deepEqual(await copied(), ['_system', 'a', 'gone'])
  })

  it('drops that with deleteExtra, but no system collection', async () => {
    await run({ _system: [filled('x'), filled()], a: [], gone: [filled()] })
    const { events } = await run({ _system: [filled()], a: [] }, { deleteExtra: true })
    const { kept, dropped } = lastOf(events)
    assert.deepEqual(kept, [])
    assert.deepEqual(dropped, [
      { database: '_system', what: 'collection', name: 'x' },
      { database: 'gone', what: 'database', name: 'gone' },
    ])
    const inventory = await withTarget(async (target) => {
      const snapshot = await target.openSnapshot()
      return snapshot.inventory().finally(() => snapshot.close())
    })
    assert.deepEqual(
      inventory.collections.map(({ definition }) => definition.name),
      ['_analyzers', '_aqlfunctions', '_graphs', '_users', 'c'],
    )
  })

  it('drops no database while another one is not complete', async () => {
    await run({ _system: [], gone: [filled()] })
    const source = { _system: [], a: [failing(new Error('bad line'))] }
    const { events, error } = await run(source, { deleteExtra: true })
    assert.ok(error instanceof DatabasesUnfinishedError)
    assert.ok(!events.some(({ kind }) => kind === 'dropped'))
    assert.deepEqual(await copied(), ['_system', 'a!', 'gone'])
  })

  it('makes no database that cannot be read', async () => {
    const source = createScriptedGlobal({ _system: [], a: [] })
    const open = source.openGlobalSnapshot?.bind(source)
    assert.ok(open !== undefined)
    source.openGlobalSnapshot = async (options) => {
      const snapshot = await open(options)
      const openSnapshot = (): Promise<never> => Promise.reject(new Error('not granted'))
      const { tick, serverId, databases } = snapshot
      return {
        ...{ tick, serverId, databases },
        source: (name) => {
          const one = snapshot.source(name)
          return name === 'a' ? { ...one, openSnapshot } : one
        },
        close: () => snapshot.close(),
      }
    }
    const { error } = await run(source)
    assert.match(String(error), /"a" could not be brought up: not granted \(1 of 2 /)
    assert.deepEqual(await copied(), ['_system'])
  })
})

function isSource(source: Source | ScriptedDatabases): source is Source {
  return typeof source.openSnapshot === 'function'
}
