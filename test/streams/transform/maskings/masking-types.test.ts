import assert from 'node:assert/strict'
import fc from 'fast-check'
import { ExactNumber, maskDocuments } from '../../../../lib/streams/transform/index.js'
import type { JsonObject } from '../../../../lib/wire/index.js'
import { applyTo } from '../../../support/transform-context.js'

const SEED = 13_904_078_798_087_883_240n

/** Masks one document with rules for its collection. */
function mask(document: JsonObject, rules: readonly JsonObject[], seed: bigint = SEED): JsonObject {
  const transform = maskDocuments({ c: { type: 'masked', maskings: rules } }, { seed })
  return applyTo(transform, document) as JsonObject
}

/** Masks one value at a path of its own. */
function maskValue(value: unknown, rule: JsonObject, seed: bigint = SEED): unknown {
  return mask({ _key: 'k', v: value }, [{ path: 'v', ...rule }], seed)['v']
}

describe('maskDocuments() and the types whose result is certain', () => {
  it('gives the published results of randomString', () => {
    const document = {
      _key: '1234',
      name: [
        'My Name',
        { other: 'Hallo Name' },
        ['Name One', 'Name Two'],
        true,
        false,
        null,
        1,
        1234,
      ],
      deeply: { nested: { 'not-a-name': 'Pizza' } },
    }
    assert.deepEqual(mask(document, [{ path: '.name', type: 'randomString' }]), {
      ...document,
      name: [
        '+y5OQiYmp/o=',
        { other: 'Hallo Name' },
        ['ihCTrlsKKdk=', 'yo/55hfla0U='],
        true,
        false,
        null,
        1,
        1234,
      ],
    })
    const second = 5_581_924_963_483_168_667n
    const long = maskValue('Lorem ipsum sit dolor amet.', { type: 'random' }, second)
    assert.equal(long, 'G0czIlvaGw4=G0czIlvaGw4=G0c')
    assert.equal(maskValue('hello', { type: 'randomString' }, second), 'etxfOC+K0HM=')
  })

  it('makes randomString as long as the text has bytes, and 12 characters at least', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const masked = maskValue(text, { type: 'randomString' }) as string
        assert.equal(masked.length, Math.max(12, Buffer.byteLength(text)))
        assert.ok(masked.startsWith(masked.slice(0, 12)) && masked[11] === '=')
      }),
    )
  })

  const crossed: readonly (readonly [JsonObject, unknown, unknown])[] = [
    [{}, 'This is a test!Do you agree?', 'xxis is a xxst Do xou xxxee '],
    [{ unmaskedLength: 0 }, 'a-b_C9 z', 'xxxxxx x'],
    [{ unmaskedLength: 5 }, 'abc defghij', 'abc xxfghij'],
    // Every byte that is of no word becomes a blank: two for an ä.
    [{}, 'Käse', 'K  se'],
    [{}, '', ''],
    [{}, '   ', '   '],
    [{}, true, 'xxxx'],
    [{}, 1.23, 'xxxx'],
    [{}, 7n, 'xxxx'],
    [{}, new ExactNumber('1e400'), 'xxxx'],
    [{}, null, null],
    [
      { hash: true, seed: 246_781_478_647 },
      'This is a test!Do you agree?',
      'xxis is a xxst Do xou xxxee  9ABoLOx5b6I=',
    ],
    [{ hash: true, seed: 0 }, 'My Name', 'My xxme +y5OQiYmp/o='],
    [{ hash: true }, 'My Name', 'My xxme +y5OQiYmp/o='],
  ]
  for (const [options, value, expected] of crossed) {
    it(`xifyFront ${JSON.stringify(options)} makes "${String(value)}" "${String(expected)}"`, () => {
      // An exact number is no value that can be cloned, so the rule is tried without a copy.
      const rules = [{ path: 'v', type: 'xifyFront', ...options }]
      const transform = maskDocuments({ c: { type: 'masked', maskings: rules } }, { seed: SEED })
      const document = { _key: 'k', v: value }
      const context = { collection: 'c' } as Parameters<NonNullable<typeof transform.document>>[1]
      assert.deepEqual(transform.document?.(document, context), { _key: 'k', v: expected })
    })
  }

  it('cuts the hash of an e-mail address in three', () => {
    assert.equal(maskValue('My Name', { type: 'email' }), '+y5O.QiYm@p/o=.invalid')
    assert.match(String(maskValue(17, { type: 'email' })), /^.{4}[.].{4}@.{3}=[.]invalid$/)
    assert.equal(maskValue(null, { type: 'email' }), null)
  })
})

