import { LIST_REVISIONS_MAX, unreachable } from '../core/index.js'
import {
  decodeRevision,
  decodeRevisionLanes,
  INVALID_REVISION,
  type Lanes,
} from '../values/index.js'
import {
  decodeText,
  JsonSyntaxError,
  parseVelocyPack,
  scanArray,
  skipSpace,
  skipValue,
  VelocyPackError,
  type VelocyPackSlice,
} from '../wire/index.js'
import type { EndpointRequest } from './endpoint.js'
import { unreadableBody } from './read-body.js'
import { badRequest, RequestError } from './request-error.js'

const QUOTE = 0x22
const OPEN_BRACKET = 0x5b
/** Bytes of the shortest text in JSON, and of the comma between two. */
const ITEM_BYTES_MIN = 3
/** Head of a text of 0 bytes in VelocyPack; that of `n` bytes, up to 126, is so much above. */
const SHORT_TEXT = 0x40
const SHORT_TEXT_LAST = 0xbe
const DEPTH_OF_PAIRS = 2

/** The body of a request, and how it is written. */
type Body = Pick<EndpointRequest, 'body' | 'bodyFormat'>

/** What a body has to be. */
type Expected = 'revisions' | 'pairs of revisions'

/**
 * Reads the body of `revisions/documents`: an array of encoded revisions in any order.
 *
 * @throws RequestError 400, with errorNum 600 when the body is not of its format, and with 400 when
 *   it is anything else; 413 when there are too many; a text that begins with a digit is no decimal
 *   number here (design)
 */
export function readRevisions(body: Body): BigUint64Array {
  return readList(body, 'revisions')
}

/** How {@link readRanges} reads. */
export interface ReadRangesOptions {
  /** Refuse ranges of one revision, as the original does. */
  readonly isStrict: boolean
}

/**
 * Reads the body of `revisions/ranges`: pairs of first and last revision, ascending. A range may
 * begin with the revision that the one before ends with, unless it has no other: then any number of
 * ranges could share it, and no answer would get beyond them.
 *
 * @returns the ends of all ranges, one after the other
 * @throws RequestError as {@link readRevisions}
 */
export function readRanges(body: Body, { isStrict }: ReadRangesOptions): BigUint64Array {
  const ends = readList(body, 'pairs of revisions')
  let before = -1n
  for (let index = 0; index < ends.length; index += 2) {
    const from = ends[index] as bigint
    const through = ends[index + 1] as bigint
    const isRange = from < through || (from === through && !isStrict)
    const isNext = from > before || (from === before && from < through)
    if (!isRange || !isNext) throw unexpectedBody('pairs of revisions')
    before = through
  }
  return ends
}

function readList({ body, bodyFormat }: Body, expected: Expected): BigUint64Array {
  switch (bodyFormat) {
    case 'json':
      return readJson(body, expected)
    case 'velocypack':
      return readVelocyPack(body, expected)
    default:
      return unreachable(bodyFormat, 'body format')
  }
}

function readJson(body: Buffer, expected: Expected): BigUint64Array {
  try {
    return new JsonListReader(body, expected).read()
  } catch (error) {
    // What is not JSON is told so, even if something else was found before.
    if (error instanceof JsonSyntaxError || !isJson(body)) throw unreadableBody('json')
    throw error
  }
}

/** Reads texts right out of the bytes: a body can have some hundred thousand of them. */
class JsonListReader {
  readonly #bytes: Buffer
  readonly #expected: Expected
  readonly #list: RevisionCollector

  constructor(bytes: Buffer, expected: Expected) {
    this.#bytes = bytes
    this.#expected = expected
    this.#list = new RevisionCollector(Math.ceil(bytes.length / ITEM_BYTES_MIN), expected)
  }

  read(): BigUint64Array {
    const bytes = this.#bytes
    const start = skipSpace(bytes, 0, bytes.length)
    this.#expectArray(start)
    const readItem = this.#expected === 'revisions' ? this.#readText : this.#readPair
    const arrayEnd = scanArray(bytes, start, bytes.length, readItem)
    const end = skipSpace(bytes, arrayEnd, bytes.length)
    if (end < bytes.length) throw new JsonSyntaxError('text after the end of the value', end)
    return this.#list.taken()
  }

