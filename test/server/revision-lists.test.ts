import assert from 'node:assert/strict'
import fc from 'fast-check'
import { LIST_REVISIONS_MAX } from '../../lib/core/index.js'
import { readRanges, readRevisions } from '../../lib/server/revision-lists.js'
import { RequestError } from '../../lib/server/request-error.js'
import { encodeRevision, revision } from '../../lib/values/index.js'
import { toVelocyPack } from './support/replication.js'

const u64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 2n })

function encode(value: bigint, pad = false): string {
  return encodeRevision(revision(value), { pad })
}

function ofJson(text: string | Buffer): { body: Buffer; bodyFormat: 'json' } {
  return { body: Buffer.from(text), bodyFormat: 'json' }
}

function ofVelocyPack(body: Buffer): { body: Buffer; bodyFormat: 'velocypack' } {
  return { body, bodyFormat: 'velocypack' }
}

/** Both formats of a value. */
function bodiesOf(value: unknown): readonly Parameters<typeof readRevisions>[0][] {
  return [ofJson(JSON.stringify(value)), ofVelocyPack(Buffer.from(toVelocyPack(value)))]
}

function assertRefused(read: () => unknown, errorNum: number): void {
  assert.throws(read, { code: 'ERR_REQUEST', status: 400, errorNum })
}

describe('readRevisions()', () => {
  it('reads revisions in any order, padded or not, in both formats', () => {
    fc.assert(
      fc.property(fc.array(u64, { maxLength: 30 }), fc.boolean(), (values, pad) => {
        for (const body of bodiesOf(values.map((value) => encode(value, pad)))) {
          assert.deepEqual([...readRevisions(body)], values)
        }
      }),
    )
  })

  it('never reads a decimal number', () => {
    for (const body of bodiesOf(['12345'])) {
      const [value] = readRevisions(body)
      assert.equal(encode(value ?? 0n), '12345')
    }
  })

  it('takes white space and escapes', () => {
    assert.deepEqual([...readRevisions(ofJson(' [ "\\u005f" ,\n"A"\t] '))], [1n, 2n])
  })

  it('takes an empty text for 0, and an empty array', () => {
    for (const body of bodiesOf([''])) assert.deepEqual([...readRevisions(body)], [0n])
    for (const body of bodiesOf([])) assert.deepEqual([...readRevisions(body)], [])
  })

  const refused: readonly (readonly [string, unknown])[] = [
    ['an object', {}],
    ['a text', '_'],
    ['a number in the array', ['_', 1]],
    ['null in the array', [null]],
    ['a pair', [['_', 'A']]],
    ['a foreign character', ['+']],
    ['a text that is not ASCII', ['é']],
    ['more than 11 characters', ['-'.repeat(12)]],
    ['a text of more than 126 bytes', ['-'.repeat(200)]],
    ['the error value', ['N9999999999']],
    ['the error value, with top bits that fold away', ['d9999999999']],
  ]
  for (const [what, value] of refused) {
    it(`refuses ${what} with 400`, () => {
      for (const body of bodiesOf(value)) assertRefused(() => readRevisions(body), 400)
    })
  }

  for (const text of ['', ' ', '[', '["_"', '["_",]', '["_"] x', '[1,}', '{', 'null x', '[[}']) {
    it(`refuses ${JSON.stringify(text)} with 600, since it is not JSON`, () => {
      assertRefused(() => readRevisions(ofJson(text)), 600)
    })
  }

  it('refuses bytes that are not VelocyPack with 600', () => {
    for (const bytes of [[], [0x00], [0x02, 0xff], [0x41], [0x01, 0x01]]) {
      assertRefused(() => readRevisions(ofVelocyPack(Buffer.from(bytes))), 600)
    }
  })
})

