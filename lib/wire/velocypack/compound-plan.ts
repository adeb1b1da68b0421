import { HEAD, PADDED_START, lengthWidth } from './head.js'
import { varintWidth, writeUint, writeVarint } from './little-endian.js'
import { VelocyPackError } from './velocypack-error.js'

/** A compact object ends with the number of attributes, which is 1. */
const COMPACT_END_BYTES = 1

/** How an array or object of known items is laid out: the choices of ArangoDB's Builder. */
export interface CompoundPlan {
  readonly head: number
  readonly count: number
  /** Bytes of the whole value. */
  readonly byteLength: number
  /** Bytes before the first item. */
  readonly itemsStart: number
  /** Bytes of an entry of the index table, 0 without a table. */
  readonly tableWidth: number
}

/**
 * Plans an array. Without an index table it needs neither offsets nor the number of items, so there
 * is one only when the items have different lengths.
 *
 * @param itemsBytes - the sum of the lengths of all items, of which there is at least one
 * @param isUniform - whether all items have the same length
 * @throws {@link VelocyPackError} when the array would not fit in 4 GiB
 */
export function planArray(count: number, itemsBytes: number, isUniform: boolean): CompoundPlan {
  return isUniform
    ? plan(HEAD.plainArray, count, itemsBytes, false)
    : plan(HEAD.indexedArray, count, itemsBytes, true)
}

/**
 * Plans an object with a sorted index table; one of a single attribute is compact and has none.
 *
 * @param itemsBytes - the sum of the lengths of all names and values, of which there is at least one
 * @throws {@link VelocyPackError} when the object would not fit in 4 GiB
 */
export function planObject(count: number, itemsBytes: number): CompoundPlan {
  return count === 1 ? planCompact(itemsBytes) : plan(HEAD.sortedObject, count, itemsBytes, true)
}

/** Writes all that comes before the first item: head, lengths, and the gap there may be. */
export function writeCompoundHead(plan: CompoundPlan, bytes: Uint8Array, start: number): void {
  bytes[start] = plan.head
  if (plan.head >= HEAD.compactArray) {
    writeVarint(bytes, start + 1, plan.byteLength, 1)
    return
  }
  const width = lengthWidth(plan.head)
  if (plan.itemsStart === PADDED_START) bytes.fill(0, start + 1, start + PADDED_START)
  writeUint(bytes, start + 1, width, plan.byteLength)
  if (plan.tableWidth > 0) writeUint(bytes, start + 1 + width, width, plan.count)
}

function planCompact(itemsBytes: number): CompoundPlan {
  // The length counts its own bytes, so that it may need one more for itself.
  let width = 1
  const length = () => 1 + width + itemsBytes + COMPACT_END_BYTES
  while (varintWidth(length()) > width) width += 1
  return {
    head: HEAD.compactObject,
    count: 1,
    byteLength: length(),
    itemsStart: 1 + width,
    tableWidth: 0,
  }
}

function plan(head: number, count: number, itemsBytes: number, hasTable: boolean): CompoundPlan {
  const itemsStart = hasTable ? 3 : 2
  const byteLength = itemsStart + itemsBytes + (hasTable ? count : 0)
  if (byteLength <= 0xff) {
    return { head, count, byteLength, itemsStart, tableWidth: hasTable ? 1 : 0 }
  }
  // Only short values are moved to where a short header ends: longer ones keep the gap.
  return (
    planPadded(head + 1, count, itemsBytes, hasTable ? 2 : 0, 0xffff) ??
    planPadded(head + 2, count, itemsBytes, hasTable ? 4 : 0, 0xffffffff) ??
    tooLong()
  )
}

function planPadded(
  head: number,
  count: number,
  itemsBytes: number,
  tableWidth: number,
  lengthMax: number,
): CompoundPlan | undefined {
  const byteLength = PADDED_START + itemsBytes + count * tableWidth
  return byteLength > lengthMax
    ? undefined
    : { head, count, byteLength, itemsStart: PADDED_START, tableWidth }
}

function tooLong(): never {
  throw new VelocyPackError('a value does not fit in 4 GiB', 0, { action: 'write VelocyPack' })
}
