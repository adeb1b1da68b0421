import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { openRemote, RemoteError, type RemoteOptions } from '../../lib/remote/index.js'
import { parseAddress } from '../../lib/replica/index.js'
import {
  BATCH,
  DELETION,
  loggerStateOf,
  sendError,
  sendJson,
  withLeader,
  type Script,
} from '../support/fake-leader.js'

const LOGGER_STATE = 'GET /_api/replication/logger-state'

/** A leader whose answer of POST batch is this one. */
function batchScript(value: object): Script {
  return {
    intercept: ({ name }, response) => name === BATCH && sendJson(response, value),
  }
}

function assertRemoteError(error: unknown, code: string, errorNum: number, reason: RegExp): void {
  assert.ok(error instanceof RemoteError, String(error))
  assert.deepEqual([error.code, error.errorNum], [code, errorNum])
  assert.match(error.message, reason)
  assert.match(error.message, /^Cannot .* at http:\/\/127.0.0.1:\d+\/_db\/s%2Fp: .*[^.]$/)
}

describe('Source.openSnapshot of a server', () => {
  it('opens a batch, takes its lastTick for the position, and deletes it', async () => {
    await withLeader({}, async ({ source, calls, names, notices }) => {
      const snapshot = await source.openSnapshot()
      assert.deepEqual([snapshot.tick, snapshot.serverId], [1000n, '41873120939'])
      assert.equal(source.database, 's/p')
      await snapshot.close()
      await snapshot.close()
      assert.deepEqual(names(), [BATCH, DELETION])
      const [post, deletion] = calls
      assert.equal(post?.path, '/_db/s%2Fp/_api/replication/batch')
      assert.equal(post.query['state'], 'true')
      assert.ok(BigInt(post.query['serverId'] ?? '') < 2n ** 48n)
      assert.equal(deletion?.query['serverId'], post.query['serverId'])
      assert.equal(post.body, '{"ttl":600}')
      assert.deepEqual(notices, [])
    })
  })

  it('asks an old leader, which puts no state into its batch, for the state', async () => {
    const script: Script = {
      intercept({ name }, response) {
        if (name === BATCH) return sendJson(response, { id: '77', lastTick: '5' })
        return name === LOGGER_STATE && sendJson(response, loggerStateOf({ version: '3.7.1' }))
      },
    }
    await withLeader(script, async ({ source, names }) => {
      assert.equal((await source.openSnapshot()).tick, 5n)
      assert.deepEqual(names(), [BATCH, LOGGER_STATE])
    })
  })

  const unusable: readonly (readonly [string, object, string, number, RegExp])[] = [
    [
      'version 2',
      loggerStateOf({ version: '2.8.11' }),
      'ERR_REMOTE_INCOMPATIBLE',
      1403,
      /"2.8.11"/,
    ],
    ['version 4', loggerStateOf({ version: '4.0.0' }), 'ERR_REMOTE_INCOMPATIBLE', 1403, /"4.0.0"/],
    ['no version', loggerStateOf({ version: 'x' }), 'ERR_REMOTE_INCOMPATIBLE', 1403, /"x"/],
    ['server id 0', loggerStateOf({ serverId: '0' }), 'ERR_REMOTE_ANSWER', 1401, /no server id/],
    ['lastLogTick 0', loggerStateOf({}, { lastLogTick: '0' }), 'ERR_REMOTE_ANSWER', 1401, /is 0/],
    [
      'no lastLogTick',
      loggerStateOf({}, { lastLogTick: 7 }),
      'ERR_REMOTE_ANSWER',
      1401,
      /lastLogTick/,
    ],
  ]
  for (const [title, state, code, errorNum, reason] of unusable) {
    it(`refuses a leader of ${title}, and deletes the batch`, async () => {
      await withLeader(
        batchScript({ id: '77', lastTick: '1', state }),
        async ({ source, names }) => {
          await assert.rejects(source.openSnapshot(), (error) => {
            assertRemoteError(error, code, errorNum, reason)
            return true
          })
          assert.deepEqual(names(), [BATCH, DELETION])
        },
      )
    })
  }

  it('refuses to follow itself', async () => {
    const script: Script = {
      intercept({ name, query }, response) {
        if (name !== BATCH) return false
        const state = loggerStateOf({ serverId: query['serverId'] })
        return sendJson(response, { id: '77', lastTick: '1', state })
      },
    }
    await withLeader(script, async ({ source }) => {
      await assert.rejects(source.openSnapshot(), (error) => {
        assertRemoteError(error, 'ERR_REMOTE_INCOMPATIBLE', 1405, /id of this client/)
        return true
      })
    })
  })

  it('deletes a batch without lastTick, and needs an id', async () => {
    await withLeader(batchScript({ id: '77' }), async ({ source, names }) => {
      await assert.rejects(source.openSnapshot(), { code: 'ERR_REMOTE_ANSWER', errorNum: 1401 })
      assert.deepEqual(names(), [BATCH, DELETION])
    })
    await withLeader(batchScript({ lastTick: '1' }), async ({ source, names }) => {
      await assert.rejects(source.openSnapshot(), { code: 'ERR_REMOTE_ANSWER', errorNum: 1401 })
      assert.deepEqual(names(), [BATCH])
    })
  })

  it('refuses an answer that is broken VelocyPack or no JSON', async () => {
    for (const [type, reason] of [
      ['application/x-velocypack', /the answer is no readable VelocyPack/],
      ['application/json', /the answer is not JSON/],
    ] as const) {
      const script: Script = {
        intercept(_call, response) {
          response.writeHead(200, { 'content-type': type }).end('\x00')
          return true
        },
      }
      await withLeader(script, async ({ source }) => {
        await assert.rejects(source.openSnapshot(), (error) => {
          assertRemoteError(error, 'ERR_REMOTE_ANSWER', 1401, reason)
          return true
        })
      })
    }
  })
})

