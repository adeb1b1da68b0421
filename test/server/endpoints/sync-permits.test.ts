import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { startLeader } from '../../../lib/server/index.js'
import { syncDatabase } from '../../../lib/server/sync/index.js'
import { parseSyncRequest } from '../../../lib/server/sync/sync-request.js'
import type { Permissions } from '../../../lib/server/auth/index.js'
import { assertError } from '../support/ask.js'
import { valueOf } from '../support/documents.js'
import { askSync, endpointOf } from '../support/sync.js'
import { fillCollection, startTestLeader, type TestLeader } from '../support/test-leader.js'

describe('PUT /_api/replication/sync, with hosts that are allowed', () => {
  /** Counts who connects, and hangs up. */
  let server: Server
  let port = 0
  let connections = 0

  before(async () => {
    server = createServer((socket) => {
      connections += 1
      socket.destroy()
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    ;({ port } = server.address() as AddressInfo)
  })

  after(() => server.close())

  async function withLeader(
    syncFrom: readonly string[] | undefined,
    use: (leader: TestLeader) => Promise<void>,
  ): Promise<void> {
    const leader = await startTestLeader({ syncFrom, limits: { syncRetryDelayMs: 1 } })
    try {
      await use(leader)
    } finally {
      await leader.close()
    }
  }

  it('refuses what is not on loopback unless told', async () => {
    await withLeader(undefined, async (leader) => {
      for (const host of ['10.0.0.1', '0.0.0.0', '169.254.169.254', '[::]', '[fe80::1]']) {
        const reply = await askSync(leader, { endpoint: `tcp://${host}:${port}` })
        assertError(reply, 403, 11)
        const message = String(valueOf(reply)['errorMessage'])
        const shown = `synchronisations from ${host.replace(/[[\]]/g, '')}:${port} are not allowed`
        assert.equal(message.startsWith(shown), true, message)
      }
    })
    assert.equal(connections, 0)
  })

  it('refuses by the address that a name has when it is connected to', async () => {
    await withLeader(['192.0.2.1', 'db.example', `localhost:${port + 1}`], async (leader) => {
      for (const host of ['localhost', 'LOCALHOST.', '127.0.0.1']) {
        for (const scheme of ['tcp', 'ssl']) {
          assertError(await askSync(leader, { endpoint: `${scheme}://${host}:${port}` }), 403, 11)
        }
      }
    })
    assert.equal(connections, 0)
  })

  it('connects to loopback by default, and to what is named', async () => {
    for (const syncFrom of [undefined, [`localhost:${port}`], ['127.0.0.1']]) {
      connections = 0
      await withLeader(syncFrom, async (leader) => {
        assertError(await askSync(leader, { endpoint: `tcp://localhost:${port}` }), 500, 1400)
      })
      assert.equal(connections, 3)
    }
  })

  it('does not start with a host that is none', async () => {
    await withLeader(undefined, async ({ store }) => {
      const started = startLeader({ store, port: 0, syncFrom: ['http://a'] })
      await assert.rejects(started, { name: 'RangeError' })
    })
  })
})

describe('syncDatabase()', () => {
  let remote: TestLeader
  let local: TestLeader

  beforeEach(async () => {
    remote = await startTestLeader()
    local = await startTestLeader()
  })

  afterEach(async () => {
    await remote.close()
    await local.close()
  })

  function syncAs(permissions: Permissions): Promise<unknown> {
    return syncDatabase({
      request: parseSyncRequest({ endpoint: endpointOf(remote), includeSystem: false }),
      store: local.store,
      database: local.system,
      permissions,
      syncs: { maySyncFrom: () => true, retryDelayMs: 1 },
      signal: new AbortController().signal,
    })
  }

  it('replaces no collection that its caller may not write to', async () => {
    const { collection } = await fillCollection(remote.store, 'other name', 2)
    const renamed = { ...collection.definition, name: 'guarded' }
    await local.store.createCollection(local.system, renamed)
    for (const guarded of ['guarded', 'other name']) {
      const permissions: Permissions = {
        database: () => 'rw',
        collection: (_database, name) => (name === guarded ? 'ro' : 'rw'),
      }
      await assert.rejects(syncAs(permissions), {
        status: 403,
        errorNum: 11,
        message: `no permission to write to collection "${guarded}"`,
      })
    }
    assert.ok(local.store.collection(local.system, 'guarded') !== undefined)
    assert.equal(local.store.copyMark(local.system), undefined)
  })
})
