/*
 * What only the target of a copy of all databases has, while the source may have it too: a server
 * leaves out of its inventory what the caller may not read, and a store that is being copied into has
 * a part of what it will have.
 */
import assert from 'node:assert/strict'
import { openRemote } from '../../../lib/remote/index.js'
import { parseAddress, type Source } from '../../../lib/replica/index.js'
import { openStore, openStoreSource, openStoreTarget } from '../../../lib/store/index.js'
import { planAllDatabases, runSyncAll, type GlobalSyncEvent } from '../../../lib/sync/index.js'
import { tick } from '../../../lib/values/index.js'
import { startTestLeader, databaseOf, type TestLeader } from '../../server/support/test-leader.js'
import { addUser, TEST_SECRET, type TestGrants } from '../../server/support/users.js'
import { sendError, sendJson, withLeader } from '../../support/fake-leader.js'
import { useTemporaryDirectory } from '../../support/temporary-directory.js'

const AUTH = { kind: 'on', rootPassword: 'root', jwtSecret: TEST_SECRET } as const
const CLERK: TestGrants = {
  _system: 'ro',
  shop: 'ro',
  'shop/orders': 'ro',
  'shop/secret': 'none',
}

describe('syncAllDatabases() with deleteExtra, and a source that does not show all', () => {
  const { at } = useTemporaryDirectory()

  /** Copies all from a source; what it ended with, and what it told of extra things. */
  async function copyAll(source: Source, deleteExtra: boolean): Promise<readonly string[]> {
    const target = await openStoreTarget(at('copy'), '_system')
    const told: string[] = []
    const tell = (event: GlobalSyncEvent): void => {
      if (event.kind === 'dropped') told.push(`${event.what} ${event.name}`)
      if (event.kind === 'warning') told.push(event.message)
      if (event.kind === 'databases-finished') told.push(`kept ${event.kept.join(' ')}`)
    }
    try {
      await runSyncAll(source, target, { workers: 0, incremental: true, deleteExtra }, tell)
      return told
    } finally {
      await target.close()
      await source.close()
    }
  }

  /** Names of databases and of what is in `shop` in the copy. */
  async function copied(): Promise<readonly string[]> {
    const store = await openStore(at('copy'), { mode: 'read' })
    try {
      const shop = databaseOf(store, 'shop')
      const collections = store.collections(shop).filter(({ definition }) => !definition.isSystem)
      return [
        ...store.databases().map(({ name }) => name),
        ...collections.map(({ definition }) => definition.name),
      ].sort()
    } finally {
      await store.close()
    }
  }

  describe('a server', () => {
    let test: TestLeader

    beforeEach(async () => {
      test = await startTestLeader({ auth: AUTH })
      const shop = await test.store.createDatabase('shop')
      for (const name of ['orders', 'secret', 'old']) {
        await test.store.createCollection(shop, { name, type: 2 })
      }
      await addUser(test.store, 'clerk', CLERK)
    })

    afterEach(() => test.close())

    function sourceOf(user: string): Source {
      const address = parseAddress(test.url)
      assert.ok(address.kind === 'remote')
      return openRemote({ ...address, username: user, password: user })
    }

    it('keeps collections that the caller may not read, and drops what is gone', async () => {
      await copyAll(sourceOf('root'), false)
      assert.deepEqual(await copied(), ['_system', 'old', 'orders', 'secret', 'shop'])
      const shop = databaseOf(test.store, 'shop')
      const old = test.store.collection(shop, 'old') ?? assert.fail()
      await test.store.dropCollection(old)
      assert.deepEqual(await copyAll(sourceOf('clerk'), true), [
        'collection old',
        'collection "secret" of database "shop" is not dropped: ' +
          'the source may have it without showing it',
        'kept ',
      ])
      assert.deepEqual(await copied(), ['_system', 'orders', 'secret', 'shop'])
    })

    it('is planned as it is done', async () => {
      await copyAll(sourceOf('root'), false)
      const shop = databaseOf(test.store, 'shop')
      await test.store.dropCollection(test.store.collection(shop, 'old') ?? assert.fail())
      const ends = [sourceOf('clerk'), await openStoreSource(at('copy'), '_system')] as const
      try {
        const all = { workers: 0, incremental: true }
        const { databases } = await planAllDatabases(...ends, { ...all, deleteExtra: true })
        const planned = databases.find(({ database }) => database === 'shop')
        assert.deepEqual(planned?.extra, [{ what: 'collection', name: 'old' }])
        assert.deepEqual(planned.hidden, [{ what: 'collection', name: 'secret' }])
        const kept = await planAllDatabases(...ends, all)
        assert.deepEqual(
          kept.databases.map(({ extra, hidden }) => [extra, hidden]),
          [
            [[], []],
            [[], []],
          ],
        )
      } finally {
        for (const end of ends) await end.close()
      }
    })

    it('plans to keep a database that the source may have', async () => {
      await copyAll(sourceOf('root'), false)
      const source = sourceOf('root')
      const open = source.openGlobalSnapshot?.bind(source) ?? assert.fail()
      source.openGlobalSnapshot = async (options) => {
        const all = await open(options)
        return Object.assign(all, { databases: ['_system'] })
      }
      const copy = await openStoreSource(at('copy'), '_system')
      const plan = await planAllDatabases(source, copy, { workers: 0, deleteExtra: true })
      const unasked = await planAllDatabases(source, copy, { workers: 0 })
      await Promise.all([source.close(), copy.close()])
      assert.deepEqual([plan.extra, plan.hidden], [[], ['shop']])
      assert.deepEqual([unasked.extra, unasked.hidden], [['shop'], []])
    })

    it('keeps a database that it has by then, whatever its list said', async () => {
      await copyAll(sourceOf('root'), false)
      const source = sourceOf('root')
      const open = source.openGlobalSnapshot?.bind(source) ?? assert.fail()
      source.openGlobalSnapshot = async (options) => {
        const all = await open(options)
        return Object.assign(all, { databases: ['_system'] })
      }
      assert.deepEqual(await copyAll(source, true), [
        'database "shop" is not dropped: the source may have it without showing it',
        'kept shop',
      ])
      assert.deepEqual(await copied(), ['_system', 'old', 'orders', 'secret', 'shop'])
    })
  })

  describe('GlobalSnapshot.lacks() of a server', () => {
    const answers = [
      { what: 'view', status: 404, errorNum: 1203, lacks: true },
      { what: 'view', status: 501, errorNum: 9, lacks: true },
      { what: 'view', status: 403, errorNum: 11, lacks: false },
      { what: 'collection', status: 501, errorNum: 9, lacks: false },
      { what: 'collection', status: 404, errorNum: 404, lacks: false },
      { what: 'collection', status: 401, errorNum: 11, lacks: false },
      { what: 'database', status: 404, errorNum: 1228, lacks: true },
      { what: 'database', status: 404, errorNum: 1203, lacks: false },
    ] as const
    for (const { what, status, errorNum, lacks } of answers) {
      it(`takes ${status} with errorNum ${errorNum} for a ${what} as ${String(lacks)}`, async () => {
        const all = {
          databases: { _system: { id: '1', name: '_system', collections: [], views: [] } },
        }
        const script = {
          database: '_system',
          intercept: (
            { path, query }: { readonly path: string; readonly query: Record<string, string> },
            response: Parameters<typeof sendJson>[0],
          ): boolean => {
            if (query['global'] === 'true') return sendJson(response, all)
            if (!path.startsWith('/_db/d')) return false
            return sendError(response, status, errorNum)
          },
        }
        await withLeader(script, async ({ source }) => {
          const snapshot = await source.openGlobalSnapshot?.()
          assert.ok(snapshot?.lacks !== undefined)
          assert.equal(await snapshot.lacks({ database: 'd', what, name: 'ä/b' }), lacks)
          await snapshot.close()
        })
      })
    }
  })

  describe('a store', () => {
    it('keeps all while a copy into the source has not ended', async () => {
      const origin = { address: 'http://leader', serverId: '7', tick: tick(9n) }
      const store = await openStore(at('source'), { mode: 'write', create: true })
      const shop = await store.createDatabase('shop')
      for (const name of ['orders', 'old']) await store.createCollection(shop, { name, type: 2 })
      await store.createDatabase('gone')
      await store.close()
      const open = (): Promise<Source> => openStoreSource(at('source'), '_system')
      await copyAll(await open(), false)

      const writer = await openStore(at('source'), { mode: 'write' })
      const old = writer.collection(shop, 'old') ?? assert.fail()
      await writer.dropCollection(old)
      await writer.dropDatabase('gone')
      await writer.setCopyMark(shop, origin)
      await writer.close()
      const [warning, ...told] = await copyAll(await open(), true)
      assert.match(warning ?? '', /was not finished; its data is incomplete$/)
      assert.deepEqual(told, [
        'collection "old" of database "shop" is not dropped: ' +
          'the source may have it without showing it',
        'database gone',
        'kept ',
      ])
    })
  })
})
