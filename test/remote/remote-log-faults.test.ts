import assert from 'node:assert/strict'
import { MarkerLineError } from '../../lib/wire/index.js'
import { RemoteError } from '../../lib/remote/index.js'
import type { ChangeLog, LogRequest } from '../../lib/replica/index.js'
import { tick } from '../../lib/values/index.js'
import { dumpHeaders } from '../support/fake-leader.js'
import {
  inOrder,
  openLog,
  TAIL,
  withLog,
  withLogLeader,
  type LogScript,
} from '../support/fake-log-leader.js'
import { FakeLog } from '../support/fake-log.js'
import type { FakeTail } from '../support/fake-tail.js'
import { answeredLines, removalAt, REMOVALS } from '../support/marker-lines.js'

const START: LogRequest = { from: tick(7n), lastScanned: tick(3n) }
const GOOD: FakeTail = { lines: REMOVALS }

const without = (name: string): FakeTail => withHeader(name, undefined)
const withHeader = (name: string, value: string | undefined): FakeTail => ({
  ...GOOD,
  headers: { [`x-arango-replication-${name}`]: value },
})
const ofType = (type: string): FakeTail => ({ ...GOOD, headers: { 'content-type': type } })

async function failure(log: ChangeLog): Promise<RemoteError> {
  const error = await log.read(START).catch((reason: unknown) => reason)
  assert.ok(error instanceof RemoteError)
  assert.match(error.message, /^Cannot read the log behind tick 7 at http:\S+: /)
  return error
}

describe('RemoteLog.read() of a misbehaving server', () => {
  const rows: readonly (readonly [string, FakeTail, RegExp])[] = [
    ['no checkmore', without('checkmore'), /no header x-arango-replication-checkmore$/],
    ['no lastincluded', without('lastincluded'), /no header x-arango-replication-lastincluded$/],
    ['no lasttick', without('lasttick'), /no header x-arango-replication-lasttick$/],
    ['a 204 without headers', { headers: without('lasttick').headers ?? {} }, /no header/],
    ['a checkmore that is neither', withHeader('checkmore', 'yes'), /is not true or false/],
    ['a tick that is none', withHeader('lastincluded', '0x7'), /is not a tick/],
    ['a tick of 65 bits', withHeader('lasttick', '18446744073709551616'), /is not a tick/],
    ['a frompresent that is neither', withHeader('frompresent', ''), /is not true or false/],
    ['a lastscanned that is none', withHeader('lastscanned', '-1'), /is not a tick/],
    [
      'a log that ends before the answer',
      { ...GOOD, lastTick: 13n },
      /its log ends at tick 13, and the answer only at 14$/,
    ],
    ['JSON', ofType('application/json; charset=utf-8'), /of type "application\/json" instead/],
    ['a page', ofType('text/html'), /of type "text\/html" instead of application\/x-arango-dump$/],
    ['VelocyPack', ofType('application/x-velocypack'), /VelocyPack, not asked for$/],
  ]
  for (const [what, tail, message] of rows) {
    it(`refuses ${what}, and does not ask again`, async () => {
      await withLog({ tail: inOrder(tail, GOOD) }, async (log, { tails, notices }) => {
        const error = await failure(log)
        assert.match(error.message, message)
        assert.deepEqual([error.code, error.errorNum], ['ERR_REMOTE_ANSWER', 1401])
        assert.deepEqual([tails().length, notices], [1, []])
        assert.deepEqual(await answeredLines(await log.read(START)), REMOVALS)
      })
    })
  }

  it('refuses a body whose early end could not be seen', async () => {
    const intercept: LogScript['intercept'] = ({ name }, response) => {
      if (name !== TAIL) return false
      const headers = { ...dumpHeaders(false, 14), 'x-arango-replication-lasttick': '14' }
      const head = Object.entries(headers).map(([header, value]) => `${header}: ${value}\r\n`)
      response.socket?.end(`HTTP/1.1 200 OK\r\n${head.join('')}\r\n${removalAt(10n)}\n`)
      return true
    }
    await withLog({ tail: inOrder(), intercept }, async (log) => {
      assert.match((await failure(log)).message, /does not tell its length/)
    })
  })

  it('takes lines of a server that tells no type', async () => {
    const tail = { ...GOOD, headers: { 'content-type': undefined } }
    await withLog({ tail: inOrder(tail) }, async (log) => {
      assert.deepEqual(await answeredLines(await log.read(START)), REMOVALS)
    })
  })

  it('names path, tick and line of what is no marker, after the lines before', async () => {
    for (const garbage of ['{"tick":"11"}', 'x', '{"tick":11,"type":2302}']) {
      const body = `${REMOVALS[0] ?? ''}\n${garbage}\n`
      await withLog({ tail: inOrder({ ...GOOD, body }) }, async (log) => {
        const { chunks } = await log.read(START)
        const seen: bigint[] = []
        const read = async (): Promise<void> => {
          for await (const chunk of chunks) for (const { tick } of chunk.markers()) seen.push(tick)
        }
        await assert.rejects(read(), (error) => {
          assert.ok(error instanceof MarkerLineError)
          assert.match(error.message, /\/_db\/s%2Fp\/_api\/wal\/tail\?from=7/)
          assert.equal(error.lineNumber, 2)
          return true
        })
        assert.deepEqual(seen, [10n])
      })
    }
  })

  it('passes ticks on that go backwards: whoever follows knows what was before', async () => {
    const lines = [12n, 9n, 3n].map((at) => removalAt(at))
    await withLog({ tail: inOrder({ lines, lastTick: 12n }) }, async (log) => {
      const answer = await log.read(START)
      assert.equal(answer.lastIncluded, 3n)
      assert.deepEqual(await answeredLines(answer), lines)
    })
  })

  it('tells another server by its id', async () => {
    let serverId = '1'
    await withLog({ tail: inOrder({}), serverId: () => serverId }, async (log) => {
      assert.equal((await log.state()).serverId, '1')
      serverId = '2'
      assert.equal((await log.state()).serverId, '2')
    })
  })
})

