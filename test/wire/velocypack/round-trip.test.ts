import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { JsonWriter } from '../../../lib/wire/velocypack/json-writer.js'
import { VelocyPackWriter } from '../../../lib/wire/velocypack/velocypack-writer.js'
import { describeWithShared, readSharedJson, sharedUrl } from '../../support/shared.js'

const jsonWriter = new JsonWriter()
const velocyPackWriter = new VelocyPackWriter()

function roundTrip(json: string): string {
  return jsonWriter.write(velocyPackWriter.write(Buffer.from(json))).toString()
}

describe('JSON to VelocyPack and back', () => {
  it('keeps every integer from -2^63 to 2^64 - 1', () => {
    const integers = fc.oneof(
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
      // Numbers around the powers of two, where the widths change.
      fc
        .tuple(fc.integer({ min: 0, max: 63 }), fc.integer({ min: -2, max: 2 }), fc.boolean())
        .map(
          ([bits, step, isNegative]) =>
            (isNegative ? -1n : 1n) * (2n ** BigInt(bits) + BigInt(step)),
        )
        .filter((value) => value >= -(2n ** 63n)),
    )
    fc.assert(
      fc.property(integers, (value) => {
        assert.equal(roundTrip(value.toString()), value.toString())
      }),
      { numRuns: 3000 },
    )
  })

  it('keeps every double bit by bit', () => {
    const doubles = fc.double({ noNaN: true, noDefaultInfinity: true })
    fc.assert(
      fc.property(doubles, (value) => {
        const text = Object.is(value, -0) ? '-0' : String(value)
        assert.ok(Object.is(Number(roundTrip(text)), value))
      }),
      { numRuns: 3000 },
    )
  })

  it('keeps every text', () => {
    const unit = fc
      .oneof(fc.nat(0x7f), fc.nat(0xffff), fc.nat(0x10ffff))
      .filter((code) => code < 0xd800 || code > 0xdfff)
      .map((code) => String.fromCodePoint(code))
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 150 }), (value) => {
        assert.equal(roundTrip(JSON.stringify(value)), JSON.stringify(value))
      }),
      { numRuns: 500 },
    )
  })

  it('keeps everything, attributes in their order', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), (json) => {
        // Numbers are compared as JSON.parse reads them: 1.0 comes back as 1.
        const canonical = (text: string): string =>
          JSON.stringify(
            JSON.parse(text, (_key, value: unknown) => (Object.is(value, -0) ? '-0' : value)),
          )
        assert.equal(canonical(roundTrip(json)), canonical(json))
      }),
      { numRuns: 1000 },
    )
  })

  it('gives the same bytes again', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), (json) => {
        const first = Buffer.from(velocyPackWriter.write(Buffer.from(json)))
        const text = jsonWriter.write(first).toString()
        if (/\d[.eE]/.test(json)) return // whole doubles become integers
        assert.deepEqual(velocyPackWriter.write(Buffer.from(text)), first)
      }),
    )
  })
})

interface TreeVector {
  readonly name: string
  readonly expected: Readonly<Record<string, string | undefined>>
}

describeWithShared('VelocyPack of the tree vectors', () => {
  it('is what ArangoDB’s Builder writes for the same JSON, both ways', () => {
    let count = 0
    for (const file of ['tree-small', 'tree-depths', 'tree-large']) {
      const { cases } = readSharedJson(`vectors/merkle/${file}.json`) as { cases: TreeVector[] }
      for (const { name, expected } of cases) {
        for (const form of ['Full', 'OnlyPopulated']) {
          const [json, base64] = [expected[`json${form}`], expected[`vpack${form}`]]
          if (json === undefined || base64 === undefined) continue
          const bytes = Buffer.from(base64, 'base64')
          assert.ok(velocyPackWriter.write(Buffer.from(json)).equals(bytes), `${name} ${form}`)
          assert.equal(jsonWriter.write(bytes).toString(), json, `${name} ${form}`)
          count += 1
        }
      }
    }
    assert.ok(count > 50)
  })
})

describeWithShared('VelocyPack of the reference dumps', () => {
  it('gives every line back as it was', function () {
    this.timeout(120_000)
    let lines = 0
    for (const dump of readdirSync(sharedUrl('datasets'), { withFileTypes: true })) {
      if (!dump.isDirectory()) continue
      for (const name of readdirSync(sharedUrl(`datasets/${dump.name}`))) {
        if (!/[.]data[.]json([.]gz)?$/.test(name)) continue
        const stored = readFileSync(sharedUrl(`datasets/${dump.name}/${name}`))
        const text = (name.endsWith('.gz') ? gunzipSync(stored) : stored).toString()
        for (const line of text.split('\n').slice(0, 500)) {
          if (line === '') continue
          assert.equal(roundTrip(line), normalize(line))
          lines += 1
        }
      }
    }
    assert.ok(lines > 2000)
  })
})

/** The text that JSON.stringify gives, which our writer gives too as long as numbers are exact. */
function normalize(line: string): string {
  return JSON.stringify(JSON.parse(line))
}
