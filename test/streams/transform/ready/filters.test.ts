import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import fc from 'fast-check'
import {
  filterAttribute,
  filterDocuments,
  filterKeys,
  loadTransform,
  sample,
  setAttributes,
  type DocumentTransform,
} from '../../../../lib/streams/transform/index.js'
import type { JsonObject } from '../../../../lib/wire/index.js'
import { applyReady, loadReady, runLines } from '../../../support/ready-made.js'
import { useTemporaryDirectory } from '../../../support/temporary-directory.js'
import { applyTo } from '../../../support/transform-context.js'

describe('filterDocuments(), filterAttribute() and filter:', () => {
  it('keeps documents for which an expression holds', async () => {
    const old = { _key: 'a', age: 18 }
    assert.deepEqual(await applyReady('filter:doc.age >= 18', old), old)
    assert.equal(await applyReady('filter:document.age > 18', old), undefined)
    assert.deepEqual(await applyReady("filter:context.collection === 'c' // a comment", old), old)
    assert.equal(await applyReady('filter:({}).x', old), undefined)
  })

  it('keeps documents for which a function gives something truthy', () => {
    const transform = filterDocuments(({ n }, { lineNumber }) => Number(n) + lineNumber - 1)
    assert.deepEqual(applyTo(transform, { n: 1 }), { n: 1 })
    assert.equal(applyTo(transform, { n: 0 }), undefined)
  })

  it('keeps documents by one attribute', () => {
    const rows: readonly (readonly [
      string,
      Parameters<typeof filterAttribute>[1],
      JsonObject,
      boolean,
    ])[] = [
      ['a', 1, { a: 1 }, true],
      ['a', 1, { a: '1' }, false],
      ['a', null, { a: null }, true],
      ['a', null, {}, false],
      ['a.b', 'x', { a: { b: 'x' } }, true],
      ['a.b', 'x', { a: [{ b: 'y' }, { b: 'x' }] }, true],
      ['a.b', 'x', { a: 'x' }, false],
      ['a', /^x/g, { a: 'xy' }, true],
      ['a', /^x/, { a: 7 }, false],
      ['a', (value): boolean => value === undefined, {}, true],
      ['a', (value): boolean => Number(value) > 5, { a: 6 }, true],
      ['toString', (value): boolean => value !== undefined, {}, false],
    ]
    for (const [path, wanted, document, isKept] of rows) {
      const transform = filterAttribute(path, wanted)
      // Twice, since a global expression remembers where it was.
      for (const kept of [applyTo(transform, document), applyTo(transform, document)]) {
        assert.deepEqual(kept, isKept ? document : undefined)
      }
    }
  })
})

/** What patterns mean, said in the plainest way. */
function isMatch(pattern: readonly string[], key: readonly string[]): boolean {
  const [first, ...rest] = pattern
  if (first === undefined) return key.length === 0
  if (first === '*') return isMatch(rest, key) || (key.length > 0 && isMatch(pattern, key.slice(1)))
  return key.length > 0 && (first === '?' || first === key[0]) && isMatch(rest, key.slice(1))
}

describe('filterKeys() and keys:', () => {
  const place = useTemporaryDirectory()

  it('takes keys, wildcards, and quoted wildcards', async () => {
    const rows: readonly (readonly [string, string, boolean])[] = [
      ['a', 'a', true],
      ['a', 'ab', false],
      ['a,b', 'b', true],
      ['a*', 'abc', true],
      ['*a', 'ba', true],
      ['*a', 'ab', false],
      ['a?c', 'abc', true],
      ['a?c', 'ac', false],
      ['a.c', 'abc', false],
      ['a\\*', 'a*', true],
      ['a\\*', 'ab', false],
      ['a\\,b', 'a,b', true],
      ['x, (*)+ ', '(1)+', true],
    ]
    for (const [patterns, key, isKept] of rows) {
      const kept = await applyReady(`keys:${patterns}`, { _key: key })
      assert.deepEqual(kept, isKept ? { _key: key } : undefined, `${patterns} and ${key}`)
    }
  })

  it('finds what a plain reading of patterns finds, alone and among others', () => {
    const parts = fc.array(fc.constantFrom('a', 'b', '*', '?', '.'), { maxLength: 8 })
    const letters = fc.array(fc.constantFrom('a', 'b', '.'), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(fc.array(parts, { minLength: 1, maxLength: 3 }), letters, (patterns, key) => {
        const texts = patterns.map((pattern) => pattern.join(''))
        const kept = applyTo(filterKeys(texts), { _key: key.join('') }) !== undefined
        assert.equal(
          kept,
          patterns.some((pattern) => isMatch(pattern, key)),
          texts.join(),
        )
      }),
    )
  })

  it('takes no time over a key, whatever the pattern', async () => {
    const pattern = `keys:${'*a'.repeat(40)}*b`
    assert.equal(await applyReady(pattern, { _key: 'a'.repeat(254) }), undefined)
  })

  it('takes a file with a pattern a line', async () => {
    await writeFile(place.at('keys'), 'a\r\n\nb,c\nd*\n')
    const transform = await loadTransform('keys:@keys', { cwd: place.at('.'), environment: {} })
    const lines = ['a', 'b', 'b,c', 'dd'].map((key) => `{"_key":"${key}"}`)
    assert.deepEqual(await runLines([transform], lines), [lines[0], lines[2], lines[3]])
  })

  it('looks at no more of a line than its key', async () => {
    const lines = ['{"_key":"a","broken', '{"_key":"b"}']
    assert.deepEqual(await runLines([filterKeys(['a'])], lines), [lines[0]])
  })
})

describe('sample()', () => {
  const keys = Array.from({ length: 4000 }, (_, index) => `k${index}`)
  const take = (transform: DocumentTransform): Set<string> =>
    new Set(keys.filter((_key) => applyTo(transform, { _key }) !== undefined))

  it('takes about the share that is asked for, each time the same', () => {
    const some = take(sample(0.25))
    assert.ok(some.size > 850 && some.size < 1150, String(some.size))
    assert.deepEqual(take(sample(0.25)), some)
    const more = take(sample(0.5))
    assert.ok([...some].every((key) => more.has(key)))
    assert.notDeepEqual(take(sample(0.25, { seed: 1n })), some)
  })

  it('takes none and all', () => {
    assert.equal(take(sample(0)).size, 0)
    assert.equal(take(sample(1)).size, keys.length)
  })

  it('decides by the line as by the document', async () => {
    const lines = keys.slice(0, 200).map((key) => `{"_key":"${key}"}`)
    const byLine = await runLines([sample(0.5, { seed: 3n })], lines)
    const byDocument = await runLines([setAttributes([]), sample(0.5, { seed: 3n })], lines)
    assert.deepEqual(byLine, byDocument)
    const asSpec = await runLines([await loadReady('sample:.5,3')], lines)
    assert.deepEqual(asSpec, byLine)
  })
})
