import assert from 'node:assert/strict'
import { parseRevision } from '../../lib/values/index.js'
import type { Tables } from '../../lib/store/layout.js'
import { TreeKey } from '../../lib/store/row-keys.js'
import { documents, makeCollection, revisionText } from './support/documents.js'
import { changeCounters, watch } from './support/old-store.js'
import { changeTables, checkTree, pagesOf } from './support/trees.js'
import { useStore } from './support/use-store.js'

describe('openStore() with a damaged tree', () => {
  const { path, open } = useStore()

  async function makeFilled(): Promise<{ id: number; space: number }> {
    const store = await open()
    const { id, space } = await makeCollection(store)
    await store.applyChunk({ id }, documents(3000))
    await store.close()
    return { id, space }
  }

  const row = (tables: Tables, space: number, page: number): Buffer => {
    const bytes = tables.tree.getBinary(new TreeKey().set(space, page))
    assert.ok(bytes)
    return Buffer.from(bytes)
  }
  const flip = (tables: Tables, space: number, byte: number): void => {
    const [page = -1] = pagesOf(tables, space)
    const bytes = row(tables, space, page)
    const populated = bytes.findIndex((value) => value !== 0)
    const at = (populated - (populated % 16) + byte) % bytes.length
    bytes[at] = (bytes[at] as number) ^ 1
    tables.tree.putSync(new TreeKey().set(space, page), bytes)
  }

  const damages: Readonly<
    Record<string, (tables: Tables, place: { id: number; space: number }) => void>
  > = {
    'a count of a leaf': (tables, { space }) => {
      flip(tables, space, 0)
    },
    'a count beyond exact numbers': (tables, { space }) => {
      flip(tables, space, 7)
    },
    'a hash of a leaf': (tables, { space }) => {
      flip(tables, space, 15)
    },
    'a missing page': (tables, { space }) => {
      tables.tree.removeSync(new TreeKey().set(space, pagesOf(tables, space).at(-1) ?? -1))
    },
    'no page at all': (tables, { space }) => {
      for (const page of pagesOf(tables, space)) {
        tables.tree.removeSync(new TreeKey().set(space, page))
      }
    },
    'a page that is cut': (tables, { space }) => {
      const [page = -1] = pagesOf(tables, space)
      tables.tree.putSync(
        new TreeKey().set(space, page),
        row(tables, space, page).subarray(0, 1008),
      )
    },
    'a page too many': (tables, { space }) => {
      tables.tree.putSync(new TreeKey().set(space, 4096), Buffer.alloc(1024))
    },
    'a range that is none': (tables, { id }) => {
      changeCounters(tables, id, (counters) => {
        assert.ok(counters.tree)
        return { ...counters, tree: { ...counters.tree, rangeMax: '7' } }
      })
    },
    'a range that is no number': (tables, { id }) => {
      changeCounters(tables, id, (counters) => {
        assert.ok(counters.tree)
        return { ...counters, tree: { ...counters.tree, rangeMin: 'x' } }
      })
    },
    'no lowest revision': (tables, { id }) => {
      changeCounters(tables, id, (counters) => {
        assert.ok(counters.tree)
        return { ...counters, tree: { ...counters.tree, lowest: '' } }
      })
    },
    'a lowest revision outside the range': (tables, { id }) => {
      changeCounters(tables, id, (counters) => {
        assert.ok(counters.tree)
        return { ...counters, tree: { ...counters.tree, lowest: '5' } }
      })
    },
    'another hash of the whole': (tables, { id }) => {
      changeCounters(tables, id, (counters) => {
        assert.ok(counters.tree)
        return { ...counters, tree: { ...counters.tree, hash: '1' } }
      })
    },
    'another count of documents': (tables, { id }) => {
      changeCounters(tables, id, (counters) => ({ ...counters, documents: 2999 }))
    },
  }
  for (const [what, damage] of Object.entries(damages)) {
    it(`says so and builds it again: ${what}`, async () => {
      const place = await makeFilled()
      await changeTables(path(), (tables) => {
        damage(tables, place)
      })
      const watched = watch()
      const store = await open(watched)
      assert.deepEqual(watched.notices, [
        'the tree of "c" in database "_system" did not fit its documents; it is built again',
      ])
      const tree = await checkTree(store, place)
      assert.equal(tree.count, 3000)
      assert.equal(tree.initialRangeMin, parseRevision(revisionText(0)))
      await store.close()
      const again = watch()
      await checkTree(await open(again), place)
      assert.deepEqual([again.notices, again.progress], [[], []])
    })
  }

  it('reads a right one from the documents where it may not write', async () => {
    const place = await makeFilled()
    await changeTables(path(), (tables) => {
      flip(tables, place.space, 3)
    })
    const watched = watch()
    const reader = await open({ mode: 'read', ...watched })
    assert.deepEqual(watched.notices, [])
    assert.equal((await checkTree(reader, place)).count, 3000)
    assert.deepEqual(watched.notices, [
      'the tree of "c" does not fit its documents; it is built from the documents for now',
    ])
    assert.deepEqual(watched.progress, [])
  })

  it('says nothing of trees that fit', async () => {
    const place = await makeFilled()
    const watched = watch()
    await checkTree(await open(watched), place)
    assert.deepEqual([watched.notices, watched.progress], [[], []])
  })
})
