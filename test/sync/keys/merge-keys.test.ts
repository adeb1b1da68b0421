import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import type { KeyedRevision } from '../../../lib/replica/index.js'
import { IncomparableError } from '../../../lib/sync/incomparable-error.js'
import { mergeKeys, type MergedKeys } from '../../../lib/sync/keys/merge-keys.js'
import { compareUtf8 } from '../../../lib/values/index.js'

async function* pagesOf(
  rows: readonly KeyedRevision[],
  size: number,
): AsyncGenerator<readonly KeyedRevision[]> {
  for (let at = 0; at < rows.length; at += size)
    yield await Promise.resolve(rows.slice(at, at + size))
}

async function merge(
  theirs: readonly KeyedRevision[],
  ours: readonly KeyedRevision[],
  size = 2,
): Promise<MergedKeys & { readonly surplus: readonly bigint[] }> {
  const surplus: bigint[] = []
  const merged = await mergeKeys(theirs, pagesOf(ours, size), (revisions) => {
    assert.ok(revisions.length > 0)
    surplus.push(...revisions)
    return Promise.resolve()
  })
  return { ...merged, surplus }
}

function row(key: string, rev: number): KeyedRevision {
  return { key, rev: `${rev}` }
}

describe('mergeKeys()', () => {
  it('finds what is missing, changed and too much', async () => {
    const theirs = [row('b', 1), row('c', 2), row('d', 3), row('f', 4)]
    const ours = [row('a', 9), row('b', 1), row('c', 8), row('e', 7), row('g', 6), row('h', 5)]
    assert.deepEqual(await merge(theirs, ours), {
      wanted: [
        { position: 1, revision: 2n },
        { position: 2, revision: 3n },
        { position: 3, revision: 4n },
      ],
      changed: 1,
      compared: 10,
      surplus: [9n, 7n, 6n, 5n],
    })
  })

  it('takes other texts of a revision for the same', async () => {
    const merged = await merge([{ key: 'b', rev: '-_fMzozz2-' }], [{ key: 'b', rev: '_fMzozz2-' }])
    assert.equal(merged.wanted.length, 0)
  })

  it('refuses a source whose revisions cannot be read', async () => {
    await assert.rejects(merge([{ key: 'a', rev: 'ä' }], []), IncomparableError)
  })

  it('has nothing to do for equal sides, and all of it for one that is empty', async () => {
    const rows = [row('a', 1), row('b', 2)]
    assert.deepEqual(await merge(rows, rows), { wanted: [], changed: 0, compared: 4, surplus: [] })
    assert.equal((await merge(rows, [])).wanted.length, 2)
    assert.deepEqual((await merge([], rows)).surplus, [1n, 2n])
  })

  it('is the difference of two maps, however the pages are cut', async () => {
    const side = fc.uniqueArray(
      fc.record({
        key: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 2 }),
        rev: fc.integer({ min: 1, max: 3 }),
      }),
      { selector: ({ key }) => key, maxLength: 12 },
    )
    const sorted = (rows: readonly { key: string; rev: number }[]): readonly KeyedRevision[] =>
      rows.map(({ key, rev }) => row(key, rev)).sort((a, b) => compareUtf8(a.key, b.key))
    await fc.assert(
      fc.asyncProperty(side, side, fc.integer({ min: 1, max: 5 }), async (a, b, size) => {
        const [theirs, ours] = [sorted(a), sorted(b)]
        const had = new Map(ours.map(({ key, rev }) => [key, rev]))
        const has = new Set(theirs.map(({ key }) => key))
        const { wanted, changed, surplus } = await merge(theirs, ours, size)
        const expected = theirs.filter(({ key, rev }) => had.get(key) !== rev)
        assert.deepEqual(
          wanted.map(({ position }) => theirs[position]),
          expected,
        )
        assert.equal(changed, expected.filter(({ key }) => had.has(key)).length)
        const gone = ours.filter(({ key }) => !has.has(key)).map(({ rev }) => BigInt(rev))
        assert.deepEqual(surplus, gone)
      }),
    )
  })
})
