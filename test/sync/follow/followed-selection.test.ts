import assert from 'node:assert/strict'
import {
  describeSelection,
  isSameSelection,
  normaliseSelection,
  wantsSystem,
} from '../../../lib/sync/follow/followed-selection.js'

describe('normaliseSelection()', () => {
  it('is undefined where nothing is chosen', () => {
    for (const nothing of [
      {},
      { exclude: [] },
      { includeSystem: false },
      { collections: undefined },
    ]) {
      assert.equal(normaliseSelection(nothing), undefined)
    }
  })

  it('sorts names and has each of them once', () => {
    assert.deepEqual(normaliseSelection({ collections: ['b', 'a', 'b'], exclude: ['d', 'c'] }), {
      collections: ['a', 'b'],
      exclude: ['c', 'd'],
    })
  })

  it('keeps an empty list of names apart from none', () => {
    assert.deepEqual(normaliseSelection({ collections: [] }), { collections: [] })
  })

  it('drops the flag for system collections where names say which ones', () => {
    assert.deepEqual(normaliseSelection({ includeSystem: true }), { includeSystem: true })
    assert.deepEqual(normaliseSelection({ includeSystem: true, collections: ['a'] }), {
      collections: ['a'],
    })
  })

  it('keeps the flag for the queues of Foxx with that for system collections', () => {
    const both = { includeSystem: true, includeFoxxQueues: true }
    assert.deepEqual(normaliseSelection(both), both)
    assert.equal(normaliseSelection({ includeFoxxQueues: true }), undefined)
    assert.deepEqual(normaliseSelection({ ...both, collections: ['a'] }), { collections: ['a'] })
  })
})

describe('isSameSelection()', () => {
  it('goes by what is chosen, not by how it is written', () => {
    assert.ok(isSameSelection(undefined, { exclude: [], includeSystem: false }))
    assert.ok(isSameSelection({ collections: ['a', 'b'] }, { collections: ['b', 'a', 'a'] }))
    assert.equal(isSameSelection({ collections: ['a'] }, { exclude: ['a'] }), false)
    assert.equal(isSameSelection(undefined, { includeSystem: true }), false)
    assert.equal(isSameSelection({ collections: ['a,b'] }, { collections: ['a', 'b'] }), false)
  })
})

describe('describeSelection()', () => {
  const rows = [
    [undefined, 'all collections'],
    [{ collections: ['b', 'a'] }, 'only "a", "b"'],
    [{ exclude: ['logs'] }, 'all collections, not "logs"'],
    [{ includeSystem: true, exclude: ['_x'] }, 'all collections, system collections too, not "_x"'],
    [
      { includeSystem: true, includeFoxxQueues: true },
      'all collections, system collections too, queues of Foxx too',
    ],
  ] as const
  for (const [selection, text] of rows) {
    it(`says "${text}"`, () => {
      assert.equal(describeSelection(selection), text)
    })
  }
})

describe('wantsSystem()', () => {
  it('is true for the flag, and for names of system collections', () => {
    assert.ok(wantsSystem({ includeSystem: true }))
    assert.ok(wantsSystem({ collections: ['a', '_users'] }))
    assert.equal(wantsSystem({}), false)
    assert.equal(wantsSystem({ collections: ['a'], includeSystem: true }), false)
  })
})
