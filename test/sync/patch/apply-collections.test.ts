import assert from 'node:assert/strict'
import { useTemporaryDirectory } from '../../support/temporary-directory.js'
import { definitionOf, differ, writeLines, writePatch } from './patch-support.js'
import { collections, differences, edge, sampleDocument } from './sample-patch.js'
import { apply, DATABASE, makeStore, readState, withStore } from './store-support.js'

describe('applyPatch() in the collections of a target', () => {
  const { at } = useTemporaryDirectory()

  async function prepare(): Promise<void> {
    await makeStore(at('b'), collections)
    await writePatch(at('patch'), differences)
  }

  it('finds collections by their name only, not by an id', async () => {
    await prepare()
    const id = await withStore(at('b'), (store) => {
      const database = store.database(DATABASE)
      const [collection] = database === undefined ? [] : store.collections(database)
      return Promise.resolve(String(collection?.id))
    })
    await writeLines(at('patch'), [`{"type":2001,"cname":"${id}"}`, '{"type":2001,"cname":"g/c"}'])
    const before = await readState(at('b'))
    await apply(at('patch'), at('b'))
    assert.deepEqual(await readState(at('b')), before)
  })

  it('refuses the name of a collection that no store may have', async () => {
    await prepare()
    const before = await readState(at('b'))
    await writePatch(at('patch'), [differ.collectionOnlyInA(definitionOf('../../etc'))])
    const cause = { code: 'ERR_NAME_INVALID' }
    await assert.rejects(apply(at('patch'), at('b')), (error: Error) => {
      assert.equal((error.cause as { code?: string }).code, cause.code)
      return true
    })
    assert.deepEqual(await readState(at('b')), before)
  })

  it('gives a document a new revision rather than removing one that the patch leaves alone', async () => {
    await prepare()
    await writePatch(at('patch'), [differ.onlyInA('c', '9', sampleDocument('9', 3))])
    const events = await apply(at('patch'), at('b'))
    const last = events.at(-1)
    assert.equal(last?.kind === 'finished' && last.totals.replacedRevisions, 1)
    const { c } = await readState(at('b'))
    assert.equal(c?.documents['3'], sampleDocument('3', 3))
    assert.match(c.documents['9'] ?? '', /^\{"_key":"9"/)
  })

  it('makes a collection of another type in place of the old one', async () => {
    await prepare()
    const edges = definitionOf('c', { type: 3, guid: 'g/c3' })
    await writePatch(at('patch'), [
      differ.collectionOnlyInB(definitionOf('c')),
      differ.collectionOnlyInA(edges, [sampleDocument('e', 1, edge)]),
    ])
    for (let time = 0; time < 2; time += 1) {
      await apply(at('patch'), at('b'))
      const { c } = await readState(at('b'))
      assert.deepEqual(c?.documents, { e: sampleDocument('e', 1, edge) })
    }
  })

  it('leaves a collection alone that has the identity of one that is made', async () => {
    await prepare()
    const lines = [sampleDocument('z', 7)]
    await writePatch(at('patch'), [
      differ.collectionOnlyInA(definitionOf('new', { guid: 'g/old' }), lines),
    ])
    const before = await readState(at('b'))
    for (let time = 0; time < 2; time += 1) {
      await apply(at('patch'), at('b'))
      const made = { documents: { z: lines[0] }, indexes: [] }
      assert.deepEqual(await readState(at('b')), { ...before, new: made })
    }
  })

  it('follows a collection that has another name now', async () => {
    await prepare()
    await writePatch(at('patch'), [
      differ.collectionOnlyInA(definitionOf('renamed', { guid: 'g/old' }), [
        sampleDocument('z', 7),
      ]),
      differ.collectionOnlyInB(definitionOf('old')),
    ])
    for (let time = 0; time < 2; time += 1) {
      await apply(at('patch'), at('b'))
      const { old, renamed } = await readState(at('b'))
      assert.equal(old, undefined)
      assert.deepEqual(renamed?.documents, { z: sampleDocument('z', 7) })
    }
  })
})