  #readPair = (start: number): number => {
    this.#expectArray(start)
    const before = this.#list.count
    const end = scanArray(this.#bytes, start, this.#bytes.length, this.#readText, DEPTH_OF_PAIRS)
    if (this.#list.count !== before + 2) throw unexpectedBody(this.#expected)
    return end
  }

  #readText = (start: number): number => {
    const bytes = this.#bytes
    const end = skipValue(bytes, start, bytes.length)
    if (bytes[start] !== QUOTE) throw unexpectedBody(this.#expected)
    this.#list.add(bytes, start + 1, end - 1, () => decodeText(bytes, start + 1, end - 1))
    return end
  }

  #expectArray(start: number): void {
    if (this.#bytes[start] !== OPEN_BRACKET) throw unexpectedBody(this.#expected)
  }
}

function isJson(body: Buffer): boolean {
  try {
    const end = skipValue(body, skipSpace(body, 0, body.length), body.length)
    return skipSpace(body, end, body.length) === body.length
  } catch {
    return false
  }
}

function readVelocyPack(body: Buffer, expected: Expected): BigUint64Array {
  try {
    return readSlices(parseVelocyPack(body), expected)
  } catch (error) {
    throw error instanceof VelocyPackError ? unreadableBody('velocypack') : error
  }
}

function readSlices(array: VelocyPackSlice, expected: Expected): BigUint64Array {
  if (array.type !== 'array') throw unexpectedBody(expected)
  const isPairs = expected === 'pairs of revisions'
  const list = new RevisionCollector(isPairs ? 2 * array.count : array.count, expected)
  for (const item of array.items()) {
    if (!isPairs) addSlice(list, item, expected)
    else if (item.type === 'array' && item.count === 2) {
      for (const end of item.items()) addSlice(list, end, expected)
    } else throw unexpectedBody(expected)
  }
  return list.taken()
}

function addSlice(list: RevisionCollector, slice: VelocyPackSlice, expected: Expected): void {
  const { source, start, type } = slice
  if (type !== 'text') throw unexpectedBody(expected)
  const head = source[start] as number
  if (head > SHORT_TEXT_LAST) {
    list.addText(slice.toText())
    return
  }
  const textStart = start + 1
  list.add(source, textStart, textStart + head - SHORT_TEXT, () => slice.toText())
}

/** Revisions in memory for as many as there can be. */
class RevisionCollector {
  readonly #words: BigUint64Array
  readonly #halves: Uint32Array
  readonly #expected: Expected
  readonly #lanes: Lanes = { high: 0, low: 0 }
  count = 0

  /** @param countMax - memory that is not written to costs nothing, so it may be far too many */
  constructor(countMax: number, expected: Expected) {
    this.#words = new BigUint64Array(Math.min(countMax, LIST_REVISIONS_MAX))
    this.#halves = new Uint32Array(this.#words.buffer)
    this.#expected = expected
  }

  /** @param textOf - gives the text where the bytes are not the text itself */
  add(bytes: Uint8Array, start: number, end: number, textOf: () => string): void {
    if (!decodeRevisionLanes(bytes, start, end, this.#lanes)) {
      this.addText(textOf())
      return
    }
    const { low, high } = this.#lanes
    this.#halves[2 * this.count] = low
    this.#halves[2 * this.count + 1] = high
    this.#addLast()
  }

  addText(text: string): void {
    this.#words[this.count] = decodeRevision(text)
    this.#addLast()
  }

  /** Checks what was put behind the last one, and counts it; what is beyond the end was not put. */
  #addLast(): void {
    if (this.count === this.#words.length) throw tooManyRevisions()
    if (this.#words[this.count] === INVALID_REVISION) throw unexpectedBody(this.#expected)
    this.count += 1
  }

  taken(): BigUint64Array {
    return this.#words.slice(0, this.count)
  }
}

/** In VelocyPack a revision of one byte is possible, which takes eight when it was read. */
function tooManyRevisions(): RequestError {
  const message = `request body lists more than ${LIST_REVISIONS_MAX} revisions`
  return new RequestError(413, 413, message)
}

function unexpectedBody(expected: Expected): RequestError {
  return badRequest(`body needs to be an array of ${expected}`)
}
