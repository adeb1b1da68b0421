import assert from 'node:assert/strict'
import { lastValueFrom, take, tap, toArray } from 'rxjs'
import { openDirectory } from '../../../lib/directory/index.js'
import type { Target } from '../../../lib/replica/index.js'
import { openStoreTarget } from '../../../lib/store/index.js'
import { runSyncAll, syncAllDatabases, type GlobalSyncEvent } from '../../../lib/sync/index.js'
import { writeSampleDump } from '../../support/sample-dump.js'
import { createScriptedGlobal } from '../../support/scripted-global.js'
import type { ScriptedCollection } from '../../support/scripted-source.js'
import { useTemporaryDirectory } from '../../support/temporary-directory.js'
import { documentLine, revisionAt } from '../support/replica-pair.js'

/** A collection of one document. */
function filled(): ScriptedCollection {
  return { name: 'c', chunks: [[documentLine('k', revisionAt(1))]] }
}

describe('syncAllDatabases() and its subscribers', () => {
  const { at } = useTemporaryDirectory()

  async function withTarget<Result>(work: (target: Target) => Promise<Result>): Promise<Result> {
    const target = await openStoreTarget(at('copy'), '_system')
    return work(target).finally(() => target.close())
  }

  it('gives everything back when its subscriber leaves', async () => {
    await withTarget(async (target) => {
      const source = createScriptedGlobal({ _system: [filled()], a: [filled()] })
      const closed = new Promise<void>((resolve) => {
        const { log } = source
        const push = log.push.bind(log)
        log.push = (...lines) => {
          if (lines.includes('close all')) resolve()
          return push(...lines)
        }
      })
      await lastValueFrom(syncAllDatabases(source, target, { workers: 0 }).pipe(take(3)))
      await closed
      assert.ok(!source.log.includes('open a'))
    })
  })

  it('passes what a callback throws on, and gives everything back', async () => {
    const source = createScriptedGlobal({ _system: [filled()] })
    await withTarget(async (target) => {
      const onEvent = ({ kind }: GlobalSyncEvent): void => {
        if (kind === 'database-started') throw new Error('from the callback')
      }
      await assert.rejects(runSyncAll(source, target, { workers: 0 }, onEvent), {
        message: 'from the callback',
      })
    })
    assert.equal(source.log[0], 'open all')
  })

  it('runs anew for each subscription', async () => {
    await withTarget(async (target) => {
      const source = createScriptedGlobal({ _system: [filled()] })
      const sync$ = syncAllDatabases(source, target, { workers: 0 })
      const first = await lastValueFrom(sync$.pipe(toArray()))
      const second = await lastValueFrom(sync$.pipe(toArray()))
      assert.deepEqual(
        second.map(({ kind }) => kind),
        first.map(({ kind }) => kind),
      )
      assert.equal(source.log.filter((line) => line === 'open all').length, 2)
    })
  })

  it('passes warnings of the source on, outside its databases', async () => {
    await withTarget(async (target) => {
      const source = createScriptedGlobal({ _system: [] })
      const notice = { kind: 'warning', message: 'the batch was not prolonged' } as const
      const warned$ = syncAllDatabases(source, target, { workers: 0 }).pipe(
        tap(({ kind }) => {
          if (kind === 'databases-started') source.onNotice(notice)
        }),
      )
      const events = await lastValueFrom(warned$.pipe(toArray()))
      assert.deepEqual(
        events.filter(({ kind }) => kind === 'warning'),
        [notice],
      )
    })
  })

  it('refuses replicas that have one database alone', async () => {
    await writeSampleDump(at('dump'), [])
    const directory = await openDirectory(at('dump'))
    await withTarget((target) =>
      assert.rejects(runSyncAll(directory, target), {
        name: 'RangeError',
        message: /^Cannot read all databases of dir:.*: it has one alone$/,
      }),
    )
    const target = await openStoreTarget(at('other'), 'shop')
    try {
      const source = createScriptedGlobal({ _system: [] })
      await assert.rejects(runSyncAll(source, target), {
        name: 'RangeError',
        message:
          /^Cannot write all databases of store:.*#shop: that is done through "_system" only$/,
      })
      assert.deepEqual(source.log, ['open all', 'close all'])
    } finally {
      await target.close()
    }
  })
})
