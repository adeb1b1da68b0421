import { setImmediate as nextTurn } from 'node:timers/promises'
import { formatTree, formatTreeVelocyPack, type MerkleTree } from '../merkle/index.js'
import {
  planObject,
  VelocyPackBuilder,
  writeCompoundHead,
  type CompoundPlan,
} from '../wire/index.js'
import type { BodyFormat } from './body-format.js'

/** The forms in which a leader writes trees. */
export type AnsweredForm = 'documented' | 'current' | 'onlyPopulated'

/** How a tree is written. */
export interface TreeWriting {
  readonly form: AnsweredForm
  /** VelocyPack has no documented form; it is written in that of today's servers. */
  readonly format: BodyFormat
}

/** What a verification found. */
export interface Verification {
  /** Built from the revisions of the documents. */
  readonly computed: MerkleTree
  /** The one that is kept. */
  readonly stored: MerkleTree
  readonly isEqual: boolean
}

/** Pieces of 64 kB, each made when it is asked for, with a turn for others between them. */
export type Blocks = AsyncGenerator<Buffer, void, undefined>

/** Writes a tree. */
export async function* treeBlocks(tree: MerkleTree, writing: TreeWriting): Blocks {
  for (const piece of treePieces(tree, writing)) {
    yield piece
    await nextTurn()
  }
}

/** Writes `{computed, stored, equal}`. */
export async function* verificationBlocks(
  { computed, stored, isEqual }: Verification,
  writing: TreeWriting,
): Blocks {
  if (writing.format === 'velocypack') {
    yield* velocyPackBlocks({ computed, stored, isEqual }, writing)
    return
  }
  yield Buffer.from('{"computed":')
  yield* treeBlocks(computed, writing)
  yield Buffer.from(',"stored":')
  yield* treeBlocks(stored, writing)
  yield Buffer.from(`,"equal":${isEqual}}`)
}

/**
 * The lengths stand before what they measure, so each tree is written twice: that takes less than
 * holding both.
 */
async function* velocyPackBlocks(
  { computed, stored, isEqual }: Verification,
  writing: TreeWriting,
): Blocks {
  const names = ['computed', 'stored', 'equal'].map(textBytes)
  const [computedName, storedName, equalName] = names as [Buffer, Buffer, Buffer]
  const equal = wordBytes(isEqual)
  const storedAt = computedName.length + (await measure(computed, writing))
  const equalAt = storedAt + storedName.length + (await measure(stored, writing))
  const plan = planObject(names.length, equalAt + equalName.length + equal.length)
  yield Buffer.concat([formatHead(plan), computedName])
  yield* treeBlocks(computed, writing)
  yield storedName
  yield* treeBlocks(stored, writing)
  // The table is in the order of the names.
  yield Buffer.concat([equalName, equal, formatTable(plan, [0, equalAt, storedAt])])
}

function* treePieces(tree: MerkleTree, { form, format }: TreeWriting): Generator<Buffer> {
  if (format === 'velocypack') {
    yield* formatTreeVelocyPack(tree, { form: form === 'documented' ? 'current' : form })
    return
  }
  for (const text of formatTree(tree, { form })) yield Buffer.from(text, 'latin1')
}

async function measure(tree: MerkleTree, writing: TreeWriting): Promise<number> {
  let bytes = 0
  for await (const piece of treeBlocks(tree, writing)) bytes += piece.length
  return bytes
}

function textBytes(text: string): Buffer {
  const builder = new VelocyPackBuilder()
  builder.addString(text)
  return builder.built()
}

function wordBytes(word: boolean): Buffer {
  const builder = new VelocyPackBuilder()
  builder.addWord(word)
  return builder.built()
}

function formatHead(plan: CompoundPlan): Buffer {
  const bytes = Buffer.alloc(plan.itemsStart)
  writeCompoundHead(plan, bytes, 0)
  return bytes
}

function formatTable({ itemsStart, tableWidth }: CompoundPlan, starts: readonly number[]): Buffer {
  const table = Buffer.alloc(starts.length * tableWidth)
  for (const [index, start] of starts.entries()) {
    table.writeUIntLE(itemsStart + start, index * tableWidth, tableWidth)
  }
  return table
}
