import assert from 'node:assert/strict'
import { openRemote } from '../../../lib/remote/index.js'
import type { Source } from '../../../lib/replica/index.js'
import { openStoreTarget } from '../../../lib/store/index.js'
import { runFollow, runFullSync } from '../../../lib/sync/index.js'
import { databaseOf } from '../../server/support/test-leader.js'
import { createScriptedSource } from '../../support/scripted-source.js'
import { collectionOf, DATABASE, openLeader, useReplicaPair } from '../support/replica-pair.js'
import { fill, put } from './support/fill.js'
import { catchUp, kindsOf, lastOf, startFollow } from './support/follow-pair.js'

describe('followReplica() with chosen collections', () => {
  const pair = useReplicaPair()

  it('leaves the others alone, those of the target too', async () => {
    const store = pair.leader()
    await fill(store, 'a', 'b')
    await pair.withFollower(async (follower) => fill(follower, 'own'))
    await catchUp(pair, { collections: ['a'] })
    await put(store, 'a', 'new')
    await put(store, 'b', 'new')
    await fill(store, 'c', 'own')
    const { totals, position } = lastOf(await catchUp(pair, { collections: ['a'] }))
    assert.deepEqual([totals.documents, position.selection], [1, { collections: ['a'] }])
    await pair.withFollower(async (follower) => {
      const names = follower
        .collections(databaseOf(follower, DATABASE))
        .map(({ definition }) => definition.name)
      assert.deepEqual(
        names.filter((name) => !name.startsWith('_')),
        ['a', 'own'],
      )
      return Promise.resolve()
    })
  })

  it('refuses other ones, and brings them up to date with `incremental`', async () => {
    const store = pair.leader()
    await fill(store, 'a', 'b')
    await catchUp(pair, { collections: ['a'] })
    await put(store, 'b', 'new')
    await assert.rejects(catchUp(pair), { code: 'ERR_FOLLOW_SELECTION' })
    const events = await catchUp(pair, { incremental: true })
    assert.deepEqual(kindsOf(events), ['started', 'finished', 'follow-started', 'followed'])
    assert.equal(lastOf(events).position.selection, undefined)
    await pair.assertEqual()
  })

  it('does not take a collection up that is excluded', async () => {
    const store = pair.leader()
    await fill(store, 'a', 'logs')
    await catchUp(pair, { exclude: ['logs'] })
    await put(store, 'logs', 'new')
    await fill(store, 'later')
    await catchUp(pair, { exclude: ['logs'] })
    await assert.rejects(pair.assertEqual(), assert.AssertionError)
    await store.dropCollection(collectionOf(store, 'logs'))
    await pair.assertEqual()
  })

  it('follows a system collection that is named', async () => {
    const store = pair.leader()
    await catchUp(pair, { collections: ['_graphs'] })
    await put(store, '_graphs', 'g')
    const { totals } = lastOf(await catchUp(pair, { collections: ['_graphs'] }))
    assert.equal(totals.documents, 1)
  })

  it('does not follow where an earlier copy of more collections was left unfinished', async () => {
    await fill(pair.leader(), 'a', 'b')
    const target = await openStoreTarget(pair.at('follower'), DATABASE)
    await target.beginCopy({ address: 'http://earlier', serverId: '1', tick: undefined })
    await target.close()
    await assert.rejects(catchUp(pair, { collections: ['a'] }), {
      code: 'ERR_FOLLOW_TARGET',
      message: /an earlier copy into .* is not complete/,
    })
  })
})

describe('followReplica() of what cannot be followed', () => {
  const pair = useReplicaPair()

  it('refuses a source without a log before it touches the target', async () => {
    const source = createScriptedSource([])
    await assert.rejects(catchUp(pair, {}, source), {
      code: 'ERR_FOLLOW_SOURCE',
      message: /it has no log of changes/,
    })
    assert.deepEqual(source.log, [])
  })

  it('refuses a source whose snapshots have no tick before it touches the target', async () => {
    const leader = openLeader(pair.served())
    const openLog: Source['openLog'] = leader.openLog?.bind(leader)
    const source = Object.assign(createScriptedSource([]), { openLog })
    const run = await startFollow(pair, {}, source as Source)
    assert.equal(((await run.ended) as NodeJS.ErrnoException).code, 'ERR_FOLLOW_SOURCE')
    assert.deepEqual(run.events, [])
    await leader.close()
  })

  it('refuses a target that cannot keep a position', async () => {
    const source = openLeader(pair.served())
    const target = await openStoreTarget(pair.at('follower'), DATABASE)
    const plain = Object.create(target, { openFollow: { value: undefined } }) as typeof target
    await assert.rejects(runFollow(source, plain), { code: 'ERR_FOLLOW_TARGET' })
    await Promise.all([source.close(), target.close()])
  })

  it('refuses a target that follows another database', async () => {
    await pair.leader().createDatabase('other')
    await catchUp(pair)
    const { url } = pair.served()
    const other = openRemote({ kind: 'remote', url, database: 'other' })
    await assert.rejects(catchUp(pair, { onGap: 'resync' }, other), {
      code: 'ERR_FOLLOW_DATABASE',
    })
  })
})

describe('runFullSync()', () => {
  const pair = useReplicaPair()

  it('saves no position unless the source is going to be followed', async () => {
    for (const isFollowed of [false, true]) {
      const source = openLeader(pair.served())
      const target = await openStoreTarget(pair.at('follower'), DATABASE)
      const { tick } = await runFullSync(source, target, { isFollowed, exclude: ['_users'] })
      const position = await (await target.openFollow?.())?.position()
      const { serverId } = pair.leader()
      const saved = {
        serverId,
        database: DATABASE,
        tick,
        resumeTick: tick,
        openTransactions: [],
        selection: { exclude: ['_users'] },
      }
      assert.deepEqual(position, isFollowed ? saved : undefined)
      await Promise.all([source.close(), target.close()])
    }
  })
})
