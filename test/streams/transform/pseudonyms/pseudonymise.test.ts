import assert from 'node:assert/strict'
import { createTransformRunner, pseudonymise } from '../../../../lib/streams/transform/index.js'
import type { JsonObject } from '../../../../lib/wire/index.js'
import { chunkOf } from '../../../support/chunk.js'
import { linesOf } from '../../../support/streams.js'
import { applyTo } from '../../../support/transform-context.js'

const KEY = '0123456789abcdef0123456789abcdef'
const HEX = /^[0-9a-f]{32}$/

function change(definition: JsonObject, document: JsonObject, collection?: string): JsonObject {
  return applyTo(pseudonymise(definition, { key: KEY }), document, collection) as JsonObject
}

describe('pseudonymise() and keys', () => {
  const definition = { keys: { users: 'hex', orders: 'preserve', mail: 'email', n: 'digits' } }

  it('replaces the key, and every _id, _from and _to that holds it', () => {
    const user = change(definition, { _key: 'adam', _id: 'users/adam', _rev: 'r' }, 'users')
    const key = String(user['_key'])
    assert.match(key, HEX)
    assert.deepEqual(user, { _key: key, _id: `users/${key}`, _rev: 'r' })
    const order = change(definition, { _key: 'A-17', _id: 'orders/A-17' }, 'orders')
    const edge = { _key: 'e', _from: 'users/adam', _to: 'orders/A-17', note: 'users/adam' }
    assert.deepEqual(change(definition, edge, 'placed'), {
      ...edge,
      _from: `users/${key}`,
      _to: order['_id'],
    })
    assert.match(String(order['_key']), /^[A-Z]-\d\d$/)
  })

  it('gives keys of every type that a server takes', () => {
    const key = "a.b@C:d-1_(x)+,=;$!*'%z"
    for (const [collection, form] of [
      ['users', HEX],
      ['mail', /^[0-9a-f]{32}@pseudonym\.invalid$/],
      ['n', /^\d{39}$/],
      ['orders', /^[a-z][.][a-z]@[A-Z]:[a-z]-\d_\([a-z]\)\+,=;\$!\*'%[a-z]$/],
    ] as const) {
      const pseudonym = String(change(definition, { _key: key }, collection)['_key'])
      assert.match(pseudonym, form)
      assert.match(pseudonym, /^[A-Za-z0-9_\-:.@()+,=;$!*'%]{1,254}$/)
    }
  })

  it('leaves what no rule is for, and what holds no id', () => {
    const document = { _key: 'k', _id: 'other/k', _from: 'x', _to: 7, _rev: 'r', a: 1 }
    assert.deepEqual(change(definition, document, 'other'), document)
    assert.deepEqual(change(definition, { _from: '/k', _to: 'users' }, 'e'), {
      _from: '/k',
      _to: 'users',
    })
  })

  it('takes from definitions what tells of keys', () => {
    const runner = createTransformRunner([pseudonymise(definition, { key: KEY })])
    const keyOptions = { type: 'autoincrement', allowUserKeys: false, lastValue: 1024 }
    const planOf = (name: string): unknown =>
      runner.plan({
        ...{ database: undefined, name, type: 'document', isSystem: false },
        ...{ parameters: { name, keyOptions }, indexes: [] },
      })?.parameters
    const plain = { name: 'users', keyOptions: { allowUserKeys: true, type: 'traditional' } }
    assert.deepEqual(planOf('users'), plain)
    assert.equal(planOf('other'), undefined)
  })

  it('takes * for collections that are not named, those of the system not', () => {
    const rules = { keys: { '*': 'hex', _users: 'digits', plain: { type: 'preserve' } } }
    assert.match(String(change(rules, { _key: 'k' }, 'any')['_key']), HEX)
    assert.match(String(change(rules, { _key: 'k' }, '_users')['_key']), /^\d{39}$/)
    assert.match(String(change(rules, { _key: 'k' }, 'plain')['_key']), /^[a-z]$/)
    assert.deepEqual(change(rules, { _key: 'k' }, '_graphs'), { _key: 'k' })
  })

  it('keeps keys of collections apart unless they share a domain', () => {
    const shared = { type: 'hex', domain: 'person' }
    const rules = { keys: { a: 'hex', b: 'hex', c: shared, d: shared } }
    const keyOf = (collection: string): unknown => change(rules, { _key: 'k' }, collection)['_key']
    assert.notEqual(keyOf('a'), keyOf('b'))
    assert.equal(keyOf('c'), keyOf('d'))
    assert.notEqual(keyOf('a'), keyOf('c'))
  })

  it('learns the collection of a line from its _id', () => {
    const transform = pseudonymise(definition, { key: KEY })
    const named = applyTo(transform, { _key: 'k', _id: 'users/k' }, null) as JsonObject
    assert.deepEqual(named, applyTo(transform, { _key: 'k', _id: 'users/k' }, 'users'))
    assert.throws(() => applyTo(transform, { _key: 'k' }, null), { code: 'ERR_TRANSFORM_SETUP' })
  })

  it('leaves out revisions when that is asked for', () => {
    const rules = { keys: { users: 'hex' }, removeRevisions: true }
    const changed = change(rules, { _key: 'k', _rev: 'r', inner: { _rev: 'r' } }, 'users')
    assert.deepEqual(Object.keys(changed), ['_key', 'inner'])
    assert.deepEqual(changed['inner'], { _rev: 'r' })
  })

  it('gives other pseudonyms with another key, the same with the same', () => {
    const keyWith = (key: string): unknown => {
      const transform = pseudonymise(definition, { key })
      return (applyTo(transform, { _key: 'k' }, 'users') as JsonObject)['_key']
    }
    assert.equal(keyWith(KEY), keyWith(KEY))
    assert.notEqual(keyWith(KEY), keyWith(KEY.toUpperCase()))
    const bytes = pseudonymise(definition, { key: Buffer.from(KEY) })
    assert.deepEqual(applyTo(bytes, { _key: 'k' }, 'users'), { _key: keyWith(KEY) })
  })
})

describe('pseudonymise() and attributes', () => {
  const rules = (list: readonly JsonObject[], keys: JsonObject = {}): JsonObject => ({
    keys,
    attributes: { c: list },
  })

  it('replaces leaves, items of arrays too, and keeps null', () => {
    const document = { _key: 'k', a: ['x', ['y', null]], o: { a: 'x', b: 'x' }, n: null }
    const changed = change(
      rules([
        { path: '.a', type: 'hex' },
        { path: 'n', type: 'hex' },
      ]),
      document,
    )
    const [x, [y, none]] = changed['a'] as [string, [string, null]]
    assert.match(x, HEX)
    assert.match(y, HEX)
    assert.notEqual(x, y)
    assert.equal(none, null)
    assert.deepEqual(changed, { ...document, a: [x, [y, null]], o: { a: x, b: 'x' } })
  })

  it('gives each type its form', () => {
    const values: readonly (readonly [string, unknown, RegExp])[] = [
      ['hex', 'x', HEX],
      ['hex', 17, HEX],
      ['hex', 1.5, HEX],
      ['hex', true, HEX],
      ['digits', 'x', /^\d{39}$/],
      ['email', 'a@b.c', /^[0-9a-f]{32}@pseudonym\.invalid$/],
      ['preserve', '123-45-6789', /^\d{3}-\d\d-\d{4}$/],
      ['preserve', 12345, /^[1-9]\d{4}$/],
      ['preserve', -12345n, /^-[1-9]\d{4}$/],
    ]
    for (const [type, value, form] of values) {
      const changed = change(rules([{ path: 'v', type }]), { v: value })['v']
      assert.match(String(changed), form)
      assert.notEqual(changed, value)
    }
    assert.equal(typeof change(rules([{ path: 'v', type: 'preserve' }]), { v: 12 })['v'], 'number')
  })

  it('keeps a text and a number of the same look apart', () => {
    const changed = change(rules([{ path: '.v', type: 'hex' }]), { v: ['1', 1, true, 'true'] })
    assert.equal(new Set(changed['v'] as unknown[]).size, 4)
  })

  it('refuses to keep the form of what has none', () => {
    for (const value of [1.5, true]) {
      const act = (): unknown => change(rules([{ path: 'v', type: 'preserve' }]), { v: value })
      assert.throws(act, {
        name: 'RangeError',
        message: /^Cannot keep the form of a (?:decimal|boolean)/,
      })
    }
  })

  it('gives equal values the same pseudonym only where a domain says so', () => {
    const list = [
      { path: 'a', type: 'hex' },
      { path: 'b', type: 'hex' },
      { path: 'c', type: 'hex', domain: 'd' },
      { path: 'd', type: 'hex', domain: 'd' },
    ]
    const { a, b, c, d } = change(rules(list), { a: 'x', b: 'x', c: 'x', d: 'x' })
    assert.equal(c, d)
    assert.equal(new Set([a, b, c]).size, 3)
    const both = { attributes: { c: list, '*': list } }
    assert.notEqual(change(both, { a: 'x' }, 'c')['a'], change(both, { a: 'x' }, 'other')['a'])
    assert.equal(change(both, { c: 'x' }, 'c')['c'], change(both, { c: 'x' }, 'other')['c'])
    const withKey = { keys: { k: { type: 'hex', domain: 'd' } }, attributes: { k: list } }
    const joined = change(withKey, { _key: 'x', c: 'x' }, 'k')
    assert.equal(joined['_key'], joined['c'])
  })

  it('follows references that are held in attributes', () => {
    const keys = { users: 'preserve' }
    const list = [
      { path: 'owner', type: 'key', collection: 'users' },
      { path: '*', type: 'id' },
    ]
    const key = change(rules(list, keys), { _key: '1024' }, 'users')['_key']
    const document = { owner: 1024, list: ['users/1024', 'other/1024', 'x', 7, null, true] }
    assert.deepEqual(change(rules(list, keys), document), {
      owner: key,
      list: [`users/${String(key)}`, 'other/1024', 'x', 7, null, true],
    })
    assert.deepEqual(change(rules(list, keys), { owner: null }), { owner: null })
  })

  it('leaves attributes of the system to the keys', () => {
    const document = { _key: 'k', _id: 'c/k', _rev: 'r', _from: 'a/b', _to: 'a/b', _own: 'x' }
    const changed = change(rules([{ path: '*', type: 'hex' }]), document)
    assert.match(String(changed['_own']), HEX)
    assert.deepEqual({ ...changed, _own: 'x' }, document)
  })
})

describe('pseudonymise() and lines', () => {
  it('leaves the key nowhere in the line, whatever the form of the line', async () => {
    const lines = [
      '{"type":2300,"key":"adam","data":{"_key":"adam","_id":"c/adam"}}',
      '{"tick":"1","type":2300,"key":"adam","rev":"_fMI7bzK--B","data":{"_key":"adam","_rev":"_fMI7bzK--B"}}',
      '{"tick":"1","type":2302,"key":"adam","rev":"_fMI7bzK--B"}',
      '{"type":2302,"data":{"_key":"adam"}}',
      '{"_key":"adam","n":1.0,"o":{"_id":"c/adam","_id":1}}',
    ]
    const transform = pseudonymise({ keys: { c: 'hex' } }, { key: KEY })
    const info = {
      ...({ database: undefined, name: 'c', type: 'document', isSystem: false } as const),
      parameters: {},
      indexes: [],
    }
    const { chunks } = await createTransformRunner([transform]).transform(chunkOf(lines), info)
    const changed = linesOf(chunks)
    assert.equal(changed.length, lines.length)
    for (const line of changed) assert.ok(!line.includes('adam'), line)
  })
})
