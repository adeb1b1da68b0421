/*
 * The first byte of a VelocyPack value, its head: it tells the type and often the length
 * (VelocyPack.md of arangodb/velocypack, "Value types").
 */

/** What a VelocyPack value is. `integer` is any of the three integer types, `decimal` packed BCD. */
export type SliceType =
  | 'array'
  | 'object'
  | 'null'
  | 'boolean'
  | 'integer'
  | 'double'
  | 'text'
  | 'binary'
  | 'date'
  | 'decimal'
  | 'minKey'
  | 'maxKey'
  | 'custom'

export const HEAD = {
  emptyArray: 0x01,
  /** Arrays whose items have one length: no index table. */
  plainArray: 0x02,
  indexedArray: 0x06,
  emptyObject: 0x0a,
  sortedObject: 0x0b,
  unsortedObject: 0x0f,
  compactArray: 0x13,
  compactObject: 0x14,
  null: 0x18,
  false: 0x19,
  true: 0x1a,
  double: 0x1b,
  date: 0x1c,
  minKey: 0x1e,
  maxKey: 0x1f,
  /** Signed integers are of `head - int` bytes. */
  int: 0x1f,
  /** Unsigned integers are of `head - uint` bytes. */
  uint: 0x27,
  zero: 0x30,
  /** The first of the small integers below zero; they are `head - shortText`. */
  negative: 0x3a,
  /** Texts of up to 126 bytes have `head - shortText` bytes. */
  shortText: 0x40,
  longText: 0xbf,
  /** The length of binary data is of `head - binary` bytes. */
  binary: 0xbf,
  /** Eight bytes of ArangoDB: the number of a collection, in place of the text of an `_id`. */
  collectionId: 0xf3,
} as const

/** The longest text whose length is told by the head alone. */
export const SHORT_TEXT_BYTES_MAX = 126

/** Where the items of a padded array or object begin: after the head and two lengths of 4 bytes. */
export const PADDED_START = 9

/** The lengths of a run of heads: that of the first one, and what each next one has more. */
type Steps = readonly [first: number, step: number]

/** A run of heads of one type. The length is told by the head, by bytes after it, or by a header. */
interface HeadRange {
  readonly heads: readonly [first: number, last: number]
  readonly type: SliceType
  /** Bytes of the whole value. */
  readonly fixed?: Steps
  /** Bytes of the length that follows the head. */
  readonly prefix?: Steps
}

/** What no range holds begins no value. */
const RANGES: readonly HeadRange[] = [
  { heads: [0x01, 0x01], type: 'array', fixed: [1, 0] },
  { heads: [0x02, 0x09], type: 'array' },
  { heads: [0x0a, 0x0a], type: 'object', fixed: [1, 0] },
  { heads: [0x0b, 0x12], type: 'object' },
  { heads: [0x13, 0x13], type: 'array' },
  { heads: [0x14, 0x14], type: 'object' },
  { heads: [0x18, 0x18], type: 'null', fixed: [1, 0] },
  { heads: [0x19, 0x1a], type: 'boolean', fixed: [1, 0] },
  { heads: [0x1b, 0x1b], type: 'double', fixed: [9, 0] },
  { heads: [0x1c, 0x1c], type: 'date', fixed: [9, 0] },
  { heads: [0x1e, 0x1e], type: 'minKey', fixed: [1, 0] },
  { heads: [0x1f, 0x1f], type: 'maxKey', fixed: [1, 0] },
  { heads: [0x20, 0x27], type: 'integer', fixed: [2, 1] },
  { heads: [0x28, 0x2f], type: 'integer', fixed: [2, 1] },
  { heads: [0x30, 0x3f], type: 'integer', fixed: [1, 0] },
  { heads: [0x40, 0xbe], type: 'text', fixed: [1, 1] },
  { heads: [0xbf, 0xbf], type: 'text', prefix: [8, 0] },
  { heads: [0xc0, 0xc7], type: 'binary', prefix: [1, 1] },
  { heads: [0xc8, 0xcf], type: 'decimal', prefix: [1, 1] },
  { heads: [0xd0, 0xd7], type: 'decimal', prefix: [1, 1] },
  { heads: [0xf0, 0xf1], type: 'custom', fixed: [2, 1] },
  { heads: [0xf2, 0xf3], type: 'custom', fixed: [5, 4] },
  { heads: [0xf4, 0xf6], type: 'custom', prefix: [1, 0] },
  { heads: [0xf7, 0xf9], type: 'custom', prefix: [2, 0] },
  { heads: [0xfa, 0xfc], type: 'custom', prefix: [4, 0] },
  { heads: [0xfd, 0xff], type: 'custom', prefix: [8, 0] },
]

const RANGE_OF = Array.from({ length: 256 }, (_, head) =>
  RANGES.find(({ heads: [first, last] }) => first <= head && head <= last),
)

/** By head: the bytes of a value where the head alone tells them, else 0. */
export const FIXED_LENGTHS: Uint8Array = Uint8Array.from(RANGE_OF, (range, head) =>
  step(range, range?.fixed, head),
)

/** By head: the bytes of the length that follows the head, 0 where there is no such length. */
export const PREFIX_WIDTHS: Uint8Array = Uint8Array.from(RANGE_OF, (range, head) =>
  step(range, range?.prefix, head),
)

function step(range: HeadRange | undefined, steps: Steps | undefined, head: number): number {
  return range === undefined || steps === undefined
    ? 0
    : steps[0] + steps[1] * (head - range.heads[0])
}

const TYPES: readonly (SliceType | undefined)[] = RANGE_OF.map((range) => range?.type)

/** The type of a value, from its first byte; undefined for heads that no value begins with. */
export function typeOfHead(head: number): SliceType | undefined {
  return TYPES[head]
}

/** Tells whether a value has a header and items: any array or object but the empty ones. */
export function isCompound(head: number): boolean {
  return head <= HEAD.compactObject && head >= HEAD.plainArray && head !== HEAD.emptyObject
}

/** Tells whether an array or object is an object. */
export function isObjectHead(head: number): boolean {
  return head >= HEAD.emptyObject && head !== HEAD.compactArray
}

/** Bytes of the lengths and offsets inside an array or object that is not compact: 1, 2, 4 or 8. */
export function lengthWidth(head: number): number {
  return 1 << ((head >= HEAD.sortedObject ? head - HEAD.sortedObject : head - HEAD.plainArray) & 3)
}
