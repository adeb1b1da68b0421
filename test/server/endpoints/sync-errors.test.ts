import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer as createHttpServer, type IncomingMessage } from 'node:http'
import { createServer, type AddressInfo, type Server } from 'node:net'
import {
  BATCH,
  collectionOf,
  DUMP,
  INVENTORY,
  loggerStateOf,
  sendError,
  sendJson,
  withLeader,
  type FakeLeader,
  type Script,
} from '../../support/fake-leader.js'
import { assertError, type Reply } from '../support/ask.js'
import { valueOf } from '../support/documents.js'
import { FIRST } from '../support/certificates.js'
import { askSync, endpointOf, namesOf } from '../support/sync.js'
import { fillCollection, startTestLeader, type TestLeader } from '../support/test-leader.js'

const PASSWORD = 'hunter2 & "co"'
const COLLECTIONS = { collections: [collectionOf('c', { id: '5' })] }

describe('PUT /_api/replication/sync', () => {
  let local: TestLeader
  const told: unknown[] = []

  before(async () => {
    local = await startTestLeader({
      limits: { syncRetryDelayMs: 1 },
      onRequestError: (error) => told.push(error),
    })
  })

  after(() => local.close())

  function messageOf(reply: Reply): string {
    return String(valueOf(reply)['errorMessage'])
  }

  /** Synchronises from a server that does what its script says. */
  async function syncFrom(
    script: Script,
    use: (reply: Reply, remote: FakeLeader) => void,
    body: object = {},
  ): Promise<void> {
    await withLeader({ inventory: COLLECTIONS, ...script }, async (remote) => {
      const endpoint = new URL(remote.source.address).origin
      use(await askSync(local, { endpoint, ...body }), remote)
    })
  }

  it('tries a dead endpoint three times, then answers 1400', async () => {
    const server = createServer()
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const { port } = server.address() as AddressInfo
    server.close()
    const reply = await askSync(local, { endpoint: `tcp://127.0.0.1:${port}`, password: PASSWORD })
    assertError(reply, 500, 1400)
    assert.match(messageOf(reply), /the connection was refused/)
    assert.equal(local.store.copyMark(local.system), undefined)
  })

  it('tries three times to reach a server that hangs up', async () => {
    let connections = 0
    const server: Server = createServer((socket) => {
      connections += 1
      socket.destroy()
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const { port } = server.address() as AddressInfo
    assertError(await askSync(local, { endpoint: `tcp://127.0.0.1:${port}` }), 500, 1400)
    assert.equal(connections, 3)
    server.close()
  })

  it('waits no longer than initialSyncMaxWaitTime for an answer, and asks once', async () => {
    const script = { intercept: ({ name }: { name: string }) => name === INVENTORY }
    await syncFrom(
      script,
      (reply, { names }) => {
        assertError(reply, 500, 1400)
        assert.match(messageOf(reply), /went silent/)
        assert.equal(names().filter((name) => name === INVENTORY).length, 1)
      },
      { initialSyncMaxWaitTime: 0.1 },
    )
  })

  it('answers 1402 to a wrong password, and tells it to nobody', async () => {
    const auth = { kind: 'on', rootPassword: 'right' } as const
    const remote = await startTestLeader({ auth })
    const endpoint = endpointOf(remote)
    const before = told.length
    for (const more of [{ username: 'root', password: PASSWORD }, { password: 'right' }]) {
      const reply = await askSync(local, { endpoint, ...more })
      assertError(reply, 500, 1402)
      assert.equal(reply.body.includes('hunter2') || reply.body.includes('right'), false)
    }
    assert.equal(told.length, before + 2)
    assert.equal(JSON.stringify(told.map(String)).includes('hunter2'), false)
    await remote.close()
  })

  it('leaves out what a server says that repeats the password', async () => {
    const secrets = [PASSWORD, Buffer.from(`root:${PASSWORD}`).toString('base64')]
    for (const secret of secrets) {
      const errorMessage = `cannot log in with ${secret}`
      await syncFrom(
        {
          intercept: (_call, response) =>
            sendJson(response, { error: true, code: 500, errorNum: 4, errorMessage }, 500),
        },
        (reply) => {
          assertError(reply, 500, 1402)
          assert.match(messageOf(reply), /is left out/)
          assert.equal(reply.body.includes(secret), false)
        },
        { username: 'root', password: PASSWORD },
      )
    }
  })

  it('answers 1402 where the database is not there, with what the server says', async () => {
    const remote = await startTestLeader()
    const reply = await askSync(local, { endpoint: endpointOf(remote), database: 'none' })
    assertError(reply, 500, 1402)
    assert.match(messageOf(reply), /status 404, error 1228: database not found/)
    await remote.close()
  })

  it('says nothing of bodies that are no errors of the protocol', async () => {
    const script: Script = {
      intercept: (_call, response) => sendJson(response, { key: 'private' }, 403),
    }
    await syncFrom(script, (reply) => {
      assertError(reply, 500, 1402)
      assert.match(messageOf(reply), /status 403$/)
    })
  })

  it('trusts no certificate that nobody vouches for', async () => {
    const remote = await startTestLeader({ tls: FIRST })
    for (const scheme of ['ssl', 'https']) {
      const reply = await askSync(local, { endpoint: endpointOf(remote, scheme) })
      assertError(reply, 500, 1400)
      assert.match(messageOf(reply), /its certificate is self-signed/)
    }
    const reply = await askSync(local, { endpoint: endpointOf(remote, 'tcp') })
    assertError(reply, 500, 1400)
    await remote.close()
  })

  it('follows no redirect', async () => {
    const reached: IncomingMessage[] = []
    const other = createHttpServer((request, response) => {
      reached.push(request)
      response.end('{}')
    })
    await once(other.listen(0, '127.0.0.1'), 'listening')
    const location = `http://127.0.0.1:${(other.address() as AddressInfo).port}/`
    const script: Script = {
      intercept(_call, response) {
        response.writeHead(307, { location }).end()
        return true
      },
    }
    await syncFrom(script, (reply) => {
      assertError(reply, 500, 1402)
      assert.match(messageOf(reply), /status 307/)
    })
    assert.deepEqual(reached, [])
    other.close()
  })

  const broken: readonly (readonly [what: string, script: Script, errorNum: number])[] = [
    ['of version 4', { version: '4.0.0' }, 1403],
    ['of version 2', { version: '2.8.1' }, 1403],
    ['without log', answering(BATCH, batchOf(loggerStateOf({}, { lastLogTick: '0' }))), 1401],
    ['without server id', answering(BATCH, batchOf(loggerStateOf({ serverId: '0' }))), 1401],
    ['whose batch has no id', answering(BATCH, {}), 1401],
    ['whose inventory is none', answering(INVENTORY, []), 1401],
    ['whose collections have no id', { inventory: { collections: [collectionOf('c')] } }, 1401],
    ['that has errors', refusing(INVENTORY, 500, 4), 1402],
    ['that has no inventory', refusing(INVENTORY, 404, 404), 1402],
    ['whose documents have no key', { parts: ['{"type":2300,"data":{"a":1}}\n'] }, 1401],
    ['whose dump is no JSON', { parts: ['{"_key":"a"\n'] }, 1401],
    ['that refuses the dump', refusing(DUMP, 403, 11), 1402],
  ]
  for (const [what, script, errorNum] of broken) {
    it(`answers 500 with ${errorNum} to a server ${what}`, async () => {
      await syncFrom(script, (reply, { names }) => {
        assertError(reply, 500, errorNum)
        const isTouched = names().includes(DUMP)
        assert.equal(messageOf(reply).includes('0 of 1 collections'), isTouched)
        assert.equal(local.store.copyMark(local.system) !== undefined, isTouched)
      })
      await local.store.setCopyMark(local.system, undefined)
    })
  }

  it('answers 1405 to the same database of the same server, whatever it is called', async () => {
    await fillCollection(local.store, 'own', 3)
    const { port } = new URL(local.url)
    for (const host of ['127.0.0.1', 'localhost', '127.0.0.2']) {
      const body = { endpoint: `tcp://${host}:${port}`, database: '_system' }
      const reply = await askSync(local, body)
      // Not every machine has more than one address on loopback.
      if (host === '127.0.0.2' && valueOf(reply)['errorNum'] === 1400) continue
      assertError(reply, 500, 1405)
    }
    assert.equal(local.store.collection(local.system, 'own')?.documents, 3)
    assert.equal(local.store.copyMark(local.system), undefined)
  })

  it('ends in the same state when it is started again after an error', async () => {
    const parts = ['{"_key":"a","_rev":"_aaaaaaa---"}\n', '{"_key":"b","_rev":"_aaaaaab---"}\n']
    let isBroken = true
    const script: Script = {
      isTidemark: true,
      parts,
      intercept({ name, query }, response) {
        if (!isBroken || name !== DUMP || query['from'] === '0') return false
        isBroken = false
        return sendError(response, 500, 4)
      },
    }
    await withLeader({ ...script, inventory: COLLECTIONS }, async ({ source }) => {
      const body = { endpoint: new URL(source.address).origin }
      assertError(await askSync(local, body), 500, 1402)
      assert.ok(local.store.copyMark(local.system) !== undefined)
      const reply = await askSync(local, body)
      assert.deepEqual([reply.status, namesOf(reply)], [200, ['c']])
      assert.equal(local.store.copyMark(local.system), undefined)
      assert.equal(local.store.collection(local.system, 'c')?.documents, 2)
    })
  })
})

function batchOf(state: object): object {
  return { id: '77', lastTick: '1000', state }
}

function answering(name: string, value: unknown): Script {
  return { intercept: (call, response) => call.name === name && sendJson(response, value) }
}

function refusing(name: string, status: number, errorNum: number): Script {
  return {
    intercept: (call, response) => call.name === name && sendError(response, status, errorNum),
  }
}