describe('readRanges()', () => {
  const documented = { isStrict: false }
  const strict = { isStrict: true }

  function pairs(...values: readonly number[]): string[][] {
    const texts = values.map((value) => encode(BigInt(value)))
    return texts.flatMap((text, index) => (index % 2 === 0 ? [[text, texts[index + 1] ?? '']] : []))
  }

  const taken: readonly (readonly number[])[] = [
    [],
    [0, 5],
    [1, 2, 3, 4],
    [1, 3, 3, 5],
    [0, 1, 1, 2, 2, 3],
  ]
  for (const values of taken) {
    it(`reads the ranges of ${JSON.stringify(values)}`, () => {
      for (const body of bodiesOf(pairs(...values))) {
        assert.deepEqual([...readRanges(body, documented)].map(Number), values)
        assert.deepEqual([...readRanges(body, strict)].map(Number), values)
      }
    })
  }

  const ofOne: readonly (readonly number[])[] = [
    [7, 7],
    [1, 1, 2, 2],
    [1, 1, 1, 2],
  ]
  for (const values of ofOne) {
    it(`reads the ranges of ${JSON.stringify(values)}, but for the original`, () => {
      for (const body of bodiesOf(pairs(...values))) {
        assert.deepEqual([...readRanges(body, documented)].map(Number), values)
        assertRefused(() => readRanges(body, strict), 400)
      }
    })
  }

  const refused: readonly (readonly number[])[] = [
    [2, 1],
    [1, 3, 2, 5],
    [5, 6, 1, 2],
    [1, 2, 2, 2],
    [2, 2, 2, 2],
  ]
  for (const values of refused) {
    it(`refuses the ranges of ${JSON.stringify(values)}`, () => {
      for (const body of bodiesOf(pairs(...values))) {
        assertRefused(() => readRanges(body, documented), 400)
      }
    })
  }

  for (const value of [['_'], [[]], [['_']], [['_', 'A', 'B']], [['_', 1]], [[['_', 'A']]], {}]) {
    it(`refuses ${JSON.stringify(value)}, which has no pairs`, () => {
      for (const body of bodiesOf(value)) {
        assertRefused(() => readRanges(body, documented), 400)
      }
    })
  }
})

describe('hostile bodies of lists', () => {
  const reads = [
    readRevisions,
    (body: Parameters<typeof readRanges>[0]) => readRanges(body, { isStrict: false }),
  ]

  /** What is read is revisions, or a refusal: nothing else may come out. */
  function check(body: Parameters<typeof readRevisions>[0]): void {
    for (const read of reads) {
      try {
        assert.ok(read(body).length <= body.body.length)
      } catch (error) {
        assert.ok(error instanceof RequestError, String(error))
        assert.equal(error.status, 400)
      }
    }
  }

  const token = fc.constantFrom(
    ...['[', ']', '"', ',', '_', '-', '{', '}', ':', '"_"', '["_","A"]', '[]', '1', 'null'],
    ...[' ', '\\', '\\u0041', '"_B"', '[["_","B"],', 'é', '\u0000', '"N9999999999"'],
  )

  it('gives an answer to any text', () => {
    fc.assert(
      fc.property(fc.array(token, { maxLength: 24 }), (tokens) => {
        check(ofJson(tokens.join('')))
      }),
      { numRuns: 4000 },
    )
  })

  it('gives an answer to texts that were valid before a byte changed', () => {
    const texts = fc.array(fc.tuple(u64, u64), { maxLength: 6 })
    fc.assert(
      fc.property(texts, fc.nat(), fc.nat(255), fc.boolean(), (ranges, at, byte, isPacked) => {
        const value = ranges.map((range) => range.map((end) => encode(end)))
        const body = isPacked
          ? Buffer.from(toVelocyPack(value))
          : Buffer.from(JSON.stringify(value))
        body[at % body.length] = byte
        check(isPacked ? ofVelocyPack(body) : ofJson(body))
      }),
      { numRuns: 3000 },
    )
  })

  it('gives an answer to any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.boolean(), (bytes, isPacked) => {
        const body = Buffer.from(bytes)
        check(isPacked ? ofVelocyPack(body) : ofJson(body))
      }),
      { numRuns: 3000 },
    )
  })

  it('refuses more revisions than there is room for', () => {
    for (const [count, isRefused] of [
      [LIST_REVISIONS_MAX, false],
      [LIST_REVISIONS_MAX + 1, true],
    ] as const) {
      const packed = Buffer.alloc(5 + count, 0x40)
      packed[0] = 0x04
      packed.writeUInt32LE(packed.length, 1)
      for (const body of [ofVelocyPack(packed), ofJson(`["_"${',"_"'.repeat(count - 1)}]`)]) {
        if (!isRefused) assert.equal(readRevisions(body).length, count)
        else assert.throws(() => readRevisions(body), { status: 413, errorNum: 413 })
      }
    }
  })

  it('refuses nesting of any depth', () => {
    for (const depth of [3, 199, 201, 100_000]) check(ofJson('['.repeat(depth)))
    assertRefused(() => readRevisions(ofJson('['.repeat(500) + ']'.repeat(500))), 600)
  })
})
