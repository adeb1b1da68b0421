import { MerkleTree, TreeError } from 'tidemark/merkle'
import { generateKeys, type KeySource } from './generate-keys.js'

/** Arguments of a tree's constructor; 0 stands for the default. */
export interface TreeArguments {
  readonly depth: number
  readonly rangeMin: string
  readonly rangeMax?: string
  readonly initialRangeMin?: string
}

/** One step of a vector. */
export type TreeStep =
  | {
      readonly op: 'insert' | 'insertMany' | 'remove' | 'removeMany'
      readonly keys: KeySource
      readonly batch?: number
    }
  | { readonly op: 'clear' }

/** What a step needs of a tree, of whichever generation. */
export interface SteppedTree {
  insert(revision: bigint): void
  insertMany(revisions: BigUint64Array): void
  remove(revision: bigint): void
  removeMany(revisions: BigUint64Array): void
  clear(): void
}

/** A tree of a vector before its steps. */
export interface TreeRecipe {
  readonly args: TreeArguments
  readonly ops: readonly TreeStep[]
}

/** What came of a recipe: where it failed (-1: the constructor), if it did. */
export interface CookedTree {
  readonly tree: MerkleTree | undefined
  readonly failure: { readonly step: number; readonly error: TreeError } | undefined
}

/** Reads the arguments of a vector. */
export function readArguments(args: TreeArguments): ConstructorParameters<typeof MerkleTree>[0] {
  const { depth, rangeMin, rangeMax = '0', initialRangeMin = '0' } = args
  return {
    depth,
    rangeMin: BigInt(rangeMin),
    rangeMax: BigInt(rangeMax),
    initialRangeMin: BigInt(initialRangeMin),
  }
}

/** Makes a tree and takes its steps, up to the first that fails. */
export function cookTree({ args, ops }: TreeRecipe): CookedTree {
  let tree: MerkleTree | undefined
  let step = -1
  try {
    tree = new MerkleTree(readArguments(args))
    for (step = 0; step < ops.length; step += 1) takeStep(tree, ops[step] as TreeStep)
    return { tree, failure: undefined }
  } catch (error) {
    if (!(error instanceof TreeError)) throw error
    return { tree, failure: { step, error } }
  }
}

/** Makes a tree whose steps all succeed. */
export function makeTree(recipe: TreeRecipe): MerkleTree {
  const { tree, failure } = cookTree(recipe)
  if (failure !== undefined) throw failure.error
  return tree as MerkleTree
}

/** Takes one step. */
export function takeStep(tree: SteppedTree, step: TreeStep): void {
  if (step.op === 'clear') {
    tree.clear()
    return
  }
  const keys = generateKeys(step.keys)
  switch (step.op) {
    case 'insert':
      for (const key of keys) tree.insert(key)
      return
    case 'remove':
      for (const key of keys) tree.remove(key)
      return
    case 'insertMany':
      for (const batch of slices(keys, step.batch)) tree.insertMany(batch)
      return
    case 'removeMany':
      for (const batch of slices(keys, step.batch)) tree.removeMany(batch)
  }
}

function* slices(keys: BigUint64Array, size = Math.max(1, keys.length)): Generator<BigUint64Array> {
  if (keys.length === 0) yield keys
  for (let start = 0; start < keys.length; start += size) yield keys.slice(start, start + size)
}
