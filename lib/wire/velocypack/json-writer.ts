import { JSON_DEPTH_MAX, JSON_TEXT_BYTES_MAX } from '../../core/index.js'
import { isTranslated, translatedName } from './attribute-names.js'
import { ByteSink } from './byte-sink.js'
import { CompoundLayout } from './compound-layout.js'
import { HEAD, typeOfHead } from './head.js'
import { knownLength, textStart } from './slice-length.js'
import { findAttribute, readBinary, readDate, readInteger } from './slice-values.js'
import { SliceValidator } from './slice-validator.js'
import { VelocyPackError } from './velocypack-error.js'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const COLON = 0x3a
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const ACTION = 'write VelocyPack as JSON'
/** Of a value that is no attribute of an object. */
const NO_OBJECT = -1

/** By head: the text of values that have no bytes but the head. */
const WORDS: readonly (string | undefined)[] = Array.from({ length: 256 }, (_, head) =>
  wordOf(head),
)

/** The escapes of JSON, by the byte that needs one. */
const ESCAPES: ReadonlyMap<number, string> = new Map(
  [...Array(0x20).keys(), QUOTE, BACKSLASH].map((byte) => [
    byte,
    JSON.stringify(String.fromCharCode(byte)).slice(1, -1),
  ]),
)

/** How values are said in JSON that JSON has no words for. */
export interface JsonWriterOptions {
  /**
   * Finds the name of a collection by its number. With it the `_id` of a document that is stored as
   * the number alone (custom type 0xf3) is written as text, `name/key`; without it, or when it finds
   * none, such a value is refused.
   */
  readonly collectionName?: ((collectionId: bigint) => string | undefined) | undefined
  /**
   * `refuse` (the default) gives an error for dates and binary data, because JSON cannot give them
   * back; `convert` writes dates as milliseconds since 1970 and binary data as hexadecimal text, as
   * ArangoDB's Dumper can.
   */
  readonly unrepresentable?: 'refuse' | 'convert' | undefined
  /** Deepest nesting of arrays and objects; 200 unless given. */
  readonly depthMax?: number | undefined
  /**
   * Bytes of text at which a value is refused; 512 MiB unless given. Each id has the key of its
   * object, so that a few kilobytes can become gigabytes. Texts before the bound is seen may pass it
   * by the length of the value.
   */
  readonly textBytesMax?: number | undefined
}

/**
 * Writes VelocyPack values as JSON text without white space, each in one pass after it was validated.
 * Attributes keep the order in which they are stored. Integers are exact, doubles have the shortest
 * text that reads as the same double (a whole one is written without a fraction), and texts have as
 * few escapes as JSON allows.
 */
export class JsonWriter {
  readonly #options: JsonWriterOptions
  readonly #validator: SliceValidator
  readonly #textBytesMax: number
  readonly #layout = new CompoundLayout()
  readonly #sink = new ByteSink()
  /** Where the keys of objects with ids are, so that many ids do not look for one key each. */
  readonly #keys = new Map<number, number>()
  #bytes: Buffer = Buffer.alloc(0)

  constructor(options: JsonWriterOptions = {}) {
    this.#options = options
    this.#validator = new SliceValidator(options.depthMax ?? JSON_DEPTH_MAX)
    this.#textBytesMax = options.textBytesMax ?? JSON_TEXT_BYTES_MAX
  }

  /**
   * @param bytes - holds one value, from the first byte to the last
   * @returns its JSON text in UTF-8; valid until the next call
   * @throws {@link VelocyPackError} when the value breaks the format, or JSON cannot say it
   */
  write(bytes: Buffer): Buffer {
    const end = this.#validator.validate(bytes, 0, bytes.length)
    if (end < bytes.length) throw new VelocyPackError('bytes after the end of the value', end)
    this.#bytes = bytes
    this.#keys.clear()
    this.#sink.clear()
    this.#writeValue(0, NO_OBJECT)
    return this.#sink.written()
  }

  /**
   * @param object - the object of which the value is an attribute: ids are made with its key
   * @returns the offset after the value
   */
  #writeValue(start: number, object: number): number {
    const head = this.#bytes[start] as number
    const word = WORDS[head]
    if (word !== undefined) {
      this.#sink.writeAscii(word)
      return start + 1
    }
    const type = typeOfHead(head)
    if (type === 'object' || type === 'array') return this.#writeCompound(start)
    const end = start + knownLength(this.#bytes, start)
    if (type === 'text') this.#writeText(start, end)
    else if (type === 'integer') this.#sink.writeAscii(String(readInteger(this.#bytes, start)))
    else if (type === 'double') this.#writeDouble(start)
    else this.#writeForeign(start, object)
    return end
  }

