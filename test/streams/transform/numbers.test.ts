import assert from 'node:assert/strict'
import fc from 'fast-check'
import { ExactNumber } from '../../../lib/streams/index.js'
import {
  isInexactNumber,
  mayHoldInexactNumber,
  mayHoldOddNumber,
} from '../../../lib/streams/transform/odd-numbers.js'
import type { DocumentTransform, MutableDocument } from '../../../lib/streams/transform/index.js'
import { transformLines } from '../../support/transform-lines.js'

/** Numbers that JavaScript writes as they are. */
const PLAIN = ['0', '1', '-1', '0.1', '12.5', '9007199254740991', '-9007199254740992', '1e+21']
/** Numbers that it writes otherwise, with the same value. */
const ODD = ['1.0', '-0', '0.0', '1e3', '1E+2', '12.50', '0.00001e2', '1.5e300', '0.0000001']
/** Numbers that come back from it with another value. */
const INEXACT = [
  ...['9007199254740993', '-9007199254740993', '18446744073709551615', '1667750939696562176'],
  ...['0.1234567890123456789', '3.14159265358979323846', '1e400', '-1e400', '1e-400', '5e-325'],
]

describe('the kinds of numbers', () => {
  for (const text of PLAIN) {
    it(`${text} is plain`, () => {
      assert.equal(mayHoldOddNumber(`{"n":${text}}`), false)
      assert.equal(isInexactNumber(text), false)
    })
  }
  for (const text of ODD) {
    it(`${text} is odd, but exact`, () => {
      assert.ok(mayHoldOddNumber(`{"n": ${text}}`))
      assert.equal(isInexactNumber(text), false)
      assert.equal(mayHoldInexactNumber(`{"n":${text}}`), false)
    })
  }
  for (const text of INEXACT) {
    it(`${text} is not exact`, () => {
      assert.ok(isInexactNumber(text))
      for (const line of [`{"n":${text}}`, `{"a":1.5,"l":[1, ${text}]}`, `{"l":[\t${text}]}`]) {
        assert.ok(mayHoldOddNumber(line) && mayHoldInexactNumber(line), line)
      }
    })
  }

  it('no inexact number is overlooked', () => {
    const digits = fc.stringMatching(/^-?(0|[1-9]\d{0,24})(\.\d{1,24})?([eE][-+]?\d{1,3})?$/)
    fc.assert(
      fc.property(digits, (text) => {
        const isSame = String(Number(text)) === text
        assert.equal(mayHoldOddNumber(`{"a":[0,${text}]}`), !isSame)
        assert.equal(mayHoldInexactNumber(`{"a":[0,${text}]}`), isInexactNumber(text))
      }),
      { numRuns: 1000 },
    )
  })
})

