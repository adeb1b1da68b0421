import assert from 'node:assert/strict'
import { openRemoteTarget, RemoteError, RemoteRefusedError } from '../../lib/remote/index.js'
import type { RemoteTargetOptions } from '../../lib/remote/index.js'
import type { ReplicaNotice, Target, TargetCopy } from '../../lib/replica/index.js'
import { databaseOf, startTestLeader, type TestLeader } from '../server/support/test-leader.js'
import { chunkOf } from '../support/chunk.js'
import { startFaultyProxy, type FaultPlan } from '../support/faulty-proxy.js'
import { listRevisions, range } from '../support/seek-contract.js'
import { describeTarget } from '../support/target-contract.js'

const ORIGIN = { address: 'http://other:1', serverId: '77', tick: undefined }
const DOCUMENTS = 'POST /_api/document/c'

describe('openRemoteTarget()', () => {
  let leader: TestLeader
  let databases = 0
  before(async () => {
    leader = await startTestLeader()
  })
  after(() => leader.close())

  /** A target of a database of its own. */
  async function withTarget(
    use: (target: Target, notices: readonly ReplicaNotice[]) => Promise<void>,
    options: RemoteTargetOptions = {},
    url: string = leader.url,
  ): Promise<void> {
    databases += 1
    const database = `d${databases}`
    const remote = { kind: 'remote', url, database } as const
    const target = openRemoteTarget(remote, { retryDelayMs: 1, createDatabase: true, ...options })
    const notices: ReplicaNotice[] = []
    target.onNotice = (notice) => notices.push(notice)
    try {
      await use(target, notices)
    } finally {
      await target.close()
    }
  }

  async function withProxy(
    plan: FaultPlan,
    use: (target: Target, names: readonly string[]) => Promise<void>,
    options?: RemoteTargetOptions,
  ): Promise<void> {
    const proxy = await startFaultyProxy(leader.url, plan)
    try {
      await withTarget((target) => use(target, proxy.names), options, proxy.url)
    } finally {
      proxy.close()
    }
  }

  describeTarget((use) => withTarget(use))

  it('makes no database unless asked to, and says what to do', async () => {
    await withTarget(
      async (target) => {
        await assert.rejects(target.beginCopy(ORIGIN), {
          code: 'ERR_REMOTE_STATUS',
          errorNum: 1228,
          message: `Cannot begin a copy at ${target.address}: the server has no database "${target.database}"; it has to be made first`,
        })
        assert.equal(leader.store.database(target.database), undefined)
      },
      { createDatabase: false },
    )
  })

  it('refuses the database that the copy comes from, and takes another one of the server', async () => {
    await withTarget(async (target) => {
      const { serverId } = leader.store
      await target.beginCopy({ ...ORIGIN, serverId })
      const address = `store:elsewhere#${target.database}`
      await assert.rejects(target.beginCopy({ ...ORIGIN, address, serverId }), {
        code: 'ERR_REMOTE_INCOMPATIBLE',
        errorNum: 1405,
      })
      await target.beginCopy({ ...ORIGIN, address })
    })
  })

  it('tells which document a server refuses, and writes the others', async () => {
    await withTarget(async (target) => {
      const into = await emptyCollection(await target.beginCopy(ORIGIN))
      const keys = ['a', 'b c', 'd', 'é']
      const chunk = chunkOf(keys.map((key) => JSON.stringify({ _key: key, secret: 'hidden' })))
      await assert.rejects(into.write(chunk), (error: unknown) => {
        assert.ok(error instanceof RemoteRefusedError)
        assert.equal(error.code, 'ERR_REMOTE_REFUSED')
        assert.equal(error.errorNum, 1221)
        assert.match(
          error.message,
          /^Cannot write documents of collection "c" at .*with key "b c", error 1221/,
        )
        assert.doesNotMatch(error.message, /hidden/)
        return true
      })
      assert.equal(countOf(target), 2)
    })
  })

  it('refuses an edge without _from', async () => {
    await withTarget(async (target) => {
      const copy = await target.beginCopy(ORIGIN)
      const into = await copy.replaceCollection({ ...definition(), type: 3 })
      await assert.rejects(into.write(chunkOf(['{"_key":"a"}'])), { errorNum: 1233 })
    })
  })

  it('warns of a schema and of views that the server does not do', async () => {
    await withTarget(async (target, notices) => {
      const copy = await target.beginCopy(ORIGIN)
      const parameters = { name: 'c', type: 2, schema: { rule: {} }, waitForSync: true }
      await copy.replaceCollection({ ...definition(), parameters })
      const repair = await copy.openCollection(definition())
      assert.equal(repair?.definition.parameters['waitForSync'], true)
      assert.equal(await repair.change({ ...definition(), parameters }), false)
      const properties = { name: 'v', type: 'arangosearch', links: {} }
      await copy.replaceView({ name: 'v', type: 'arangosearch', globallyUniqueId: 'x', properties })
      assert.deepEqual(notices, [
        ...Array.from({ length: 2 }, () => ({
          kind: 'warning',
          message: `collection "c" is without its schema and its computed values at ${target.address}: the server has none`,
        })),
        { kind: 'warning', message: `view "v" is not made: ${target.address} has no views` },
      ])
    })
  })

  it('leaves the users of the server alone', async () => {
    await withTarget(async (target, notices) => {
      const copy = await target.beginCopy(ORIGIN)
      const users = { ...definition('_users'), isSystem: true }
      assert.equal(await copy.openCollection(users), undefined)
      const into = await copy.replaceCollection(users)
      assert.equal((await into.write(chunkOf(['{"_key":"root"}']))).documents, 0)
      await into.createIndexes([])
      assert.match(notices[0]?.message ?? '', /"_users" stays as it is/)
    })
  })

  for (const where of ['before', 'inside'] as const) {
    it(`writes again what was answered by a connection cut ${where} the answer`, async () => {
      let cuts = 0
      const plan: FaultPlan = ({ name }) => {
        if (!name.startsWith('POST /_api/') || name.includes('replication')) return undefined
        cuts += 1
        return cuts % 2 === 1 ? { kind: 'cut', where } : undefined
      }
      await withProxy(plan, async (target, names) => {
        const into = await emptyCollection(await target.beginCopy(ORIGIN))
        const lines = ['a', 'b'].map((key) => JSON.stringify({ _key: key }))
        assert.equal((await into.write(chunkOf(lines))).documents, 2)
        assert.equal(countOf(target), 2)
        assert.ok(names.filter((name) => name === DOCUMENTS).length > 1)
      })
    })
  }

  it('refuses an answer that does not tell of each document', async () => {
    const plan: FaultPlan = ({ name }) =>
      name === DOCUMENTS ? { kind: 'rewrite', rewrite: (path) => `${path}&silent=true` } : undefined
    await withProxy(plan, async (target) => {
      const into = await emptyCollection(await target.beginCopy(ORIGIN))
      await assert.rejects(into.write(chunkOf(['{"_key":"a"}'])), {
        code: 'ERR_REMOTE_ANSWER',
        message: /it has 0 items for 1 documents/,
      })
    })
  })

  it('ends by its signal while it waits to try again', async () => {
    const ended = new AbortController()
    const plan: FaultPlan = ({ name }) => {
      if (name !== DOCUMENTS) return undefined
      ended.abort(new Error('enough'))
      return { kind: 'status', status: 503, errorNum: 0 }
    }
    await withProxy(
      plan,
      async (target) => {
        const into = await emptyCollection(await target.beginCopy(ORIGIN))
        await assert.rejects(into.write(chunkOf(['{"_key":"a"}'])), { message: 'enough' })
      },
      { signal: ended.signal, retryDelayMs: 100_000 },
    )
  })

  it('does not remove a document that was changed meanwhile', async () => {
    const isRead = 'PUT /_api/replication/revisions/documents'
    let change = (): Promise<unknown> => Promise.resolve()
    const plan: FaultPlan = async ({ name }) => {
      if (name === REMOVAL) await change()
      return undefined
    }
    await withProxy(plan, async (target, names) => {
      const copy = await target.beginCopy(ORIGIN)
      const into = await emptyCollection(copy)
      await into.write(chunkOf(['{"_key":"a"}', '{"_key":"b"}']))
      const repair = await copy.openCollection(definition())
      const { store } = leader
      const collection = store.collection(databaseOf(store, target.database), 'c')
      assert.ok(collection !== undefined && repair !== undefined)
      change = () => store.put(collection, '{"_key":"a","changed":true}')
      const snapshot = await copy.openSnapshot()
      const access = (await snapshot.seek?.(repair.definition)) ?? assert.fail()
      const revisions = await listRevisions(access, [range(0n, 2n ** 63n - 1n)])
      await snapshot.close()
      const { removals } = await repair.removeRevisions(BigUint64Array.from(revisions))
      assert.equal(removals, 1)
      assert.equal(countOf(target), 1)
      assert.ok(names.includes(isRead))
    })
  })

  it('says so when it cannot be reached, or is none', async () => {
    const remote = { kind: 'remote', url: 'http://127.0.0.1:1', database: '_system' } as const
    const target = openRemoteTarget(remote, { retries: 0 })
    try {
      await assert.rejects(target.beginCopy(ORIGIN), (error) => error instanceof RemoteError)
    } finally {
      await target.close()
    }
    assert.throws(() => openRemoteTarget(remote, { batchTtlSeconds: 0 }), RangeError)
  })

  function countOf({ database }: Target): number | undefined {
    const { store } = leader
    return store.collection(databaseOf(store, database), 'c')?.documents
  }
})

const REMOVAL = 'DELETE /_api/document/c'

function definition(name = 'c'): Parameters<TargetCopy['replaceCollection']>[0] {
  return {
    name,
    type: 2,
    globallyUniqueId: 'h1/1',
    id: '1',
    isSystem: false,
    isDeleted: false,
    syncByRevision: true,
    parameters: { name, type: 2 },
    indexes: [],
  }
}

function emptyCollection(copy: TargetCopy): ReturnType<TargetCopy['replaceCollection']> {
  return copy.replaceCollection(definition())
}
