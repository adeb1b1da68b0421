import assert from 'node:assert/strict'
import type { ApplierEvent } from '../../../lib/server/index.js'
import { statesIn } from '../../sync/support/replica-pair.js'
import { askApplier, askState, stateIn, untilApplied, untilState } from '../support/applier.js'
import { ask, assertError } from '../support/ask.js'
import { valueOf } from '../support/documents.js'
import { askSync, endpointOf } from '../support/sync.js'
import {
  databaseOf,
  fillCollection,
  startTestLeader,
  type TestLeader,
} from '../support/test-leader.js'

const PASSWORD = 'hunter2 & "co"'

describe('the endpoints of background followers', () => {
  let remote: TestLeader
  let local: TestLeader
  let body: { readonly endpoint: string; readonly connectionRetryWaitTime: number }
  const events: ApplierEvent[] = []

  beforeEach(async () => {
    events.length = 0
    remote = await startTestLeader()
    const onApplierEvent = (event: ApplierEvent): void => {
      events.push(event)
    }
    local = await startTestLeader({ onApplierEvent, limits: { syncRetryDelayMs: 1 } })
    body = { endpoint: endpointOf(remote), connectionRetryWaitTime: 0.25 }
    await fillCollection(remote.store, 'c', 20)
  })

  afterEach(async () => {
    await local.close()
    await remote.close()
  })

  async function assertEqual(): Promise<void> {
    assert.deepEqual(await statesIn(local.store), await statesIn(remote.store))
  }

  async function insert(key: string): Promise<void> {
    const collection = remote.store.collection(remote.system, 'c')
    assert.ok(collection !== undefined)
    await remote.store.insert(collection, JSON.stringify({ _key: key }))
  }

  /** Moves the begin of the remote log behind all that there is. */
  async function trimRemote(): Promise<void> {
    await insert(`trimmed${remote.store.lastTick}`)
    await remote.store.trimLog({ bytesMax: 0, through: remote.store.lastTick })
  }

  it('make a follower, stop it, and let it go on', async () => {
    const made = await askApplier(local, 'PUT make-follower', body)
    assert.equal(made.status, 200)
    const { running, phase, started, lastError } = stateIn(made)
    assert.deepEqual([running, phase, lastError], [true, 'running', { errorNum: 0 }])
    assert.match(started, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
    assert.deepEqual(
      [valueOf(made)['endpoint'], valueOf(made)['database']],
      [body.endpoint, '_system'],
    )
    await assertEqual()
    await insert('followed')
    await untilApplied(local, remote.store.lastTick)
    await assertEqual()
    const stopped = stateIn(await askApplier(local, 'PUT applier-stop'))
    assert.deepEqual([stopped.running, stopped.phase], [false, 'inactive'])
    await insert('missed')
    assert.equal(stateIn(await askApplier(local, 'PUT applier-start')).running, true)
    await untilApplied(local, remote.store.lastTick)
    await assertEqual()
    assert.deepEqual(
      events.map(({ kind, database, endpoint }) => [kind, database, endpoint]),
      ['started', 'stopped', 'started'].map((kind) => [kind, '_system', body.endpoint]),
    )
  })

  it('go on from a synchronisation that was asked for', async () => {
    const synced = valueOf(await askSync(local, body))
    await askApplier(local, 'PUT applier-config', body)
    await insert('later')
    await askApplier(local, `PUT applier-start?from=${String(synced['lastLogTick'])}`)
    const { totalDocuments } = await untilApplied(local, remote.store.lastTick)
    assert.equal(totalDocuments, 1)
    await assertEqual()
  })

  it('follow the log from its beginning, where nothing was saved', async () => {
    await askApplier(local, 'PUT applier-config', body)
    await askApplier(local, 'PUT applier-start')
    await untilApplied(local, remote.store.lastTick)
    await assertEqual()
  })

  it('follow all databases, those to come too', async () => {
    const all = { ...local, isGlobal: true }
    await remote.store.createDatabase('before')
    const made = await askApplier(all, 'PUT make-follower', body)
    assert.deepEqual([made.status, stateIn(made).running], [200, true])
    assert.equal(valueOf(made)['database'], undefined)
    const after = await remote.store.createDatabase('after')
    await fillCollection(remote.store, 'x', 3, { database: after })
    await remote.store.dropDatabase('before')
    await untilApplied(all, remote.store.lastTick)
    await assertEqual()
    assert.equal((await askState(local)).running, false)
    assertError(await askApplier(local, 'PUT make-follower', body), 400, 1411)
    assertError(await askSync(local, body), 409, 1411)
    assert.equal(stateIn(await askApplier(all, 'PUT applier-stop')).running, false)
  })

  it('stop where the log does not have the tick', async () => {
    await askApplier(local, 'PUT make-follower', body)
    await askApplier(local, 'PUT applier-stop')
    await trimRemote()
    await askApplier(local, 'PUT applier-start')
    const { lastError, running } = await untilState(local, ({ phase }) => phase === 'inactive')
    assert.deepEqual([lastError.errorNum, running], [1414, false])
    const failed = events.at(-1)
    assert.deepEqual([failed?.kind, failed?.failure?.errorNum], ['failed', 1414])
  })

  it('synchronise anew there, if they are to', async () => {
    await askApplier(local, 'PUT make-follower', { ...body, autoResync: true, incremental: true })
    await askApplier(local, 'PUT applier-stop')
    await trimRemote()
    await askApplier(local, 'PUT applier-start')
    const anew = await untilState(local, (state) => state.running && state.totalResyncs > 0)
    assert.equal(anew.totalResyncs, 1)
    await insert('later')
    await untilApplied(local, remote.store.lastTick)
    await assertEqual()
  })

  it('merge a configuration into the one before, and forget both', async () => {
    await askApplier(local, 'PUT applier-config', { ...body, chunkSize: 20_000 })
    const changed = await askApplier(local, 'PUT applier-config', { autoResync: true })
    const { endpoint, chunkSize, autoResync, database } = valueOf(changed)
    assert.deepEqual(
      [endpoint, chunkSize, autoResync, database],
      [body.endpoint, 20_000, true, '_system'],
    )
    assert.deepEqual(valueOf(await askApplier(local, 'GET applier-config')), valueOf(changed))
    const forgotten = await askApplier(local, 'DELETE applier-state')
    assert.equal(valueOf(forgotten)['endpoint'], undefined)
    assert.equal(valueOf(await askApplier(local, 'GET applier-config'))['endpoint'], undefined)
    assertError(await askApplier(local, 'PUT applier-start'), 400, 1410)
  })

  it('refuse another configuration, and another writer, while one runs', async () => {
    await askApplier(local, 'PUT make-follower', body)
    assertError(await askApplier(local, 'PUT applier-config', body), 400, 1411)
    assertError(await askSync(local, body), 409, 1411)
    const all = { ...local, isGlobal: true }
    assertError(await askApplier(all, 'PUT make-follower', body), 400, 1411)
    await askApplier(local, 'PUT applier-stop')
    assert.equal((await askSync(local, body)).status, 200)
  })

  it('tell what a first synchronisation failed with', async () => {
    const absent = { ...body, database: 'none', maxConnectRetries: 0 }
    const failed = await askApplier(local, 'PUT make-follower', absent)
    assertError(failed, 500, 1402)
    const { lastError, running } = await askState(local)
    assert.deepEqual([lastError.errorNum, running], [1402, false])
  })

  it('make a follower later, where that is asked for', async () => {
    const path = `${local.url}/_api/replication/make-follower`
    const headers = { 'x-arango-async': 'store' }
    const begun = await ask(path, { method: 'PUT', headers, body: JSON.stringify(body) })
    assert.equal(begun.status, 202)
    const job = `${local.url}/_api/job/${String(begun.headers['x-arango-async-id'])}`
    for (;;) {
      const reply = await ask(job, { method: 'PUT' })
      if (reply.status === 204) continue
      assert.equal(stateIn(reply).running, true)
      break
    }
    await assertEqual()
  })

  it('forget the follower of a database that is dropped', async () => {
    for (const { store } of [remote, local]) await store.createDatabase('d')
    const asked = { ...local, database: 'd' }
    assert.equal((await askApplier(asked, 'PUT make-follower', body)).status, 200)
    const path = `${local.url}/_api/database`
    assert.equal((await ask(`${path}/d`, { method: 'DELETE' })).status, 200)
    assert.deepEqual(local.store.metaNames('appliers/'), [])
    await ask(path, { method: 'POST', body: '{"name":"d"}' })
    assert.equal((await askState(asked)).started, '')
    assert.notEqual(databaseOf(local.store, 'd').id, undefined)
  })

  it('tell of all databases in _system', async () => {
    await local.store.createDatabase('d')
    await askApplier(local, 'PUT make-follower', body)
    const all = valueOf(await askApplier(local, 'GET applier-state-all'))
    const states = all as Record<string, { readonly state: { readonly running: boolean } }>
    assert.deepEqual(
      Object.entries(states).map(([name, { state }]) => [name, state.running]),
      [
        ['_system', true],
        ['d', false],
      ],
    )
  })

  it('never tell a password', async () => {
    const secure = await startTestLeader({ auth: { kind: 'on', rootPassword: PASSWORD } })
    const login = { ...body, endpoint: endpointOf(secure), username: 'root', password: PASSWORD }
    const wrong = { ...login, password: `${PASSWORD}x`, maxConnectRetries: 0 }
    const replies = [
      await askApplier(local, 'PUT make-follower', wrong),
      await askApplier(local, 'PUT make-follower', login),
      await askApplier(local, 'PUT applier-stop'),
      await askApplier(local, 'PUT applier-config', login),
      await askApplier(local, 'GET applier-config'),
      await askApplier(local, 'PUT applier-start'),
      await askApplier(local, 'GET applier-state'),
      await askApplier(local, 'GET applier-state-all'),
    ]
    assert.deepEqual(
      replies.map(({ status }) => status),
      [500, 200, 200, 200, 200, 200, 200, 200],
    )
    for (const reply of replies) assert.ok(!reply.body.toString().includes('hunter2'))
    assert.ok(!JSON.stringify(events).includes('hunter2'))
    assert.equal(valueOf(replies[4] ?? assert.fail())['username'], 'root')
    await askApplier(local, 'PUT applier-stop')
    await secure.close()
  })
})
