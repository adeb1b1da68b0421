import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  appendStep,
  formatPath,
  parseLeadingPath,
  parsePath,
  splitPaths,
} from '../../lib/wire/path-notation.js'

describe('formatPath()', () => {
  const rows: readonly (readonly [readonly (string | number)[], string])[] = [
    [['a'], 'a'],
    [['address', 'city'], 'address.city'],
    [['items', 3, 'price'], 'items[3].price'],
    [['m', 0, 12], 'm[0][12]'],
    [['_rev'], '_rev'],
    [['größe', 'a-b', '$x', 'n:s', 'u@h'], 'größe.a-b.$x.n:s.u@h'],
    [['address', 'street no.'], 'address."street no."'],
    [['a.b', 'c'], '"a.b".c'],
    [[''], '""'],
    [['a[0]'], '"a[0]"'],
    [['"\\\n'], '"\\"\\\\\\n"'],
    [['…'], '"…"'],
    [['\u001b[31m'], '"\\u001b[31m"'],
  ]
  for (const [steps, path] of rows) {
    it(`writes ${path}`, () => {
      assert.equal(formatPath(steps), path)
    })
  }

  it('cuts off what is too long for a person', () => {
    const path = formatPath(['a', 'b'.repeat(2000), 'c', 1])
    assert.equal(path, `a.${'b'.repeat(998)}…`)
    assert.equal(appendStep(path, 'more'), path)
    assert.equal(formatPath(['b'.repeat(1000)]), 'b'.repeat(1000))
  })
})

describe('parsePath()', () => {
  it('reads what formatPath() writes', () => {
    const names = fc.array(fc.string({ unit: 'binary', maxLength: 20 }), {
      minLength: 1,
      maxLength: 5,
    })
    fc.assert(
      fc.property(names, (steps) => {
        assert.deepEqual(parsePath(formatPath(steps)), steps)
      }),
    )
  })

  it('refuses what is no path of names', () => {
    const texts = ['', '.', 'a.', '.a', 'a..b', 'a b', 'a[0]', '"a', '"a"b', 'a"b"', '"\\x"', 'a,b']
    for (const text of texts) {
      assert.throws(() => parsePath(text), {
        name: 'RangeError',
        message: `Cannot read "${text}" as a path of attributes: names are joined by points, and those of other than letters and digits quoted`,
      })
    }
  })
})

describe('parseLeadingPath()', () => {
  it('reads as far as the path goes', () => {
    assert.deepEqual(parseLeadingPath('a."b=c"=1'), { names: ['a', 'b=c'], rest: '=1' })
    assert.deepEqual(parseLeadingPath('a, b'), { names: ['a'], rest: ', b' })
    assert.deepEqual(parseLeadingPath('a'), { names: ['a'], rest: '' })
  })

  it('refuses a text that begins with no path', () => {
    for (const text of ['', '=1', 'a.=1', '.a']) {
      assert.throws(() => parseLeadingPath(text), RangeError)
    }
  })
})

describe('splitPaths()', () => {
  it('cuts at commas that are not quoted', () => {
    const text = '_rev, address.city,"a,b"."\\",",c'
    assert.deepEqual(splitPaths(text), ['_rev', 'address.city', '"a,b"."\\","', 'c'])
  })

  it('refuses what is no path', () => {
    assert.deepEqual(splitPaths(''), [])
    for (const text of ['a, b c', 'a, ,b', '"a']) assert.throws(() => splitPaths(text), RangeError)
  })
})
