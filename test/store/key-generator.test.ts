import assert from 'node:assert/strict'
import type { Store, StoreCollection } from '../../lib/store/index.js'
import { checkKeyOptions, readKeyOptions } from '../../lib/store/key-options.js'
import { chunkOf } from '../support/chunk.js'
import { documentText, linesOf, reread, systemOf } from './support/documents.js'
import { groupOf, positionAt } from './support/groups.js'
import { useStore } from './support/use-store.js'
import { withCode } from './support/with-code.js'

function makeWithKeys(store: Store, keyOptions: object): Promise<StoreCollection> {
  return store.createCollection(systemOf(store), { name: 'c', type: 2, parameters: { keyOptions } })
}

async function makeKeys(store: Store, c: StoreCollection, count: number): Promise<string[]> {
  const keys: string[] = []
  for (let index = 0; index < count; index += 1) keys.push((await store.insert(c, '{}')).key)
  return keys
}

describe('KeyGenerator', () => {
  const { open } = useStore()

  const patterns: readonly (readonly [string, RegExp])[] = [
    ['traditional', /^\d{19}$/],
    ['padded', /^[0-9a-f]{16}$/],
    ['uuid', /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/],
  ]
  for (const [type, pattern] of patterns) {
    it(`makes ${type} keys`, async () => {
      const store = await open()
      const keys = await makeKeys(store, await makeWithKeys(store, { type }), 3)
      for (const key of keys) assert.match(key, pattern)
      assert.equal(new Set(keys).size, 3)
      if (type !== 'uuid') assert.deepEqual(keys.toSorted(), keys)
    })
  }

  it('counts, goes on after the highest key of a document, and passes over taken ones', async () => {
    const store = await open()
    const c = await makeWithKeys(store, { type: 'autoincrement', increment: 5, offset: 3 })
    assert.deepEqual(await makeKeys(store, c, 2), ['3', '8'])
    await store.insert(c, '{"_key":"21"}')
    await store.insert(c, '{"_key":"7"}')
    await assert.rejects(store.insert(c, '{"_key":"99x"}'), withCode('ERR_KEY_INVALID'))
    assert.deepEqual(await makeKeys(store, c, 2), ['23', '28'])
    await store.put(c, '{"_key":"18446744073709551616"}')
    assert.deepEqual(await makeKeys(store, c, 1), ['33'])
  })

  it('begins with 1 unless told, and remembers and reports the last key', async () => {
    let store = await open()
    let c = await makeWithKeys(store, { type: 'autoincrement' })
    assert.deepEqual(await makeKeys(store, c, 3), ['1', '2', '3'])
    await store.close()
    store = await open()
    c = reread(store, c)
    assert.deepEqual(c.definition.parameters['keyOptions'], {
      type: 'autoincrement',
      lastValue: 3,
    })
    assert.deepEqual(await makeKeys(store, c, 1), ['4'])
    await store.remove(c, '4')
    assert.deepEqual(await makeKeys(store, c, 1), ['5'])
  })

  it('goes on after the highest key that replication brought', async () => {
    let store = await open()
    const c = await makeWithKeys(store, { type: 'autoincrement', increment: 10, offset: 1 })
    const lines = ['{"_key":"57"}', '{"_key":"20"}', '{"_key":"x99"}', '{"_key":"99x"}']
    await store.applyChunk(c, chunkOf(lines))
    assert.deepEqual(await makeKeys(store, c, 1), ['61'])
    await store.applyChunk(c, chunkOf([documentText('75', 1), documentText('0064', 2)]))
    await store.close()
    store = await open()
    assert.deepEqual(reread(store, c).definition.parameters['keyOptions'], {
      type: 'autoincrement',
      increment: 10,
      offset: 1,
      lastValue: 75,
    })
    const data = documentText('302', 3)
    const marker = `{"tick":"10","type":2300,"db":"d","cname":"c","tid":"0","data":${data}}`
    const options = { database: systemOf(store) }
    await store.applyGroups([groupOf([marker])], positionAt(10n), options)
    // One that is there already is put anew, and one that goes leaves the count as it is.
    await store.applyChunk(c, chunkOf([documentText('75', 9), '{"type":2302,"key":"302"}']))
    assert.deepEqual(await makeKeys(store, c, 2), ['311', '321'])
  })

  it('goes on after the last key that a changed definition tells', async () => {
    const store = await open()
    const c = await makeWithKeys(store, { type: 'autoincrement' })
    await makeKeys(store, c, 2)
    const keyOptions = { type: 'autoincrement', lastValue: 40 }
    await store.changeCollection(c, { keyOptions })
    assert.deepEqual(reread(store, c).definition.parameters['keyOptions'], keyOptions)
    assert.deepEqual(await makeKeys(store, c, 1), ['41'])
    const told = reread(store, c).definition.parameters['keyOptions']
    assert.deepEqual(told, { type: 'autoincrement', lastValue: 41 })
  })

  it('takes no notice of numbers as keys where it does not count', async () => {
    const store = await open()
    const c = await makeWithKeys(store, { type: 'padded' })
    await store.applyChunk(c, chunkOf([documentText('57', 1)]))
    const keyOptions = reread(store, c).definition.parameters['keyOptions']
    assert.deepEqual(keyOptions, { type: 'padded' })
  })

  it('refuses when all numbers were used', async () => {
    const store = await open()
    const c = await makeWithKeys(store, { type: 'autoincrement' })
    await store.insert(c, '{"_key":"18446744073709551615"}')
    await assert.rejects(store.insert(c, '{}'), withCode('ERR_KEYS_USED_UP'))
    assert.equal((await linesOf(store, c)).length, 1)
  })

  it('refuses keys of documents where it makes all of them', async () => {
    const store = await open()
    const c = await makeWithKeys(store, { type: 'padded', allowUserKeys: false })
    await assert.rejects(store.insert(c, '{"_key":"k"}'), withCode('ERR_KEY_UNEXPECTED'))
    const [key = ''] = await makeKeys(store, c, 1)
    assert.equal((await store.put(c, `{"_key":"${key}"}`)).key, key)
  })
})

