import assert from 'node:assert/strict'
import { CollectionNames } from '../../../lib/sync/tail/collection-names.js'
import { documentLine, markersOf } from './support/fake-feed.js'

const line = (type: number, id: string, name?: string): string => {
  const data = name === undefined ? '' : `,"data":{"name":"${name}"}`
  return `{"tick":"5","db":"shop","cuid":"${id}","type":${String(type)}${data}}`
}

/** Names of ids after lines have passed, one chunk each. */
function learned(chunks: string[][], ...ids: string[]): (string | undefined)[] {
  const known = { databaseName: 'shop', globallyUniqueId: 'h1', name: 'things' }
  const names = new CollectionNames('shop', [known])
  for (const lines of chunks) names.learn(markersOf(lines))
  return ids.map((globallyUniqueId) => names.collectionName({ globallyUniqueId }))
}

describe('CollectionNames', () => {
  it('knows what an inventory told', () => {
    assert.deepEqual(learned([[]], 'h1', 'h2'), ['things', undefined])
  })

  it('learns of collections and views that are made and renamed', () => {
    const lines = [
      documentLine(1n),
      line(2000, 'h2', 'more'),
      line(2002, 'h1', 'renamed'),
      line(2110, 'h3', 'view'),
      line(2112, 'h3', 'changed'),
      documentLine(9n),
    ]
    const expected = ['renamed', 'more', 'changed']
    assert.deepEqual(learned([lines], 'h1', 'h2', 'h3'), expected)
    // However a leader lays out its lines.
    const spaced = lines.map((text) => text.replaceAll('":', '": '))
    assert.deepEqual(learned([spaced], 'h1', 'h2', 'h3'), expected)
  })

  it('is not misled by documents that look like definitions', () => {
    const text = documentLine(1n, 'k').replace(
      '"_rev"',
      '"type":2000,"cuid":"h1","name":"no","_rev"',
    )
    assert.deepEqual(learned([[text, line(2000, 'h2', 'yes')]], 'h1', 'h2'), ['things', 'yes'])
  })

  it('takes in their order what several lines tell of one', () => {
    const lines = [line(2112, 'h1', 'second'), line(2002, 'h1', 'third'), line(2112, 'h1', 'last')]
    assert.deepEqual(learned([lines], 'h1'), ['last'])
  })

  it('keeps names of what was dropped, but not for ever', () => {
    assert.deepEqual(learned([[line(2001, 'h1')], [documentLine(1n)]], 'h1'), ['things'])
    const passing = Array.from({ length: 10_000 }, (_, index) => `x${String(index)}`)
    const others = passing.flatMap((id) => [line(2000, id, id), line(2001, id)])
    assert.deepEqual(learned([[line(2001, 'h1')], others], 'h1', 'x9999'), [undefined, 'x9999'])
    // What came back stays.
    const back = [[line(2001, 'h1'), line(2000, 'h1', 'again')], others]
    assert.deepEqual(learned(back, 'h1'), ['again'])
  })

  it('tells databases by what markers say, else by what is followed', () => {
    const [marker] = markersOf([documentLine(1n).replace('"db":"shop"', '"db":"other"')]).markers()
    assert.ok(marker)
    const names = new CollectionNames('shop')
    assert.equal(names.databaseName(marker), 'other')
    assert.equal(names.databaseName({ ...marker, databaseName: undefined }), 'shop')
    assert.equal(
      new CollectionNames(undefined).databaseName({ ...marker, databaseName: undefined }),
      undefined,
    )
  })
})
