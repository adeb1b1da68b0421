import assert from 'node:assert/strict'
import { createMerklePool, diffTrees, MerkleTree, type MerklePool } from '../../lib/merkle/index.js'
import type { Snapshot, TargetCopy, TargetRepair } from '../../lib/replica/index.js'
import { openStoreTarget } from '../../lib/store/index.js'
import type { Tables } from '../../lib/store/layout.js'
import { META, rowName } from '../../lib/store/meta-rows.js'
import { parseExactJson } from '../../lib/streams/index.js'
import { decodeRevision } from '../../lib/values/index.js'
import {
  minRevisionOf,
  parseCollectionDefinition,
  type CollectionDefinition,
} from '../../lib/wire/index.js'
import { chunkOf } from '../support/chunk.js'
import { collectAll } from '../support/streams.js'
import { documents, documentText, revisionText } from './support/documents.js'
import { readMarkers } from './support/markers.js'
import { useStore } from './support/use-store.js'

const ORIGIN = { address: 'http://leader:8529', serverId: '7', tick: undefined }
const INDEXES = `[{"id":"7","type":"persistent","fields":["a"],"unique":true},
  {"id":"9","type":"geo","fields":["b"],"geoJson":false}]`

interface Given {
  readonly name?: string
  readonly guid?: string
  readonly type?: 2 | 3
  /** More attributes of the parameters, as JSON text with a comma before each. */
  readonly more?: string
  readonly indexes?: string
}

function definitionOf({
  name = 'n',
  guid = 'h1/1',
  type = 2,
  more = '',
  indexes = INDEXES,
}: Given = {}): CollectionDefinition {
  const own = `"name":"${name}","type":${type},"globallyUniqueId":"${guid}","id":"5","cid":"5"`
  const text = `{"parameters":{${own}${more}},"indexes":${indexes}}`
  return parseCollectionDefinition(parseExactJson(text), 'a definition')
}

function revisionsOf(...numbers: readonly number[]): BigUint64Array {
  return BigUint64Array.from(numbers.map((number) => decodeRevision(revisionText(number))))
}

/** Reads the text of a collection's row of counters, its tree included. */
function countersOf({ definition }: TargetRepair): (tables: Tables) => string | undefined {
  return ({ meta }) => meta.get(rowName(META.counters, Number(definition.id)))
}

