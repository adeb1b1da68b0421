import assert from 'node:assert/strict'
import fc from 'fast-check'
import { diff, line, scripted } from './support/diff-outcome.js'

describe('diffReplicas() of random collections', () => {
  describe('of random collections', () => {
    /** By key: which revision, which content. */
    const side = fc.dictionary(
      fc.constantFrom(...Array.from({ length: 30 }, (_, index) => `k${index}`)),
      fc.record({ rev: fc.nat(40), value: fc.constantFrom(1, 2, 'x', null, [1], { y: 1 }) }),
      { maxKeys: 30 },
    )
    type Side = Record<string, { rev: number; value: unknown }>

    /** No revision twice on one side; the same key and revision have the same content. */
    function linesOf(documents: Side): string[] {
      const taken = new Set<number>()
      return Object.entries(documents).flatMap(([key, { rev, value }]) => {
        if (taken.has(rev)) return []
        taken.add(rev)
        return [line(key, rev, { value, key, twin: rev % 7 })]
      })
    }

    function parse(lines: readonly string[]): Map<string, Record<string, unknown>> {
      const all = lines.map((one) => JSON.parse(one) as Record<string, unknown>)
      return new Map(all.map((one) => [one['_key'] as string, one]))
    }

    function expected(a: readonly string[], b: readonly string[], ignored: string[]): string[] {
      const ofA = parse(a)
      const ofB = parse(b)
      const told: string[] = []
      for (const key of new Set([...ofA.keys(), ...ofB.keys()])) {
        const [one, other] = [ofA.get(key), ofB.get(key)]
        if (one === undefined || other === undefined) {
          told.push(`${one === undefined ? 'onlyInB' : 'onlyInA'} c/${key}`)
          continue
        }
        const texts = [one, other].map((document) =>
          JSON.stringify(Object.entries(document).filter(([name]) => !ignored.includes(name))),
        )
        if (texts[0] !== texts[1]) told.push(`different c/${key}`)
      }
      return told.sort()
    }

    for (const by of ['revision', 'content'] as const) {
      it(`tells by ${by} what a naive comparison tells`, async () => {
        await fc.assert(
          fc.asyncProperty(
            side,
            side,
            fc.nat(5000),
            fc.boolean(),
            async (a, b, bytes, isShared) => {
              const linesA = linesOf(a)
              // Documents of both sides that are the same, and the rest of B.
              const linesB = linesOf(isShared ? { ...b, ...a, ...b } : b)
              const known = new Map(
                linesA.map((one) => [(JSON.parse(one) as { _rev: string })._rev, one]),
              )
              const fixedB = linesB.filter((one) => {
                const twin = known.get((JSON.parse(one) as { _rev: string })._rev)
                return twin === undefined || twin === one
              })
              const { differences, finished } = await diff(
                scripted({ c: linesA }),
                scripted({ c: fixedB }),
                { by, maxInFlightBytes: bytes },
              )
              const ignored = by === 'content' ? ['_rev'] : []
              const short = differences.map((one) => one.split(' ').slice(0, 2).join(' '))
              assert.deepEqual(short, expected(linesA, fixedB, ignored))
              assert.equal(finished.isEqual, short.length === 0)
              assert.equal(finished.collections[0]?.by, by)
            },
          ),
          { numRuns: 60 },
        )
      })
    }
  })
})
