import assert from 'node:assert/strict'
import { LineGrouper } from '../../../lib/sync/patch/group-lines.js'
import { chunkOf } from '../../support/chunk.js'

describe('LineGrouper', () => {
  const chunk = chunkOf([
    '{"type":2300,"cname":"a","data":{"_key":"1"}}',
    '{"type":2302,"cname":"a","data":{"_key":"2"}}',
    '',
    '{"type":2300,"cname":"a","data":{"_key":"3"}}',
    '{"type":2302,"cname":"b","data":{"_key":"4"}}',
    '{"type":2300,"cname":"b","data":{"_key":"5"}}',
    '{"type":2300,"cname":"a","data":{"_key":"6"}}',
  ])

  function groups(type: 2000 | 2300 | 2302): unknown[] {
    return [...new LineGrouper(type).groups(chunk)].map((group) => [
      group.collection,
      [...group.chunk.entries()].map(({ key }) => key),
    ])
  }

  it('picks the lines of one kind, collection by collection', () => {
    assert.deepEqual(groups(2300), [
      ['a', ['1', '3']],
      ['b', ['5']],
      ['a', ['6']],
    ])
    assert.deepEqual(groups(2302), [
      ['a', ['2']],
      ['b', ['4']],
    ])
  })

  it('gives nothing where no line is of the kind', () => {
    assert.deepEqual(groups(2000), [])
    assert.deepEqual([...new LineGrouper(2300).groups(chunkOf([]))], [])
  })
})
