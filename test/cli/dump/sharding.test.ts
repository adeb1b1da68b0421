import assert from 'node:assert/strict'
import {
  hasSharding,
  shardingOf,
  toReplicationFactor,
  toSharding,
} from '../../../lib/cli/dump/sharding.js'

describe('toSharding()', () => {
  it('reads a number for all collections, or for one', () => {
    assert.deepEqual(toSharding('b=2', toSharding('3')), [
      { collection: undefined, value: 3 },
      { collection: 'b', value: 2 },
    ])
    assert.deepEqual(toSharding('a=b=2'), [{ collection: 'a=b', value: 2 }])
  })

  it('refuses what is no number', () => {
    for (const text of ['', 'a=', '=2', '0', '-1', 'a=x', '1.5', 'satellite']) {
      assert.throws(() => toSharding(text), Error, text)
    }
  })
})

describe('toReplicationFactor()', () => {
  it('knows satellite collections', () => {
    assert.deepEqual(toReplicationFactor('a=satellite'), [{ collection: 'a', value: 'satellite' }])
    assert.deepEqual(toReplicationFactor('2'), [{ collection: undefined, value: 2 }])
    assert.throws(() => toReplicationFactor('moon'))
  })
})

describe('shardingOf()', () => {
  const flags = {
    numberOfShards: toSharding('a=5', toSharding('4', toSharding('3', toSharding('a=9')))),
    writeConcern: toSharding('b=2'),
  }

  it('takes the last flag that names the collection, else the last one of all', () => {
    assert.deepEqual(shardingOf(flags, 'a'), { numberOfShards: 5 })
    assert.deepEqual(shardingOf(flags, 'b'), { numberOfShards: 4, writeConcern: 2 })
  })

  it('leaves system collections alone that are not named', () => {
    assert.deepEqual(shardingOf(flags, '_graphs'), {})
    assert.deepEqual(shardingOf({ writeConcern: toSharding('_graphs=1') }, '_graphs'), {
      writeConcern: 1,
    })
  })
})

describe('hasSharding()', () => {
  it('tells whether there is anything to say', () => {
    assert.equal(hasSharding({}), false)
    assert.equal(hasSharding({ replicationFactor: toSharding('1') }), true)
  })
})
