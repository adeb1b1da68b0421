import assert from 'node:assert/strict'
import fc from 'fast-check'
import { USER_NAME_BYTES_MAX } from '../../../lib/core/index.js'
import { changeGrant } from '../../../lib/server/auth/change-grants.js'
import { PasswordTurns } from '../../../lib/server/auth/password-turns.js'
import { formatUser, parseUser } from '../../../lib/server/auth/user-record.js'
import { UserRegistry, type UserStore } from '../../../lib/server/auth/user-registry.js'
import type { Grant } from '../../../lib/server/auth/permissions.js'
import { formatExactJson, parseExactJson } from '../../../lib/streams/index.js'
import type { Json } from '../../../lib/wire/index.js'
import { createUser, hashCheaply } from '../support/users.js'

/** A store of values that takes a turn of the event loop to write. */
class FakeStore implements UserStore {
  readonly values = new Map<string, string>()
  readCount = 0

  getMeta(name: string): Json {
    this.readCount += 1
    const text = this.values.get(name)
    return text === undefined ? undefined : parseExactJson(text)
  }

  metaNames(prefix: string): readonly string[] {
    return [...this.values.keys()].filter((name) => name.startsWith(prefix)).sort()
  }

  async putMeta(name: string, value: Json): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve))
    if (value === undefined) this.values.delete(name)
    else this.values.set(name, formatExactJson(value))
  }
}

describe('parseUser()', () => {
  const names = fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom('__proto__', 'toString', '*'))
  const grants = fc.constantFrom<Grant>('none', 'ro', 'rw')

  it('reads what formatUser() made, whatever the names are', () => {
    const grantsOf = fc.array(fc.tuple(names, fc.option(names, { nil: undefined }), grants))
    fc.assert(
      fc.property(names, grantsOf, (name, given) => {
        const user = given.reduce(
          (granted, [database, collection, grant]) =>
            changeGrant(granted, { database, collection }, grant),
          { ...createUser(name), extra: '{"__proto__":{"a":1e400}}', since: 12 },
        )
        const kept = parseExactJson(formatExactJson(formatUser(user)))
        assert.deepEqual(parseUser(name, kept), user)
      }),
      { numRuns: 50 },
    )
  })

  it('takes the bare password of an older store for root with all grants', () => {
    const user = parseUser('root', hashCheaply('x'))
    assert.equal(user.isActive, true)
    assert.equal(user.databases.get('_system')?.grant, 'rw')
    assert.equal(user.databases.get('*')?.collections.get('*'), 'rw')
  })

  const whole = formatUser(createUser('ann')) as Record<string, unknown>
  const damaged: readonly unknown[] = [
    null,
    [],
    {},
    { ...whole, active: 'yes' },
    { ...whole, extra: {} },
    { ...whole, databases: {} },
    { ...whole, databases: [{ database: 'a', grant: 'all', collections: [] }] },
    { ...whole, databases: [{ database: 'a', collections: [{ collection: 'b' }] }] },
  ]
  for (const value of damaged) {
    it(`refuses ${JSON.stringify(value).slice(0, 40)}…`, () => {
      assert.throws(() => parseUser('ann', value), { code: 'ERR_WIRE_FORMAT' })
    })
  }
})

