import assert from 'node:assert/strict'
import { openRemote, RemoteUnreachableError } from '../../lib/remote/index.js'
import { startLeader } from '../../lib/server/index.js'
import { tick } from '../../lib/values/index.js'
import { openTestStore } from '../server/support/test-leader.js'
import { sendError } from '../support/fake-leader.js'
import {
  FIRST_TICK,
  inOrder,
  LOGGER_STATE,
  openLog,
  WAL_RANGE,
  withLog,
  type LogScript,
} from '../support/fake-log-leader.js'

const SIGN = ['serverId', 'syncerId', 'clientInfo']

describe('RemoteLog.state()', () => {
  const script = { tail: inOrder({}), lastTick: () => 2n ** 53n + 1n }

  it("tells whose log it is and where it begins and ends, of ArangoDB's by its range", async () => {
    await withLog({ ...script, firstTick: () => 17n }, async (log, { calls, names }) => {
      assert.deepEqual(await log.state(), {
        serverId: '41873120939',
        version: '3.12.7',
        firstTick: 17n,
        lastTick: 2n ** 53n + 1n,
        canWait: false,
      })
      assert.deepEqual(names(), [LOGGER_STATE, WAL_RANGE])
      for (const { query } of calls) assert.deepEqual(Object.keys(query), SIGN)
    })
  })

  it('tells an empty log of tidemark from one of a single marker', async () => {
    for (const first of [17n, undefined]) {
      const tidemark = { ...script, isTidemark: true, firstTick: () => first }
      await withLog(tidemark, async (log, { names }) => {
        const { firstTick, canWait } = await log.state()
        assert.deepEqual([firstTick, canWait], [first, true])
        assert.deepEqual(names(), [LOGGER_STATE, FIRST_TICK])
      })
    }
  })

  it('does without the beginning where the server does not tell it', async () => {
    for (const status of [400, 403, 404, 501]) {
      const intercept: LogScript['intercept'] = ({ name }, response) =>
        name === WAL_RANGE && sendError(response, status, 11)
      await withLog({ ...script, intercept }, async (log) => {
        assert.equal((await log.state()).firstTick, undefined)
      })
    }
  })

  const broken: readonly [string, LogScript, object][] = [
    ['a leader without a position', { ...script, lastTick: () => 0n }, { errorNum: 1401 }],
    ['a leader without an id', { ...script, serverId: () => '0' }, { errorNum: 1401 }],
    ['another major version', { ...script, version: '4.0.0' }, { errorNum: 1403 }],
  ]
  for (const [what, bad, expected] of broken) {
    it(`refuses ${what}`, async () => {
      await withLog(bad, async (log) => {
        const message = /^Cannot read the state of the log at http/
        await assert.rejects(log.state(), { ...expected, message })
      })
    })
  }

  it('is asked for again by whoever reads on behind a new socket', async () => {
    const [one, other] = [await openTestStore(), await openTestStore()]
    const options = { auth: { kind: 'off' } } as const
    const first = await startLeader({ ...options, store: one.store, port: 0 })
    const port = Number(new URL(first.url).port)
    const source = openRemote({ kind: 'remote', url: first.url, database: '_system' })
    const log = openLog(source)
    const request = { from: (await log.state()).lastTick, lastScanned: tick(0n) }
    assert.equal((await log.read(request)).serverId ?? one.store.serverId, one.store.serverId)
    await first.close()
    const second = await startLeader({ ...options, store: other.store, port })
    const readOn = async (): Promise<string | undefined> => {
      try {
        return (await log.read(request)).serverId
      } catch (error) {
        // Whether the broken socket was noticed before depends on the moment.
        assert.ok(error instanceof RemoteUnreachableError)
        return (await log.read(request)).serverId
      }
    }
    assert.equal(await readOn(), other.store.serverId)
    await source.close()
    await second.close()
    await Promise.all([one.close(), other.close()])
  })

  it('passes on that the server fails', async () => {
    const intercept: LogScript['intercept'] = ({ name }, response) =>
      name === WAL_RANGE && sendError(response, 500, 4)
    await withLog({ ...script, intercept }, async (log) => {
      await assert.rejects(log.state(), { code: 'ERR_REMOTE_STATUS', status: 500 })
    })
  })
})
