import type { Lanes } from '../../values/index.js'
import { xxHash64 } from './xxhash64.js'

/** `Slice::defaultSeed` of VelocyPack. */
const SEED = 0xdeadbeef
const SHORT_HEAD = 0x40
const SHORT_BYTES_MAX = 126
const LONG_HEAD = 0xbf
const LONG_HEAD_BYTES = 9

/** The string as VelocyPack has it; grows with the longest text, and is never given away. */
let scratch = Buffer.alloc(256)

/**
 * Hashes a string as VelocyPack's `hashString` does: XXH64 with the seed 0xdeadbeef over the whole
 * binary value, head included. ArangoDB 3 sets this hash in its build (`HashType` "xxhash" of
 * 3rdParty/CMakeLists.txt); its older way of incremental sync compares documents by it.
 *
 * @param text - a document key, or the text of a revision
 * @param out - gets the hash
 */
export function hashVelocyPackString(text: string, out: Lanes): void {
  // A UTF-16 unit takes at most three bytes.
  const bytesMax = LONG_HEAD_BYTES + text.length * 3
  if (scratch.length < bytesMax) scratch = Buffer.alloc(bytesMax)
  const bytes = scratch.write(text, 1)
  if (bytes <= SHORT_BYTES_MAX) {
    scratch[0] = SHORT_HEAD + bytes
    xxHash64(scratch, 1 + bytes, SEED, out)
    return
  }
  scratch[0] = LONG_HEAD
  scratch.writeBigUInt64LE(BigInt(bytes), 1)
  scratch.write(text, LONG_HEAD_BYTES)
  xxHash64(scratch, LONG_HEAD_BYTES + bytes, SEED, out)
}
