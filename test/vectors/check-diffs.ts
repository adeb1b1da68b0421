import assert from 'node:assert/strict'
import { encodeRevision, type RevisionRange } from 'tidemark'
import { diffTrees, type MerkleTree } from 'tidemark/merkle'
import type { Checks } from './checks.js'
import { digestOf } from './digest.js'
import { assertTold, type ToldError } from './told-errors.js'
import { assertSameTree, metaOf } from './tree-state.js'
import { makeTree, type TreeRecipe } from './tree-steps.js'

/** Two trees, and where they differ. */
export interface DiffCase {
  readonly name: string
  readonly a: TreeRecipe
  readonly b: TreeRecipe
  readonly expected: Readonly<Record<string, unknown>>
}

/** Ranges as a vector tells them. */
export type ToldRanges = readonly (readonly [string, string])[]

/**
 * Checks the ranges of a diff, and that it leaves both trees as they were. The original grows the trees
 * that it compares: of what it tells of them afterwards, only what they hold can be the same here.
 */
export async function checkDiffCase(checks: Checks, told: DiffCase): Promise<void> {
  const [a, b] = [makeTree(told.a), makeTree(told.b)]
  const [aBefore, bBefore] = [a.clone(), b.clone()]
  let ranges: readonly RevisionRange[] = []
  let failure: unknown
  try {
    ranges = diffTrees(a, b)
  } catch (error) {
    failure = error
  }
  await checks.check(`${told.name}, inputs untouched`, () => {
    assertSameTree(a, aBefore)
    assertSameTree(b, bBefore)
  })
  const { throws, ...expected } = told.expected
  await checks.check(`${told.name}, throws`, () => {
    if (throws !== undefined) assertTold(failure, throws as ToldError)
    else if (failure !== undefined) throw failure as Error
  })
  if (throws === undefined) await checks.fields(told.name, expected, rangeCheckers(a, b, ranges))
}

function rangeCheckers(
  a: MerkleTree,
  b: MerkleTree,
  ranges: readonly RevisionRange[],
): Readonly<Record<string, (told: never) => unknown>> {
  const texts = toldRanges(ranges)
  const equal = (actual: unknown) => (told: unknown) => {
    assert.deepEqual(actual, told)
  }
  return {
    aMetaBefore: equal(metaOf(a)),
    bMetaBefore: equal(metaOf(b)),
    aMetaAfter: (told: ReturnType<typeof metaOf>) => {
      assertSameContent(a, told)
    },
    bMetaAfter: (told: ReturnType<typeof metaOf>) => {
      assertSameContent(b, told)
    },
    ranges: equal(texts),
    rangesFirst: (told: ToldRanges) => {
      assert.deepEqual(texts.slice(0, told.length), told)
    },
    rangesLast: (told: ToldRanges) => {
      assert.deepEqual(texts.slice(-told.length), told)
    },
    rangesRev: equal(
      ranges.map(({ from, through }) => [encodeRevision(from), encodeRevision(through)]),
    ),
    rangesBeforeNonOverlapFix: (told: ToldRanges) => {
      // The newer `ranges` are right; a case has these only where the two differ.
      assert.notDeepEqual(texts, told)
    },
    rangeCount: equal(ranges.length),
    rangesFnv: equal(digestRanges(ranges)),
    symmetric: (told: boolean) => {
      assert.equal(told, true)
      assert.deepEqual(toldRanges(diffTrees(b, a)), texts)
    },
  }
}

/** The original grows its inputs while it compares; ours may only agree in what they hold. */
function assertSameContent(tree: MerkleTree, told: ReturnType<typeof metaOf>): void {
  const { depth, initialRangeMin, count, hash } = metaOf(tree)
  assert.deepEqual(
    { depth, initialRangeMin, count, hash },
    {
      depth: told.depth,
      initialRangeMin: told.initialRangeMin,
      count: told.count,
      hash: told.hash,
    },
  )
}

/** Ranges in decimal text. */
export function toldRanges(ranges: readonly RevisionRange[]): ToldRanges {
  return ranges.map(({ from, through }) => [from.toString(), through.toString()])
}

function digestRanges(ranges: readonly RevisionRange[]): string {
  const bytes = Buffer.alloc(ranges.length * 16)
  for (const [index, { from, through }] of ranges.entries()) {
    bytes.writeBigUInt64LE(from, index * 16)
    bytes.writeBigUInt64LE(through, index * 16 + 8)
  }
  return digestOf(bytes)
}
