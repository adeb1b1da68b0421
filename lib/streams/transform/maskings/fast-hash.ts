import { wrapU64 } from '../../../values/index.js'

/*
 * fasthash64, the public algorithm of Zilong Tan, which arangodump's maskings are made with: words of
 * eight bytes, little-endian, mixed into a state of 64 bits. It keeps no secret: whoever knows one
 * text and its hash can compute the seed.
 */
const MULTIPLIER = 0x880355f21e6d1965n
const MIX_MULTIPLIER = 0x2127599bf4325c37n
const WORD_BYTES = 8

/**
 * The hash of some bytes, an unsigned 64-bit integer (client notes, 4.4).
 *
 * @param seed - an unsigned 64-bit integer
 */
export function fastHash64(bytes: Buffer, seed: bigint): bigint {
  const { length } = bytes
  const wholeEnd = length - (length % WORD_BYTES)
  let hash = seed ^ wrapU64(BigInt(length) * MULTIPLIER)
  for (let offset = 0; offset < wholeEnd; offset += WORD_BYTES) {
    hash = addWord(hash, bytes.readBigUInt64LE(offset))
  }
  if (wholeEnd < length) hash = addWord(hash, readTail(bytes, wholeEnd))
  return mix(hash)
}

/** {@link fastHash64} as text: base64 of its 8 little-endian bytes, 12 characters of which the last is `=`. */
export function hashText(bytes: Buffer, seed: bigint): string {
  const hash = Buffer.allocUnsafe(WORD_BYTES)
  hash.writeBigUInt64LE(fastHash64(bytes, seed))
  return hash.toString('base64')
}

function addWord(hash: bigint, word: bigint): bigint {
  return wrapU64((hash ^ mix(word)) * MULTIPLIER)
}

function mix(value: bigint): bigint {
  const mixed = wrapU64((value ^ (value >> 23n)) * MIX_MULTIPLIER)
  return mixed ^ (mixed >> 47n)
}

/** The last one to seven bytes as a word, those that are missing as zeros. */
function readTail(bytes: Buffer, start: number): bigint {
  let word = 0n
  for (let offset = bytes.length - 1; offset >= start; offset -= 1) {
    word = (word << 8n) | BigInt(bytes[offset] as number)
  }
  return word
}
