import type { Random } from './random.js'

/** A VelocyPack value, and the JSON text that it is; undefined for what JSON has no word for. */
export interface GeneratedSlice {
  readonly bytes: Buffer
  readonly json: string | undefined
}

/** Where the items of a padded array or object begin. */
const PADDED_START = 9
const NAMES = ['', '_key', '_rev', '_id', '_from', '_to'] as const
const WORDS: readonly [GeneratedSlice, ...GeneratedSlice[]] = [
  word(0x01, '[]'),
  word(0x0a, '{}'),
  word(0x18, 'null'),
  word(0x19, 'false'),
  word(0x1a, 'true'),
  word(0x1e, undefined),
  word(0x1f, undefined),
]
const DOUBLES: readonly [number, ...number[]] = [0, -0, 1, -1.5, 1e21, 5e-324, 1.7e308, 2 ** 63]
const TEXTS: readonly [string, ...string[]] = ['', 'a', 'é\u0000"\\', '𝄞', '_key', '\n', 'x/y']

/**
 * Makes a value of any type in any of the layouts that the format allows, the uncommon ones too:
 * integers and offsets in more bytes than they need, gaps before the items, tables in any order.
 */
export function generateSlice(random: Random, depth: number = random.below(4)): GeneratedSlice {
  if (depth > 0 && !random.once(4)) {
    return random.once(2) ? generateArray(random, depth) : generateObject(random, depth)
  }
  switch (random.below(6)) {
    case 0:
      return random.pick(WORDS)
    case 1:
      return generateDouble(random)
    case 2:
      return random.once(4) ? generateForeign(random) : generateText(random)
    case 3:
      return generateText(random)
    default:
      return generateInteger(random)
  }
}

function word(head: number, json: string | undefined): GeneratedSlice {
  return { bytes: Buffer.of(head), json }
}

function generateInteger(random: Random): GeneratedSlice {
  if (random.once(3)) {
    const value = random.below(16) - 6
    return { bytes: Buffer.of((value < 0 ? 0x40 : 0x30) + value), json: String(value) }
  }
  const isSigned = random.once(2)
  const width = 1 + random.below(8)
  const bits = BigInt.asUintN(8 * width, random.u64())
  const value = isSigned ? BigInt.asIntN(8 * width, bits) : bits
  const head = Buffer.of((isSigned ? 0x1f : 0x27) + width)
  return { bytes: Buffer.concat([head, littleEndian(bits, width)]), json: value.toString() }
}

function generateDouble(random: Random): GeneratedSlice {
  const bytes = Buffer.alloc(9, 0x1b)
  if (random.once(2)) bytes.writeDoubleLE(random.pick(DOUBLES), 1)
  else random.bytes(8).copy(bytes, 1)
  const value = bytes.readDoubleLE(1)
  if (!Number.isFinite(value)) return { bytes, json: undefined }
  return { bytes, json: Object.is(value, -0) ? '-0' : String(value) }
}

function generateText(random: Random): GeneratedSlice {
  const text = random.pick(TEXTS).repeat(random.once(8) ? random.below(200) : 1)
  return { bytes: textSlice(random, text), json: JSON.stringify(text) }
}

function textSlice(random: Random, text: string): Buffer {
  const content = Buffer.from(text)
  return content.length > 126 || random.once(8)
    ? Buffer.concat([Buffer.of(0xbf), littleEndian(BigInt(content.length), 8), content])
    : Buffer.concat([Buffer.of(0x40 + content.length), content])
}

/** Dates, binary data, packed decimals and custom types. */
function generateForeign(random: Random): GeneratedSlice {
  const length = random.below(20)
  const width = 1 + random.below(8)
  const head = random.pick<number>([0x1c, 0xc0, 0xc8, 0xf0, 0xf3, 0xf4, 0xfa])
  switch (head) {
    case 0xc0:
      return foreign(head + width - 1, littleEndian(BigInt(length), width), random.bytes(length))
    case 0xc8: {
      const exponent = random.bytes(4)
      const prefix = Buffer.concat([littleEndian(BigInt(length), width), exponent])
      return foreign(head + width - 1, prefix, random.bytes(length))
    }
    case 0xf0:
      return foreign(head, random.bytes(1))
    case 0xf4:
      return foreign(head, Buffer.of(length), random.bytes(length))
    case 0xfa:
      return foreign(head, littleEndian(BigInt(length), 4), random.bytes(length))
    default:
      return foreign(head, random.bytes(8))
  }
}

function foreign(head: number, ...parts: Buffer[]): GeneratedSlice {
  return { bytes: Buffer.concat([Buffer.of(head), ...parts]), json: undefined }
}

function generateArray(random: Random, depth: number): GeneratedSlice {
  const count = 1 + random.below(random.once(6) ? 40 : 4)
  const items = random.once(2)
    ? Array.from({ length: count }, () => generateSlice(random, depth - 1))
    : new Array<GeneratedSlice>(count).fill(generateSlice(random, depth - 1))
  const parts = items.map(({ bytes }) => bytes)
  const isUniform = parts.every(({ length }) => length === parts[0]?.length)
  const kind = random.below(isUniform ? 3 : 2)
  const bytes = kind === 0 ? compact(0x13, parts) : indexed(random, 0x06, parts, kind === 1)
  return { bytes, json: join('[', items, ({ json }) => json, ']') }
}

