import assert from 'node:assert/strict'
import { assertError } from '../support/ask.js'
import { valueOf } from '../support/documents.js'
import { HostileLeader, statusesOf } from './hostile-leader.js'

/** Parts of a path that could lead elsewhere, as they are sent. */
const TRICKS = [
  '..',
  '.',
  '%2e%2e',
  '..%2f..',
  '%2F',
  '%2fc',
  'c%2F',
  '%00',
  'c%00',
  '%c0%ae%c0%ae',
  '%c0%af',
  '%ed%a0%80',
  '%ff',
  '%u002e',
  '%',
  '%zz',
  '..;',
  '%5c..%5c',
  '%0d%0aset-cookie:%20a=b',
  'c%20',
  'C',
]

/** Names that have a meaning in JavaScript. */
const JAVASCRIPT = ['constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf']

describe('hostile names', () => {
  let leader: HostileLeader

  before(async () => {
    leader = await HostileLeader.start()
  })

  afterEach(() => leader.assertWell())

  after(() => leader.close())

  for (const name of TRICKS) {
    it(`lead nowhere: ${name}`, async () => {
      for (const path of [
        `/_db/${name}/_api/version`,
        `/_db/${name}/_api/collection/c`,
        `/_db/${name}/_api/document/c/k`,
        `/_api/collection/${name}/count`,
        `/_api/collection/${name}`,
        `/_api/document/${name}/k`,
        `/_api/document/c/${name}`,
        `/_api/index/${name}/0`,
        `/_api/index/c/${name}`,
        `/_api/user/${name}`,
        `/_api/database/${name}`,
      ]) {
        const method = path.startsWith('/_api/database') ? 'DELETE' : 'GET'
        const answer = await leader.get(path, method)
        assert.match(statusesOf(answer).join(), /^40[0345]$/, path)
        assert.doesNotMatch(answer, /^set-cookie/im)
      }
    })
  }

  const refused = [
    '..',
    '.',
    'a/b',
    'a\u0000b',
    'a\r\nset-cookie: a',
    '',
    ' ',
    '\ud800',
    'n'.repeat(300),
  ]
  for (const name of refused) {
    it(`make no collection, database or user: ${JSON.stringify(name).slice(0, 20)}`, async () => {
      const collection = await leader.send('POST', '/_api/collection', { name, isSystem: true })
      assert.equal(collection.status, 400)
      const database = await leader.send('POST', '/_api/database', { name })
      assert.equal(database.status, 400)
    })
  }

  it('make no document with a key that could break a header', async () => {
    for (const _key of ['a\r\nb', 'a\nb', 'a\u0000b', '..\u2028', 'a"b', 'ä']) {
      assertError(await leader.send('POST', '/_api/document/c', { _key }), 400, 1221)
    }
  })

  it('are different where Unicode writes one text in two ways', async () => {
    const [composed, decomposed] = ['h\u00e4', 'ha\u0308']
    assert.equal((await leader.send('POST', '/_api/database', { name: composed })).status, 201)
    const other = `/_db/${encodeURIComponent(decomposed)}/_api/database/current`
    assertError(await leader.send('GET', other), 404, 1228)
    const same = `/_db/${encodeURIComponent(composed)}/_api/database/current`
    assert.equal((await leader.send('GET', same)).status, 200)
  })

  for (const name of JAVASCRIPT) {
    it(`of JavaScript are names as others: ${name}`, async () => {
      assertError(await leader.send('GET', `/_api/collection/${name}`), 404, 1203)
      assertError(await leader.send('GET', `/_db/${name}/_api/version`), 404, 1228)
      assertError(await leader.send('GET', `/_api/user/${name}`), 404, 1703)
      assertError(await leader.send('GET', `/_api/document/c/${name}`), 404, 1202)
      assertError(await leader.send('GET', `/_api/index/c/${name}`), 404, 1212)
      assert.equal((await leader.send('POST', '/_api/collection', { name })).status, 200)
      assert.equal((await leader.send('POST', '/_api/database', { name })).status, 201)
      assert.equal((await leader.send('POST', '/_api/user', { user: name })).status, 201)
      assert.equal(
        (await leader.send('POST', `/_api/document/${name}`, { _key: name })).status,
        202,
      )
      const { user } = valueOf(await leader.send('GET', `/_api/user/${name}`))
      assert.equal(user, name)
      const document = valueOf(await leader.send('GET', `/_api/document/${name}/${name}`))
      assert.equal(document['_key'], name)
      assert.equal((await leader.send('GET', `/_db/${name}/_api/database/current`)).status, 200)
    })
  }

  it('of JavaScript are parameters that mean nothing', async () => {
    const query = '__proto__=1&constructor=2&toString=3&__proto__[x]=4&excludeSystem=true'
    const { result } = valueOf(await leader.send('GET', `/_api/collection?${query}`))
    assert.ok(Array.isArray(result) && result.length > 0)
    assert.ok(result.every((one) => !(one as { name: string }).name.startsWith('_')))
  })

  it('count once where a parameter is repeated: the last one', async () => {
    const path = '/_api/collection?excludeSystem=true&excludeSystem=false'
    const { result } = valueOf(await leader.send('GET', path))
    assert.ok((result as { name: string }[]).some(({ name }) => name === '_graphs'))
    assertError(await leader.send('GET', '/_api/index?collection=c&collection=none'), 404, 1203)
    const array = await leader.send('GET', '/_api/index?collection[]=c')
    assertError(array, 404, 1203)
  })
})
