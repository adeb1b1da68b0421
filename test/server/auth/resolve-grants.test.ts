import assert from 'node:assert/strict'
import fc from 'fast-check'
import { changeGrant, forgetDatabase } from '../../../lib/server/auth/change-grants.js'
import type { Grant } from '../../../lib/server/auth/permissions.js'
import {
  ownCollectionGrant,
  ownDatabaseGrant,
  permissionsOf,
} from '../../../lib/server/auth/resolve-grants.js'
import { createUser, type TestGrants } from '../support/users.js'

/** What was given, what is asked for, and what follows. */
type Row = readonly [given: TestGrants, asked: string, expected: Grant]

/** Asks for `database` or `database/collection`. */
function ask(given: TestGrants, asked: string): Grant {
  const permissions = permissionsOf(createUser('ann', given))
  const [database = '', collection] = asked.split('/')
  return collection === undefined
    ? permissions.database(database)
    : permissions.collection(database, collection)
}

describe('permissionsOf()', () => {
  const rows: readonly Row[] = [
    [{}, 'shop', 'none'],
    [{}, '_system', 'none'],
    [{}, 'shop/products', 'none'],
    [{ shop: 'ro' }, 'shop', 'ro'],
    [{ shop: 'ro' }, 'shop/products', 'ro'],
    [{ shop: 'ro' }, 'store', 'none'],
    [{ shop: 'rw' }, 'shop/products', 'rw'],
    [{ '*': 'ro' }, 'anything', 'ro'],
    [{ '*': 'ro', shop: 'none' }, 'shop', 'none'],
    [{ '*': 'ro', shop: 'none' }, 'shop/products', 'none'],
    [{ '*': 'rw', shop: 'ro' }, 'shop/products', 'ro'],
    [{ _system: 'rw' }, 'shop', 'rw'],
    [{ _system: 'rw', shop: 'none' }, 'shop', 'none'],
    [{ _system: 'ro', '*': 'rw' }, 'shop', 'rw'],
    [{ _system: 'ro', '*': 'rw' }, '_system', 'ro'],
    [{ '*': 'rw' }, '_system', 'rw'],
    [{ shop: 'ro', 'shop/products': 'rw' }, 'shop/products', 'rw'],
    [{ shop: 'rw', 'shop/products': 'none' }, 'shop/products', 'none'],
    [{ shop: 'rw', 'shop/products': 'none' }, 'shop/orders', 'rw'],
    [{ 'shop/products': 'rw' }, 'shop/products', 'none'],
    [{ shop: 'none', 'shop/products': 'rw' }, 'shop/products', 'none'],
    [{ '*': 'ro', 'shop/products': 'rw' }, 'shop/products', 'rw'],
    [{ '*': 'ro', 'shop/products': 'rw' }, 'store/products', 'ro'],
    [{ shop: 'ro', 'shop/*': 'rw' }, 'shop/orders', 'rw'],
    [{ shop: 'ro', 'shop/*': 'rw', 'shop/orders': 'ro' }, 'shop/orders', 'ro'],
    [{ shop: 'rw', 'shop/*': 'none' }, 'shop/orders', 'rw'],
    [{ shop: 'ro', '*/*': 'rw' }, 'shop/orders', 'rw'],
    [{ '*/*': 'rw' }, 'shop/orders', 'none'],
    [{ shop: 'ro' }, 'shop/_graphs', 'ro'],
    [{ shop: 'rw' }, 'shop/_graphs', 'rw'],
    [{ shop: 'ro', 'shop/*': 'rw' }, 'shop/_graphs', 'ro'],
    [{ _system: 'rw' }, '_system/_users', 'rw'],
    [{ _system: 'ro' }, '_system/_users', 'none'],
    [{ _system: 'ro' }, '_system/_graphs', 'ro'],
    [{ shop: 'ro' }, 'shop/_users', 'ro'],
    [{ shop: 'rw' }, '__proto__', 'none'],
    [{ shop: 'rw' }, 'shop/__proto__', 'rw'],
    [{ shop: 'rw', 'shop/constructor': 'none' }, 'shop/constructor', 'none'],
  ]
  for (const [given, asked, expected] of rows) {
    it(`gives ${expected} of ${asked} for ${JSON.stringify(given)}`, () => {
      assert.equal(ask(given, asked), expected)
    })
  }

  it('resolves the first example of the documentation', () => {
    const given: TestGrants = { _system: 'none', shop1: 'rw', shop2: 'none', '*': 'ro' }
    const names = ['_system', 'shop1', 'shop2', 'something']
    assert.deepEqual(
      names.map((name) => ask(given, name)),
      ['none', 'rw', 'none', 'ro'],
    )
    assert.equal(ask({ ...given, '*': 'none' }, 'something'), 'none')
    assert.equal(ask({ ...given, '*': 'none', _system: 'rw' }, 'something'), 'rw')
  })

  it('resolves the examples of collections of the documentation', () => {
    const wild: TestGrants = {
      _system: 'none',
      '*': 'ro',
      '*/*': 'rw',
      'shop1/products': 'ro',
      'shop1/*': 'none',
      'shop2/reviews': 'none',
    }
    assert.equal(ask(wild, 'shop1/products'), 'ro')
    assert.equal(ask(wild, 'shop1/customers'), 'rw')
    assert.equal(ask(wild, 'shop2/reviews'), 'none')
    const system: TestGrants = {
      _system: 'ro',
      shop2: 'rw',
      '*': 'none',
      'shop1/customers': 'none',
      'shop1/*': 'none',
    }
    assert.equal(ask(system, 'shop1/products'), 'ro')
    assert.equal(ask(system, 'shop1/customers'), 'none')
    assert.equal(ask(system, 'shop2/reviews'), 'rw')
  })

  const grants = fc.constantFrom<Grant>('none', 'ro', 'rw')
  const names = fc.constantFrom('shop', 'store', '*', '_system')
  const collections = fc.constantFrom('', '/a', '/b', '/*', '/_graphs')
  const targets = fc.tuple(names, collections).map((parts) => parts.join(''))

  it('never lets anybody use a collection of a database that was refused', () => {
    fc.assert(
      fc.property(fc.dictionary(targets, grants), (given) => {
        const refused: TestGrants = { ...given, shop: 'none' }
        for (const name of ['a', 'b', '_graphs', 'c']) {
          assert.equal(ask(refused, `shop/${name}`), 'none')
        }
      }),
    )
  })

  it('lets a grant of its own count above all others', () => {
    fc.assert(
      fc.property(fc.dictionary(targets, grants), grants, (given, own) => {
        assert.equal(ask({ ...given, shop: own }, 'shop'), own)
        const all: TestGrants = { ...given, shop: 'ro', 'shop/a': own }
        assert.equal(ask(all, 'shop/a'), own)
      }),
    )
  })
})