function generateObject(random: Random, depth: number): GeneratedSlice {
  const items = Array.from({ length: 1 + random.below(random.once(6) ? 40 : 4) }, () => {
    const translated = random.once(4) ? 1 + random.below(5) : 0
    const name = translated > 0 ? (NAMES[translated] as string) : random.pick(TEXTS)
    const value = generateSlice(random, depth - 1)
    const nameBytes = translated > 0 ? translatedName(random, translated) : textSlice(random, name)
    return { name, value, bytes: Buffer.concat([nameBytes, value.bytes]) }
  })
  const parts = items.map(({ bytes }) => bytes)
  const head = random.once(3) ? 0x0f : 0x0b
  const bytes = random.once(3) ? compact(0x14, parts) : indexed(random, head, parts, true)
  const text = ({ name, value: { json } }: (typeof items)[number]): string | undefined =>
    json === undefined ? undefined : `${JSON.stringify(name)}:${json}`
  return { bytes, json: join('{', items, text, '}') }
}

function translatedName(random: Random, index: number): Buffer {
  if (random.once(2)) return Buffer.of(0x30 + index)
  const width = 1 + random.below(8)
  return Buffer.concat([Buffer.of(0x27 + width), littleEndian(BigInt(index), width)])
}

function join<Item>(
  open: string,
  items: readonly Item[],
  textOf: (item: Item) => string | undefined,
  close: string,
): string | undefined {
  const texts = items.map(textOf)
  return texts.includes(undefined) ? undefined : open + texts.join(',') + close
}

function compact(head: number, parts: readonly Buffer[]): Buffer {
  const count = varint(parts.length).reverse()
  const rest = Buffer.concat([...parts, count])
  let length = varint(rest.length + 2)
  while (1 + length.length + rest.length > toNumber(length)) {
    length = varint(1 + length.length + rest.length)
  }
  return Buffer.concat([Buffer.of(head), length, rest])
}

function varint(value: number): Buffer {
  const groups: number[] = []
  for (let rest = value; groups.length === 0 || rest > 0; rest = Math.floor(rest / 128)) {
    groups.push((rest % 128) | 0x80)
  }
  groups.push((groups.pop() as number) & 0x7f)
  return Buffer.from(groups)
}

function toNumber(groups: Buffer): number {
  return groups.reduceRight((value, group) => value * 128 + (group & 0x7f), 0)
}

/**
 * An array or object with a header of any width that is wide enough, with a gap where one may be; an
 * array whose items have one length needs no table.
 */
function indexed(
  random: Random,
  head: number,
  parts: readonly Buffer[],
  hasTable: boolean,
): Buffer {
  const items = Buffer.concat(parts)
  const step = Math.max(random.below(4), enoughFor(PADDED_START + items.length + 8 * parts.length))
  const width = 1 << step
  if (!hasTable) {
    const start = random.once(3) ? PADDED_START : 1 + width
    return Buffer.concat([header(0x02 + step, start, width, items.length), items])
  }
  const count = littleEndian(BigInt(parts.length), width)
  // With lengths of 8 bytes the number of items stands at the end.
  const isLong = width === 8
  const start = isLong || random.once(3) ? PADDED_START : 1 + 2 * width
  const table = formatTable(random, parts, { start, width, isObject: head !== 0x06 })
  const tail = isLong ? Buffer.concat([table, count]) : table
  const first = header(head + step, start, width, items.length + tail.length)
  if (!isLong) count.copy(first, 1 + width)
  return Buffer.concat([first, items, tail])
}

function header(head: number, start: number, width: number, restBytes: number): Buffer {
  const bytes = Buffer.alloc(start)
  bytes[0] = head
  littleEndian(BigInt(start + restBytes), width).copy(bytes, 1)
  return bytes
}

/** The least power of two, as an exponent, of bytes in which such a length can be told. */
function enoughFor(length: number): number {
  if (length < 0x100) return 0
  return length < 0x1_0000 ? 1 : 2
}

function formatTable(
  random: Random,
  parts: readonly Buffer[],
  { start, width, isObject }: { start: number; width: number; isObject: boolean },
): Buffer {
  const offsets: number[] = []
  let offset = start
  for (const { length } of parts) {
    offsets.push(offset)
    offset += length
  }
  // The order of the names is the writer's matter; a reader must not trust it.
  if (isObject) for (let turn = random.below(3); turn > 0; turn -= 1) offsets.reverse()
  return Buffer.concat(offsets.map((each) => littleEndian(BigInt(each), width)))
}

/** The lowest `width` bytes of a number, lowest first. */
export function littleEndian(value: bigint, width: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt.asUintN(64, value))
  return bytes.subarray(0, width)
}
