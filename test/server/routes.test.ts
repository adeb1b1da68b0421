import assert from 'node:assert/strict'
import { Agent, METHODS } from 'node:http'
import { ENDPOINTS } from '../../lib/server/routes.js'
import { ask, askJson, assertError } from './support/ask.js'
import { startTestLeader, type TestLeader } from './support/test-leader.js'

/** Node's client and servers treat CONNECT as a tunnel, never as a request. */
const TRIED_METHODS = METHODS.filter((method) => method !== 'CONNECT')

describe('routes', () => {
  let leader: TestLeader
  const agent = new Agent({ keepAlive: true })

  before(async () => {
    leader = await startTestLeader()
    await leader.store.createDatabase('hä user %')
  })

  after(() => {
    agent.destroy()
    return leader.close()
  })

  for (const path of new Set(ENDPOINTS.map((endpoint) => endpoint.path))) {
    const allowed = ENDPOINTS.filter((endpoint) => endpoint.path === path).map(
      ({ method }) => method,
    )

    it(`answers ${path} with 405 to everything but ${allowed.join(' and ')}`, async () => {
      for (const prefix of ['', '/_db/_system']) {
        const url = leader.url + prefix + path.replace(/:\w+/, '1')
        for (const method of TRIED_METHODS.filter((each) => !allowed.includes(each))) {
          const reply = await ask(url, { method, agent })
          assert.equal(reply.headers.allow, allowed.join(', '), method)
          if (method === 'HEAD') assert.equal(reply.status, 405)
          else assertError(reply, 405, 405)
        }
      }
    })
  }

  const unknownPaths = [
    '/',
    '/_api',
    '/_admin/server/id',
    '/_api/Version',
    '/_db/_system',
    '/_db/_system/_api/unknown',
    '/_db/_system/_db/_system/_api/version',
    '/index.html',
  ]
  for (const path of unknownPaths) {
    it(`answers ${path} with 404 to any method`, async () => {
      for (const method of ['GET', 'PUT', 'OPTIONS', 'PROPFIND']) {
        assertError(await ask(leader.url + path, { method, agent }), 404, 404)
      }
    })
  }

  const malformed: readonly [string, number][] = [
    ['/_api/replication', 601],
    ['/_db/_system/_api/replication/', 601],
    ['/_api/replication/batch/1/2', 601],
    ['/_api/replication/inventory/x?batchId=1', 601],
    ['/_api/replication/unknown', 400],
    ['/_db/_system/_api/replication/unknown/x', 400],
  ]
  for (const [path, errorNum] of malformed) {
    it(`answers ${path} with 400 and ${errorNum} to any method`, async () => {
      for (const method of ['GET', 'PUT', 'PROPFIND']) {
        assertError(await ask(leader.url + path, { method, agent }), 400, errorNum)
      }
    })
  }

  it('takes a slash at the end of a path', async () => {
    assert.equal((await ask(`${leader.url}/_api/version/`)).status, 200)
  })

  it('finds the database of the path, percent-decoded', async () => {
    const name = encodeURIComponent('hä user %')
    const { value } = await askJson(`${leader.url}/_db/${name}/_api/database/current`)
    assert.equal((value['result'] as Record<string, unknown>)['name'], 'hä user %')
  })

  it('answers 404 with 1228 for a database that is not there, whatever is asked of it', async () => {
    const closed = ENDPOINTS.filter(({ access }) => access !== 'open')
    for (const path of new Set(closed.map((endpoint) => endpoint.path))) {
      const { method = 'GET' } = ENDPOINTS.find((endpoint) => endpoint.path === path) ?? {}
      const url = `${leader.url}/_db/nowhere${path.replace(/:\w+/, '1')}`
      assertError(await ask(url, { method, agent }), 404, 1228)
    }
  })

  it('answers 400 for a path that cannot be decoded', async () => {
    assertError(await ask(`${leader.url}/_db/%ZZ/_api/version`), 400, 400)
  })

  it('marks answers of every kind with its version', async () => {
    for (const path of ['/_api/version', '/_api/unknown', '/_db/nowhere/_api/version']) {
      const { headers } = await ask(leader.url + path)
      assert.equal(headers['x-tidemark-version'], '0.1.0')
    }
  })
})
