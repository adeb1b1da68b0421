import assert from 'node:assert/strict'
import {
  decodeTree,
  diffDocumentedTrees,
  DocumentedTree,
  encodeTree,
  formatTree,
  minimumGrowthFactor,
  parseTree,
  type FormatTreeOptions,
} from 'tidemark/merkle'
import { toldRanges, type ToldRanges } from './check-diffs.js'
import type { Checks } from './checks.js'
import { digestOf } from './digest.js'
import { assertTold, type ToldError } from './told-errors.js'
import { assertSameTree, metaOf, type TreeMeta } from './tree-state.js'
import { makeTree, readArguments, takeStep, type TreeRecipe } from './tree-steps.js'

/** A file about the older generation of trees. */
export interface DocumentedVectors {
  readonly transitional?: readonly TransitionalCase[]
  readonly diffs?: readonly DocumentedDiff[]
  readonly minimumFactorFor?: readonly (readonly [string, string, string])[]
}

/** A tree of the older generation, and its texts. */
export interface DocumentedCase extends TreeRecipe {
  readonly name: string
  readonly expected: Readonly<Record<string, unknown>>
}

interface TransitionalCase extends TreeRecipe {
  readonly name: string
  readonly meta: TreeMeta
  readonly json: string
}

interface DocumentedDiff {
  readonly name: string
  readonly a: TreeRecipe
  readonly b: TreeRecipe
  readonly expected: {
    readonly throws?: ToldError
    readonly ranges?: ToldRanges
    readonly aRangeMaxAfter?: string
    readonly bRangeMaxAfter?: string
  }
}

/** Checks the older generation: its growth, its forms, its diff. */
export async function checkDocumentedCase(checks: Checks, told: DocumentedCase): Promise<void> {
  const tree = makeDocumented(told)
  const equal = (actual: () => unknown) => async (expected: unknown) => {
    assert.deepEqual(await actual(), expected)
  }
  const text = (options: Partial<FormatTreeOptions> = {}): string =>
    [...formatTree(tree, { form: 'documented', pad: false, ...options })].join('')
  await checks.fields(told.name, told.expected, {
    rangeMin: equal(() => tree.rangeMin.toString()),
    rangeMax: equal(() => tree.rangeMax.toString()),
    count: equal(() => String(tree.count)),
    hash: equal(() => tree.hash.toString()),
    nodeCount: equal(() => (8 ** (tree.depth + 1) - 1) / 7),
    json: async (json: string) => {
      assert.equal(text(), json)
      const { form, tree: read } = await parseTree([Buffer.from(json)])
      assert.equal(form, 'documented')
      assert.deepEqual(read.leaves, tree.leaves)
    },
    jsonFnv: equal(() => digestOf(Buffer.from(text()))),
    jsonDepthLimited: equal(() => text({ levelMax: tree.depth - 1 })),
    jsonWithoutBranchingFactorFnv: equal(() =>
      digestOf(Buffer.from(text({ branchingFactor: false }))),
    ),
    binaryUncompressed: (base64: string) => {
      assert.equal(encodeTree(tree, '2').toString('base64'), base64)
      assert.deepEqual(decodeTree(Buffer.from(base64, 'base64')).leaves, tree.leaves)
    },
    binaryUncompressedFnv: equal(() => digestOf(encodeTree(tree, '2'))),
  })
}

/** Checks what else a file about the older generation tells. */
export async function checkDocumented(checks: Checks, vectors: DocumentedVectors): Promise<void> {
  const { transitional = [], diffs = [], minimumFactorFor = [] } = vectors
  for (const told of transitional) await checkTransitional(checks, told)
  for (const told of diffs) {
    await checks.check(told.name, () => {
      checkDiff(told)
    })
  }
  for (const [width, offset, factor] of minimumFactorFor) {
    await checks.equal(
      `factor for ${width} and ${offset}`,
      () => minimumGrowthFactor(BigInt(width), BigInt(offset)).toString(),
      factor,
    )
  }
}

async function checkTransitional(checks: Checks, told: TransitionalCase): Promise<void> {
  const tree = makeTree(told)
  await checks.equal(`${told.name}, meta`, () => metaOf(tree), told.meta)
  await checks.equal(
    `${told.name}, text`,
    () => [...formatTree(tree, { form: 'transitional', pad: false })].join(''),
    told.json,
  )
  await checks.check(`${told.name}, read`, async () => {
    const { form, tree: read } = await parseTree([Buffer.from(told.json)])
    assert.equal(form, 'transitional')
    assertSameTree(read, tree)
  })
}

/** Ranges after the growth of the original's inputs: here they stay, and the ranges are the same. */
function checkDiff({ a, b, expected: { throws, ranges } }: DocumentedDiff): void {
  const [left, right] = [makeDocumented(a), makeDocumented(b)]
  const before = [left.rangeMax, right.rangeMax, left.leaves.slice(), right.leaves.slice()]
  const compare = (): ToldRanges => toldRanges(diffDocumentedTrees(left, right))
  if (throws === undefined) assert.deepEqual(compare(), ranges)
  else assert.throws(compare, (error) => (assertTold(error, throws), true))
  assert.deepEqual([left.rangeMax, right.rangeMax, left.leaves, right.leaves], before)
}

function makeDocumented({ args, ops }: TreeRecipe): DocumentedTree {
  const tree = new DocumentedTree(readArguments(args))
  for (const step of ops) takeStep(tree, step)
  return tree
}