describe('maskDocuments() and the types whose result is random', () => {
  const seeds = fc.bigInt(0n, 2n ** 64n - 1n)

  it('keeps the kind of a value with random', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const masked = mask(
          {
            _key: 'k',
            i: 1,
            big: 2n ** 60n,
            d: 0.45,
            e: new ExactNumber('1.0000000000000000001').valueOf() + 0.5,
            b: true,
            n: null,
          },
          [{ path: '*', type: 'random' }],
          seed,
        )
        for (const name of ['i', 'big']) {
          const value = masked[name] as number
          assert.ok(Number.isInteger(value) && Math.abs(value) <= 1000)
        }
        for (const name of ['d', 'e']) {
          const value = masked[name] as number
          assert.ok(Math.abs(value) <= 10 && Number(value.toFixed(2)) === value)
        }
        assert.equal(typeof masked['b'], 'boolean')
        assert.equal(masked['n'], null)
      }),
    )
  })

  it('reaches both ends of integer, and nothing beyond', () => {
    const seen = new Set<unknown>()
    for (let index = 0n; index < 200n; index += 1n) {
      seen.add(maskValue('x', { type: 'integer', lower: -2, upper: 2 }, index))
    }
    assert.deepEqual([...seen].toSorted(), [-1, -2, 0, 1, 2])
    assert.equal(typeof maskValue(null, { type: 'integer' }), 'number')
  })

  it('keeps decimal within its bounds and its scale', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 0, max: 6 }), (seed, scale) => {
        const value = maskValue('x', { type: 'decimal', lower: -0.3, upper: 2.07, scale }, seed)
        assert.ok(typeof value === 'number' && value >= -0.3 && value <= 2.07)
        assert.equal(Number(value.toFixed(scale)), value)
      }),
    )
    const one = { type: 'decimal', lower: 0.07, upper: 0.07 }
    assert.equal(maskValue(null, one), 0.07)
    assert.ok(Math.abs(maskValue(5, { type: 'decimal' }) as number) <= 1)
  })

  it('keeps the shape of zip and phone, and takes the default for what is no text', () => {
    fc.assert(
      fc.property(seeds, fc.stringMatching(/^[-A-Z a-z0-9+/.]{0,20}$/), (seed, text) => {
        const shape = (value: string): string =>
          value.replace(/\d/g, '0').replace(/[A-Z]/g, 'A').replace(/[a-z]/g, 'a')
        for (const type of ['zip', 'phone']) {
          assert.equal(shape(maskValue(text, { type }, seed) as string), shape(text))
        }
      }),
    )
    for (const value of [null, true, 7, 7n]) {
      assert.equal(maskValue(value, { type: 'zip' }), '12345')
      assert.equal(maskValue(value, { type: 'phone' }), '+1234567890')
      assert.equal(maskValue(value, { type: 'zip', default: 'abcdef' }), 'abcdef')
    }
  })

  it('leaves no letter of another alphabet in zip and phone', () => {
    assert.match(String(maskValue('Äß-٣漢', { type: 'phone' })), /^[A-Z][a-z]-\d[a-z]$/)
  })

  it('makes numbers of cards that pass the Luhn test', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const digits = String(maskValue('4111 1111', { type: 'creditCard' }, seed))
        assert.match(digits, /^(?:4\d{15}|5[1-5]\d{14}|3[47]\d{13})$/)
        const sum = digits
          .split(/(?=.)/)
          .toReversed()
          .reduce((total, digit, index) => {
            const value = Number(digit) * (index % 2 === 1 ? 2 : 1)
            return total + (value > 9 ? value - 9 : value)
          }, 0)
        assert.equal(sum % 10, 0)
      }),
    )
    assert.equal(maskValue(null, { type: 'creditCard' }), null)
  })

  it('gives dates between two dates, in the form that is asked for', () => {
    const range = {
      type: 'datetime',
      begin: '2019-01-01',
      end: '2019-12-31',
      format: '%yyyy-%mm-%dd',
    }
    fc.assert(
      fc.property(seeds, (seed) => {
        const date = String(maskValue('then', range, seed))
        assert.match(date, /^2019-\d\d-\d\d$/)
        assert.ok(date <= '2019-12-31' && !Number.isNaN(Date.parse(date)))
      }),
    )
    assert.equal(maskValue('then', { type: 'datetime' }), '')
    const now = { type: 'datetime', format: '%z' }
    assert.ok(Date.parse(String(maskValue(7, now))) <= Date.now())
    assert.equal(maskValue(null, range), null)
    const moment = { type: 'datetime', begin: '2020-02', end: '2020-02', format: '%t' }
    assert.equal(maskValue('', moment), String(Date.UTC(2020, 1)))
  })

  it('gives a document the same values with the same seed, whatever was masked before', () => {
    const rules = [{ path: '*', type: 'integer', lower: 0, upper: 1e9 }]
    const definition = { '*': { type: 'masked', maskings: rules } }
    const first = maskDocuments(definition, { seed: SEED })
    const second = maskDocuments(definition, { seed: SEED })
    const document = { _key: 'a', x: [1, 2], y: 3 }
    const masked = applyTo(first, document)
    applyTo(second, { _key: 'b', x: 1 })
    assert.deepEqual(applyTo(second, document), masked)
    assert.notDeepEqual(applyTo(second, { ...document, _key: 'c' }), {
      ...(masked as object),
      _key: 'c',
    })
    assert.notDeepEqual(applyTo(second, document, 'other'), masked)
    assert.notDeepEqual(applyTo(maskDocuments(definition, { seed: 1n }), document), masked)
    assert.notDeepEqual(applyTo(maskDocuments(definition), document), masked)
  })
})
