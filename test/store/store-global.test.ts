import assert from 'node:assert/strict'
import type { GlobalSnapshot, GlobalTarget, Source, Target } from '../../lib/replica/index.js'
import { openStore, openStoreSource, openStoreTarget } from '../../lib/store/index.js'
import { tick } from '../../lib/values/index.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'

const ORIGIN = { address: 'http://leader:8529', serverId: '7', tick: tick(9n) }

describe('stores of several databases', () => {
  const { at } = useTemporaryDirectory()

  beforeEach(async () => {
    const store = await openStore(at('store'), { mode: 'write', create: true })
    for (const name of ['zeta', 'Alpha']) {
      const database = await store.createDatabase(name)
      await store.createCollection(database, { name: `of ${name}`, type: 2 })
      await store.createView(database, { name: 'v', type: 'arangosearch' })
    }
    await store.close()
  })

  async function useSource(
    work: (all: GlobalSnapshot, source: Source) => Promise<void>,
  ): Promise<void> {
    const source = await openStoreSource(at('store'), '_system')
    try {
      assert.ok(source.openGlobalSnapshot !== undefined)
      const all = await source.openGlobalSnapshot()
      await work(all, source).finally(() => all.close())
    } finally {
      await source.close()
    }
  }

  async function useTarget(
    work: (all: GlobalTarget, target: Target) => Promise<void>,
  ): Promise<void> {
    const target = await openStoreTarget(at('store'), '_system')
    try {
      assert.ok(target.openGlobal !== undefined)
      await work(await target.openGlobal(), target)
    } finally {
      await target.close()
    }
  }

  /** Names of what a database has, but for system collections. */
  async function namesOf(source: Pick<Source, 'openSnapshot'>): Promise<readonly string[]> {
    const snapshot = await source.openSnapshot()
    try {
      const { collections, views } = await snapshot.inventory()
      const listed = collections.filter(({ definition }) => !definition.isSystem)
      return [...listed.map(({ definition }) => definition.name), ...views.map(({ name }) => name)]
    } finally {
      await snapshot.close()
    }
  }

  describe('Source.openGlobalSnapshot', () => {
    it('shows every database as it was at one moment', async () => {
      // One that is to be read beside its writer has to be opened for writing first.
      const writer = await openStore(at('store'), { mode: 'write' })
      await useSource(async (all) => {
        await writer.dropDatabase('zeta')
        const alpha = writer.database('Alpha') ?? assert.fail()
        await writer.createCollection(alpha, { name: 'later', type: 2 })
        assert.deepEqual(all.databases, ['_system', 'Alpha', 'zeta'])
        assert.deepEqual(await namesOf(all.source('Alpha')), ['of Alpha', 'v'])
        assert.deepEqual(await namesOf(all.source('zeta')), ['of zeta', 'v'])
        assert.equal(all.source('zeta').address, `store:${at('store')}#zeta`)
        const snapshot = await all.source('_system').openSnapshot()
        assert.deepEqual([snapshot.tick, snapshot.serverId], [all.tick, all.serverId])
        await snapshot.close()
      }).finally(() => writer.close())
    })

    it('outlives the snapshots of its databases, however often they are closed', async () => {
      await useSource(async (all) => {
        const source = all.source('zeta')
        const snapshot = await source.openSnapshot()
        await snapshot.close()
        await snapshot.close()
        await source.close()
        assert.deepEqual(await namesOf(all.source('zeta')), ['of zeta', 'v'])
      })
    })

    it('lets what is open be read to its end, and nothing be opened later', async () => {
      await useSource(async (all) => {
        const snapshot = await all.source('zeta').openSnapshot()
        await all.close()
        assert.equal((await snapshot.inventory()).views.length, 1)
        await assert.rejects(all.source('zeta').openSnapshot(), { code: 'ERR_SNAPSHOT_CLOSED' })
        await snapshot.close()
        await assert.rejects(async () => snapshot.inventory(), { code: 'ERR_SNAPSHOT_CLOSED' })
      })
    })

    it('warns of a database that is incomplete, and refuses one that is not there', async () => {
      await useTarget(async (all) => {
        await all.target('zeta').beginCopy(ORIGIN)
      })
      await useSource(async (all) => {
        const source = all.source('zeta')
        const told: string[] = []
        source.onNotice = ({ message }) => told.push(message)
        await (await source.openSnapshot()).close()
        assert.match(told.join(), /^the copy into store:.*#zeta was not finished; /)
        await assert.rejects(all.source('none').openSnapshot(), { code: 'ERR_DATABASE_NOT_FOUND' })
        const { signal } = { signal: AbortSignal.abort(new Error('enough')) }
        await assert.rejects(source.openSnapshot({ signal }), { message: 'enough' })
      })
    })

    it('has to be asked of _system', async () => {
      const source = await openStoreSource(at('store'), 'zeta')
      try {
        assert.ok(source.openGlobalSnapshot !== undefined)
        await assert.rejects(source.openGlobalSnapshot(), {
          name: 'RangeError',
          message: /#zeta: that is done through "_system" only$/,
        })
      } finally {
        await source.close()
      }
    })
  })

  describe('Target.openGlobal', () => {
    it('makes a database when a copy into it begins, and not before', async () => {
      await useTarget(async (all) => {
        const made = all.target('made')
        assert.equal(made.address, `store:${at('store')}#made`)
        assert.equal(await made.unfinishedCopy(), undefined)
        await assert.rejects(made.openSnapshot(), { code: 'ERR_DATABASE_NOT_FOUND' })
        assert.deepEqual(await all.databases(), ['_system', 'Alpha', 'zeta'])
        const copy = await made.beginCopy(ORIGIN)
        assert.deepEqual(await all.databases(), ['_system', 'Alpha', 'made', 'zeta'])
        assert.deepEqual(await made.unfinishedCopy(), ORIGIN)
        await copy.finish()
        assert.deepEqual(await namesOf(made), [])
        await made.close()
        assert.deepEqual(await namesOf(all.target('zeta')), ['of zeta', 'v'])
      })
    })

    it('drops databases, collections and views', async () => {
      await useTarget(async (all) => {
        await all.dropView('zeta', 'v')
        await all.dropView('zeta', 'v')
        await all.dropCollection('zeta', 'of zeta')
        await all.dropCollection('zeta', 'of zeta')
        await all.dropCollection('zeta', '_graphs')
        assert.deepEqual(await namesOf(all.target('zeta')), [])
        const snapshot = await all.target('zeta').openSnapshot()
        assert.equal((await snapshot.inventory()).collections.length, 3)
        await snapshot.close()
        await all.dropDatabase('Alpha')
        assert.deepEqual(await all.databases(), ['_system', 'zeta'])
        await assert.rejects(all.dropView('Alpha', 'v'), { code: 'ERR_DATABASE_NOT_FOUND' })
        await assert.rejects(all.dropCollection('Alpha', 'c'), { code: 'ERR_DATABASE_NOT_FOUND' })
        await assert.rejects(all.dropDatabase('_system'), { code: 'ERR_NAME_INVALID' })
      })
    })

    it('keeps how far a copy is, until it is told that it has ended', async () => {
      const copy = { serverId: '7', complete: ['_system', 'zeta'] }
      await useTarget(async (all) => {
        assert.equal(await all.unfinishedCopy(), undefined)
        await all.noteCopy(copy)
      })
      await useTarget(async (all) => {
        assert.deepEqual(await all.unfinishedCopy(), copy)
        await all.noteCopy(undefined)
        assert.equal(await all.unfinishedCopy(), undefined)
      })
    })
  })
})
