import assert from 'node:assert/strict'
import { examineServer, type ServerExamination } from '../../../lib/remote/index.js'
import { createConnector } from '../../../lib/remote/connector.js'
import { probeTls } from '../../../lib/remote/examine/probe-tls.js'
import { startLeader } from '../../../lib/server/index.js'
import { buildConnector } from 'undici'
import { FIRST } from '../../server/support/certificates.js'
import {
  fillCollection,
  openTestStore,
  startTestLeader,
  type TestLeader,
} from '../../server/support/test-leader.js'
import { addUser } from '../../server/support/users.js'

const MANAGEABLE_MS = 60_000

function examine(url: string, database: string, username?: string): Promise<ServerExamination> {
  const credentials = username === undefined ? {} : { username, password: username }
  return examineServer({ kind: 'remote', url, database }, credentials)
}

function verdictOf({ verdicts }: ServerExamination, wanted: string): string | undefined {
  const { verdict, reason } = verdicts.find(({ task }) => task === wanted) ?? assert.fail()
  return reason === undefined ? verdict : `${verdict}: ${reason}`
}

/** What differs between the forms of a leader. */
const FORMS = {
  documented: { treeUnasked: 'levels', isOld: false },
  arangodb: { treeUnasked: 'leaves', isOld: false },
  'arangodb-3.7': { treeUnasked: undefined, isOld: true },
} as const

describe('examineServer() of a tidemark leader', () => {
  for (const compat of ['documented', 'arangodb', 'arangodb-3.7'] as const) {
    const { isOld, treeUnasked } = FORMS[compat]
    describe(`in the form ${compat}`, () => {
      let test: TestLeader
      let found: ServerExamination

      before(async () => {
        test = await startTestLeader({ compat })
        await fillCollection(test.store, 'orders', 3)
        found = await examine(test.url, '_system')
      })

      after(() => test.close())

      it('knows what it is', () => {
        const { product, productVersion, version, role, serverId, isReadOnly } = found.server
        assert.equal(isReadOnly, false)
        assert.deepEqual([product, role, serverId], ['tidemark', 'single', test.store.serverId])
        assert.match(productVersion ?? '', /^\d+\.\d+\.\d+/)
        assert.equal(version?.startsWith('3.7.'), isOld)
      })

      it('knows its dialects', () => {
        const { logFirstTick, logLastTick, ...dialects } = found.dialects
        assert.equal(logLastTick, test.store.lastTick.toString())
        assert.ok(BigInt(logFirstTick ?? '') <= test.store.lastTick)
        assert.deepEqual(dialects, {
          batchState: !isOld,
          dumpLines: isOld ? 'type,data' : 'document',
          dumpLinesUnasked: isOld ? 'type,data' : 'tick,type,key,rev,data',
          dumpVelocyPack: !isOld,
          revisionTrees: !isOld,
          treeVelocyPack: isOld ? undefined : true,
          treeUnasked,
          revisionsAsHlc: isOld ? undefined : true,
          keys: true,
          parallelDump: !isOld,
          parallelDumpOfBatch: isOld ? undefined : true,
          log: true,
          restore: true,
          applier: true,
        })
      })

      it('says what of reading works', () => {
        const reading = [
          'dump',
          'sync',
          'sync-by-keys',
          'tail',
          'follow',
          'all-databases',
          'target',
        ]
        for (const task of reading) assert.equal(verdictOf(found, task), 'yes')
        const newer = ['sync-by-tree', 'parallel-dump']
        for (const task of newer) assert.equal(verdictOf(found, task) === 'yes', !isOld)
        assert.match(verdictOf(found, 'diff') ?? '', /^yes/)
      })

      it('knows that there is next to no difference of clocks', () => {
        const { differenceMs, uncertaintyMs } = found.clock ?? assert.fail()
        assert.ok(Math.abs(differenceMs) + uncertaintyMs < MANAGEABLE_MS)
      })

      it('writes nothing', async () => {
        const before = test.store.lastTick
        await examine(test.url, '_system')
        assert.equal(test.store.lastTick, before)
      })
    })
  }
})