describe('readKeyOptions()', () => {
  it('reads what a definition says, and takes the default for what it cannot', () => {
    const keyOptions = { type: 'autoincrement', increment: 2, offset: 7, lastValue: 9 }
    assert.deepEqual(readKeyOptions({ keyOptions: { ...keyOptions, allowUserKeys: false } }), {
      type: 'autoincrement',
      allowsUserKeys: false,
      increment: 2n,
      offset: 7n,
      last: 9n,
    })
    const defaults = {
      type: 'traditional',
      allowsUserKeys: true,
      increment: 1n,
      offset: 0n,
      last: 0n,
    }
    const broken = { type: 'x', increment: 0, offset: -1, lastValue: '99999999999999999999' }
    for (const options of [undefined, null, [], 'x', broken]) {
      assert.deepEqual(readKeyOptions({ keyOptions: options }), defaults)
    }
  })
})

describe('checkKeyOptions()', () => {
  const right = [
    undefined,
    null,
    {},
    { type: 'uuid', allowUserKeys: false },
    { type: 'autoincrement', increment: 65_536, offset: 0 },
  ]
  for (const keyOptions of right) {
    it(`takes ${JSON.stringify(keyOptions)}`, () => {
      checkKeyOptions({ keyOptions })
    })
  }

  const wrong = [
    'traditional',
    [],
    { type: 'other' },
    { type: 1 },
    { type: 'padded', offset: 1 },
    { increment: 1 },
    { type: 'autoincrement', increment: 0 },
    { type: 'autoincrement', increment: 65_537 },
    { type: 'autoincrement', increment: 1.5 },
    { type: 'autoincrement', offset: -1 },
    { type: 'autoincrement', offset: true },
  ]
  for (const keyOptions of wrong) {
    it(`refuses ${JSON.stringify(keyOptions)}`, () => {
      assert.throws(() => {
        checkKeyOptions({ keyOptions })
      }, withCode('ERR_KEY_OPTIONS_INVALID'))
    })
  }
})
