import { ReplicationError } from '../../lib/core/index.js'
import { parseTreeVelocyPack } from '../../lib/merkle/index.js'
import { parseRangesAnswer } from '../../lib/remote/parse-ranges-answer.js'
import { readDocuments } from '../../lib/remote/read-documents.js'
import {
  JsonWriter,
  parseVelocyPack,
  VelocyPackError,
  VelocyPackWriter,
  type SliceType,
  type VelocyPackSlice,
} from '../../lib/wire/index.js'
import { SliceSplitter } from '../../lib/wire/velocypack/slice-splitter.js'
import { Finding } from './finding.js'
import { ANSWERS, mutate } from './mutate.js'
import type { Random } from './random.js'
import { generateSlice } from './slice-generator.js'

/** What became of an input. */
export type Outcome = 'read' | 'refused'

/** A value is measured against this, so that no header can claim memory. */
const SLICE_BYTES_MAX = 1 << 20
const RANDOM_BYTES_MAX = 64
/** Milliseconds that one input of a few hundred bytes may take; most take some microseconds. */
const INPUT_MS_MAX = 2000
const WANTED = BigUint64Array.of(1751573345589002240n, 5n)

const strict = new JsonWriter()
const lenient = new JsonWriter({ unrepresentable: 'convert', collectionName: () => 'c' })
const back = new VelocyPackWriter()

/** One input of a run. */
export interface SliceInput {
  readonly bytes: Buffer
  /** Of a value that was not broken, its JSON text where it has one. */
  readonly whole: { readonly json: string | undefined } | undefined
}

/** Makes one input: a whole value, a broken one, or mere bytes. */
export function makeSliceInput(random: Random): SliceInput {
  const kind = random.below(16)
  if (kind === 0) return { bytes: random.bytes(random.below(RANDOM_BYTES_MAX)), whole: undefined }
  const generated = generateSlice(random)
  if (kind === 1) return { bytes: generated.bytes, whole: generated }
  const source = random.once(4) ? random.pick(ANSWERS) : generated.bytes
  return { bytes: mutate(random, source, generateSlice(random, 1).bytes), whole: undefined }
}

/**
 * Gives one input to everything that reads VelocyPack.
 *
 * @param random - says where a stream is cut
 * @throws Finding when the outcome is neither a value nor an error of the project
 */
export function checkSliceInput({ bytes, whole }: SliceInput, random: Random): Outcome {
  const startMs = performance.now()
  const outcome = checkSlice(bytes)
  if (whole !== undefined) expectJson(bytes, whole.json, outcome)
  checkStream(bytes, random)
  checkReaders(bytes)
  if (performance.now() - startMs > INPUT_MS_MAX) throw new Finding('took too long', bytes)
  return outcome
}

/** A value that keeps to the format must be read as what it is. */
function expectJson(bytes: Buffer, json: string | undefined, outcome: Outcome): void {
  if (outcome === 'refused') throw new Finding('refused a value that keeps to the format', bytes)
  const text = attempt(bytes, () => strict.write(bytes).toString())
  if (text !== json) throw new Finding(`read ${String(text)} in place of ${String(json)}`, bytes)
}

/** Reads a value as slices and as JSON: both take it or neither. */
function checkSlice(bytes: Buffer): Outcome {
  const slice = attempt(bytes, () => parseVelocyPack(bytes))
  if (slice !== undefined) attempt(bytes, () => walk(slice))
  const json = attempt(bytes, () => lenient.write(bytes).toString())
  if (slice === undefined) {
    if (json !== undefined) throw new Finding('is JSON but no slice', bytes)
    return 'refused'
  }
  if (json !== undefined) checkRoundTrip(bytes, json)
  return 'read'
}

/** JSON of a value must be JSON, and the same after it was VelocyPack again. */
function checkRoundTrip(bytes: Buffer, json: string): void {
  try {
    JSON.parse(json)
  } catch (cause) {
    throw new Finding(`was written as no JSON: ${json}`, bytes, { cause })
  }
  const again = lenient.write(Buffer.from(back.write(Buffer.from(json)))).toString()
  if (again !== json) throw new Finding(`became ${again} after ${json}`, bytes)
}

/** Goes through all values and asks each for all that it can be asked for. */
function walk(slice: VelocyPackSlice): number {
  let count = 1
  switch (slice.type) {
    case 'array':
      for (const item of slice.items()) count += walk(item)
      return count + slice.count
    case 'object':
      for (const [name, value] of slice.attributes()) {
        if (slice.get(name) === undefined) throw new Error(`There is no attribute ${name}`)
        count += walk(value)
      }
      return count + slice.count
    default:
      return count + readScalar(slice)
  }
}

/** The reader of its type must take it; that of arrays and objects refuses it. */
function readScalar(slice: VelocyPackSlice): number {
  try {
    return slice.count
  } catch (error) {
    if (!(error instanceof VelocyPackError)) throw error
  }
  return String(READERS[slice.type]?.(slice)).length + slice.bytes.length
}

const READERS: Readonly<Partial<Record<SliceType, (slice: VelocyPackSlice) => unknown>>> = {
  boolean: (slice) => slice.toBoolean(),
  integer: (slice) => slice.toBigInt(),
  double: (slice) => slice.toNumber(),
  text: (slice) => slice.toText(),
  date: (slice) => slice.toMilliseconds(),
  binary: (slice) => slice.toBinary(),
}

/** However a stream is cut, it has the same values before the same error. */
function checkStream(bytes: Buffer, random: Random): void {
  const whole = splitAll(bytes, [])
  const cuts = Array.from({ length: random.below(6) }, () => random.below(bytes.length + 1))
  const cut = splitAll(
    bytes,
    cuts.sort((a, b) => a - b),
  )
  if (whole !== cut) throw new Finding(`split as ${cut} at ${cuts.join()}, not ${whole}`, bytes)
}

function splitAll(bytes: Buffer, cuts: readonly number[]): string {
  const splitter = new SliceSplitter(SLICE_BYTES_MAX)
  const lengths: number[] = []
  const isWhole = attempt(bytes, () => {
    let start = 0
    for (const end of [...cuts, bytes.length]) {
      for (const value of splitter.split(bytes.subarray(start, end))) {
        attempt(value, () => lenient.write(value))
        lengths.push(value.length)
      }
      start = end
    }
    splitter.finish()
    return true
  })
  return `${lengths.join()} ${String(isWhole)}`
}

/** The readers of answers, by way of JSON and without. */
function checkReaders(bytes: Buffer): void {
  attempt(bytes, () => parseTreeVelocyPack(bytes))
  const json = attempt(bytes, () => Buffer.from(lenient.write(bytes)))
  if (json === undefined) return
  attempt(bytes, () => parseRangesAnswer(json, bytes.length % 2 === 0))
  attempt(bytes, () => readDocuments(json, WANTED))
}

/** Undefined when it fails with an error of the project. */
function attempt<Result>(bytes: Buffer, read: () => Result): Result | undefined {
  try {
    return read()
  } catch (cause) {
    if (cause instanceof ReplicationError) return undefined
    if (cause instanceof Finding) throw cause
    throw new Finding(`failed with ${String(cause)}`, bytes, { cause })
  }
}