describe('changeGrant()', () => {
  const user = createUser('ann', { shop: 'ro', 'shop/a': 'rw' })

  it('changes a copy, and nothing else of it', () => {
    const changed = changeGrant(user, { database: 'shop' }, 'rw')
    assert.equal(ownDatabaseGrant(user, 'shop'), 'ro')
    assert.equal(ownDatabaseGrant(changed, 'shop'), 'rw')
    assert.equal(ownCollectionGrant(changed, 'shop', 'a'), 'rw')
    assert.deepEqual({ ...changed, databases: user.databases }, user)
  })

  it('takes grants away one by one, and forgets a database without any', () => {
    const first = changeGrant(user, { database: 'shop' }, undefined)
    assert.equal(ownDatabaseGrant(first, 'shop'), undefined)
    assert.equal(ownCollectionGrant(first, 'shop', 'a'), 'rw')
    const second = changeGrant(first, { database: 'shop', collection: 'a' }, undefined)
    assert.deepEqual([...second.databases], [])
  })

  it('takes what was never given away without a word', () => {
    const target = { database: 'none', collection: 'none' }
    assert.deepEqual(changeGrant(user, target, undefined), user)
  })
})

describe('forgetDatabase()', () => {
  it('takes all grants of a database, and of no other', () => {
    const user = createUser('ann', { shop: 'ro', 'shop/a': 'rw', store: 'rw' })
    assert.deepEqual([...forgetDatabase(user, 'shop').databases.keys()], ['store'])
  })
})
