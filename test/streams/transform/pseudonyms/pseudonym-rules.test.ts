import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import {
  loadTransform,
  pseudonymise,
  type DocumentTransform,
} from '../../../../lib/streams/transform/index.js'
import type { JsonObject } from '../../../../lib/wire/index.js'
import { useTemporaryDirectory } from '../../../support/temporary-directory.js'
import { applyTo } from '../../../support/transform-context.js'

const KEY = '0123456789abcdef0123456789abcdef'

describe('the rules of pseudonymise()', () => {
  const refused: readonly (readonly [unknown, string])[] = [
    [[], 'pseudonyms: an object is expected'],
    [{}, 'pseudonyms: neither "keys" nor "attributes" has a collection'],
    [{ key: {} }, 'pseudonyms: "key" is none of: keys, attributes, removeRevisions'],
    [{ keys: [] }, '"keys" of pseudonyms: an object of collections is expected'],
    [
      { keys: { c: 'Hex' } },
      'collection "c" of "keys" of pseudonyms: "type" must be one of: hex, digits, email, preserve',
    ],
    [
      { keys: { c: 7 } },
      'collection "c" of "keys" of pseudonyms: a type, or an object with one, is expected',
    ],
    [
      { keys: { c: { type: 'hex', domain: '' } } },
      'collection "c" of "keys" of pseudonyms: "domain" must be a text that is not empty',
    ],
    [
      { keys: { c: { type: 'hex', path: 'x' } } },
      'collection "c" of "keys" of pseudonyms: "path" is none of: type, domain',
    ],
    [
      { attributes: { c: {} } },
      'collection "c" of "attributes" of pseudonyms: an array of rules is expected',
    ],
    [
      { attributes: { c: [7] } },
      'rule 1 of collection "c" of "attributes" of pseudonyms: an object with "path" and "type" is expected',
    ],
    [
      { attributes: { c: [{ type: 'hex' }] } },
      'rule 1 of collection "c" of "attributes" of pseudonyms: "path" is no path: it is empty',
    ],
    [
      { attributes: { c: [{ path: '_key', type: 'hex' }] } },
      'rule 1 of collection "c" of "attributes" of pseudonyms: "keys" and "removeRevisions" decide on "_key", not a rule',
    ],
    [
      { attributes: { c: [{ path: 'a' }] } },
      'rule 1 of collection "c" of "attributes" of pseudonyms: "type" must be one of: hex, digits, email, preserve, key, id',
    ],
    [
      { attributes: { c: [{ path: 'a', type: 'key' }] } },
      'rule 1 of collection "c" of "attributes" of pseudonyms: "collection" belongs to the type key, and that needs it',
    ],
    [
      { attributes: { c: [{ path: 'a', type: 'key', collection: 'd' }] } },
      'rule 1 of collection "c" of "attributes" of pseudonyms: "keys" says nothing of collection "d"',
    ],
    [
      { keys: { c: 'hex' }, removeRevisions: 1 },
      'pseudonyms: "removeRevisions" must be true or false',
    ],
  ]
  for (const [definition, message] of refused) {
    it(`refuse ${JSON.stringify(definition)}`, () => {
      assert.throws(() => pseudonymise(definition as JsonObject, { key: KEY }), {
        name: 'PseudonymsError',
        code: 'ERR_PSEUDONYMS',
        message: `Cannot use ${message}`,
      })
    })
  }

  it('come with a key of 32 bytes at least', () => {
    assert.throws(() => pseudonymise({ keys: { c: 'hex' } }, { key: KEY.slice(1) }), {
      code: 'ERR_PSEUDONYMS',
      message: 'Cannot use pseudonyms: the key has 31 bytes, and 32 are the least',
    })
  })
})

describe('the transform pseudonyms:FILE', () => {
  const place = useTemporaryDirectory()

  async function load(
    environment: Record<string, string>,
    text?: string,
  ): Promise<DocumentTransform> {
    await writeFile(place.at('p.json'), text ?? '{"keys":{"c":"hex"}}')
    return loadTransform('pseudonyms:p.json', { cwd: place.at('.'), environment })
  }

  it('takes the key from the environment or from a file', async () => {
    await writeFile(place.at('key'), `${KEY}\n`)
    const expected = applyTo(pseudonymise({ keys: { c: 'hex' } }, { key: KEY }), { _key: 'k' })
    for (const environment of [
      { TIDEMARK_PSEUDONYM_KEY: KEY },
      { TIDEMARK_PSEUDONYM_KEY_FILE: 'key' },
    ] as Record<string, string>[]) {
      assert.deepEqual(applyTo(await load(environment), { _key: 'k' }), expected)
    }
  })

  it('tells what is wrong with key and file, and never the key', async () => {
    const both = { TIDEMARK_PSEUDONYM_KEY: KEY, TIDEMARK_PSEUDONYM_KEY_FILE: 'key' }
    await assert.rejects(load({}), { message: /^Cannot use pseudonyms: there is no key: set TIDE/ })
    await assert.rejects(load(both), (error: Error) => {
      assert.match(error.message, /both TIDEMARK_PSEUDONYM_KEY and TIDEMARK_PSEUDONYM_KEY_FILE/)
      return !error.message.includes(KEY)
    })
    await assert.rejects(load({ TIDEMARK_PSEUDONYM_KEY_FILE: 'none' }), {
      code: 'ERR_PSEUDONYMS',
      message: 'Cannot use pseudonyms: the key file "none" cannot be read: it does not exist',
    })
    await assert.rejects(load({ TIDEMARK_PSEUDONYM_KEY: KEY }, '{'), {
      message: /^Cannot use pseudonyms file "p.json": it is not JSON/,
    })
    const twice = '{"attributes":{"c":[{"path":"a","type":"hex"}],"c":[]}}'
    await assert.rejects(load({ TIDEMARK_PSEUDONYM_KEY: KEY }, twice), {
      message:
        /^Cannot use pseudonyms file "p.json": an attribute, or a collection, is there twice$/,
    })
    const setup = { cwd: place.at('.'), environment: {} }
    await assert.rejects(loadTransform('pseudonyms:none.json', setup), {
      message: 'Cannot use pseudonyms file "none.json": it does not exist',
    })
  })
})
