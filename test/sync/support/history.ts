import * as fc from 'fast-check'
import type { Store } from '../../../lib/store/index.js'
import { collectionOf, documentLine, put, removalLine, revisionAt } from './replica-pair.js'

/** One change; a write has a revision that no other one has, near or far from the last. */
export type Change =
  | { readonly kind: 'write'; readonly key: number; readonly leaf: number }
  | { readonly kind: 'remove'; readonly key: number }
  | { readonly kind: 'truncate' }

const keys = fc.integer({ min: 0, max: 12 })
const change: fc.Arbitrary<Change> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant('write' as const),
      key: keys,
      leaf: fc.oneof(fc.integer({ min: 0, max: 6 }), fc.constant(1_000_000)),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('remove' as const), key: keys }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('truncate' as const) }) },
)
/** Some changes, in order. */
export const history: fc.Arbitrary<Change[]> = fc.array(change, { maxLength: 20 })

/** Makes changes to stores and to what they should hold, with revisions that are never used twice. */
export class History {
  #count = 0

  async play(
    changes: readonly Change[],
    name: string,
    stores: readonly Store[],
    expected: Map<string, string>,
  ): Promise<void> {
    let lines: string[] = []
    for (const one of changes) {
      if (one.kind === 'truncate') {
        expected.clear()
        lines = []
        for (const store of stores) await store.truncateCollection(collectionOf(store, name))
      } else {
        lines.push(this.#lineOf(one, name, expected))
      }
    }
    for (const store of stores) await put(store, name, lines)
  }

  #lineOf(
    one: Exclude<Change, { kind: 'truncate' }>,
    name: string,
    expected: Map<string, string>,
  ): string {
    const key = `k${one.key}`
    if (one.kind === 'remove') {
      expected.delete(key)
      return removalLine(key)
    }
    this.#count += 1
    const line = documentLine(key, revisionAt(this.#count, one.leaf), {
      _id: `${name}/${key}`,
      write: this.#count,
    })
    expected.set(key, line)
    return line
  }
}

/** The documents of a state, in the order of their texts. */
export function linesOf(state: Readonly<Record<string, unknown>> | undefined): string[] {
  const lines = state?.['documents'] as string[]
  return lines.filter((line) => line !== '').sort()
}
