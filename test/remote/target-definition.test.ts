import assert from 'node:assert/strict'
import {
  changesOf,
  compareIndexes,
  fitsDefinition,
  formatNewCollection,
  formatNewIndex,
  isLateIndex,
  withoutHeeded,
} from '../../lib/remote/target-definition.js'
import { parseCollectionDefinition, type JsonObject } from '../../lib/wire/index.js'

function definitionOf(
  parameters: JsonObject,
  indexes: readonly JsonObject[] = [],
): ReturnType<typeof parseCollectionDefinition> {
  return parseCollectionDefinition(
    { parameters: { name: 'c', type: 2, ...parameters }, indexes },
    'c',
  )
}

const BY_N = { type: 'persistent', name: 'byN', fields: ['n'], unique: true, sparse: false }

describe('formatNewCollection()', () => {
  it('sends what a server takes, and nothing that is its own', () => {
    const schema = { rule: { type: 'object' }, level: 'strict', type: 'json' }
    const computedValues = [{ name: 'a', expression: 'RETURN 1', overwrite: true }]
    const given = definitionOf({
      id: '77',
      globallyUniqueId: 'h1/77',
      status: 3,
      numberOfShards: 4,
      waitForSync: true,
      cacheEnabled: true,
      schema,
      computedValues,
      keyOptions: {
        type: 'autoincrement',
        allowUserKeys: false,
        increment: 5,
        offset: 1,
        lastValue: 9,
      },
    })
    assert.deepEqual(formatNewCollection(given), {
      name: 'c',
      type: 2,
      keyOptions: { type: 'autoincrement', allowUserKeys: false, increment: 5, offset: 1 },
      waitForSync: true,
      cacheEnabled: true,
      schema,
      computedValues,
    })
  })

  it('leaves out what is not there, and says what is of the system', () => {
    const given = definitionOf({ name: '_c', schema: null, computedValues: [], keyOptions: null })
    assert.deepEqual(formatNewCollection(given), {
      name: '_c',
      type: 2,
      isSystem: true,
      waitForSync: false,
      cacheEnabled: false,
    })
  })
})

describe('changesOf()', () => {
  it('tells what can be changed and differs, a missing one as what is there without it', () => {
    const there = { waitForSync: true, cacheEnabled: false, computedValues: [], keyOptions: {} }
    assert.deepEqual(changesOf(there, { computedValues: null, keyOptions: { type: 'uuid' } }), {
      waitForSync: false,
    })
    const schema = { level: 'none', rule: {} }
    assert.deepEqual(changesOf({ schema }, { schema: { rule: {}, level: 'none' } }), {})
    assert.deepEqual(changesOf({ schema }, {}), { schema: null })
  })
})

describe('withoutHeeded()', () => {
  it('leaves out the schema and computed values, and tells when there are none', () => {
    const rest = { waitForSync: true }
    assert.deepEqual(withoutHeeded({ ...rest, schema: {}, computedValues: [] }), rest)
    assert.equal(withoutHeeded(rest), undefined)
  })
})

describe('compareIndexes()', () => {
  it('passes over ids and what only one side says', () => {
    const there = { ...BY_N, id: 'c/7', selectivityEstimate: 1, estimates: true }
    const wanted = { ...BY_N, id: '9', deduplicate: true }
    assert.deepEqual(compareIndexes([there], [wanted]), { missing: [], spare: [] })
  })

  it('takes types for the same that are', () => {
    const pairs = [
      ['hash', 'persistent'],
      ['skiplist', 'hash'],
      ['geo1', 'geo'],
    ]
    for (const [a, b] of pairs) {
      const found = compareIndexes([{ ...BY_N, type: a }], [{ ...BY_N, type: b }])
      assert.deepEqual(found, { missing: [], spare: [] })
    }
  })

  it('finds what is missing and what is spare, each one once', () => {
    const other = { ...BY_N, unique: false }
    const found = compareIndexes([BY_N, other], [BY_N, BY_N, { ...BY_N, fields: ['m'] }])
    assert.deepEqual(found.missing, [BY_N, { ...BY_N, fields: ['m'] }])
    assert.deepEqual(found.spare, [other])
  })
})

describe('fitsDefinition()', () => {
  it('tells whether nothing would be changed', () => {
    const there = definitionOf({ id: '1', waitForSync: true }, [BY_N])
    assert.equal(fitsDefinition(there, definitionOf({ id: '2', waitForSync: true }, [BY_N])), true)
    assert.equal(fitsDefinition(there, definitionOf({ waitForSync: true })), false)
    assert.equal(fitsDefinition(there, definitionOf({}, [BY_N])), false)
  })
})

describe('formatNewIndex()', () => {
  it('leaves out what a server says besides, and uses the name of today', () => {
    const given = { id: 'c/1', type: 'geo2', fields: ['a', 'b'], selectivityEstimate: 0.5 }
    assert.deepEqual(formatNewIndex(given), { type: 'geo', fields: ['a', 'b'] })
  })
})

describe('isLateIndex()', () => {
  it('knows the type that needs documents', () => {
    assert.equal(isLateIndex({ type: 'vector' }), true)
    assert.equal(isLateIndex(BY_N), false)
  })
})
