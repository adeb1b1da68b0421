import assert from 'node:assert/strict'
import type { LogPosition } from '../../../lib/replica/index.js'
import { openStoreTarget } from '../../../lib/store/index.js'
import type { FollowOptions } from '../../../lib/sync/index.js'
import { tick } from '../../../lib/values/index.js'
import { startTestLeader } from '../../server/support/test-leader.js'
import { collectionOf, DATABASE, openLeader, put, useReplicaPair } from '../support/replica-pair.js'
import { documentLines } from '../support/replica-pair.js'
import { catchUp, kindsOf, lastOf, startFollow } from './support/follow-pair.js'
import { withGaps, wrapLog } from './support/wrap-log.js'

const RESYNCED = ['gap', 'started', 'finished', 'follow-started', 'followed']

describe('followReplica() where the log does not go on', () => {
  const pair = useReplicaPair()

  async function begin(): Promise<void> {
    await put(pair.leader(), 'a', documentLines(20))
    await catchUp(pair)
    await pair.leader().put(collectionOf(pair.leader(), 'a'), '{"_key":"new"}')
  }

  /** Moves the saved position. */
  async function move(change: (position: LogPosition) => Partial<LogPosition>): Promise<void> {
    const target = await openStoreTarget(pair.at('follower'), DATABASE)
    const followed = (await target.openFollow?.()) ?? assert.fail('it cannot follow')
    const position = (await followed.position()) ?? assert.fail('it has no position')
    await followed.apply([], { ...position, ...change(position) })
    await target.close()
  }

  async function resyncs(code: string, open = openLeader): Promise<void> {
    await assert.rejects(catchUp(pair, {}, open(pair.served())), { code })
    const events = await catchUp(pair, { onGap: 'resync' }, open(pair.served()))
    assert.deepEqual(kindsOf(events).slice(-5), RESYNCED)
    const gap = events.find((event) => event.kind === 'gap')
    assert.equal(gap?.code, code)
    const started = events.find((event) => event.kind === 'started')
    assert.ok(started?.isIncremental)
    assert.equal(lastOf(events).totals.resyncs, 1)
    await pair.assertEqual()
    assert.deepEqual(kindsOf(await catchUp(pair)), ['follow-started', 'followed'])
  }

  it('moves what differs after a gap, if asked to', async () => {
    await begin()
    await resyncs('ERR_TAIL_GAP', (served) => withGaps(openLeader(served), 1))
  })

  it('takes another leader over, if asked to', async () => {
    await begin()
    await move(() => ({ serverId: '12345' }))
    await resyncs('ERR_LEADER_CHANGED')
  })

  it('follows a leader whose log ends before the position, if asked to', async () => {
    await begin()
    await move((position) => {
      const later = tick(position.tick + (1n << 50n))
      return { tick: later, resumeTick: later }
    })
    await resyncs('ERR_TICK_BACKWARDS')
  })

  it('repairs a target that a change does not fit, if asked to', async () => {
    await begin()
    await pair.withFollower(async (store) => store.dropCollection(collectionOf(store, 'a')))
    const events = await catchUp(pair, { onGap: 'resync' }).catch((error: unknown) => {
      assert.fail(String(error))
    })
    await pair.assertEqual()
    assert.ok(kindsOf(events).includes('followed'))
  })

  it('takes over what another leader has, and leaves what only the target has', async () => {
    await begin()
    const other = await startTestLeader()
    try {
      await put(other.store, 'b', documentLines(5))
      await assert.rejects(catchUp(pair, {}, openLeader(other)), { code: 'ERR_LEADER_CHANGED' })
      await catchUp(pair, { onGap: 'resync' }, openLeader(other))
      await pair.withFollower((store) => {
        assert.ok(collectionOf(store, 'a').definition.name === 'a')
        assert.ok(collectionOf(store, 'b').definition.name === 'b')
        return Promise.resolve()
      })
    } finally {
      await other.close()
    }
  })

  it('ends after the third resync in a row that was of no use', async () => {
    await begin()
    const source = withGaps(openLeader(pair.served()), Infinity)
    const run = await startFollow(pair, { onGap: 'resync' }, source)
    const error = await run.ended
    assert.equal((error as NodeJS.ErrnoException).code, 'ERR_FOLLOW_RESYNCS')
    assert.equal(((error as Error).cause as NodeJS.ErrnoException).code, 'ERR_TAIL_GAP')
    assert.equal(run.events.filter(({ kind }) => kind === 'gap').length, 2)
  })

  it('waits for a leader that fails for a while, and tells so', async () => {
    await begin()
    let failures = 2
    const source = wrapLog(openLeader(pair.served()), (log) => ({
      read(request, options) {
        failures -= 1
        if (failures < 0) return log.read(request, options)
        return Promise.reject(new Error('not now'))
      },
    }))
    const options: FollowOptions = { resume: { minDelayMs: 1, maxDelayMs: 1 } }
    const events = await catchUp(pair, options, source)
    assert.ok(events.filter(({ kind }) => kind === 'retry').length >= 1)
    await pair.assertEqual()
  })
})