describe('examineServer() of a tidemark leader with users', () => {
  let test: TestLeader

  before(async () => {
    const { store, close } = await openTestStore()
    const shop = await store.createDatabase('shop')
    for (const name of ['orders', 'wages']) await store.createCollection(shop, { name, type: 2 })
    await store.createDatabase('hidden')
    await addUser(store, 'reader', { shop: 'ro', 'shop/wages': 'none' })
    const leader = await startLeader({ store, port: 0, auth: { kind: 'on', rootPassword: 'root' } })
    const system = store.database('_system') ?? assert.fail()
    test = {
      store,
      leader,
      system,
      url: leader.url,
      async close() {
        await leader.close()
        await close()
      },
    }
  })

  after(() => test.close())

  it('knows what an administrator may do', async () => {
    const { caller } = await examine(test.url, 'shop', 'root')
    assert.equal(caller.isAdministrator, true)
    assert.deepEqual(
      caller.databases?.map(({ name, grant }) => `${name} ${grant ?? '?'}`),
      ['_system rw', 'hidden rw', 'shop rw'],
    )
  })

  it('knows what a reader may not do', async () => {
    const found = await examine(test.url, 'shop', 'reader')
    assert.deepEqual(found.caller.databases, [{ name: 'shop', grant: 'ro' }])
    assert.equal(found.caller.isAdministrator, false)
    assert.equal(found.database.hiddenCollections, 1)
    assert.match(verdictOf(found, 'dump') ?? '', /^partly: collections that you may not read/)
    assert.match(verdictOf(found, 'tail') ?? '', /^no: the log is only for users/)
    assert.match(verdictOf(found, 'target') ?? '', /^no: you may only read/)
  })

  it('knows that a database is not granted, or not there', async () => {
    const hidden = await examine(test.url, 'hidden', 'reader')
    assert.equal(hidden.database.grant, 'none')
    assert.equal(verdictOf(hidden, 'dump'), 'no: database "hidden" is not yours to read')
    const missing = await examine(test.url, 'nope', 'root')
    assert.equal(missing.database.isThere, false)
    const reason = 'no: there is no database "nope"; it has to be made first'
    assert.equal(verdictOf(missing, 'dump'), reason)
    assert.equal(verdictOf(missing, 'tail'), reason)
    assert.equal(verdictOf(missing, 'all-databases'), 'unknown: examine the address without /_db/…')
  })
})

describe('probeTls()', () => {
  it('tells by whose certificate a connection is protected', async () => {
    const { store, close } = await openTestStore()
    const leader = await startLeader({ store, port: 0, auth: { kind: 'off' }, tls: FIRST })
    const { url } = leader
    try {
      const address = { kind: 'remote', url, database: '_system' } as const
      const facts = await probeTls(address, buildConnector({ ca: FIRST.cert, timeout: 20_000 }))
      const { cipher, ...rest } = facts ?? assert.fail()
      assert.match(cipher ?? '', /^TLS_/)
      assert.deepEqual(rest, {
        protocol: 'TLSv1.3',
        subject: "first of tidemark's tests",
        issuer: "first of tidemark's tests",
        names: ['DNS:localhost', 'IP Address:127.0.0.1'],
        validFrom: '2026-11-21T20:46:39.000Z',
        validTo: '2126-10-28T20:46:39.000Z',
      })
      // Without trust there is nothing to tell.
      assert.equal(await probeTls(address, createConnector(20_000)), undefined)
    } finally {
      await leader.close()
      await close()
    }
  })

  it('has nothing to tell without TLS', async () => {
    const address = { kind: 'remote', url: 'http://127.0.0.1:1', database: '_system' } as const
    assert.equal(await probeTls(address, createConnector(20_000)), undefined)
  })
})
