import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  AddressError,
  formatAddress,
  parseAddress,
  type ReplicaAddress,
} from '../../lib/replica/index.js'

const remote = (url: string, database = '_system'): ReplicaAddress => ({
  kind: 'remote',
  url,
  database,
})
const store = (path: string, database = '_system'): ReplicaAddress => ({
  kind: 'store',
  path,
  database,
})
const directory = (path: string): ReplicaAddress => ({ kind: 'directory', path })

const ROWS: readonly (readonly [string, ReplicaAddress])[] = [
  ['http://127.0.0.1:8529', remote('http://127.0.0.1:8529')],
  ['http://127.0.0.1:8529/', remote('http://127.0.0.1:8529')],
  ['HTTP://Host:8529/_db/shop', remote('http://host:8529', 'shop')],
  ['https://host/_db/shop/', remote('https://host', 'shop')],
  ['http://[::1]:8529/_db/a%2Fb%20%C3%BC', remote('http://[::1]:8529', 'a/b ü')],
  ['http://h:1/_db/_system', remote('http://h:1')],
  ['store:data', store('data')],
  ['store:/a b/c#shop', store('/a b/c', 'shop')],
  ['store:/a#b#caf%C3%A9', store('/a#b', 'café')],
  ['dir:dump', directory('dump')],
  ['dir:store:odd#name', directory('store:odd#name')],
  ['./dump', directory('./dump')],
  ['C:\\dumps\\one', directory('C:\\dumps\\one')],
]

const REFUSED: readonly (readonly [string, RegExp])[] = [
  ['', /there is no path/],
  ['dir:', /there is no path/],
  ['store:', /there is no path/],
  ['store:#shop', /there is no path/],
  ['store:data#', /no name of a database/],
  ['store:data#%zz', /name of the database is not percent-encoded/],
  ['http://h/_db/%ff', /name of the database is not percent-encoded/],
  ['http://h/_db', /path of the URL is not \/_db\/NAME/],
  ['http://h/_db/', /path of the URL is not/],
  ['http://h/_api/version', /path of the URL is not/],
  ['http://h/?a=b', /neither a query nor a fragment/],
  ['http://h/#shop', /neither a query nor a fragment/],
  ['http://u:secret@h:99999', /it is not a URL/],
  ['http:host:8529', /there is no \/\/ after the scheme/],
  ['http+tcp://h:8529', /neither http nor https/],
  ['tcp://h:8529', /the scheme "tcp" is neither http nor https/],
  ['a\0b', /NUL/],
]

describe('parseAddress', () => {
  for (const [text, expected] of ROWS) {
    it(`reads ${text}`, () => {
      assert.deepEqual(parseAddress(text), expected)
    })
  }

  for (const [text, reason] of REFUSED) {
    it(`refuses ${JSON.stringify(text)} and tells the forms`, () => {
      assert.throws(
        () => parseAddress(text),
        (error) =>
          error instanceof AddressError &&
          reason.test(error.message) &&
          error.message.includes('store:PATH[#NAME]'),
      )
    })
  }

  it('gives its error a code', () => {
    assert.throws(() => parseAddress(''), { code: 'ERR_ADDRESS' })
  })

  it('takes the credentials out of the URL, decoded', () => {
    assert.deepEqual(parseAddress('http://ro%40t:p%3Aw@h:8529/_db/x'), {
      kind: 'remote',
      url: 'http://h:8529',
      database: 'x',
      username: 'ro@t',
      password: 'p:w',
    })
  })

  it('shows no password of a text that it refuses', () => {
    for (const text of ['http://u:secret@h/x', 'http://u:secret@', 'ftp://u:secret@h']) {
      assert.throws(
        () => parseAddress(text),
        (error: Error) => !`${error.stack ?? ''}${String(error.cause)}`.includes('secret'),
      )
    }
  })
})

describe('formatAddress', () => {
  it('leaves out credentials and the default database', () => {
    assert.equal(formatAddress(parseAddress('http://u:p@h:8529/_db/_system')), 'http://h:8529')
    assert.equal(formatAddress(parseAddress('http://u:p@h:8529/_db/ü')), 'http://h:8529/_db/%C3%BC')
  })

  it('is the inverse of parseAddress', () => {
    const name = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !/^\.+$/.test(text))
    const path = fc.string({ minLength: 1 }).filter((text) => !text.includes('\0'))
    const address = fc.oneof(
      fc
        .record({ url: fc.constantFrom('http://h:8529', 'https://[::1]:1'), database: name })
        .map(({ url, database }): ReplicaAddress => remote(url, database)),
      fc.tuple(path, name).map(([text, database]) => store(text, database)),
      path.map(directory),
    )
    fc.assert(
      fc.property(address, (value) => {
        assert.deepEqual(parseAddress(formatAddress(value)), value)
      }),
    )
  })
})