describe('TargetRepair of a store', () => {
  const { path, withTables } = useStore()
  let pool: MerklePool
  before(() => {
    pool = createMerklePool({ workers: 0 })
  })
  after(() => pool.close())

  /** Opens the target, and says how many markers came after the first call of `mark`. */
  async function withCopy(
    use: (copy: TargetCopy, mark: () => Promise<void>) => Promise<void>,
  ): Promise<number[]> {
    const target = await openStoreTarget(path(), '_system')
    let before: number | undefined
    try {
      await use(await target.beginCopy(ORIGIN), async () => {
        before ??= (await withTables(readMarkers)).length
      })
    } finally {
      await target.close()
    }
    const markers = await withTables(readMarkers)
    return markers.slice(before).map(({ type }) => type)
  }

  /** Makes the collection of a definition with some documents, and opens it for repair. */
  async function openFilled(copy: TargetCopy, given: Given = {}): Promise<TargetRepair> {
    const definition = definitionOf(given)
    const made = await copy.replaceCollection(definition)
    await made.write(documents(5))
    await made.createIndexes(definition.indexes)
    return open(copy, given)
  }

  async function open(copy: TargetCopy, given: Given = {}): Promise<TargetRepair> {
    const repair = await copy.openCollection(definitionOf(given))
    assert.ok(repair !== undefined)
    return repair
  }

  async function look<Result>(
    copy: TargetCopy,
    at: (snapshot: Snapshot, definition: CollectionDefinition) => Promise<Result>,
    name = 'n',
  ): Promise<Result> {
    const snapshot = await copy.openSnapshot()
    try {
      const { collections } = await snapshot.inventory()
      const found = collections.find(({ definition }) => definition.name === name)
      assert.ok(found !== undefined)
      return await at(snapshot, found.definition)
    } finally {
      await snapshot.close()
    }
  }

  function keysOf(copy: TargetCopy, name?: string): Promise<string[]> {
    return look(
      copy,
      async (snapshot, definition) => {
        const dumped = await collectAll(snapshot.dump(definition))
        return dumped.flatMap(({ chunk }) => [...chunk.entries()].map(({ key }) => key))
      },
      name,
    )
  }

  it('opens the collection of the same globallyUniqueId as it is', async () => {
    const markers = await withCopy(async (copy, mark) => {
      await openFilled(copy)
      await mark()
      const repair = await open(copy)
      assert.equal(repair.definition.name, 'n')
      assert.equal(repair.definition.globallyUniqueId, 'h1/1')
      assert.deepEqual(await keysOf(copy), ['k0', 'k1', 'k2', 'k3', 'k4'])
    })
    assert.deepEqual(markers, [])
  })

  it('opens one by its name where the definition has no globallyUniqueId', async () => {
    await withCopy(async (copy) => {
      const definition = definitionOf()
      await copy.replaceCollection({ ...definition, globallyUniqueId: undefined })
      for (const globallyUniqueId of ['', undefined]) {
        const repair = await copy.openCollection({ ...definition, globallyUniqueId })
        assert.equal(repair?.definition.name, 'n')
      }
    })
  })

  it('opens a system collection by its name, whatever its globallyUniqueId', async () => {
    await withCopy(async (copy) => {
      const repair = await open(copy, { name: '_graphs', guid: 'h77/12' })
      assert.equal(repair.definition.name, '_graphs')
      await repair.write(documents(2))
      await repair.removeRevisions(revisionsOf(0))
      assert.deepEqual(await keysOf(copy, '_graphs'), ['k1'])
    })
  })

  it('opens none of another globallyUniqueId, of another type, or that is not there', async () => {
    await withCopy(async (copy) => {
      await openFilled(copy)
      assert.equal(await copy.openCollection(definitionOf({ guid: 'h1/2' })), undefined)
      assert.equal(await copy.openCollection(definitionOf({ type: 3 })), undefined)
      const other = definitionOf({ name: 'other', guid: 'h1/9' })
      assert.equal(await copy.openCollection(other), undefined)
      // A globallyUniqueId that happens to be the name of a system collection is no such one.
      assert.equal(await copy.openCollection(definitionOf({ guid: '_graphs' })), undefined)
    })
  })

  it('renames a collection that has another name by now', async () => {
    const markers = await withCopy(async (copy, mark) => {
      await openFilled(copy)
      await mark()
      const repair = await open(copy, { name: 'renamed' })
      assert.equal(repair.definition.name, 'renamed')
      assert.equal((await keysOf(copy, 'renamed')).length, 5)
    })
    assert.deepEqual(markers, [2002])
  })

  it('opens none whose new name another one has', async () => {
    await withCopy(async (copy) => {
      await openFilled(copy)
      await openFilled(copy, { name: 'taken', guid: 'h1/2' })
      assert.equal(await copy.openCollection(definitionOf({ name: 'taken' })), undefined)
      const made = await copy.replaceCollection(definitionOf({ name: 'taken' }))
      await made.write(documents(1))
      assert.deepEqual(await keysOf(copy, 'taken'), ['k0'])
      assert.equal(await copy.openCollection(definitionOf({ guid: 'h1/2' })), undefined)
    })
  })

  it('refuses a collection that was dropped meanwhile', async () => {
    await withCopy(async (copy) => {
      const repair = await openFilled(copy)
      await copy.replaceCollection(definitionOf({ guid: 'h1/2' }))
      const missing = { code: 'ERR_COLLECTION_NOT_FOUND' }
      assert.throws(() => repair.definition, missing)
      await assert.rejects(repair.write(documents(1)), missing)
      await assert.rejects(repair.removeRevisions(revisionsOf(1)), missing)
      await assert.rejects(repair.truncate(), missing)
      await assert.rejects(repair.change(definitionOf()), missing)
    })
  })

  it('makes the collection equal by removals and writes that take revisions', async () => {
    await withCopy(async (copy) => {
      const repair = await openFilled(copy)
      const removed = await repair.removeRevisions(revisionsOf(0, 77))
      assert.deepEqual([removed.removals, removed.documents], [1, 0])
      const swapped = [documentText('k1', 2), documentText('k2', 1), documentText('new', 4)]
      const written = await repair.write(chunkOf(swapped))
      assert.deepEqual([written.documents, written.replacedRevisions], [3, 0])
      assert.deepEqual(await keysOf(copy), ['k2', 'k1', 'k3', 'new'])
      const tree = await look(copy, (snapshot, found) => snapshot.tree(found, { pool }))
      const expected = new MerkleTree({ rangeMin: tree.initialRangeMin })
      expected.insertMany(revisionsOf(1, 2, 3, 4))
      assert.deepEqual(tree.summary, expected.summary)
      await repair.truncate()
      assert.deepEqual(await keysOf(copy), [])
    })
  })

  it('passes the signal on to removals', async () => {
    await withCopy(async (copy) => {
      const repair = await openFilled(copy)
      const signal = AbortSignal.abort(new Error('enough'))
      const removing = repair.removeRevisions(revisionsOf(0), { signal })
      await assert.rejects(removing, { message: 'enough' })
      assert.equal((await keysOf(copy)).length, 5)
    })
  })

  it('gives snapshots that hold what was written so far', async () => {
    await withCopy(async (copy) => {
      const repair = await openFilled(copy)
      const snapshot = await copy.openSnapshot()
      await repair.removeRevisions(revisionsOf(0, 1))
      const { collections, isCopyUnfinished } = await snapshot.inventory()
      const found = collections.find(({ definition }) => definition.name === 'n')
      assert.equal(found?.size.documents, 5)
      assert.equal(isCopyUnfinished, true)
      await snapshot.close()
      assert.equal((await keysOf(copy)).length, 3)
    })
  })

  describe('change()', () => {
    it('writes nothing when nothing differs but local ids', async () => {
      const more = `,"waitForSync":true,"planId":"5","objectId":"88","path":"/x","status":3,
        "schema":{"rule":{"x":1.0}},"keyOptions":{"type":"padded","lastValue":9007199254740993}`
      const indexes = `[{"id":"0","type":"primary","fields":["_key"]},
        {"id":"n/12","type":"geo","fields":["b"],"geoJson":false},
        {"id":"7","type":"persistent","fields":["a"],"unique":true}]`
      const markers = await withCopy(async (copy, mark) => {
        const repair = await openFilled(copy, { more })
        await mark()
        assert.equal(await repair.change(definitionOf({ more, indexes })), false)
        const elsewhere = more.replaceAll('"5"', '"66"').replace('"88"', '"99"')
        assert.equal(await repair.change(definitionOf({ more: elsewhere })), false)
        assert.equal(await repair.change(definitionOf({ more, guid: 'h1/77' })), false)
      })
      assert.deepEqual(markers, [])
    })

    it('writes nothing when it is told what the target says of itself', async () => {
      const markers = await withCopy(async (copy, mark) => {
        const repair = await openFilled(copy)
        await repair.alignTree(77n)
        await mark()
        assert.equal(await repair.change(repair.definition), false)
      })
      assert.deepEqual(markers, [])
    })

    const changes: readonly (readonly [string, string, string])[] = [
      ['a value', ',"waitForSync":false', ',"waitForSync":true'],
      ['the text of a number', ',"schema":{"x":1}', ',"schema":{"x":1.0}'],
      ['a long integer', ',"x":9007199254740993', ',"x":9007199254740992'],
      ['an attribute that came', '', ',"x":null'],
      ['an attribute that went', ',"x":null', ''],
      ['a default that is told', '', ',"schema":{"rule":{}}'],
      ['a default that is told no more', ',"schema":{"rule":{}}', ''],
    ]
    for (const [what, before, after] of changes) {
      it(`changes ${what}, once`, async () => {
        const markers = await withCopy(async (copy, mark) => {
          const repair = await openFilled(copy, { more: before })
          const { id, indexes } = repair.definition
          await mark()
          assert.equal(await repair.change(definitionOf({ more: after })), true)
          assert.equal(await repair.change(definitionOf({ more: after })), false)
          const wanted = definitionOf({ more: after }).parameters
          const { parameters } = repair.definition
          assert.deepEqual(parameters['x'], wanted['x'])
          assert.equal('x' in parameters, 'x' in wanted)
          assert.deepEqual(parameters['schema'], wanted['schema'] ?? null)
          assert.deepEqual(repair.definition.indexes, indexes)
          assert.equal(repair.definition.id, id)
          assert.equal((await keysOf(copy)).length, 5)
        })
        assert.deepEqual(markers, [2003])
      })
    }

    it('makes and drops indexes, and leaves equal ones', async () => {
      const indexes = `[{"id":"9","type":"geo","fields":["b"],"geoJson":true},
        {"id":"20","type":"persistent","fields":["a"],"unique":true},
        {"id":"7","type":"ttl","fields":["c"],"expireAfter":1.5}]`
      const markers = await withCopy(async (copy, mark) => {
        const repair = await openFilled(copy)
        await mark()
        assert.equal(await repair.change(definitionOf({ indexes })), true)
        const there = repair.definition.indexes.map(({ id: _, ...index }) => index)
        const wanted = definitionOf({ indexes }).indexes.map(({ id: _, ...index }) => index)
        assert.deepEqual(
          there.sort((a, b) => String(a['type']).localeCompare(String(b['type']))),
          wanted.sort((a, b) => String(a['type']).localeCompare(String(b['type']))),
        )
        // The equal one kept its id, so that the third got another than the one it asked for.
        const ids = new Map(repair.definition.indexes.map(({ id, type }) => [type, id]))
        assert.equal(ids.get('persistent'), '7')
        assert.equal(ids.get('geo'), '9')
        assert.equal(new Set(ids.values()).size, 3)
        assert.equal(await repair.change(definitionOf({ indexes })), false)
      })
      assert.deepEqual(markers, [2101, 2100, 2100])
    })

    it('drops all indexes, and one of two equal ones', async () => {
      const twice = `[{"id":"7","type":"geo","fields":["b"]},{"id":"8","type":"geo","fields":["b"]}]`
      const once = `[{"id":"8","type":"geo","fields":["b"]}]`
      await withCopy(async (copy) => {
        const repair = await openFilled(copy, { indexes: twice })
        assert.equal(await repair.change(definitionOf({ indexes: once })), true)
        assert.equal(repair.definition.indexes.length, 1)
        assert.equal(await repair.change(definitionOf({ indexes: twice })), true)
        assert.equal(repair.definition.indexes.length, 2)
        assert.equal(await repair.change(definitionOf({ indexes: '[]' })), true)
        assert.deepEqual(repair.definition.indexes, [])
      })
    })
  })

  describe('alignTree()', () => {
    it('moves the tree, so that its leaves fall on those of another', async () => {
      const start = decodeRevision(revisionText(0)) - 54_321n
      const markers = await withCopy(async (copy, mark) => {
        const repair = await openFilled(copy)
        await mark()
        await repair.alignTree(start)
        assert.equal(minRevisionOf(repair.definition), start)
        const tree = await look(copy, (snapshot, found) => snapshot.tree(found, { pool }))
        const expected = new MerkleTree({ rangeMin: start })
        expected.insertMany(revisionsOf(0, 1, 2, 3, 4))
        assert.equal(tree.initialRangeMin, start)
        assert.deepEqual(tree.leaves, expected.leaves)
        assert.deepEqual(diffTrees(tree, expected), [])
      })
      assert.deepEqual(markers, [])
    })

    it('leaves a tree that begins there already', async () => {
      await withCopy(async (copy) => {
        const start = decodeRevision(revisionText(0)) - 54_321n
        const repair = await openFilled(copy, { more: `,"minRevision":"${start}"` })
        const before = (await withTables(countersOf(repair))) ?? ''
        await repair.alignTree(start)
        assert.equal(await withTables(countersOf(repair)), before)
        await repair.alignTree(start - 1n)
        assert.notEqual(await withTables(countersOf(repair)), before)
      })
    })

    it('aligns an empty tree, and one that lost its documents', async () => {
      await withCopy(async (copy) => {
        const repair = await openFilled(copy)
        await repair.truncate()
        const start = decodeRevision(revisionText(0)) - 1000n
        await repair.alignTree(start)
        await repair.write(documents(3))
        const tree = await look(copy, (snapshot, found) => snapshot.tree(found, { pool }))
        assert.deepEqual([tree.initialRangeMin, tree.count], [start, 3])
      })
    })
  })

  describe('TargetCopy.replaceView()', () => {
    const view = (links: string, more = ''): string =>
      `{"name":"v","type":"arangosearch","globallyUniqueId":"h1/9","id":"3","links":${links}${more}}`

    async function replace(copy: TargetCopy, text: string): Promise<void> {
      const properties = parseExactJson(text) as Record<string, string>
      const { name = '', type = '', globallyUniqueId } = properties
      await copy.replaceView({ name, type, globallyUniqueId, properties })
    }

    it('leaves an equal view, but for its local id', async () => {
      const markers = await withCopy(async (copy, mark) => {
        await replace(copy, view('{"n":{"x":1.0}}'))
        await mark()
        await replace(copy, view('{"n":{"x":1.0}}').replace('"3"', '"44"'))
      })
      assert.deepEqual(markers, [])
    })

    it('replaces one that differs, by a property, its name or its globallyUniqueId', async () => {
      for (const changed of [
        view('{"n":{"x":1}}'),
        view('{"n":{"x":1.0}}', ',"more":1'),
        view('{"n":{"x":1.0}}').replace('"v"', '"w"'),
        view('{"n":{"x":1.0}}').replace('h1/9', 'h1/10'),
      ]) {
        const markers = await withCopy(async (copy, mark) => {
          await replace(copy, view('{"n":{"x":1.0}}'))
          await mark()
          await replace(copy, changed)
        })
        assert.deepEqual(markers, [2111, 2110], changed)
        await withCopy((copy) => replace(copy, view('{}')))
      }
    })
  })
})
