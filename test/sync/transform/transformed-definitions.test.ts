import assert from 'node:assert/strict'
import { openStoreSource, openStoreTarget } from '../../../lib/store/index.js'
import { TransformPlanError } from '../../../lib/sync/index.js'
import { createScriptedSource, documentLines } from '../../support/scripted-source.js'
import { finishedOf, useTransformCopies } from '../support/transform-copies.js'

const ID_LINE = '{"_key":"1","_id":"people/1","_rev":"_kmX5mm6-A-"}'

describe('fullSync() with transforms of collections', () => {
  const { at, copy, copied } = useTransformCopies()

  const people = { name: 'people', chunks: [[ID_LINE]] }

  it('renames collections, and the _id of their documents with them', async () => {
    const source = createScriptedSource([people])
    const events = await copy(source, {
      collection: ({ name }) => ({ name: `${name}_masked` }),
      document: (document) => [{ ...document, name: 'x' }],
    })
    const { transformed, collections } = finishedOf(events)
    assert.deepEqual(transformed?.renamed, [{ from: 'people', to: 'people_masked' }])
    assert.deepEqual(
      collections.map(({ name }) => name),
      ['people_masked'],
    )
    const { people_masked: lines = [] } = await copied()
    assert.match(lines.join(), /"_id":"people_masked\/1".*"name":"x"/)
  })

  it('keeps an earlier copy of a renamed collection', async () => {
    await copy(createScriptedSource([people]), {})
    await copy(createScriptedSource([people]), { collection: () => ({ name: 'second' }) })
    assert.deepEqual(Object.keys(await copied()).sort(), ['people', 'second'])
  })

  it('leaves documents alone, or out, where that is planned', async () => {
    const source = createScriptedSource([
      { name: 'as_is', chunks: [documentLines(['1'])] },
      { name: 'empty', chunks: [documentLines(['1'])] },
      { name: 'gone', chunks: [documentLines(['1'])] },
    ])
    const events = await copy(source, {
      collection: ({ name }) => {
        if (name === 'gone') return false
        return { data: name === 'empty' ? 'none' : 'unchanged' }
      },
      document: () => assert.fail('no document is to be transformed'),
    })
    const found = await copied()
    assert.deepEqual(Object.keys(found).sort(), ['as_is', 'empty'])
    assert.equal(found['as_is']?.length, 1)
    assert.deepEqual(found['empty'], [])
    assert.deepEqual(finishedOf(events).transformed?.leftOut, ['gone'])
    const read = source.log.filter((line) => / \d$/.test(line))
    assert.deepEqual(read, ['as_is 0'], 'nothing else is read')
  })

  it('exchanges names', async () => {
    const source = createScriptedSource([
      { name: 'a', chunks: [documentLines(['of-a'])] },
      { name: 'b', chunks: [documentLines(['of-b'])] },
    ])
    await copy(source, { collection: ({ name }) => ({ name: name === 'a' ? 'b' : 'a' }) })
    const found = await copied()
    assert.match(String(found['a']), /of-b/)
    assert.match(String(found['b']), /of-a/)
  })

  it('touches nothing when two collections would have one name', async () => {
    const source = createScriptedSource([
      { name: 'a', chunks: [documentLines(['1'])] },
      { name: 'b', chunks: [] },
    ])
    await copy(source, {})
    for (const name of ['b', '', 'x/y']) {
      const error = await copy(source, {
        collection: (info) => (info.name === 'a' ? { name } : undefined),
      }).catch((reason: unknown) => reason)
      assert.ok(error instanceof TransformPlanError, name)
      assert.match(error.message, /^Cannot transform the collections of scripted:: "a" /)
    }
    assert.equal((await copied())['a']?.length, 1)
    const source2 = await openStoreTarget(at('store'), 'db')
    assert.equal(await source2.unfinishedCopy(), undefined)
    await source2.close()
  })

  it('refuses what is no definition before anything is touched', async () => {
    const error = await copy(createScriptedSource([people]), {
      collection: () => ({ parameters: { type: 7 } }),
    }).catch((reason: unknown) => reason)
    assert.ok(error instanceof TransformPlanError)
    assert.match(error.message, /collection "people".*type/)
  })

  it('gives collections other definitions', async () => {
    const index = { type: 'persistent', fields: ['n'], id: '7', name: 'by_n' }
    await copy(createScriptedSource([people]), {
      collection: () => ({ parameters: { waitForSync: true }, indexes: [index] }),
    })
    const source = await openStoreSource(at('store'), 'db')
    const snapshot = await source.openSnapshot()
    const { collections } = await snapshot.inventory()
    const found = collections.find(({ definition }) => definition.name === 'people')?.definition
    assert.equal(found?.parameters['waitForSync'], true)
    assert.equal(found.globallyUniqueId, 'g/people', 'it is the same collection')
    assert.deepEqual(
      found.indexes.map(({ name }) => name),
      ['by_n'],
    )
    await snapshot.close()
    await source.close()
  })

  it('makes views name what collections are called, and warns of links that go', async () => {
    const properties = { links: { a: { includeAllFields: true }, gone: {}, other: {} } }
    const view = { name: 'v', type: 'arangosearch', globallyUniqueId: undefined, properties }
    const source = createScriptedSource(
      [
        { name: 'a', chunks: [] },
        { name: 'gone', chunks: [] },
      ],
      [view],
    )
    const events = await copy(source, {
      collection: ({ name }) => (name === 'gone' ? false : { name: 'b' }),
    })
    const warnings = events.flatMap((event) => (event.kind === 'warning' ? [event.message] : []))
    assert.deepEqual(warnings, [
      'view "v" no longer names collection "gone", which transforms left out',
    ])
    const opened = await openStoreSource(at('store'), 'db')
    const snapshot = await opened.openSnapshot()
    const { views } = await snapshot.inventory()
    assert.deepEqual(views[0]?.properties['links'], { b: { includeAllFields: true }, other: {} })
    await snapshot.close()
    await opened.close()
  })
})
