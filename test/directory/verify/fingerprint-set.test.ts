import assert from 'node:assert/strict'
import fc from 'fast-check'
import { FingerprintSet } from '../../../lib/directory/verify/fingerprint-set.js'

type Fingerprint = readonly [high: number, low: number]

/** Goes through all fingerprints once a part, as whoever looks for duplicates does. */
function duplicatesOf(all: readonly Fingerprint[], slotsMax: number): string[] {
  const set = new FingerprintSet(slotsMax)
  const found = new Set<string>()
  for (let part = 0; part < set.partCount; part += 1) {
    set.beginPart(part)
    for (const [high, low] of all) if (set.add(high, low)) found.add(`${high}:${low}`)
  }
  return [...found].sort()
}

function naiveDuplicatesOf(all: readonly Fingerprint[]): string[] {
  const seen = new Set<string>()
  const found = new Set<string>()
  for (const [high, low] of all) {
    const name = `${high}:${low}`
    if (seen.has(name)) found.add(name)
    seen.add(name)
  }
  return [...found].sort()
}

describe('FingerprintSet', () => {
  it('finds what comes twice, as a set of all of them does', () => {
    const lane = fc.oneof(fc.nat(3), fc.nat(0xffffffff), fc.constant(0xffffffff))
    fc.assert(
      fc.property(fc.array(fc.tuple(lane, lane), { maxLength: 300 }), (all) => {
        assert.deepEqual(duplicatesOf(all, 1024), naiveDuplicatesOf(all))
      }),
    )
  })

  it('finds it where there is room for a part only, and needs no more parts than it must', () => {
    const all: Fingerprint[] = []
    for (let index = 0; index < 10_000; index += 1) all.push([index >>> 3, index * 7])
    all.push([100, 800 * 7], [9999 >>> 3, 9999 * 7], [0, 0])
    assert.deepEqual(duplicatesOf(all, 1024), naiveDuplicatesOf(all))
    const set = new FingerprintSet(1024)
    for (const [high, low] of all) set.add(high, low)
    assert.equal(set.partCount, 16)
  })

  it('holds revisions that follow each other in as many parts as any others', () => {
    const set = new FingerprintSet(1024)
    for (let index = 0; index < 10_000; index += 1) set.add(0x17c00000, index << 10)
    assert.equal(set.partCount, 16)
  })

  it('tells the fingerprint 0 from a free place', () => {
    const set = new FingerprintSet(1024)
    assert.deepEqual([set.add(0, 0), set.add(0, 0)], [false, true])
    set.beginPart(0)
    assert.equal(set.add(0, 0), false)
  })
})
