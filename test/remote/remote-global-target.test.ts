import assert from 'node:assert/strict'
import { openRemoteTarget } from '../../lib/remote/index.js'
import { parseAddress, type GlobalTarget, type RemoteAddress } from '../../lib/replica/index.js'
import { runFullSync } from '../../lib/sync/index.js'
import { startTestLeader, type TestLeader } from '../server/support/test-leader.js'
import { createScriptedSource, documentLines } from '../support/scripted-source.js'

describe('openRemoteTarget().openGlobal()', () => {
  let leader: TestLeader
  before(async () => {
    leader = await startTestLeader()
  })
  after(() => leader.close())

  const address = (path = ''): RemoteAddress => parseAddress(leader.url + path) as RemoteAddress

  async function withAll(work: (all: GlobalTarget) => Promise<void>): Promise<void> {
    const target = openRemoteTarget(address())
    try {
      assert.ok(target.openGlobal !== undefined)
      await work(await target.openGlobal())
    } finally {
      await target.close()
    }
  }

  it('makes a database when a copy into it begins', async () => {
    const source = createScriptedSource([{ name: 'a', chunks: [documentLines(['1', '2'])] }])
    await withAll(async (all) => {
      assert.deepEqual(await all.databases(), ['_system'])
      const target = all.target('shop')
      assert.deepEqual(await all.databases(), ['_system'])
      assert.equal(target.database, 'shop')
      const { totals } = await runFullSync(source, target)
      assert.equal(totals.documents, 2)
      assert.deepEqual(await all.databases(), ['_system', 'shop'])
      assert.equal(await all.unfinishedCopy(), undefined)
    })
  })

  it('drops what it is told to, once and twice', async () => {
    await withAll(async (all) => {
      await runFullSync(createScriptedSource([{ name: 'a', chunks: [] }]), all.target('old'))
      await all.dropCollection('old', 'a')
      await all.dropCollection('old', 'a')
      await assert.rejects(all.dropView('old', 'v'), /does not implement changes of views/)
      await all.dropCollection('old', '_graphs')
      await all.dropDatabase('old')
      await all.dropDatabase('old')
      assert.ok(!(await all.databases()).includes('old'))
    })
  })

  it('is refused through another database', async () => {
    const target = openRemoteTarget(address('/_db/shop'))
    assert.ok(target.openGlobal !== undefined)
    await assert.rejects(target.openGlobal(), RangeError)
    await target.close()
  })

  it('sends how a collection is to be spread', async () => {
    const asked: string[] = []
    const shardingOf = (collection: string): { numberOfShards: number } => {
      asked.push(collection)
      return { numberOfShards: 3 }
    }
    const target = openRemoteTarget(address(), { shardingOf })
    const source = createScriptedSource([{ name: 'spread', chunks: [] }])
    await runFullSync(source, target).finally(() => target.close())
    assert.deepEqual(asked, ['spread'])
    assert.ok(leader.store.collection(leader.system, 'spread') !== undefined)
  })
})
