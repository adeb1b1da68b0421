import assert from 'node:assert/strict'
import { NodeList } from '../../../lib/merkle/forms/node-list.js'
import { TreeFormatError } from '../../../lib/merkle/index.js'

const NO_HASH = { high: 0, low: 0 }

describe('NodeList', () => {
  it('leaves out nodes without count and hash', () => {
    const list = new NodeList()
    list.push(0, 0, NO_HASH)
    list.push(1, 1, NO_HASH)
    list.push(2, 0, { high: 1, low: 0 })
    list.push(3, 0, { high: 0, low: 1 })
    assert.equal(list.length, 3)
    assert.deepEqual(
      [0, 1, 2].map((position) => list.indexAt(position)),
      [1, 2, 3],
    )
  })

  it('keeps every node while it grows', () => {
    const list = new NodeList()
    const count = 5000
    for (let index = 0; index < count; index += 1) {
      list.push(2 * index, 2 ** 40 + index, { high: index, low: index + 1 })
    }
    assert.equal(list.length, count)
    for (let index = 0; index < count; index += 1) {
      assert.equal(list.indexAt(index), 2 * index)
      assert.deepEqual([...list.lanesAt(index)], [index, 2 ** 8, index + 1, index])
    }
  })

  it('sums up the nodes from an index on', () => {
    const list = new NodeList()
    list.push(3, 7, { high: 9, low: 9 })
    list.push(5, 2 ** 33, { high: 0x80000000, low: 0xffffffff })
    list.push(8, 1, { high: 0x80000001, low: 1 })
    const sum = { count: 2 ** 33 + 1, hash: (1n << 32n) | 0xfffffffen }
    assert.deepEqual(list.sumFrom(4), sum)
    assert.deepEqual(list.sumFrom(5), sum)
    assert.equal(list.sumFrom(0).count, 2 ** 33 + 8)
    assert.deepEqual(list.sumFrom(9), { count: 0, hash: 0n })
  })

  it('refuses a sum beyond exact numbers', () => {
    const list = new NodeList()
    list.push(0, Number.MAX_SAFE_INTEGER, NO_HASH)
    assert.equal(list.sumFrom(0).count, Number.MAX_SAFE_INTEGER)
    list.push(1, 1, NO_HASH)
    assert.throws(() => list.sumFrom(0), TreeFormatError)
  })

  it('gives leaves with the nodes in their places', () => {
    const list = new NodeList()
    list.push(9, 1, { high: 2, low: 3 })
    list.push(11, 4, { high: 5, low: 6 })
    list.push(72, 7, { high: 8, low: 9 })
    const leaves = list.toLeaves(9, 2)
    assert.equal(leaves.length, 256)
    assert.deepEqual([...leaves.subarray(0, 12)], [1, 0, 3, 2, 0, 0, 0, 0, 4, 0, 6, 5])
    assert.deepEqual([...leaves.subarray(252)], [7, 0, 9, 8])
    assert.equal(list.toLeaves(10, 2)[4], 4)
  })
})
