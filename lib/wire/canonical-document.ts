import { scanObject, skipArray, skipValue } from './json-scanner.js'
import { decodeText } from './json-text.js'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_BRACE = 0x7b
const OPEN_BRACKET = 0x5b
/** Bytes up to which a loop copies faster than `Buffer.copy` does. */
const SHORT_COPY_BYTES = 24
const LEFT_OUT: ReadonlySet<string> = new Set(['_rev', '_id'])

interface Attribute {
  /** The name as JSON text in one character a byte, so that order is the order of UTF-8 bytes. */
  readonly name: string
  readonly start: number
  readonly end: number
}

/**
 * Writes documents in one canonical form, in which two documents are byte-equal if they say the
 * same: attributes sorted by the UTF-8 bytes of their names at every level, no white space, texts
 * with as few escapes as JSON allows, numbers as written, and no `_rev` and `_id` at the top.
 * Repeated attributes stay, in the order in which they came.
 */
export class CanonicalWriter {
  #out: Buffer = Buffer.allocUnsafe(4096)
  #length = 0

  /**
   * @param bytes - holds one JSON object between the offsets
   * @returns the canonical bytes; valid until the next call
   * @throws JsonSyntaxError when there is no object
   */
  write(bytes: Buffer, start: number, end: number): Buffer {
    this.#length = 0
    this.#writeObject(bytes, start, end, LEFT_OUT)
    return this.#out.subarray(0, this.#length)
  }

  #writeObject(bytes: Buffer, start: number, end: number, leftOut?: ReadonlySet<string>): void {
    const attributes: Attribute[] = []
    scanObject(bytes, start, end, (nameStart, nameEnd, valueStart) => {
      const valueEnd = skipValue(bytes, valueStart, end, 1)
      const name = canonicalText(bytes, nameStart, nameEnd)
      if (leftOut?.has(name) !== true) attributes.push({ name, start: valueStart, end: valueEnd })
      return valueEnd
    })
    attributes.sort(byName)
    this.#writeByte(OPEN_BRACE)
    for (const [index, attribute] of attributes.entries()) {
      this.#writeLatin1(`${index === 0 ? '' : ','}"${attribute.name}":`)
      this.#writeValue(bytes, attribute.start, attribute.end)
    }
    this.#writeLatin1('}')
  }

  #writeValue(bytes: Buffer, start: number, end: number): void {
    const first = bytes[start]
    if (first === OPEN_BRACE) this.#writeObject(bytes, start, end)
    else if (first === OPEN_BRACKET) this.#writeArray(bytes, start, end)
    else if (first === QUOTE && hasEscape(bytes, start, end)) {
      this.#writeLatin1(`"${canonicalText(bytes, start + 1, end - 1)}"`)
    } else this.#copy(bytes, start, end)
  }

  #writeArray(bytes: Buffer, start: number, end: number): void {
    let separator = '['
    skipArray(bytes, start, end, 1, (valueStart, valueEnd) => {
      this.#writeLatin1(separator)
      this.#writeValue(bytes, valueStart, valueEnd)
      separator = ','
    })
    this.#writeLatin1(separator === '[' ? '[]' : ']')
  }

  #writeByte(byte: number): void {
    this.#reserve(1)
    this.#out[this.#length++] = byte
  }

  #writeLatin1(text: string): void {
    this.#reserve(text.length)
    this.#length += this.#out.write(text, this.#length, 'latin1')
  }

  #copy(bytes: Buffer, start: number, end: number): void {
    this.#reserve(end - start)
    if (end - start > SHORT_COPY_BYTES) {
      this.#length += bytes.copy(this.#out, this.#length, start, end)
      return
    }
    for (let offset = start; offset < end; offset += 1) {
      this.#out[this.#length++] = bytes[offset] as number
    }
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#out.length) return
    const larger = Buffer.allocUnsafe(2 * (this.#length + more))
    this.#out.copy(larger, 0, 0, this.#length)
    this.#out = larger
  }
}

function byName(a: Attribute, b: Attribute): number {
  if (a.name === b.name) return 0
  return a.name < b.name ? -1 : 1
}

function hasEscape(bytes: Buffer, start: number, end: number): boolean {
  for (let offset = start; offset < end; offset += 1) if (bytes[offset] === BACKSLASH) return true
  return false
}

/** The content of a JSON text with as few escapes as possible, one character a UTF-8 byte. */
function canonicalText(bytes: Buffer, start: number, end: number): string {
  if (!hasEscape(bytes, start, end)) return bytes.toString('latin1', start, end)
  const text = JSON.stringify(decodeText(bytes, start, end))
  return Buffer.from(text.slice(1, -1)).toString('latin1')
}
