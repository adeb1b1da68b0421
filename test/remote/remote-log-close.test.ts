import assert from 'node:assert/strict'
import type { LogRequest } from '../../lib/replica/index.js'
import { tick } from '../../lib/values/index.js'
import { sendError } from '../support/fake-leader.js'
import {
  inOrder,
  openLog,
  SIGN_OFF,
  withLogLeader,
  type LogScript,
} from '../support/fake-log-leader.js'

const SIGN = ['serverId', 'syncerId', 'clientInfo']
const START: LogRequest = { from: tick(7n), lastScanned: tick(3n) }

describe('RemoteLog.close()', () => {
  it('signs off with the ids that were sent, once', async () => {
    await withLogLeader({ tail: inOrder({}) }, async (leader) => {
      const log = openLog(leader.source)
      await log.read(START)
      await Promise.all([log.close(), log.close()])
      const [asked, ...others] = leader.calls
      assert.equal(others.length, 1)
      assert.equal(others[0]?.name, SIGN_OFF)
      const ids = SIGN.map((name) => [name, asked?.query[name]])
      assert.deepEqual(others[0].query, Object.fromEntries(ids))
    })
  })

  it('says nothing when somebody is going to read on, who then is known as before', async () => {
    await withLogLeader({ tail: inOrder({}) }, async (leader) => {
      const syncers: unknown[] = []
      for (let round = 0; round < 2; round += 1) {
        const log = openLog(leader.source)
        await log.read(START)
        syncers.push(leader.tails().at(-1)?.query['syncerId'])
        await log.close({ keepsPlace: true })
        await assert.rejects(log.read(START), TypeError)
      }
      assert.equal(new Set(syncers).size, 1)
      await leader.source.close()
      assert.ok(!leader.names().includes(SIGN_OFF))
    })
  })

  it('says nothing when it has asked nothing', async () => {
    await withLogLeader({ tail: inOrder({}) }, async (leader) => {
      const log = openLog(leader.source)
      await log.state()
      await log.close()
      assert.ok(!leader.names().includes(SIGN_OFF))
    })
  })

  it('does not mind what comes of it', async () => {
    const intercept: LogScript['intercept'] = ({ name }, response) =>
      name === SIGN_OFF && sendError(response, 500, 4)
    await withLogLeader({ tail: inOrder({}), intercept }, async (leader) => {
      const log = openLog(leader.source)
      await log.read(START)
      await log.close()
      assert.deepEqual(leader.notices, [])
    })
  })

  it('lets nothing be read afterwards', async () => {
    await withLogLeader({ tail: inOrder({}) }, async (leader) => {
      const log = openLog(leader.source)
      await log.close()
      await assert.rejects(log.read(START), TypeError)
      await assert.rejects(log.state(), TypeError)
      await assert.rejects(log.collections(), TypeError)
    })
  })

  it('is done by the source for every log, each a syncer of its own', async () => {
    await withLogLeader({ tail: inOrder({}) }, async (leader) => {
      for (let count = 0; count < 2; count += 1) await openLog(leader.source).read(START)
      const asked = leader.calls.map(({ query }) => query['syncerId'])
      assert.equal(new Set(asked).size, 2)
      assert.equal(new Set(leader.calls.map(({ query }) => query['serverId'])).size, 1)
      await leader.source.close()
      const ends = leader.calls.filter(({ name }) => name === SIGN_OFF)
      assert.deepEqual(ends.map(({ query }) => query['syncerId']).sort(), asked.sort())
    })
  })
})

describe('Source.openLog() of a server', () => {
  it('refuses the log of all databases elsewhere than in _system, and bad sizes', async () => {
    await withLogLeader({ tail: inOrder({}) }, async (leader) => {
      const open = (options: object) => () => openLog(leader.source, options)
      assert.throws(open({ isGlobal: true }), {
        name: 'RangeError',
        message: /it has to be asked of _system, not of "s\/p"$/,
      })
      for (const chunkBytes of [0, -1, 1.5, NaN]) assert.throws(open({ chunkBytes }), RangeError)
      await Promise.resolve()
    })
  })
})
