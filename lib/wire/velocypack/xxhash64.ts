import type { Lanes } from '../../values/index.js'

/* The five primes of the XXH64 specification, upper half first. */
const PRIME_1_HIGH = 0x9e3779b1
const PRIME_1_LOW = 0x85ebca87
const PRIME_2_HIGH = 0xc2b2ae3d
const PRIME_2_LOW = 0x27d4eb4f
const PRIME_3_HIGH = 0x165667b1
const PRIME_3_LOW = 0x9e3779f9
const PRIME_4_HIGH = 0x85ebca77
const PRIME_4_LOW = 0xc2b2ae63
const PRIME_5_HIGH = 0x27d4eb2f
const PRIME_5_LOW = 0x165667c5

const STRIPE_BYTES = 32
const WORD_BYTES = 8
const HALF_WORD_BYTES = 4

/** One 64-bit word that is changed in place: a result in two lanes costs no object that way. */
class Word {
  high = 0
  low = 0

  set(high: number, low: number): void {
    this.high = high >>> 0
    this.low = low >>> 0
  }

  add(high: number, low: number): void {
    const sum = this.low + low
    this.low = sum >>> 0
    this.high = (this.high + high + (sum > 0xffffffff ? 1 : 0)) >>> 0
  }

  xor(high: number, low: number): void {
    this.high = (this.high ^ high) >>> 0
    this.low = (this.low ^ low) >>> 0
  }

  /** Modulo 2^64. The upper half of `low * low` is put together from products of 16 bits. */
  multiply(high: number, low: number): void {
    const ours = this.low
    const a = ours & 0xffff
    const b = ours >>> 16
    const c = low & 0xffff
    const d = low >>> 16
    const middle = b * c + ((a * c) >>> 16)
    const carry = (middle & 0xffff) + a * d
    const upper = b * d + Math.floor(middle / 0x10000) + Math.floor(carry / 0x10000)
    this.high = (Math.imul(this.high, low) + Math.imul(ours, high) + upper) >>> 0
    this.low = Math.imul(ours, low) >>> 0
  }

  /** @param bits - 1 to 31 */
  rotate(bits: number): void {
    const { high, low } = this
    this.high = ((high << bits) | (low >>> (32 - bits))) >>> 0
    this.low = ((low << bits) | (high >>> (32 - bits))) >>> 0
  }

  /** `word ^= word >>> bits`, for 1 to 31 bits. */
  foldUpper(bits: number): void {
    const { high, low } = this
    this.xor(high >>> bits, (low >>> bits) | (high << (32 - bits)))
  }
}

const hash = new Word()
const round = new Word()
const stripes = [new Word(), new Word(), new Word(), new Word()] as const

/**
 * Hashes bytes with XXH64, as its specification tells (Yann Collet, xxHash, version 0.1.1). In
 * 32-bit lanes: with BigInt the hash of a short text takes more than ten times as long.
 *
 * @param seedLow - the seed, below 2^32
 * @param out - gets the hash
 */
export function xxHash64(bytes: Buffer, end: number, seedLow: number, out: Lanes): void {
  let offset = 0
  if (end >= STRIPE_BYTES) offset = hashStripes(bytes, end, seedLow)
  else {
    hash.set(0, seedLow)
    hash.add(PRIME_5_HIGH, PRIME_5_LOW)
  }
  hash.add(0, end)
  hashRest(bytes, offset, end)
  // 33 is one bit more than a lane.
  hash.xor(0, hash.high >>> 1)
  hash.multiply(PRIME_2_HIGH, PRIME_2_LOW)
  hash.foldUpper(29)
  hash.multiply(PRIME_3_HIGH, PRIME_3_LOW)
  hash.xor(0, hash.high)
  out.high = hash.high
  out.low = hash.low
}

/** The whole stripes of 32 bytes, four words side by side. Returns where they end. */
function hashStripes(bytes: Buffer, end: number, seedLow: number): number {
  const [first, second, third, fourth] = stripes
  for (const stripe of stripes) stripe.set(0, seedLow)
  first.add(PRIME_1_HIGH, PRIME_1_LOW)
  first.add(PRIME_2_HIGH, PRIME_2_LOW)
  second.add(PRIME_2_HIGH, PRIME_2_LOW)
  // Minus the first prime is plus its complement to 2^64.
  fourth.add(~PRIME_1_HIGH >>> 0, -PRIME_1_LOW >>> 0)
  let offset = 0
  for (; offset + STRIPE_BYTES <= end; offset += STRIPE_BYTES) {
    for (let index = 0; index < stripes.length; index += 1) {
      const stripe = stripes[index] as Word
      addWord(stripe, bytes, offset + index * WORD_BYTES)
    }
  }
  hash.set(0, 0)
  addRotated(first, 1)
  addRotated(second, 7)
  addRotated(third, 12)
  addRotated(fourth, 18)
  for (const stripe of stripes) mergeStripe(stripe)
  return offset
}

/** One round: `target = rotate(target + word * prime 2, 31) * prime 1`. */
function addWord(target: Word, bytes: Buffer, offset: number): void {
  const low = bytes.readUInt32LE(offset)
  mix(target, bytes.readUInt32LE(offset + HALF_WORD_BYTES), low)
}

function mix(target: Word, high: number, low: number): void {
  const { high: targetHigh, low: targetLow } = target
  target.set(high, low)
  target.multiply(PRIME_2_HIGH, PRIME_2_LOW)
  target.add(targetHigh, targetLow)
  target.rotate(31)
  target.multiply(PRIME_1_HIGH, PRIME_1_LOW)
}

function addRotated({ high, low }: Word, bits: number): void {
  round.set(high, low)
  round.rotate(bits)
  hash.add(round.high, round.low)
}

function mergeStripe({ high, low }: Word): void {
  round.set(0, 0)
  mix(round, high, low)
  hash.xor(round.high, round.low)
  hash.multiply(PRIME_1_HIGH, PRIME_1_LOW)
  hash.add(PRIME_4_HIGH, PRIME_4_LOW)
}

/** What is less than a stripe: words, at most one half of a word, and single bytes. */
function hashRest(bytes: Buffer, start: number, end: number): void {
  let offset = start
  for (; offset + WORD_BYTES <= end; offset += WORD_BYTES) {
    round.set(0, 0)
    addWord(round, bytes, offset)
    hash.xor(round.high, round.low)
    hash.rotate(27)
    hash.multiply(PRIME_1_HIGH, PRIME_1_LOW)
    hash.add(PRIME_4_HIGH, PRIME_4_LOW)
  }
  if (offset + HALF_WORD_BYTES <= end) {
    round.set(0, bytes.readUInt32LE(offset))
    round.multiply(PRIME_1_HIGH, PRIME_1_LOW)
    hash.xor(round.high, round.low)
    hash.rotate(23)
    hash.multiply(PRIME_2_HIGH, PRIME_2_LOW)
    hash.add(PRIME_3_HIGH, PRIME_3_LOW)
    offset += HALF_WORD_BYTES
  }
  for (; offset < end; offset += 1) {
    round.set(0, bytes[offset] as number)
    round.multiply(PRIME_5_HIGH, PRIME_5_LOW)
    hash.xor(round.high, round.low)
    hash.rotate(11)
    hash.multiply(PRIME_1_HIGH, PRIME_1_LOW)
  }
}
