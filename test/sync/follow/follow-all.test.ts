import assert from 'node:assert/strict'
import type { Source } from '../../../lib/replica/index.js'
import { openStoreSource, openStoreTarget } from '../../../lib/store/index.js'
import {
  runFollow,
  runFollowAll,
  type FollowAllEvent,
  type FollowAllOptions,
} from '../../../lib/sync/index.js'
import { tick } from '../../../lib/values/index.js'
import { databaseOf, openTestStore } from '../../server/support/test-leader.js'
import { makeDatabase } from '../../support/five-databases.js'
import { useTemporaryDirectory } from '../../support/temporary-directory.js'
import { statesOf } from '../support/replica-pair.js'
import { withGaps } from './support/wrap-log.js'

const FAST: FollowAllOptions = { until: 'caught-up', workers: 0, progressMs: 1 }

describe('followAllDatabases()', () => {
  const { at } = useTemporaryDirectory()
  let leader: Awaited<ReturnType<typeof openTestStore>>

  beforeEach(async () => {
    leader = await openTestStore()
    await makeDatabase(leader.store, 'shop', 4)
  })

  afterEach(() => leader.close())

  const openLeader = (database = '_system'): Promise<Source> =>
    openStoreSource(leader.store.path, database)

  /** Follows until nothing is left; the kinds of what was told, each once in a row. */
  async function catchUp(
    options: FollowAllOptions = {},
    change: (source: Source) => Source = (source) => source,
  ): Promise<readonly string[]> {
    const source = await openLeader()
    const target = await openStoreTarget(at('copy'), '_system')
    const events: FollowAllEvent[] = []
    try {
      await runFollowAll(change(source), target, { ...FAST, ...options }, (event) => {
        events.push(event)
      })
    } finally {
      await Promise.all([source.close(), target.close()])
    }
    const told = new Set(['databases-started', 'databases-finished', 'gap', 'follow-started'])
    return events.map(({ kind }) => kind).filter((kind) => told.has(kind))
  }

  async function positionOf(database: string | undefined): Promise<unknown> {
    const target = await openStoreTarget(at('copy'), database ?? '_system')
    const followed = await target.openFollow?.({ isGlobal: database === undefined })
    const position = await followed?.position()
    await target.close()
    return position
  }

  async function assertEqual(): Promise<void> {
    assert.deepEqual(await statesOf(at('copy')), await statesOf(leader.store.path))
  }

  it('copies, then makes, fills and drops databases as the log says', async () => {
    const copied = ['databases-started', 'databases-finished', 'follow-started']
    assert.deepEqual(await catchUp(), copied)
    await makeDatabase(leader.store, 'bar', 2)
    await leader.store.dropDatabase('shop')
    await makeDatabase(leader.store, 'shop', 6)
    assert.deepEqual(await catchUp(), ['follow-started'])
    await assertEqual()
    await leader.store.dropDatabase('bar')
    assert.deepEqual(await catchUp(), ['follow-started'])
    await assertEqual()
  })

  it('takes over what was written after the moment of the copy', async () => {
    const source = await openLeader()
    const target = await openStoreTarget(at('copy'), '_system')
    const things = leader.store.collection(databaseOf(leader.store, 'shop'), 'things')
    let late: Promise<unknown> | undefined
    try {
      await runFollowAll(source, target, FAST, (event) => {
        if (event.kind !== 'database-started' || event.database !== 'shop') return
        late = leader.store.put(things ?? assert.fail('no things'), '{"_key":"late"}')
      })
      await late
    } finally {
      await Promise.all([source.close(), target.close()])
    }
    await catchUp()
    await assertEqual()
  })

  it('moves what differs where the log does not go on, if asked to', async () => {
    await catchUp()
    await makeDatabase(leader.store, 'bar', 2)
    await assert.rejects(
      catchUp({}, (source) => withGaps(source, 1)),
      { code: 'ERR_TAIL_GAP' },
    )
    const options = { onGap: 'resync', deleteExtra: true } as const
    const kinds = await catchUp(options, (source) => withGaps(source, 1))
    assert.deepEqual(kinds, [
      'follow-started',
      'gap',
      'databases-started',
      'databases-finished',
      'follow-started',
    ])
    await assertEqual()
  })

  it('has one position for all, which copies of one database take away', async () => {
    await catchUp()
    assert.ok((await positionOf(undefined)) !== undefined)
    assert.equal(await positionOf('shop'), undefined)
    const source = await openLeader('shop')
    const target = await openStoreTarget(at('copy'), 'shop')
    await runFollow(source, target, FAST)
    await Promise.all([source.close(), target.close()])
    assert.equal(await positionOf(undefined), undefined)
    assert.ok((await positionOf('shop')) !== undefined)
    await catchUp({ incremental: true })
    assert.equal(await positionOf('shop'), undefined)
    await assertEqual()
  })

  it('takes away positions in logs of one database, and those take away its own', async () => {
    const source = await openLeader('shop')
    const target = await openStoreTarget(at('copy'), 'shop')
    await runFollow(source, target, FAST)
    const { serverId } = leader.store
    const nowhere = { serverId, tick: tick(0n), resumeTick: tick(0n), openTransactions: [] }
    await Promise.all([source.close(), target.close()])
    await catchUp({ begin: { ...nowhere, database: undefined } })
    assert.equal(await positionOf('shop'), undefined)
    assert.ok((await positionOf(undefined)) !== undefined)
    await assertEqual()
    const again = await openLeader('shop')
    const into = await openStoreTarget(at('copy'), 'shop')
    await runFollow(again, into, { ...FAST, begin: { ...nowhere, database: 'shop' } })
    await Promise.all([again.close(), into.close()])
    assert.equal(await positionOf(undefined), undefined)
    assert.ok((await positionOf('shop')) !== undefined)
    await assertEqual()
  })

  it('leaves out collections by their names, in every database', async () => {
    await catchUp({ exclude: ['links', 'nobody has this'], skipsUnknown: true })
    const states = await statesOf(at('copy'))
    const names = [...(states['shop'] as ReadonlyMap<string, unknown>).keys()]
    assert.deepEqual(names.sort(), ['things', 'views'])
    await assert.rejects(catchUp({ exclude: ['things'] }), { code: 'ERR_FOLLOW_SELECTION' })
  })

  it('refuses databases other than _system, and targets that keep no position', async () => {
    const source = await openLeader('shop')
    const target = await openStoreTarget(at('copy'), '_system')
    try {
      await assert.rejects(runFollowAll(source, target, FAST), RangeError)
      const whole = await openLeader()
      const plain = new Proxy(target, {
        get: (inner, name) => {
          const value: unknown = Reflect.get(inner, name, inner)
          if (name === 'openFollow') return undefined
          return typeof value === 'function' ? (value.bind(inner) as unknown) : value
        },
      })
      await assert.rejects(runFollowAll(whole, plain, FAST), { code: 'ERR_FOLLOW_TARGET' })
      await whole.close()
    } finally {
      await Promise.all([source.close(), target.close()])
    }
  })
})