  #writeCompound(start: number): number {
    const end = start + knownLength(this.#bytes, start)
    this.#layout.read(this.#bytes, start, end)
    const { isObject, count, itemsStart } = this.#layout
    this.#sink.writeByte(isObject ? OPEN_BRACE : OPEN_BRACKET)
    let offset = itemsStart
    for (let index = 0; index < count; index += 1) {
      if (index > 0) this.#sink.writeByte(COMMA)
      if (isObject) offset = this.#writeName(offset)
      offset = this.#writeValue(offset, isObject ? start : NO_OBJECT)
      if (this.#sink.length > this.#textBytesMax) throw this.#tooLong(offset)
    }
    this.#sink.writeByte(isObject ? CLOSE_BRACE : CLOSE_BRACKET)
    return end
  }

  /** Writes the name of an attribute and a colon; returns the offset of the value. */
  #writeName(start: number): number {
    const end = start + knownLength(this.#bytes, start)
    if (isTranslated(this.#bytes[start] as number)) {
      this.#sink.writeAscii(`"${translatedName(this.#bytes, start) as string}"`)
    } else {
      this.#writeText(start, end)
    }
    this.#sink.writeByte(COLON)
    return end
  }

  #writeText(start: number, end: number): void {
    this.#sink.writeByte(QUOTE)
    this.#writeContent(start, end)
    this.#sink.writeByte(QUOTE)
  }

  /** Writes a text without its quotes; runs that need no escape are copied at once. */
  #writeContent(start: number, end: number): void {
    const bytes = this.#bytes
    let runStart = textStart(bytes, start)
    for (let offset = runStart; offset < end; offset += 1) {
      const byte = bytes[offset] as number
      if (byte >= 0x20 && byte !== QUOTE && byte !== BACKSLASH) continue
      this.#sink.copy(bytes, runStart, offset)
      this.#sink.writeAscii(ESCAPES.get(byte) as string)
      runStart = offset + 1
    }
    this.#sink.copy(bytes, runStart, end)
  }

  #writeDouble(start: number): void {
    const value = this.#bytes.readDoubleLE(start + 1)
    if (!Number.isFinite(value)) throw refused('a number that is not finite', start)
    // The text of minus zero would lose its sign.
    this.#sink.writeAscii(Object.is(value, -0) ? '-0' : String(value))
  }

  /** Writes what JSON has no type for. */
  #writeForeign(start: number, object: number): void {
    const head = this.#bytes[start] as number
    const type = typeOfHead(head)
    const isConverted = this.#options.unrepresentable === 'convert'
    if (head === HEAD.collectionId) this.#writeId(start, object)
    else if (isConverted && type === 'date') {
      this.#sink.writeAscii(String(readDate(this.#bytes, start)))
    } else if (isConverted && type === 'binary') {
      this.#sink.writeAscii(`"${readBinary(this.#bytes, start).toString('hex')}"`)
    } else throw refused(`a value of type ${type}`, start)
  }

  /** Writes `name/key` for the number of a collection, with the key of the object around it. */
  #writeId(start: number, object: number): void {
    const name = this.#options.collectionName?.(this.#bytes.readBigUInt64LE(start + 1))
    if (name === undefined) throw refused('an id whose collection is not known', start)
    const key = object === NO_OBJECT ? -1 : this.#findKey(object)
    if (key < 0 || typeOfHead(this.#bytes[key] as number) !== 'text') {
      throw refused('an id beside which there is no text "_key"', start)
    }
    const nameText = Buffer.from(JSON.stringify(`${name}/`))
    this.#sink.copy(nameText, 0, nameText.length - 1)
    this.#writeContent(key, key + knownLength(this.#bytes, key))
    this.#sink.writeByte(QUOTE)
  }

  #tooLong(offset: number): VelocyPackError {
    const reason = `its text is longer than the limit of ${this.#textBytesMax} bytes`
    return new VelocyPackError(reason, offset, { action: ACTION })
  }

  #findKey(object: number): number {
    const key = this.#keys.get(object) ?? findAttribute(this.#bytes, object, '_key')
    this.#keys.set(object, key)
    return key
  }
}

function wordOf(head: number): string | undefined {
  switch (head) {
    case HEAD.emptyArray:
      return '[]'
    case HEAD.emptyObject:
      return '{}'
    case HEAD.null:
      return 'null'
    case HEAD.false:
      return 'false'
    case HEAD.true:
      return 'true'
    default:
      return head >= HEAD.zero && head < HEAD.shortText
        ? String(readInteger(Uint8Array.of(head), 0))
        : undefined
  }
}

function refused(what: string, offset: number): VelocyPackError {
  const reason = `JSON has no word for ${what}`
  return new VelocyPackError(reason, offset, { action: ACTION })
}