describe('Source of a server, retries', () => {
  it('tries again after 502, 503 and 504, and tells so', async () => {
    for (const status of [502, 503, 504]) {
      let failures = 2
      const script: Script = {
        intercept({ name }, response) {
          if (name !== BATCH || failures === 0) return false
          failures -= 1
          response.writeHead(status).end('<html>')
          return true
        },
      }
      await withLeader(script, async ({ source, names, notices }) => {
        await source.openSnapshot()
        assert.deepEqual(names(), [BATCH, BATCH, BATCH])
        assert.deepEqual(
          notices.map(({ kind }) => kind),
          ['retry', 'retry'],
        )
        assert.match(notices[0]?.message ?? '', new RegExp(`status ${status}; trying again$`))
      })
    }
  })

  it('does not try again after other errors, and hands their number and words on', async () => {
    const script: Script = { intercept: (_call, response) => sendError(response, 500, 32) }
    await withLeader(script, async ({ source, names }) => {
      await assert.rejects(source.openSnapshot(), {
        code: 'ERR_REMOTE_STATUS',
        status: 500,
        errorNum: 32,
        errorMessage: 'no such thing',
      })
      assert.deepEqual(names(), [BATCH])
    })
  })

  it('gives an answer without error body the number 1402', async () => {
    const script: Script = {
      intercept(_call, response) {
        response.writeHead(404).end('<html>')
        return true
      },
    }
    await withLeader(script, async ({ source }) => {
      await assert.rejects(source.openSnapshot(), { status: 404, errorNum: 1402, errorMessage: '' })
    })
  })

  it('gives up when no server is there, after the retries asked for', async () => {
    const server = createServer()
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const url = `http://u:secret@127.0.0.1:${(server.address() as AddressInfo).port}/_db/s%2Fp`
    server.close()
    const address = parseAddress(url)
    assert.ok(address.kind === 'remote')
    const source = openRemote(address, { retries: 2, retryDelayMs: 1 })
    const messages: string[] = []
    source.onNotice = ({ message }) => messages.push(message)
    await assert.rejects(source.openSnapshot(), (error: Error) => {
      assertRemoteError(error, 'ERR_REMOTE_UNREACHABLE', 1400, /the connection was refused/)
      messages.push(error.stack ?? '', JSON.stringify(error), String(error.cause), source.address)
      return true
    })
    assert.equal(messages.filter((message) => message.endsWith('trying again')).length, 2)
    assert.ok(!messages.join().includes('secret'))
    await source.close()
  })

  it('refuses options out of range at the call', () => {
    const address = { kind: 'remote', url: 'http://h:1', database: 'd' } as const
    assert.throws(() => openRemote(address, { batchTtlSeconds: 0 }), RangeError)
    assert.throws(() => openRemote(address, { batchTtlSeconds: 1.5 }), RangeError)
  })
})

describe('Source of a server, credentials', () => {
  const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`
  const rows: readonly (readonly [string, string, RemoteOptions, string | undefined])[] = [
    ['none', '', {}, undefined],
    ['username and password', '', { username: 'ü', password: 'p:q' }, basic('ü:p:q')],
    ['a password alone, of root', '', { password: 'p' }, basic('root:p')],
    ['a token', '', { jwt: 'a.b.c' }, 'bearer a.b.c'],
    ['username before token', '', { username: 'u', jwt: 'a.b.c' }, basic('u:')],
    ['the URL before others', 'x:y@', { username: 'u', password: 'p' }, basic('x:y')],
    ['the URL and a password', 'x@', { username: 'u', password: 'p' }, basic('x:p')],
  ]
  for (const [title, userinfo, options, expected] of rows) {
    it(`sends ${title}`, async () => {
      await withLeader({}, async ({ source, calls }) => {
        const address = parseAddress(source.address.replace('//', `//${userinfo}`))
        assert.ok(address.kind === 'remote')
        const other = openRemote(address, options)
        await other.openSnapshot()
        await other.close()
        assert.deepEqual(
          calls.map(({ headers }) => headers.authorization),
          [expected, expected],
        )
      })
    })
  }

  it('says that credentials were refused, or wanted', async () => {
    const script: Script = { intercept: (_call, response) => sendError(response, 401, 11) }
    for (const [options, reason] of [
      [{ username: 'root', password: 'secret' }, /the username or the password, or the token, was/],
      [{}, /the server wants a username and a password/],
    ] as const) {
      await withLeader(
        script,
        async ({ source, names }) => {
          await assert.rejects(source.openSnapshot(), (error: Error) => {
            assertRemoteError(error, 'ERR_REMOTE_UNAUTHORIZED', 401, reason)
            return !error.message.includes('secret')
          })
          assert.deepEqual(names(), [BATCH])
        },
        options,
      )
    }
  })
})
