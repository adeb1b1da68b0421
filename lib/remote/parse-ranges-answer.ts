import { decodeRevisionLanes, revision, type Lanes, type Revision } from '../values/index.js'
import {
  asArray,
  asObject,
  attribute,
  optional,
  read,
  refused,
  WireFormatError,
  type Json,
  type Reader,
} from '../wire/index.js'
import { isAtLeast, type ServerVersion } from './check-leader.js'
import type { RangesAnswer } from './range-walk.js'

const WHAT = 'the ranges of revisions'
const DECIMAL = /^[1-9]\d{0,18}$/
/** Room for a text that is too long, in UTF-8. */
const scratch = Buffer.alloc(64)
const SCRATCH_CHARACTERS = 16

/**
 * Tells whether a server writes revisions in base 64 when it is asked to. Older ones write them as
 * documents have them, old ones in decimal (client notes, 2.1).
 */
export function isHlcTrusted(version: ServerVersion): boolean {
  const patches: Readonly<Record<number, number>> = { 8: 8, 9: 4, 10: 1 }
  return isAtLeast(version, version.minor, patches[version.minor] ?? 0)
}

/**
 * Reads the answer of `ranges`.
 *
 * @param isHlc - whether all revisions are in base 64; else those of digits alone are decimal, which
 *   a server writes for small ones only
 * @throws WireFormatError when it is not JSON or lacks something
 */
export function parseRangesAnswer(json: Buffer, isHlc: boolean): RangesAnswer {
  const reader = read(parseJson(json), WHAT)
  asObject(reader)
  const lists = attribute(reader, 'ranges')
  const resumeHlc = optional(attribute(reader, 'resumeHLC'), (value) => readOne(value, true))
  return {
    ranges: asArray(lists).map((list) => readList(list, isHlc)),
    resume: resumeHlc ?? optional(attribute(reader, 'resume'), (value) => readOne(value, isHlc)),
  }
}

/** Strings are all that counts in it, so numbers may lose digits. */
function parseJson(json: Buffer): Json {
  try {
    return JSON.parse(json.toString()) as Json
  } catch (cause) {
    throw new WireFormatError(WHAT, '', 'JSON', { cause })
  }
}

function readList(list: Reader, isHlc: boolean): BigUint64Array {
  const { value, path } = list
  if (!Array.isArray(value)) throw refused(list, 'an array')
  const revisions = new BigUint64Array(value.length)
  const lanes = new Uint32Array(revisions.buffer)
  const out: Lanes = { high: 0, low: 0 }
  for (let index = 0; index < value.length; index += 1) {
    const text: unknown = value[index]
    if (typeof text !== 'string' || !readRevision(text, isHlc, out)) {
      throw new WireFormatError(WHAT, `${path}[${index}]`, 'a revision')
    }
    // In memory the low lane comes first.
    lanes[2 * index] = out.low
    lanes[2 * index + 1] = out.high
  }
  return revisions
}

function readOne({ value, path }: Reader, isHlc: boolean): Revision {
  const out: Lanes = { high: 0, low: 0 }
  if (typeof value !== 'string' || !readRevision(value, isHlc, out)) {
    throw new WireFormatError(WHAT, path, 'a revision')
  }
  return revision((BigInt(out.high) << 32n) | BigInt(out.low))
}

function readRevision(text: string, isHlc: boolean, out: Lanes): boolean {
  if (!isHlc && DECIMAL.test(text)) {
    const value = BigInt(text)
    out.high = Number(value >> 32n)
    out.low = Number(value & 0xffffffffn)
    return true
  }
  if (text.length > SCRATCH_CHARACTERS) return false
  return decodeRevisionLanes(scratch, 0, scratch.write(text), out)
}
