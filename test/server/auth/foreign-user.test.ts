import assert from 'node:assert/strict'
import { parseForeignUser } from '../../../lib/server/auth/foreign-user.js'
import { WireFormatError } from '../../../lib/wire/index.js'
import { foreignDocument } from '../support/foreign-users.js'

const READ = { permissions: { read: true, write: false } }
const WRITE = { permissions: { read: true, write: true } }
const NONE = { permissions: { read: false, write: false } }
const UNSAID = { permissions: { read: true, write: true, undefined: true } }

describe('parseForeignUser()', () => {
  it('reads what ArangoDB keeps of a user', () => {
    const document = foreignDocument('ann', 'secret', { active: false, userData: { a: 1 } })
    const { name, isActive, extra, hash, salt, databases } = parseForeignUser(document)
    assert.deepEqual([name, isActive, extra], ['ann', false, { a: 1 }])
    assert.match(hash, /^[0-9a-f]{64}$/)
    assert.equal(salt, '24ad2f0d')
    assert.equal(databases.size, 0)
  })

  it('reads grants of databases and of their collections', () => {
    const databases = {
      shop: { ...WRITE, collections: { '*': READ, orders: WRITE, secrets: NONE, same: UNSAID } },
      '*': READ,
      closed: NONE,
      unsaid: { ...UNSAID, collections: { c: READ } },
      old: 'rw',
    }
    const user = parseForeignUser(foreignDocument('ann', 'x', { databases }))
    const shown = [...user.databases].map(([name, { grant, collections }]) => [
      name,
      grant,
      Object.fromEntries(collections),
    ])
    assert.deepEqual(shown, [
      ['shop', 'rw', { '*': 'ro', orders: 'rw', secrets: 'none' }],
      ['*', 'ro', {}],
      ['closed', 'none', {}],
      ['unsaid', undefined, { c: 'ro' }],
      ['old', 'rw', {}],
    ])
  })

  it('takes what is not said for active, and for an empty object', () => {
    const user = parseForeignUser(foreignDocument('ann', 'x'))
    assert.deepEqual([user.isActive, user.extra], [true, {}])
  })

  const refused: readonly (readonly [string, unknown])[] = [
    ['no object', 7],
    ['no name', { ...foreignDocument('x', 'x'), user: undefined }],
    ['an empty name', foreignDocument('', 'x')],
    ['no password', { ...foreignDocument('x', 'x'), authData: {} }],
    ['another method', foreignDocument('x', 'x', { method: 'md5' })],
    ['a hash that is none', foreignDocument('x', 'x', { hash: 'f00' })],
    ['a salt that is no text', foreignDocument('x', 'x', { salt: 7 })],
    ['an active that is no boolean', foreignDocument('x', 'x', { active: 1 })],
    ['user data that is no object', foreignDocument('x', 'x', { userData: [] })],
    ['databases that are no object', foreignDocument('x', 'x', { databases: [] })],
    ['a grant that is no word', foreignDocument('x', 'x', { databases: { d: 'all' } })],
  ]
  for (const [what, document] of refused) {
    it(`refuses ${what}, and shows no hash`, () => {
      assert.throws(
        () => parseForeignUser(document),
        (error) => error instanceof WireFormatError && !/[0-9a-f]{32}|f00/.test(error.message),
      )
    })
  }
})
