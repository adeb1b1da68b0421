import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import {
  formatCollectionDefinition,
  formatGlobalInventory,
  formatInventory,
  parseCollectionDefinition,
  parseGlobalInventory,
  parseInventory,
  parseViewDefinition,
  WireFormatError,
} from '../../lib/wire/index.js'
import { describeWithShared, readSharedJson, sharedUrl } from '../support/shared.js'

const STATE = {
  running: true,
  lastLogTick: '1848841696283983872',
  lastUncommittedLogTick: '1848841696283983872',
  totalEvents: 12,
  time: '2025-11-15T07:47:20Z',
}
const USERS = {
  parameters: { id: '7', name: 'users', type: 2, globallyUniqueId: 'h1/7', syncByRevision: false },
  indexes: [{ id: '9', type: 'persistent', fields: ['a'] }],
}
const VIEW = { name: 'v', type: 'arangosearch', globallyUniqueId: 'h1/8', links: {} }
const ANSWER = {
  properties: { id: '1', name: '_system', isSystem: true },
  collections: [USERS],
  views: [VIEW],
  state: STATE,
  tick: '18446744073709551615',
}

function isRefusal(path: string): (error: unknown) => boolean {
  return (error) => error instanceof WireFormatError && error.path === path
}

describe('parseInventory()', () => {
  it('reads what formatInventory() writes, and the other way round', () => {
    const inventory = parseInventory(ANSWER)
    assert.deepEqual(formatInventory(inventory), ANSWER)
    assert.equal(inventory.tick, 2n ** 64n - 1n)
    assert.equal(inventory.state?.lastLogTick, 1848841696283983872n)
  })

  it('reads and writes that revisions were replaced, only where they were', () => {
    const told = { ...ANSWER, collections: [{ ...USERS, hasReplacedRevisions: true }, USERS] }
    const { collections } = parseInventory(told)
    assert.deepEqual(
      collections.map(({ hasReplacedRevisions }) => hasReplacedRevisions),
      [true, undefined],
    )
    assert.deepEqual(formatInventory({ ...parseInventory(told) }), told)
    const not = collections.map((collection) => ({ ...collection, hasReplacedRevisions: false }))
    const written = formatInventory({ ...parseInventory(ANSWER), collections: not })
    assert.deepEqual(written['collections'], [USERS, USERS])
    for (const hasReplacedRevisions of ['true', 1, null, false]) {
      const odd = { collections: [{ ...USERS, hasReplacedRevisions }] }
      assert.equal(parseInventory(odd).collections[0]?.hasReplacedRevisions, undefined)
    }
  })

  it('does without views, state and properties, as old servers do', () => {
    const { views, state, properties } = parseInventory({ collections: [] })
    assert.deepEqual([views, state, properties], [[], undefined, undefined])
  })

  it('names the attribute that is wrong', () => {
    const rows: readonly [unknown, string][] = [
      [[], ''],
      [{}, 'collections'],
      [{ collections: {} }, 'collections'],
      [{ collections: [{}] }, 'collections[0].parameters'],
      [{ collections: [{ parameters: { name: '', type: 2 } }] }, 'collections[0].parameters.name'],
      [{ collections: [{ parameters: { name: 'a', type: 4 } }] }, 'collections[0].parameters.type'],
      [{ collections: [], views: [{ name: 'v' }] }, 'views[0].type'],
      [{ collections: [], state: {} }, 'state.lastLogTick'],
      [{ collections: [], tick: '1e3' }, 'tick'],
    ]
    for (const [value, path] of rows) {
      assert.throws(() => parseInventory(value), isRefusal(path), path)
    }
  })
})

describe('parseGlobalInventory()', () => {
  it('reads what formatGlobalInventory() writes', () => {
    const { properties, collections, views, state, tick } = ANSWER
    const database = { id: '1', name: 'a', properties, collections, views }
    const answer = {
      databases: { a: database, b: { ...database, id: '2', name: 'b' } },
      state,
      tick,
    }
    const inventory = parseGlobalInventory(answer)
    assert.deepEqual(
      inventory.databases.map(({ name }) => name),
      ['a', 'b'],
    )
    assert.deepEqual(formatGlobalInventory(inventory), answer)
  })

  it('names the attribute that is wrong', () => {
    assert.throws(() => parseGlobalInventory({}), isRefusal('databases'))
    const withoutId = { databases: { a: { name: 'a', collections: [] } } }
    assert.throws(() => parseGlobalInventory(withoutId), isRefusal('databases.a.id'))
  })
})

describe('parseCollectionDefinition()', () => {
  it('tells what a copy needs', () => {
    const { name, type, id, globallyUniqueId, isSystem, isDeleted, syncByRevision } =
      parseCollectionDefinition(USERS, 'x')
    assert.deepEqual(
      { name, type, id, globallyUniqueId, isSystem, isDeleted, syncByRevision },
      {
        name: 'users',
        type: 2,
        id: '7',
        globallyUniqueId: 'h1/7',
        isSystem: false,
        isDeleted: false,
        syncByRevision: false,
      },
    )
  })

  it('takes cid for id, and true for a missing syncByRevision', () => {
    const old = parseCollectionDefinition(
      { parameters: { name: '_x', type: 3, cid: '5' }, indexes: [] },
      'x',
    )
    assert.deepEqual([old.id, old.syncByRevision, old.isSystem], ['5', true, true])
  })

  it('takes indexes from inside the parameters where old dumps have them', () => {
    const inner = [{ type: 'primary' }, { type: 'hash' }, { type: 'edge' }]
    const { indexes } = parseCollectionDefinition(
      { parameters: { name: 'a', type: 2, indexes: inner }, indexes: [] },
      'x',
    )
    assert.deepEqual(indexes, [{ type: 'hash' }])
  })

  it('does not take attributes from prototypes', () => {
    const bare = Object.create({ parameters: { name: 'a', type: 2 } }) as object
    assert.throws(() => parseCollectionDefinition(bare, 'x'), isRefusal('parameters'))
  })
})

describe('parseViewDefinition()', () => {
  it('keeps every property', () => {
    assert.deepEqual(parseViewDefinition(VIEW, 'x').properties, VIEW)
  })
})

describeWithShared('parseCollectionDefinition() with real definitions', () => {
  const files = readdirSync(sharedUrl('fixtures/dumps')).filter((name) =>
    name.endsWith('.structure.json'),
  )
  for (const file of files) {
    it(`reads ${file}`, () => {
      const value = readSharedJson(`fixtures/dumps/${file}`) as { parameters: { name: string } }
      const definition = parseCollectionDefinition(value, file)
      assert.equal(definition.name, value.parameters.name)
      assert.equal(formatCollectionDefinition(definition)['parameters'], value.parameters)
    })
  }
})