describe('UserRegistry', () => {
  let store: FakeStore
  let users: UserRegistry

  beforeEach(async () => {
    store = new FakeStore()
    users = new UserRegistry(store, new PasswordTurns())
    await store.putMeta('users/root', hashCheaply('root'))
    await store.putMeta('users/ann', formatUser(createUser('ann', { shop: 'ro' })))
  })

  it('reads a user once', () => {
    assert.equal(users.find('ann')?.permissions.database('shop'), 'ro')
    assert.equal(users.find('ann'), users.find('ann'))
    assert.equal(store.readCount, 1)
    assert.equal(users.find('nobody'), undefined)
  })

  it('tells of a change at once, and keeps it', async () => {
    users.find('ann')
    await users.change('ann', (user) => changeGrant(user, { database: 'shop' }, 'rw'))
    assert.equal(users.find('ann')?.permissions.database('shop'), 'rw')
    const other = new UserRegistry(store, new PasswordTurns())
    assert.equal(other.find('ann')?.permissions.database('shop'), 'rw')
  })

  it('loses none of many changes at one time', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `db${index}`)
    await Promise.all(
      names.map((database) => users.change('ann', (user) => changeGrant(user, { database }, 'rw'))),
    )
    assert.deepEqual([...users.get('ann').databases.keys()], ['shop', ...names])
  })

  it('goes on after a change that failed', async () => {
    const failed = users.change('nobody', (user) => user)
    const done = users.change('ann', (user) => ({ ...user, isActive: false }))
    await assert.rejects(failed, { status: 404, errorNum: 1703 })
    assert.equal((await done).isActive, false)
  })

  it('makes a user once, of several who want to', async () => {
    const wanted = { name: 'bob', password: 'x', isActive: true, extra: '{}' }
    const outcomes = await Promise.allSettled([users.create(wanted), users.create(wanted)])
    assert.deepEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
    await assert.rejects(users.create(wanted), { status: 409, errorNum: 1702 })
    assert.deepEqual(
      [...users.list()].map(({ name }) => name),
      ['ann', 'bob', 'root'],
    )
    assert.ok(Math.abs(users.get('bob').since - Date.now() / 1000) < 60)
  })

  it('forgets a user that was removed', async () => {
    users.find('ann')
    await users.remove('ann')
    assert.equal(users.find('ann'), undefined)
    assert.throws(() => users.get('ann'), { status: 404, errorNum: 1703 })
    await assert.rejects(users.remove('ann'), { status: 404, errorNum: 1703 })
  })

  it('lets nobody lock root out', async () => {
    await assert.rejects(users.remove('root'), { status: 403, errorNum: 11 })
    const system = { database: '_system' }
    for (const grant of ['ro', 'none', undefined] as const) {
      const changed = users.change('root', (user) => changeGrant(user, system, grant))
      await assert.rejects(changed, { status: 403, errorNum: 11 })
    }
    const inactive = users.change('root', (user) => ({ ...user, isActive: false }))
    await assert.rejects(inactive, { status: 403, errorNum: 11 })
    assert.equal(users.find('root')?.permissions.database('_system'), 'rw')
    const elsewhere = { database: 'shop' }
    await users.change('root', (user) => changeGrant(user, elsewhere, 'none'))
    assert.equal(users.find('root')?.permissions.database('shop'), 'none')
  })

  it('forgetDatabase() takes the grants of everybody', async () => {
    await users.change('root', (user) => changeGrant(user, { database: 'shop' }, 'none'))
    await users.forgetDatabase('shop')
    assert.equal(users.find('ann')?.permissions.database('shop'), 'none')
    assert.equal(users.find('root')?.permissions.database('shop'), 'rw')
  })

  it('renameCollection() gives the grants of the old name to the new one too', async () => {
    const old = { database: 'shop', collection: 'old' }
    await users.change('ann', (user) => changeGrant(user, old, 'none'))
    await users.renameCollection('shop', 'old', 'new')
    const permissions = users.find('ann')?.permissions
    assert.equal(permissions?.collection('shop', 'new'), 'none')
    assert.equal(permissions.collection('shop', 'old'), 'none')
    assert.equal(permissions.collection('shop', 'other'), 'ro')
  })

  it('renameCollection() takes the grants that the new name had', async () => {
    const stale = { database: 'shop', collection: 'new' }
    await users.change('ann', (user) => changeGrant(user, stale, 'rw'))
    await users.renameCollection('shop', 'old', 'new')
    assert.equal(users.find('ann')?.permissions.collection('shop', 'new'), 'ro')
  })

  it('forgetCollection() takes the grants of everybody, of that collection alone', async () => {
    for (const collection of ['orders', 'other']) {
      await users.change('ann', (user) => changeGrant(user, { database: 'shop', collection }, 'rw'))
    }
    await users.forgetCollection('shop', 'orders')
    assert.equal(users.find('ann')?.permissions.collection('shop', 'orders'), 'ro')
    assert.equal(users.find('ann')?.permissions.collection('shop', 'other'), 'rw')
  })

  it('find() knows nobody of a name that is too long to be kept', () => {
    const { readCount } = store
    assert.equal(users.find('x'.repeat(USER_NAME_BYTES_MAX + 1)), undefined)
    assert.equal(store.readCount, readCount)
  })

  it('prepareRoot() keeps what root was granted when its password is configured', async () => {
    await users.change('root', (user) => changeGrant(user, { database: 'shop' }, 'ro'))
    assert.equal(await users.prepareRoot('another'), undefined)
    assert.equal(users.find('root')?.permissions.database('shop'), 'ro')
    assert.notDeepEqual(users.get('root').password, hashCheaply('root'))
  })
})
