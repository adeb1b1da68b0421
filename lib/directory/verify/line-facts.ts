import type { EntryChunk } from '../../streams/index.js'
import { readRevisionLanes, type Lanes } from '../../values/index.js'
import { decodeText, DumpLineScanner, scanObject, skipValue } from '../../wire/index.js'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const SLASH = 0x2f
const HIGH_END = 0x80000000
const ENDS = ['_from', '_to'] as const

/** What one line of a data file says that a check needs; of the line that was read last. */
export class LineFacts {
  readonly #scanner = new DumpLineScanner()
  /** Fingerprint of the key: equal keys have equal ones, different ones hardly ever. */
  readonly key: Lanes = { high: 0, low: 0 }
  /** Of no meaning but where {@link revisionState} is `valid`. */
  readonly revision: Lanes = { high: 0, low: 0 }
  revisionState: 'valid' | 'invalid' | 'missing' = 'missing'
  #bytes: Buffer = Buffer.alloc(0)

  /**
   * Reads a line.
   *
   * @returns false when it is blank
   * @throws DumpLineError when it is no entry
   */
  read(chunk: EntryChunk, index: number): boolean {
    const scanner = this.#scanner
    if (!chunk.scanLine(index, scanner)) return false
    this.#bytes = chunk.buffer
    this.#hashKey(scanner.keyStart, scanner.keyEnd)
    this.#readRevision(scanner.revisionStart, scanner.revisionEnd)
    return true
  }

  get isRemoval(): boolean {
    return this.#scanner.isRemoval
  }

  /** Whether the document stands in an envelope. */
  get isEnveloped(): boolean {
    return this.#scanner.form !== 'bare'
  }

  /** The key; for telling apart what has one fingerprint. */
  get keyText(): string {
    return decodeText(this.#bytes, this.#scanner.keyStart, this.#scanner.keyEnd)
  }

  /** Which of `_from` and `_to` is not the text `COLLECTION/KEY`; undefined when both are. */
  findBadEnd(): string | undefined {
    const bytes = this.#bytes
    const { documentStart, documentEnd } = this.#scanner
    const good = new Set<string>()
    scanObject(bytes, documentStart, documentEnd, (nameStart, nameEnd, start) => {
      const end = skipValue(bytes, start, documentEnd, 1)
      if (nameEnd - nameStart <= 5 && isId(bytes, start, end)) {
        good.add(bytes.toString('latin1', nameStart, nameEnd))
      }
      return end
    })
    return ENDS.find((name) => !good.has(name))
  }

  /** Two sums over the bytes, unlike each other; a key without escapes is not made a string. */
  #hashKey(start: number, end: number): void {
    let bytes: Uint8Array = this.#bytes
    let offset = start
    let stop = end
    if (bytes.subarray(start, end).includes(BACKSLASH)) {
      bytes = Buffer.from(this.keyText)
      offset = 0
      stop = bytes.length
    }
    let high = 0x811c9dc5
    let low = stop - offset
    for (; offset < stop; offset += 1) {
      const byte = bytes[offset] as number
      high = Math.imul(high ^ byte, 0x01000193)
      low = Math.imul(low ^ byte, 0x5bd1e995)
      low = (low << 13) | (low >>> 19)
    }
    this.key.high = high >>> 0
    this.key.low = low >>> 0
  }

  #readRevision(start: number, end: number): void {
    this.revisionState = start < 0 ? 'missing' : 'invalid'
    if (start < 0) return
    readRevisionLanes(this.#bytes, start, end, this.revision)
    if (!isKeepable(this.revision) && this.#bytes.subarray(start, end).includes(BACKSLASH)) {
      const decoded = Buffer.from(decodeText(this.#bytes, start, end))
      readRevisionLanes(decoded, 0, decoded.length, this.revision)
    }
    if (isKeepable(this.revision)) this.revisionState = 'valid'
  }
}

/** Tells whether a value is a text with a slash that is neither its beginning nor its end. */
function isId(bytes: Buffer, start: number, end: number): boolean {
  if (bytes[start] !== QUOTE) return false
  const slash = bytes.indexOf(SLASH, start + 1)
  return slash > start + 1 && slash < end - 2
}

/** Whether a tree can hold a revision: it is not 0, and below 2^63. */
function isKeepable({ high, low }: Readonly<Lanes>): boolean {
  return high < HIGH_END && (high !== 0 || low !== 0)
}
