import assert from 'node:assert/strict'
import { Database } from 'arangojs'
import { startTestLeader, type TestLeader } from '../support/test-leader.js'
import { addUser } from '../support/users.js'

/** What arangojs throws. */
function refused(code: number, errorNum: number): (error: unknown) => boolean {
  return (error) => {
    const { code: status, errorNum: number } = error as { code?: unknown; errorNum?: unknown }
    return status === code && number === errorNum
  }
}

describe('arangojs manages users at a leader', () => {
  let test: TestLeader
  let system: Database
  const clients: Database[] = []

  before(async () => {
    test = await startTestLeader({ auth: { kind: 'on', rootPassword: 'root' } })
    system = connect()
    await system.login('root', 'root')
    await system.createDatabase('shop')
    await system.database('shop').createCollection('products')
  })

  after(async () => {
    for (const client of clients) client.close()
    await test.close()
  })

  function connect(): Database {
    const client = new Database({ url: test.url })
    clients.push(client)
    return client
  }

  it('login() gives a token that lets in', async () => {
    await addUser(test.store, 'ann', { shop: 'ro' })
    const shop = connect().database('shop')
    const token = await shop.login('ann', 'ann')
    assert.match(token, /^[^.]+\.[^.]+\.[^.]+$/)
    assert.equal(await shop.exists(), true)
    await assert.rejects(shop.createCollection('new'), refused(403, 11))
    await assert.rejects(shop.collection('products').save({}), refused(403, 11))
    await assert.rejects(shop.createUser('x', 'x'), refused(403, 11))
    await assert.rejects(connect().login('ann', 'wrong'), refused(401, 401))
  })

  it('makes, reads, changes, lists and removes users', async () => {
    const made = await system.createUser('bob', { passwd: 'one', extra: { a: 1 } })
    assert.deepEqual([made.user, made.active, made.extra], ['bob', true, { a: 1 }])
    await assert.rejects(system.createUser('bob', 'x'), refused(409, 1702))
    assert.deepEqual((await system.getUser('bob')).extra, { a: 1 })
    assert.equal((await system.updateUser('bob', { active: false })).active, false)
    const replaced = await system.replaceUser('bob', { passwd: 'two' })
    assert.deepEqual([replaced.active, replaced.extra], [true, {}])
    const names = (await system.listUsers()).map(({ user }) => user)
    assert.ok(names.includes('bob') && names.includes('root'))
    await system.removeUser('bob')
    await assert.rejects(system.getUser('bob'), refused(404, 1703))
    await assert.rejects(system.removeUser('bob'), refused(404, 1703))
    await assert.rejects(system.createUser('', 'x'), refused(400, 1700))
  })

  it('sets, reads and clears access levels', async () => {
    await addUser(test.store, 'cid')
    const database = { database: 'shop' }
    const collection = { database: 'shop', collection: 'products' }
    assert.equal(await system.getUserAccessLevel('cid', database), 'none')
    await system.setUserAccessLevel('cid', database, 'ro')
    await system.setUserAccessLevel('cid', collection, 'rw')
    assert.equal(await system.getUserAccessLevel('cid', database), 'ro')
    assert.equal(await system.getUserAccessLevel('cid', collection), 'rw')
    const shop = connect().database('shop')
    await shop.login('cid', 'cid')
    await shop.collection('products').save({ _key: 'a' })
    await assert.rejects(shop.createCollection('new'), refused(403, 11))
    assert.deepEqual(await shop.listUserDatabases(), ['shop'])
    assert.deepEqual(await system.getUserDatabases('cid'), { shop: 'ro' })
    const full = await system.getUserDatabases('cid', true)
    assert.equal(full['shop']?.permission, 'ro')
    assert.equal(full['shop'].collections['products'], 'rw')
    await system.clearUserAccessLevel('cid', collection)
    assert.equal(await system.getUserAccessLevel('cid', collection), 'ro')
    await system.clearUserAccessLevel('cid', database)
    await assert.rejects(shop.collections(), refused(401, 11))
  })

  it('makes a database together with its users', async () => {
    const made = await system.createDatabase('own', [{ username: 'dan', passwd: 'dan' }])
    assert.equal(await made.exists(), true)
    const own = connect().database('own')
    await own.login('dan', 'dan')
    await own.createCollection('things')
    await own.collection('things').save({ a: 1 })
    assert.deepEqual(await own.listUserDatabases(), ['own'])
    await assert.rejects(own.database('shop').collections(), refused(401, 11))
    await system.dropDatabase('own')
    await assert.rejects(own.collections(), refused(401, 11))
  })
})
