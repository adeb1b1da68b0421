import assert from 'node:assert/strict'
import { assertError } from '../support/ask.js'
import { valueOf } from '../support/documents.js'
import { askSync } from '../support/sync.js'
import { startTestLeader, type TestLeader } from '../support/test-leader.js'

describe('PUT /_api/replication/sync', () => {
  let local: TestLeader

  before(async () => {
    local = await startTestLeader()
  })

  after(() => local.close())

  const endpoint = 'tcp://127.0.0.1:1'
  const refused: readonly (readonly [body: unknown, errorNum: number])[] = [
    ['', 600],
    ['{', 600],
    ['[]', 10],
    ['"x"', 10],
    ['{"__proto__":{"endpoint":"tcp://127.0.0.1:1"}}', 400],
    [{}, 400],
    [{ endpoint: '' }, 400],
    [{ endpoint: null }, 400],
    [{ endpoint: 8529 }, 400],
    [{ endpoint: '127.0.0.1:8529' }, 400],
    [{ endpoint: 'vst://127.0.0.1:8529' }, 400],
    [{ endpoint: 'file:///etc/passwd' }, 400],
    [{ endpoint: 'unix:///tmp/socket' }, 400],
    [{ endpoint: 'http://user:secret@127.0.0.1:8529' }, 400],
    [{ endpoint: 'http://2130706433:8529' }, 400],
    [{ endpoint: 'http://0x7f000001' }, 400],
    [{ endpoint: 'http://127.1' }, 400],
    [{ endpoint: 'http://[::ffff:127.0.0.1]' }, 400],
    [{ endpoint, database: 1 }, 1410],
    [{ endpoint, database: '..' }, 1410],
    [{ endpoint, username: ['root'] }, 1410],
    [{ endpoint, username: 'root', password: 1 }, 1410],
    [{ endpoint, jwt: 'a\r\nx-header: b' }, 1410],
    [{ endpoint, includeSystem: 'true' }, 1410],
    [{ endpoint, incremental: 1 }, 1410],
    [{ endpoint, restrictType: 'some', restrictCollections: ['c'] }, 1410],
    [{ endpoint, restrictType: 'include' }, 1410],
    [{ endpoint, restrictType: 'exclude', restrictCollections: [] }, 1410],
    [{ endpoint, restrictCollections: ['c'] }, 1410],
    [{ endpoint, restrictType: 'include', restrictCollections: 'c' }, 1410],
    [{ endpoint, restrictType: 'include', restrictCollections: ['c', 1] }, 1410],
    [{ endpoint, restrictType: 'include', restrictCollections: [''] }, 1410],
    [{ endpoint, initialSyncMaxWaitTime: '5' }, 1410],
    [{ endpoint, initialSyncMaxWaitTime: -1 }, 1410],
  ]
  for (const [body, errorNum] of refused) {
    const shown = typeof body === 'string' ? body : JSON.stringify(body)
    it(`answers 400 with ${errorNum} to ${shown}`, async () => {
      const reply = await askSync(local, body)
      assertError(reply, 400, errorNum)
      if (errorNum === 400)
        assert.equal(valueOf(reply)['errorMessage'], '<endpoint> must be a valid endpoint')
      assert.equal(reply.body.includes('secret'), false)
    })
  }
})
