import assert from 'node:assert/strict'
import fc from 'fast-check'
import { hashRevision, TreeError, type TreeNode } from '../../lib/merkle/index.js'
import { joinLanes, type RevisionRange } from '../../lib/values/index.js'

export const U64_MAX: bigint = 2n ** 64n - 1n

/** The hash of one revision. */
export function hashOf(value: bigint): bigint {
  const lanes = { high: Number(value >> 32n), low: Number(value & 0xffffffffn) }
  hashRevision(lanes, lanes)
  return joinLanes(lanes)
}

/** Count and XOR of a set of revisions. */
export function sumOf(values: readonly bigint[]): TreeNode {
  return { count: values.length, hash: values.reduce((sum, value) => sum ^ hashOf(value), 0n) }
}

/** Where a naive tree begins. */
export interface NaiveShape {
  readonly depth: number
  readonly rangeMin: bigint
  readonly rangeMax: bigint
  readonly initialRangeMin: bigint
}

/**
 * What a tree should be, with nothing clever in it: it keeps its revisions and a range, and sorts
 * the revisions into leaves whenever it is asked for them.
 */
export class NaiveTree {
  readonly depth: number
  readonly initialRangeMin: bigint
  rangeMin: bigint
  rangeMax: bigint
  values: bigint[] = []

  constructor(shape: NaiveShape) {
    this.depth = shape.depth
    this.rangeMin = shape.rangeMin
    this.rangeMax = shape.rangeMax
    this.initialRangeMin = shape.initialRangeMin
  }

  get width(): bigint {
    return (this.rangeMax - this.rangeMin) / 8n ** BigInt(this.depth)
  }

  insertMany(values: readonly bigint[]): void {
    if (values.length === 0) return
    const sorted = sortRevisions(values)
    while ((sorted[0] as bigint) < this.rangeMin) this.#grow('left')
    while ((sorted[sorted.length - 1] as bigint) >= this.rangeMax) this.#grow('right')
    this.values.push(...values)
  }

  /** Takes out revisions that are there. */
  removeMany(values: readonly bigint[]): void {
    for (const value of values) {
      const index = this.values.indexOf(value)
      assert.ok(index >= 0)
      this.values.splice(index, 1)
    }
  }

  /** Count and hash of each leaf that has any. */
  leaves(): Map<number, TreeNode> {
    return sumByKey(this.values, (value) => Number((value - this.rangeMin) / this.width))
  }

  /** Doubles the range as the merkle notes say, section 3; an end outside of 64 bits is an error. */
  #grow(side: 'left' | 'right'): void {
    const { width } = this
    const isOffGrid = (this.initialRangeMin - this.rangeMin) % (2n * width) !== 0n
    const whole = this.rangeMax - this.rangeMin
    const move = (isOffGrid ? width : 0n) * (side === 'left' ? 1n : -1n)
    const doubled = {
      min: side === 'left' ? this.rangeMin - whole : this.rangeMin,
      max: side === 'right' ? this.rangeMax + whole : this.rangeMax,
    }
    if (doubled.min < 0n || doubled.min + move < 0n) throw new TreeError('ERR_TREE_UNDERFLOW', '')
    if (doubled.max > U64_MAX || doubled.max + move > U64_MAX) {
      throw new TreeError('ERR_TREE_OVERFLOW', '')
    }
    this.rangeMin = doubled.min + move
    this.rangeMax = doubled.max + move
  }
}

/** Sums revisions up by what they have in common. */
export function sumByKey<Key>(
  values: readonly bigint[],
  keyOf: (value: bigint) => Key,
): Map<Key, TreeNode> {
  const sums = new Map<Key, TreeNode>()
  for (const value of values) {
    const { count, hash } = sums.get(keyOf(value)) ?? { count: 0, hash: 0n }
    sums.set(keyOf(value), { count: count + 1, hash: hash ^ hashOf(value) })
  }
  return sums
}

/**
 * The ranges in which two sets of revisions differ, when leaves of that width begin at whole
 * numbers of it from an origin.
 */
export function naiveDiff(
  a: readonly bigint[],
  b: readonly bigint[],
  width: bigint,
  origin: bigint,
): [bigint, bigint][] {
  const startOf = (value: bigint): bigint => value - ((((value - origin) % width) + width) % width)
  const sumsOfA = sumByKey(a, startOf)
  const sumsOfB = sumByKey(b, startOf)
  const starts = sortRevisions([...new Set([...sumsOfA.keys(), ...sumsOfB.keys()])])
  const ranges: [bigint, bigint][] = []
  for (const start of starts) {
    const nodeOfA = sumsOfA.get(start)
    const nodeOfB = sumsOfB.get(start)
    if (nodeOfA?.count === nodeOfB?.count && nodeOfA?.hash === nodeOfB?.hash) continue
    const last = ranges[ranges.length - 1]
    if (last?.[1] === start - 1n) last[1] = start + width - 1n
    else ranges.push([start, start + width - 1n])
  }
  return ranges
}

export function sortRevisions(values: readonly bigint[]): bigint[] {
  return [...values].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
}

/** Ranges as pairs. */
export function pairsOf(ranges: readonly RevisionRange[]): [bigint, bigint][] {
  return ranges.map(({ from, through }) => [from, through])
}

/** The code of what a function throws; `undefined` when it throws nothing. */
export function codeThrown(run: () => unknown): string | undefined {
  try {
    run()
    return undefined
  } catch (error) {
    assert.ok(error instanceof TreeError, String(error))
    return error.code
  }
}

/** Where small trees begin: near enough to 0 that they cannot grow to the left for ever. */
export const originArbitrary: fc.Arbitrary<bigint> = fc.bigInt({ min: 0n, max: 5_000n })

/** Revisions near those origins, far from them, and as far as 64 bits go. */
export const revisionArbitrary: fc.Arbitrary<bigint> = fc.oneof(
  { weight: 8, arbitrary: fc.bigInt({ min: 0n, max: 8_000n }) },
  { weight: 3, arbitrary: fc.bigInt({ min: 0n, max: 2n ** 21n }) },
  { weight: 1, arbitrary: fc.bigInt({ min: 0n, max: U64_MAX }) },
)

/** Shapes of depth 2 whose leaves are narrow, so that they soon grow. */
export const shapeArbitrary: fc.Arbitrary<NaiveShape> = fc
  .record({ rangeMin: originArbitrary, shift: fc.integer({ min: 0, max: 6 }), ahead: fc.nat(70) })
  .map(({ rangeMin, shift, ahead }) => ({
    depth: 2,
    rangeMin,
    rangeMax: rangeMin + (64n << BigInt(shift)),
    // An origin that is not where the range begins: as in a tree that has grown to the left.
    initialRangeMin: rangeMin + (BigInt(ahead) << BigInt(shift)),
  }))
