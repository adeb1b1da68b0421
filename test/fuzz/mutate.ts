import { VelocyPackWriter } from '../../lib/wire/velocypack/velocypack-writer.js'
import type { Random } from './random.js'
import { littleEndian } from './slice-generator.js'

/** Bytes with which lengths, offsets and types come to their limits. */
const EDGES: readonly [number, ...number[]] = [
  0x00, 0x01, 0x02, 0x05, 0x06, 0x09, 0x0a, 0x0b, 0x0e, 0x12, 0x13, 0x14, 0x1b, 0x1d, 0x27, 0x2f,
  0x30, 0x3f, 0x40, 0x7f, 0x80, 0xbe, 0xbf, 0xc0, 0xc7, 0xcf, 0xd7, 0xd8, 0xee, 0xf0, 0xf3, 0xf4,
  0xfd, 0xfe, 0xff,
]
const DEPTH_MAX = 300

type Mutation = (random: Random, bytes: Buffer, other: Buffer) => Buffer

const MUTATIONS: readonly [Mutation, ...Mutation[]] = [
  flipBit,
  setByte,
  setByte,
  cutEnd,
  cutOut,
  insert,
  repeatPart,
  splice,
  join,
  enlargeLength,
  enlargeLength,
  changeEnd,
  changeEnd,
  nest,
]

/** Breaks a value in one to four ways. */
export function mutate(random: Random, bytes: Buffer, other: Buffer): Buffer {
  let changed = bytes
  for (let step = random.once(3) ? 1 + random.below(4) : 1; step > 0; step -= 1) {
    changed = random.pick(MUTATIONS)(random, changed, other)
  }
  return changed
}

function flipBit(random: Random, bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes)
  const index = random.below(bytes.length)
  if (index < bytes.length) changed[index] = (changed[index] as number) ^ (1 << random.below(8))
  return changed
}

function setByte(random: Random, bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes)
  if (bytes.length > 0) changed[random.below(bytes.length)] = random.pick(EDGES)
  return changed
}

function cutEnd(random: Random, bytes: Buffer): Buffer {
  return bytes.subarray(0, random.below(bytes.length + 1))
}

function cutOut(random: Random, bytes: Buffer): Buffer {
  const start = random.below(bytes.length + 1)
  return Buffer.concat([bytes.subarray(0, start), bytes.subarray(start + 1 + random.below(4))])
}

function insert(random: Random, bytes: Buffer): Buffer {
  const at = random.below(bytes.length + 1)
  const added = random.once(2) ? random.bytes(1 + random.below(9)) : Buffer.of(random.pick(EDGES))
  return Buffer.concat([bytes.subarray(0, at), added, bytes.subarray(at)])
}

function repeatPart(random: Random, bytes: Buffer): Buffer {
  const start = random.below(bytes.length + 1)
  const end = start + random.below(Math.min(bytes.length - start, 32) + 1)
  return Buffer.concat([bytes.subarray(0, end), bytes.subarray(start)])
}

function splice(random: Random, bytes: Buffer, other: Buffer): Buffer {
  const end = random.below(bytes.length + 1)
  return Buffer.concat([bytes.subarray(0, end), other.subarray(random.below(other.length + 1))])
}

function join(_random: Random, bytes: Buffer, other: Buffer): Buffer {
  return Buffer.concat([bytes, other])
}

/** Lengths follow the head of a value: makes one of them larger, a little or by far. */
function enlargeLength(random: Random, bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes)
  const at = 1 + (random.once(2) ? 0 : random.below(bytes.length))
  const width = random.pick([1, 2, 4, 8])
  if (at + width > bytes.length) return changed
  const value = random.once(2) ? BigInt((bytes[at] as number) + 1 + random.below(3)) : random.u64()
  littleEndian(value, width).copy(changed, at)
  return changed
}

/** Tables and numbers of items stand at the end. */
function changeEnd(random: Random, bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes)
  const index = bytes.length - 1 - random.below(Math.min(bytes.length, 16))
  if (index >= 0) changed[index] = random.once(2) ? random.next() & 0xff : random.pick(EDGES)
  return changed
}

/** Puts arrays around a value, now and then more than are let through. */
function nest(random: Random, bytes: Buffer): Buffer {
  let nested = bytes
  for (let level = random.below(random.once(8) ? DEPTH_MAX : 4); level > 0; level -= 1) {
    const length = 5 + nested.length
    nested = Buffer.concat([Buffer.of(0x04), littleEndian(BigInt(length), 4), nested])
  }
  return nested
}

/** Trees and answers of leaders, so that what reads them comes beyond their first bytes. */
export const ANSWERS: readonly [Buffer, ...Buffer[]] = [
  toSlice({
    version: 1,
    maxDepth: 2,
    rangeMax: '_fMzozz2-_-',
    rangeMin: '_fMzozz2---',
    initialRangeMin: '_fMzozz2---',
    count: 3,
    hash: 6,
    nodes: [{ count: 1, hash: 1 }, { skip: 3 }, { count: 1, hash: 2 }, {}, { count: 1, hash: 5 }],
  }),
  toSlice({
    version: 1,
    maxDepth: 2,
    rangeMax: 'A--',
    rangeMin: '',
    initialRangeMin: '',
    count: 0,
    hash: 0,
    nodes: [],
  }),
  toSlice({ ranges: [['_fMzozz2---', '_fMzozz2--A'], []], resume: '_fMzozz2--B' }),
  toSlice([{ _key: 'a', _id: 'c/a', _rev: '_fMzozz2---', text: 'é' }, {}]),
]

function toSlice(value: unknown): Buffer {
  return Buffer.from(new VelocyPackWriter().write(Buffer.from(JSON.stringify(value))))
}