describe('createTransformRunner() keeps numbers that nobody touched', () => {
  const numbers = [...PLAIN, ...ODD, ...INEXACT]
  const nested = `{"x":[${numbers.join(', ')}],"y":{"z":[{"n":1.0},{"n":2.0}]}}`
  const line = `{"_key":"a","n":${INEXACT[0] as string},"o":${nested},"s":"\\u00e4"}`
  const rows: Record<string, [DocumentTransform['document'], string]> = {
    'beside a new attribute': [
      (document) => ({ ...document, new: 1 }),
      line.replace(/}$/, ',"new":1}'),
    ],
    'beside a change in place': [
      (document) => {
        document['s'] = 'b'
        return document
      },
      line.replace('"\\u00e4"', '"b"'),
    ],
    'beside a deep change in place': [
      (document) => {
        const { y } = document['o'] as { y: { z: { n: number }[] } }
        ;(y.z[1] as { n: number }).n = 5
        return document
      },
      line.replace('2.0', '5'),
    ],
    'before an item that was added': [
      (document) => {
        ;(document['o'] as { x: unknown[] }).x.push('new')
        return document
      },
      line.replace('],"y"', ',"new"],"y"').replaceAll(', ', ','),
    ],
    'when they would become infinite': [
      ({ _key, o }) => ({ _key, i: null, o }),
      `{"_key":"a","i":null,"o":${nested}}`,
    ],
  }
  for (const [title, [document, expected]] of Object.entries(rows)) {
    it(title, async () => {
      const { lines, counts } = await transformLines([line], document)
      assert.deepEqual(lines, [expected])
      assert.equal(counts.harmed, 0)
    })
    it(`${title}, in an envelope`, async () => {
      const envelope = (inner: string): string => `{"type":2300,"data":${inner}}`
      const { lines } = await transformLines([envelope(line)], document)
      assert.deepEqual(lines, [envelope(expected)])
    })
  }

  it('also where another number goes, and of a repeated attribute the last', async () => {
    const source = '{"_key":"a","n":1.0,"n":2.0,"big":9007199254740993}'
    const { lines, counts } = await transformLines([source], ({ _key, n }) => ({ _key, n, m: 1 }))
    assert.deepEqual([lines, counts.harmed], [['{"_key":"a","n":2.0,"m":1}'], 0])
  })

  it('for a property of any numbers', async () => {
    const number = fc.oneof(fc.constantFrom(...numbers), fc.double({ noNaN: true }).map(String))
    const text = number.filter((digits) => !digits.includes('Infinity'))
    await fc.assert(
      fc.asyncProperty(fc.array(text, { maxLength: 5 }), text, async (items, other) => {
        const source = `{"_key":"a","l":[${items.join()}],"o":{"n":${other}}}`
        const { lines } = await transformLines([source], (document) => ({ ...document, x: true }))
        assert.deepEqual(lines, [source.replace(/}$/, ',"x":true}')])
      }),
    )
  })
})

describe('createTransformRunner() counts documents whose numbers were harmed', () => {
  const BIG = '{"_key":"a","n":9007199254740993,"l":[1.5,18446744073709551615],"over":1e999}'
  const rows: Record<string, [DocumentTransform['document'], string]> = {
    'a number at another place': [
      ({ _key, n }) => ({ _key, m: n }),
      '{"_key":"a","m":9007199254740992}',
    ],
    'a number deep at another place': [
      ({ _key, l }) => ({ _key, deep: { l } }),
      '{"_key":"a","deep":{"l":[1.5,18446744073709552000]}}',
    ],
    'a number that was calculated': [
      ({ _key, n }) => ({ _key, n: (n as number) * 2 }),
      '{"_key":"a","n":18014398509481984}',
    ],
    'a list that lost an item': [
      ({ _key, l }) => ({ _key, l: (l as number[]).slice(1) }),
      '{"_key":"a","l":[18446744073709552000]}',
    ],
    'an infinite number': [({ _key, over }) => ({ _key, o: over }), '{"_key":"a","o":null}'],
  }
  for (const [title, [document, expected]] of Object.entries(rows)) {
    it(title, async () => {
      const { lines, counts } = await transformLines(
        [BIG, '{"_key":"b","n":1}'],
        (found, context) => (found['_key'] === 'a' ? document?.(found, context) : found),
      )
      assert.deepEqual(lines[0], expected)
      assert.deepEqual([counts.harmed, counts.changed], [1, 1])
    })
  }

  it('but not those that are gone or that became a text', async () => {
    const { counts } = await transformLines([BIG], ({ _key }) => ({ _key, n: 'text', l: 1, m: 2 }))
    assert.equal(counts.harmed, 0)
  })

  it('nor those of a document that was refused', async () => {
    const refused: DocumentTransform['document'] = ({ _key, n }) => ({ _key, m: n, x: 1n })
    const { counts } = await transformLines([BIG], refused, { onError: 'skip' })
    assert.deepEqual([counts.harmed, counts.failed], [0, 1])
  })
})