describe('RemoteLog.read() when the server refuses', () => {
  const rows: readonly (readonly [string, number, number, object])[] = [
    [
      'has no such log',
      404,
      404,
      {
        code: 'ERR_REMOTE_INCOMPATIBLE',
        errorNum: 1403,
        message: /it has no \/_api\/wal\/tail, which ArangoDB has from 3.3 on$/,
      },
    ],
    ['has no such database', 404, 1228, { code: 'ERR_REMOTE_STATUS', errorNum: 1228, status: 404 }],
    [
      'does not show it to this user',
      403,
      11,
      { errorNum: 11, status: 403, message: /only for users who may administer the server$/ },
    ],
    ['is a coordinator', 501, 1470, { errorNum: 1470, status: 501, message: /no such thing$/ }],
    ['has too much to do', 500, 32, { errorNum: 32, status: 500 }],
    ['does not know who asks', 401, 401, { code: 'ERR_REMOTE_UNAUTHORIZED', errorNum: 401 }],
  ]
  for (const [what, status, errorNum, expected] of rows) {
    it(`says so when it ${what}, and does not ask again`, async () => {
      await withLog({ tail: inOrder({ refusal: { status, errorNum } }) }, async (log, leader) => {
        const error = await failure(log)
        assert.throws(() => {
          throw error
        }, expected)
        assert.equal(leader.tails().length, 1)
      })
    })
  }

  it('does not ask again when a gateway refuses: another server may be behind it', async () => {
    const busy: FakeTail = { refusal: { status: 503, errorNum: 503 } }
    await withLog({ tail: inOrder(busy, GOOD) }, async (log, { notices, tails }) => {
      assert.equal((await failure(log)).code, 'ERR_REMOTE_STATUS')
      assert.deepEqual([tails().length, notices], [1, []])
      assert.deepEqual(await answeredLines(await log.read(START)), REMOVALS)
    })
  })
})

describe('RemoteLog.read() over a network that fails', () => {
  it('does not ask again when there is no answer: another server may give it', async () => {
    await withLog({ tail: inOrder({ cut: 'before' }, GOOD) }, async (log, { notices, tails }) => {
      assert.equal((await failure(log)).code, 'ERR_REMOTE_UNREACHABLE')
      assert.deepEqual([tails().length, notices], [1, []])
      assert.deepEqual(await answeredLines(await log.read(START)), REMOVALS)
    })
  })

  it('gives the whole lines of a body that was cut off anywhere, and an error behind', async () => {
    const text = REMOVALS.map((line) => `${line}\n`).join('')
    for (let cut = 0; cut < text.length; cut += 17) {
      await withLog({ tail: inOrder({ ...GOOD, cut }) }, async (log, { notices, tails }) => {
        const { chunks } = await log.read(START)
        let given = ''
        const read = async (): Promise<void> => {
          for await (const chunk of chunks) given += chunk.buffer.toString()
        }
        await assert.rejects(read(), { code: 'ERR_REMOTE_UNREACHABLE', errorNum: 1400 })
        assert.ok(given === '' || text.slice(0, cut).startsWith(given))
        assert.ok(given === '' || given.endsWith('\n'))
        assert.deepEqual([tails().length, notices], [1, []])
      })
    }
  })

  it('ends a request that waits when the source is closed', async () => {
    const memory = new FakeLog(REMOVALS)
    const script = { isTidemark: true, tail: memory.answer, lastTick: () => memory.lastTick }
    await withLogLeader(script, async ({ source }) => {
      const log = openLog(source)
      await log.state()
      const request = { from: tick(14n), lastScanned: tick(14n), waitMs: 30_000 }
      const waiting = log.read(request).catch((error: unknown) => error)
      await memory.untilWaiting()
      await source.close()
      assert.match(String(await waiting), /the source was closed meanwhile$/)
    })
  })
})
