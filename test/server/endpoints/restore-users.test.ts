import assert from 'node:assert/strict'
import { verifyPassword } from '../../../lib/server/auth/password-hash.js'
import { PasswordTurns } from '../../../lib/server/auth/password-turns.js'
import { UserRegistry } from '../../../lib/server/auth/user-registry.js'
import { ask, assertError } from '../support/ask.js'
import { foreignDocument } from '../support/foreign-users.js'
import { askRestore, LINES, messageOf, VELOCYPACK, velocyPack } from '../support/restore.js'
import { databaseOf, startTestLeader, type TestLeader } from '../support/test-leader.js'
import { addUser, basicOf, bearerOf, TEST_SECRET } from '../support/users.js'

const AUTH = { kind: 'on', rootPassword: 'root', jwtSecret: TEST_SECRET } as const
const PATH = '/_db/_system/_api/replication/restore-data?collection=_users'
const WRITE = { permissions: { read: true, write: true } }

describe('PUT restore-data of _users', () => {
  let test: TestLeader

  before(async () => {
    test = await startTestLeader({ auth: AUTH })
    await test.store.createDatabase('shop')
  })

  after(() => test.close())

  async function restore(
    documents: readonly unknown[],
    { caller = 'root', query = '' } = {},
  ): ReturnType<typeof askRestore> {
    const headers = { ...LINES, authorization: await bearerOf(caller) }
    const lines = documents.map((document) => JSON.stringify(document)).join('\n')
    return askRestore(test, `${PATH}${query}`, lines, headers)
  }

  async function canLogIn(user: string, password: string, database = 'shop'): Promise<boolean> {
    const headers = { authorization: basicOf(user, password) }
    const { status } = await ask(`${test.url}/_db/${database}/_api/version`, { headers })
    return status === 200
  }

  /** All users as administrators see them. */
  async function users(): Promise<readonly string[]> {
    const headers = { authorization: await bearerOf('root') }
    const { body } = await ask(`${test.url}/_api/user`, { headers })
    const { result } = JSON.parse(body.toString()) as { result: { user: string }[] }
    return result.map(({ user }) => user)
  }

  it('makes users whose passwords nobody knows, with their grants', async () => {
    const databases = { shop: WRITE }
    const bob = foreignDocument('bob', 'pässword', { databases, userData: { a: [1] } })
    const old = { type: 2300, data: foreignDocument('eve', '', { active: false, databases }) }
    assert.equal((await restore([bob, old])).status, 200)
    assert.deepEqual(await users(), ['bob', 'eve', 'root'])
    assert.equal(await canLogIn('bob', 'pässword'), true)
    assert.equal(await canLogIn('bob', 'password'), false)
    assert.equal(await canLogIn('eve', ''), false)
    const kept = test.store.getMeta('users/bob') as { password: { hash: string }; extra: string }
    const { hash } = (bob['authData'] as { simple: { hash: string } }).simple
    assert.ok(!JSON.stringify(kept).includes(hash), 'it is hashed once more')
    assert.equal(kept.extra, '{"a":[1]}')
    assert.equal(test.store.collection(test.system, '_users')?.documents, 0)
  })

  it('puts them in the place of those of their names, but for root', async () => {
    await addUser(test.store, 'zoe', { shop: 'rw' })
    assert.equal(await canLogIn('zoe', 'zoe'), true)
    const removal = { type: 2302, data: { _key: '4711' } }
    const root = foreignDocument('root', 'other', { active: false })
    const zoe = foreignDocument('zoe', 'new', { databases: { shop: WRITE } })
    assert.equal((await restore([removal, root, zoe])).status, 200)
    assert.deepEqual([await canLogIn('zoe', 'zoe'), await canLogIn('zoe', 'new')], [false, true])
    assert.equal(await canLogIn('root', 'root'), true)
  })

  it('keeps what it needs to know the password again', async () => {
    const registry = new UserRegistry(test.store, new PasswordTurns())
    const { password } = registry.get('bob')
    assert.equal(await verifyPassword('pässword', password), true)
    assert.equal(await verifyPassword('password', password), false)
  })

  it('takes VelocyPack', async () => {
    const document = foreignDocument('packed', 'p', { databases: { shop: WRITE } })
    const headers = { ...VELOCYPACK, authorization: await bearerOf('root') }
    const body = velocyPack(JSON.stringify([document]))
    assert.equal((await askRestore(test, PATH, body, headers)).status, 200)
    assert.equal(await canLogIn('packed', 'p'), true)
  })

  it('names the line of a user that does not fit, or passes it over', async () => {
    const before = foreignDocument('before', 'x')
    const bad = [
      [foreignDocument('x', 'x', { method: 'sha1' }), 10],
      [foreignDocument('x\n', 'x'), 1700],
      [{ _key: 'x' }, 10],
    ] as const
    for (const [document, errorNum] of bad) {
      const reply = await restore([before, document, foreignDocument('after', 'x')])
      assertError(reply, 400, errorNum)
      assert.match(messageOf(reply), /^Cannot restore line 2 into "_users": /)
    }
    assert.deepEqual(
      [(await users()).includes('before'), (await users()).includes('after')],
      [true, false],
    )
    const documents = [...bad.map(([document]) => document), foreignDocument('after', 'x')]
    assert.equal((await restore(documents, { query: '&force=true' })).status, 200)
    assert.equal((await users()).includes('after'), true)
  })

  it('is for administrators alone, whatever is granted on the collection', async () => {
    await addUser(test.store, 'clerk', { _system: 'ro', '_system/_users': 'rw' })
    assertError(await restore([foreignDocument('x', 'x')], { caller: 'clerk' }), 403, 11)
    assert.equal((await users()).includes('x'), false)
  })

  it('is about documents in other databases', async () => {
    await test.store.createCollection(databaseOf(test.store, 'shop'), { name: '_users', type: 2 })
    const headers = { ...LINES, authorization: await bearerOf('root') }
    const line = JSON.stringify(foreignDocument('document', 'x'))
    const reply = await askRestore(test, PATH.replace('_system', 'shop'), line, headers)
    assert.equal(reply.status, 200)
    assert.equal((await users()).includes('document'), false)
    assert.equal(test.store.collection(databaseOf(test.store, 'shop'), '_users')?.documents, 1)
  })
})
