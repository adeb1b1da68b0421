import assert from 'node:assert/strict'
import { ENDPOINTS } from '../../lib/server/routes.js'
import { noRoute } from '../../lib/server/no-route.js'
import { APIS_NOT_SERVED, COMMANDS_NOT_SERVED } from '../../lib/server/not-served.js'

function told(url: string): readonly [number, number, string] {
  const { status, errorNum, message } = noRoute(url)
  return [status, errorNum, message]
}

describe('noRoute()', () => {
  it('says what is not served, whatever stands around its name', () => {
    const sentence = 'this server does not implement queries in AQL'
    for (const url of ['/_api/cursor', '/_api/cursor/1?x=2', '/_db/a%20b/_api/cursor']) {
      assert.deepEqual(told(url), [501, 9, sentence])
    }
    const shards = 'this server does not implement shards of a cluster'
    for (const url of ['/addFollower', '/addFollower?global=true', '//addFollower/x']) {
      assert.deepEqual(told(`/_api/replication${url}`), [501, 9, shards])
      assert.deepEqual(told(`/_db/d/_api/replication${url}`), [501, 9, shards])
    }
  })

  it('takes nothing for an API that only begins like one, or is one of JavaScript', () => {
    for (const name of ['cursors', 'Cursor', 'constructor', '__proto__', '']) {
      assert.deepEqual(told(`/_api/${name}`).slice(0, 2), [404, 404])
      const errorNum = name === '' ? 601 : 400
      assert.deepEqual(told(`/_api/replication/${name}`).slice(0, 2), [400, errorNum])
    }
  })

  it('knows what is served by its other parts', () => {
    assert.deepEqual(told('/_api/replication/dump/x').slice(0, 2), [400, 601])
    assert.deepEqual(told('/_api/wal/x').slice(0, 2), [400, 400])
    assert.deepEqual(told('/_db/d/_api/wal').slice(0, 2), [400, 400])
    for (const path of [
      '/_api/dump',
      '/_api/dump?x',
      '/_api/dump/a/b',
      '/_db/d/_api/dump/next/1/2?x=3',
    ]) {
      assert.deepEqual(told(path).slice(0, 2), [400, 10])
    }
    for (const path of ['/_api/dumps', '/_api/dump/start', '/_api/dump/next/dump-1?batchId=1']) {
      assert.deepEqual(told(path).slice(0, 2), [404, 404])
    }
  })

  it('has no endpoint below what is not served', () => {
    const prefixes = [
      ...[...APIS_NOT_SERVED.keys()].map((name) => `/_api/${name}`),
      ...[...COMMANDS_NOT_SERVED.keys()].map((name) => `/_api/replication/${name}`),
    ]
    assert.ok(prefixes.length > 20)
    for (const { path } of ENDPOINTS) {
      for (const prefix of prefixes) assert.ok(!`${path}/`.startsWith(`${prefix}/`), path)
    }
  })
})
