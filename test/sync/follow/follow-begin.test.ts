import assert from 'node:assert/strict'
import type { LogPosition } from '../../../lib/replica/index.js'
import { openStoreTarget } from '../../../lib/store/index.js'
import type { FollowEvent } from '../../../lib/sync/index.js'
import { tick, type Tick } from '../../../lib/values/index.js'
import {
  collectionOf,
  DATABASE,
  openLeader,
  stateOf,
  useReplicaPair,
} from '../support/replica-pair.js'
import { fill, put } from './support/fill.js'
import { catchUp, kindsOf, lastOf } from './support/follow-pair.js'
import { withGaps } from './support/wrap-log.js'

const COPIED = ['started', 'finished', 'follow-started', 'followed']
const FOLLOWED = ['follow-started', 'followed']

describe('followReplica() that is told how to begin', () => {
  const pair = useReplicaPair()

  beforeEach(() => fill(pair.leader(), 'a'))

  function positionAt(at: Tick): LogPosition {
    const { serverId } = pair.leader()
    return { serverId, database: DATABASE, tick: at, resumeTick: at, openTransactions: [] }
  }

  async function keysOfA(): Promise<unknown> {
    const { documents } = (await stateOf(pair.at('follower'), 'a')).get('a') ?? {}
    return (documents as string[])
      .filter((line) => line !== '')
      .map((line) => (JSON.parse(line) as { _key: string })._key)
      .sort()
  }

  it('copies wherever the target stands', async () => {
    await catchUp(pair)
    assert.deepEqual(kindsOf(await catchUp(pair, { begin: 'copy' })), COPIED)
    const events = await catchUp(pair, { begin: 'copy', incremental: true })
    const started = events.find((event) => event.kind === 'started')
    assert.equal(started?.isIncremental, true)
    await pair.assertEqual()
  })

  it('reads the log from its beginning, which makes the target equal', async () => {
    await pair.withFollower(() => Promise.resolve())
    const events = await catchUp(pair, { begin: positionAt(tick(0n)) })
    assert.deepEqual(kindsOf(events), FOLLOWED)
    await pair.assertEqual()
    assert.deepEqual(kindsOf(await catchUp(pair)), FOLLOWED)
  })

  it('reads the log from a tick, and saves that though nothing comes', async () => {
    await catchUp(pair)
    const at = pair.leader().lastTick
    await put(pair.leader(), 'a', 'k3')
    const events = await catchUp(pair, { begin: positionAt(at) })
    assert.equal(lastOf(events).totals.documents, 1)
    const end = pair.leader().lastTick
    await catchUp(pair, { begin: positionAt(end) })
    await put(pair.leader(), 'a', 'k4')
    assert.equal(lastOf(await catchUp(pair)).totals.documents, 1)
    await pair.assertEqual()
  })

  it('refuses a beginning that the log has lost', async () => {
    const source = withGaps(openLeader(pair.served()), 1)
    await assert.rejects(catchUp(pair, { begin: positionAt(tick(0n)) }, source), {
      code: 'ERR_TAIL_GAP',
    })
  })

  it('refuses a tick where a copy is not finished', async () => {
    const target = await openStoreTarget(pair.at('follower'), DATABASE)
    await target.beginCopy({ address: 'x', serverId: '1', tick: undefined })
    await target.close()
    await assert.rejects(catchUp(pair, { begin: positionAt(tick(0n)) }), {
      code: 'ERR_FOLLOW_TARGET',
    })
  })

  describe('and skips what is missing', () => {
    const warningsOf = (events: readonly FollowEvent[]): readonly string[] =>
      events.flatMap((event) => (event.kind === 'warning' ? [event.message] : []))

    it('goes on behind it, and says so', async () => {
      await catchUp(pair)
      await put(pair.leader(), 'a', 'lost')
      const { lastTick } = pair.leader()
      await pair.leader().trimLog({ bytesMax: 0, through: lastTick })
      await put(pair.leader(), 'a', 'there')
      const events = await catchUp(pair, { onGap: 'skip' })
      assert.match(warningsOf(events).join(), /^The log of http\S+ lacks markers behind tick \d+$/)
      assert.deepEqual(await keysOfA(), ['k0', 'k1', 'k2', 'there'])
      assert.deepEqual(kindsOf(await catchUp(pair)), FOLLOWED)
    })

    it('gives up a transaction that was open there', async () => {
      await catchUp(pair)
      const target = await openStoreTarget(pair.at('follower'), DATABASE)
      const followed = await target.openFollow?.()
      const position = (await followed?.position()) ?? assert.fail('it has no position')
      const resumeTick = tick(position.tick - 1n)
      await followed?.apply([], { ...position, resumeTick, openTransactions: [tick(7n)] })
      await target.close()
      await put(pair.leader(), 'a', 'there')
      const source = withGaps(openLeader(pair.served()), 1)
      const events = await catchUp(pair, { onGap: 'skip' }, source)
      const { resumeTick: resumed, openTransactions, tick: reached } = lastOf(events).position
      assert.deepEqual([resumed, openTransactions], [reached, []])
      await pair.assertEqual()
    })

    it('fails for all else', async () => {
      await catchUp(pair)
      await pair.withFollower(async (store) => store.dropCollection(collectionOf(store, 'a')))
      await put(pair.leader(), 'a', 'k3')
      await assert.rejects(catchUp(pair, { onGap: 'skip' }), { code: 'ERR_FOLLOW_APPLY' })
    })
  })

  it('tells how many markers were of collections that are not followed', async () => {
    await fill(pair.leader(), 'b')
    let excluded = 0
    const onExcluded = (markers: number): void => {
      excluded += markers
    }
    const options = { exclude: ['b'], onExcluded }
    await catchUp(pair, options)
    await put(pair.leader(), 'a', 'k3')
    await put(pair.leader(), 'b', 'k3', 'k4')
    const { totals } = lastOf(await catchUp(pair, options))
    assert.deepEqual([totals.documents, excluded], [1, 2])
  })
})