describe('createTransformRunner() with exact numbers', () => {
  const EXACT = { numbers: 'exact' } as const
  const LINE =
    '{"_key":"a","__proto__":{"p":1.0},"n":-9007199254740993,"d":0.12345678901234567891,"l":[true,null,"\\n",1e400,1.0]}'

  it('gives whole ones as bigint, others as their text, and all else as it is', async () => {
    const seen: MutableDocument[] = []
    const look = (document: MutableDocument): MutableDocument => {
      seen.push(document)
      return document
    }
    const { lines, counts } = await transformLines([LINE, '{"_key":"b","n":1.0}'], look, EXACT)
    assert.deepEqual([lines, counts.unchanged], [[LINE, '{"_key":"b","n":1.0}'], 2])
    const [{ n, d, l } = {}] = seen
    assert.equal(n, -9007199254740993n)
    assert.ok(d instanceof ExactNumber)
    assert.deepEqual(`${String(d)} ${d.text}`, '0.12345678901234567891 0.12345678901234567891')
    assert.ok(Number(d) > 0.1 && Number(d) < 0.2)
    assert.deepEqual((l as unknown[]).slice(0, 3), [true, null, '\n'])
    assert.equal(String((l as unknown[])[3]), '1e400')
    assert.equal((l as unknown[])[4], 1)
    assert.deepEqual(Object.keys(seen[0] ?? {}), ['_key', '__proto__', 'n', 'd', 'l'])
    assert.equal(({} as { p?: unknown }).p, undefined)
  })

  it('writes them wherever they go', async () => {
    const move: DocumentTransform['document'] = ({ _key, n, d, l }) => ({
      ...{ _key, moved: [n, { d }], more: (n as bigint) - 1n, at: new Date(0), no: undefined, l },
      ...{
        made: new ExactNumber('1e999'),
        boxed: Object(7) as unknown,
        f: () => 1,
        u: [undefined],
      },
    })
    const { lines, counts } = await transformLines([LINE], move, EXACT)
    assert.deepEqual(lines, [
      '{"_key":"a","moved":[-9007199254740993,{"d":0.12345678901234567891}],"more":-9007199254740994,' +
        '"at":"1970-01-01T00:00:00.000Z","l":[true,null,"\\n",1e400,1.0],"made":1e999,"boxed":7,"u":[null]}',
    ])
    assert.equal(counts.harmed, 0)
  })

  it('writes a bigint of a transform into any document', async () => {
    const add: DocumentTransform['document'] = (document) => ({ ...document, id: 2n ** 64n })
    const { lines } = await transformLines(['{"_key":"a","n":1}'], add, EXACT)
    assert.deepEqual(lines, ['{"_key":"a","n":1,"id":18446744073709551616}'])
  })

  it('notices changes in place', async () => {
    const change: DocumentTransform['document'] = (document) => {
      document['d'] = new ExactNumber('0.12345678901234567892')
      return document
    }
    const { lines } = await transformLines([LINE, LINE], change, EXACT)
    assert.deepEqual(lines, [LINE.replace('891', '892'), LINE.replace('891', '892')])
    const same: DocumentTransform['document'] = (document) => {
      document['d'] = new ExactNumber('0.12345678901234567891')
      return document
    }
    const { counts } = await transformLines([LINE], same, EXACT)
    assert.equal(counts.unchanged, 1)
  })

  it('counts what a function made a native number of', async () => {
    const { counts } = await transformLines(
      [LINE],
      ({ _key, n }) => ({ _key, m: Number(n) }),
      EXACT,
    )
    assert.equal(counts.harmed, 1)
  })

  it('refuses circles', async () => {
    const circle = (document: MutableDocument): MutableDocument => {
      document['self'] = document
      return document
    }
    await assert.rejects(transformLines([LINE], circle, EXACT), /gave what has no JSON form$/)
  })
})

describe('ExactNumber', () => {
  it('takes JSON numbers only, and is no JSON by itself', () => {
    for (const text of ['', '01', '1.', '.5', 'NaN', '0x1', '1e', ' 1', '+1']) {
      assert.throws(() => new ExactNumber(text), SyntaxError, text)
    }
    assert.throws(() => JSON.stringify(new ExactNumber('1.5')), TypeError)
    assert.equal(Number(new ExactNumber('-1.5e3')), -1500)
  })
})
