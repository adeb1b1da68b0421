import { encodeRevision, revision } from '../../values/index.js'
import {
  planArray,
  planObject,
  VelocyPackBuilder,
  writeCompoundHead,
  type CompoundPlan,
} from '../../wire/index.js'
import type { DocumentedTree } from '../documented-tree.js'
import type { MerkleTree } from '../merkle-tree.js'
import type { RevisionTree } from '../revision-tree.js'
import { NodeCursor } from './node-cursor.js'
import { NODE_BYTES_MAX } from './velocypack-node.js'

/** Bytes at which a piece is given away. */
const PIECE_BYTES = 64 * 1024
/** The empty array. */
const NO_NODES = 0x01

/** How {@link formatTreeVelocyPack} writes. */
export interface FormatTreeVelocyPackOptions {
  readonly form: 'current' | 'onlyPopulated'
}

/**
 * Writes a tree as VelocyPack, with the bytes that servers write (merkle notes, section 5), in pieces
 * of up to 64 KiB that are made when asked for: the tree must not change before the last one. The
 * leaves are gone through three times, because lengths come before what they measure, and offsets
 * after it.
 */
export function* formatTreeVelocyPack(
  tree: MerkleTree | DocumentedTree,
  { form }: FormatTreeVelocyPackOptions,
): Generator<Buffer, void, undefined> {
  const isFull = form === 'current'
  const nodes = planNodes(tree.leaves, isFull)
  const attributes = buildAttributes(tree)
  const itemsBytes = attributes.bytes.length + (nodes?.byteLength ?? 1)
  const root = planObject(attributes.starts.length, itemsBytes)
  yield Buffer.concat([formatHead(root), attributes.bytes])
  if (nodes === undefined) yield Buffer.of(NO_NODES)
  else {
    yield formatHead(nodes)
    yield* formatNodes(tree.leaves, isFull)
    if (nodes.tableWidth > 0) yield* formatTable(tree.leaves, isFull, nodes)
  }
  yield formatRootTable(root, attributes)
}

/** The array of the nodes; undefined when there are none. */
function planNodes(leaves: Uint32Array, isFull: boolean): CompoundPlan | undefined {
  const cursor = new NodeCursor(leaves, isFull)
  if (!cursor.next()) return undefined
  const first = cursor.byteLength
  let count = 0
  let itemsBytes = 0
  let isUniform = true
  do {
    const { byteLength } = cursor
    count += 1
    itemsBytes += byteLength
    isUniform &&= byteLength === first
  } while (cursor.next())
  return planArray(count, itemsBytes, isUniform)
}

/** What comes before the nodes. */
interface Attributes {
  /** All attributes, of the last one the name alone. */
  readonly bytes: Buffer
  /** Where they begin, in the order of their names. */
  readonly starts: readonly number[]
}

function buildAttributes(tree: RevisionTree): Attributes {
  const { rangeMax, rangeMin, initialRangeMin } = tree.shape
  const values = Object.entries({
    version: 1,
    maxDepth: tree.depth,
    rangeMax: encodeRevision(revision(rangeMax)),
    rangeMin: encodeRevision(revision(rangeMin)),
    initialRangeMin: encodeRevision(revision(initialRangeMin)),
    count: tree.count,
    hash: tree.hash,
  })
  const builder = new VelocyPackBuilder()
  const starts = new Map<string, number>()
  for (const [name, value] of values) {
    starts.set(name, builder.length)
    builder.addString(name)
    if (typeof value === 'string') builder.addString(value)
    else builder.addInteger(value)
  }
  starts.set('nodes', builder.length)
  builder.addString('nodes')
  const names = [...starts.keys()].sort()
  return {
    bytes: Buffer.from(builder.built()),
    starts: names.map((name) => starts.get(name) as number),
  }
}

function formatHead(plan: CompoundPlan): Buffer {
  const bytes = Buffer.alloc(plan.itemsStart)
  writeCompoundHead(plan, bytes, 0)
  return bytes
}

function* formatNodes(leaves: Uint32Array, isFull: boolean): Generator<Buffer, void, undefined> {
  let piece = Buffer.allocUnsafe(PIECE_BYTES)
  let length = 0
  for (const cursor = new NodeCursor(leaves, isFull); cursor.next();) {
    if (length + NODE_BYTES_MAX > PIECE_BYTES) {
      yield piece.subarray(0, length)
      piece = Buffer.allocUnsafe(PIECE_BYTES)
      length = 0
    }
    length = cursor.write(piece, length)
  }
  yield piece.subarray(0, length)
}

/** Writes where the nodes begin, measured from the head of their array. */
function* formatTable(
  leaves: Uint32Array,
  isFull: boolean,
  { itemsStart, tableWidth }: CompoundPlan,
): Generator<Buffer, void, undefined> {
  let piece = Buffer.allocUnsafe(PIECE_BYTES)
  let length = 0
  let offset = itemsStart
  for (const cursor = new NodeCursor(leaves, isFull); cursor.next();) {
    if (length + tableWidth > PIECE_BYTES) {
      yield piece
      piece = Buffer.allocUnsafe(PIECE_BYTES)
      length = 0
    }
    length = piece.writeUIntLE(offset, length, tableWidth)
    offset += cursor.byteLength
  }
  yield piece.subarray(0, length)
}

function formatRootTable({ itemsStart, tableWidth }: CompoundPlan, { starts }: Attributes): Buffer {
  const table = Buffer.alloc(starts.length * tableWidth)
  for (const [index, start] of starts.entries()) {
    table.writeUIntLE(itemsStart + start, index * tableWidth, tableWidth)
  }
  return table
}
