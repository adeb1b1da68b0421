import assert from 'node:assert/strict'
import {
  decodeTree,
  encodeTree,
  formatTree,
  formatTreeVelocyPack,
  parseTreeVelocyPack,
  type MerkleTree,
  type TreeForm,
} from 'tidemark/merkle'
import type { Checks } from './checks.js'
import { Digest, digestOf } from './digest.js'
import { assertTold, type ToldError } from './told-errors.js'
import { assertSameTree, digestLeaves, metaOf, populatedLeaves } from './tree-state.js'
import { cookTree, type CookedTree, type TreeRecipe } from './tree-steps.js'

/** A tree, its steps, and what is told of it afterwards. */
export interface TreeCase extends TreeRecipe {
  readonly name: string
  readonly expected: Readonly<Record<string, unknown>>
}

type ToldRanges = readonly (readonly [string, string])[]

interface ToldBinary {
  readonly size: number
  readonly fnv: string
  readonly base64?: string
}

/** Checks a tree, or the error that its steps end with, field by field. */
export async function checkTreeCase(checks: Checks, told: TreeCase): Promise<void> {
  let cooked: CookedTree | undefined
  await checks.check(`${told.name}, steps`, () => {
    cooked = cookTree(told)
    const { failure } = cooked
    if (!('throws' in told.expected) && failure !== undefined) throw failure.error
  })
  if (cooked === undefined) return
  await checks.fields(told.name, told.expected, {
    ...failureCheckers(cooked),
    ...(cooked.tree === undefined ? {} : treeCheckers(cooked.tree)),
  })
}

type Checkers = Readonly<Record<string, (told: never) => unknown>>

function failureCheckers({ failure }: CookedTree): Checkers {
  return {
    throws: (told: ToldError | null) => {
      if (told === null) assert.equal(failure, undefined)
      else assertTold(failure?.error, told)
    },
    failingStep: (step: number) => {
      assert.equal(failure?.step, step)
    },
  }
}

function treeCheckers(tree: MerkleTree): Checkers {
  const leaves = populatedLeaves(tree)
  const equal = (actual: () => unknown) => (told: unknown) => {
    assert.deepEqual(actual(), told)
  }
  const meta = equal(() => metaOf(tree))
  return {
    meta,
    metaAfter: meta,
    populatedLeaves: (told: number) => {
      assert.deepEqual([leaves.length, tree.populatedCount], [told, told])
    },
    leaves: equal(() => leaves),
    leavesAfter: equal(() => leaves),
    leavesFirst: (told: readonly unknown[]) => {
      assert.deepEqual(leaves.slice(0, told.length), told)
    },
    leavesLast: (told: readonly unknown[]) => {
      assert.deepEqual(leaves.slice(-told.length), told)
    },
    leavesFnv: equal(() => digestLeaves(leaves)),
    partitionKeys: (told: Readonly<Record<string, ToldRanges>>) => {
      for (const [count, ranges] of Object.entries(told)) {
        assert.deepEqual(partition(tree, Number(count)), ranges, `in ${count} parts`)
      }
    },
    partition5: equal(() => partition(tree, 5)),
    ...textCheckers(tree, 'jsonFull', 'current'),
    ...textCheckers(tree, 'jsonOnlyPopulated', 'onlyPopulated'),
    ...velocyPackCheckers(tree, 'vpackFull', 'current'),
    ...velocyPackCheckers(tree, 'vpackOnlyPopulated', 'onlyPopulated'),
    ...binaryCheckers(tree),
  }
}

function partition(tree: MerkleTree, count: number): ToldRanges {
  return tree.partitionKeys(count).map(([from, through]) => [from.toString(), through.toString()])
}

/** Checkers of a JSON form. */
function textCheckers(tree: MerkleTree, name: string, form: TreeForm): Checkers {
  return formCheckers(name, 'utf8', function* () {
    for (const piece of formatTree(tree, { form, pad: false })) yield Buffer.from(piece)
  })
}

/** Checkers of a form in VelocyPack, which is read too. */
function velocyPackCheckers(
  tree: MerkleTree,
  name: string,
  form: 'current' | 'onlyPopulated',
): Checkers {
  const checkers = formCheckers(name, 'base64', () => formatTreeVelocyPack(tree, { form }))
  return {
    ...checkers,
    [name]: (told: string) => {
      checkers[name]?.(told as never)
      assertSameTree(parseTreeVelocyPack(Buffer.from(told, 'base64')).tree, tree)
    },
  }
}

/** Checkers of a form: whole, its size, its digest. It is made piece by piece. */
function formCheckers(
  name: string,
  encoding: 'utf8' | 'base64',
  pieces: () => Iterable<Uint8Array>,
): Checkers {
  const digest = (): Digest => {
    const sum = new Digest()
    for (const piece of pieces()) sum.add(piece)
    return sum
  }
  return {
    [name]: (told: string) => {
      assert.equal(Buffer.concat([...pieces()]).toString(encoding), told)
    },
    [`${name}Size`]: (told: number) => {
      assert.equal(digest().bytes, told)
    },
    [`${name}Fnv`]: (told: string) => {
      assert.equal(digest().text, told)
    },
  }
}

function binaryCheckers(tree: MerkleTree): Checkers {
  return {
    binary: ({ optimalPicks, ...formats }: Readonly<Record<string, ToldBinary | string>>) => {
      for (const [format, told] of Object.entries(formats)) {
        checkBinary(tree, format as '1' | '2' | '3' | '4', told as ToldBinary)
      }
      assert.equal(String.fromCharCode(encodeTree(tree, 'auto').at(-2) ?? 0), optimalPicks)
    },
    binary2Fnv: (told: string) => {
      assert.equal(digestOf(encodeTree(tree, '2')), told)
    },
    binary3Fnv: (told: string) => {
      assert.equal(digestOf(encodeTree(tree, '3')), told)
    },
  }
}

/** What Snappy writes is not the same everywhere, so those formats are compared as trees. */
function checkBinary(tree: MerkleTree, format: '1' | '2' | '3' | '4', told: ToldBinary): void {
  const bytes = encodeTree(tree, format)
  assertSameTree(decodeTree(bytes), tree)
  if (format === '2' || format === '3') {
    assert.deepEqual([bytes.length, digestOf(bytes)], [told.size, told.fnv], `format ${format}`)
  }
  if (told.base64 === undefined) return
  const toldBytes = Buffer.from(told.base64, 'base64')
  assert.equal(toldBytes.length, told.size)
  assertSameTree(decodeTree(toldBytes), tree)
}
