import { decodeText, scanObject, skipArray, skipValue, type JsonObject } from '../../wire/index.js'
import { attribute, isAsParsed, isPlainObject } from './equal-values.js'
import { isInexactNumber } from './odd-numbers.js'
import { hasRepeatedNames } from './repeated-names.js'

/** A document as it came. */
export interface ParsedDocument {
  readonly bytes: Buffer
  readonly start: number
  readonly end: number
  /** What was parsed of the bytes, and what no function has touched since. */
  readonly value: JsonObject
}

/** How {@link formatKept} writes what is new. */
export interface KeptFormat {
  /** Gives the JSON text; undefined for what has no JSON form. */
  readonly write: (value: unknown) => string | undefined
  /** Called when a number that JavaScript cannot hold was moved or replaced by another number. */
  readonly onHarm: () => void
}

interface Span {
  readonly start: number
  readonly end: number
}

/**
 * Writes a changed document as JSON. Every value that still is what was parsed keeps its bytes, at any
 * depth of objects, and of arrays that did not become shorter.
 */
export function formatKept(
  changed: JsonObject,
  parsed: ParsedDocument,
  format: KeptFormat,
): string {
  return new KeptFormatter(parsed, format).formatObject(changed, parsed.value, parsed)
}

class KeptFormatter {
  readonly #bytes: Buffer
  readonly #end: number
  readonly #format: KeptFormat
  readonly #parsed: ParsedDocument
  /** What JavaScript made of the numbers that it cannot hold; made when it is needed. */
  #harmed: ReadonlySet<number> | undefined

  constructor(parsed: ParsedDocument, format: KeptFormat) {
    this.#bytes = parsed.bytes
    this.#end = parsed.end
    this.#parsed = parsed
    this.#format = format
  }

  formatObject(changed: object, parsed: object, span: Span): string {
    const spans = this.#attributeSpans(span)
    const attributes: string[] = []
    for (const name of Object.keys(changed)) {
      const value = attribute(changed, name)
      const text = this.#formatValue(value, attribute(parsed, name), spans.get(name))
      if (text !== undefined) attributes.push(`${JSON.stringify(name)}:${text}`)
    }
    return `{${attributes.join(',')}}`
  }

  #formatValue(changed: unknown, parsed: unknown, span: Span | undefined): string | undefined {
    if (span === undefined) return this.#write(changed)
    if (this.#isKept(changed, parsed, span)) {
      return this.#bytes.toString('utf8', span.start, span.end)
    }
    if (isPlainObject(changed) && isPlainObject(parsed)) {
      // A toJSON() is a wish of its own.
      const isOwnWish = typeof changed['toJSON'] === 'function'
      return isOwnWish ? this.#write(changed) : this.formatObject(changed, parsed, span)
    }
    if (Array.isArray(changed) && Array.isArray(parsed)) {
      return this.#formatArray(changed, parsed, span)
    }
    if (areNumbers(changed, parsed) && this.#isInexact(span)) this.#format.onHarm()
    return this.#write(changed)
  }

  #isKept(changed: unknown, parsed: unknown, { start }: Span): boolean {
    return isAsParsed(changed, parsed) && !hasRepeatedNames(this.#bytes, start, this.#end)
  }

  #formatArray(changed: readonly unknown[], parsed: readonly unknown[], span: Span): string {
    // Which items are gone cannot be told: two numbers may differ in digits that are lost.
    const spans = changed.length < parsed.length ? [] : this.#itemSpans(span)
    const texts = Array.from(
      changed,
      (item, index) => this.#formatValue(item, parsed[index], spans[index]) ?? 'null',
    )
    return `[${texts.join(',')}]`
  }

  #write(value: unknown): string | undefined {
    const text = this.#format.write(value)
    if (text !== undefined && this.#holdsHarmed(value)) this.#format.onHarm()
    return text
  }

  #holdsHarmed(value: unknown): boolean {
    if (typeof value === 'number') return this.#harmedNumbers().has(value)
    if (typeof value !== 'object' || value === null) return false
    return Object.values(value).some((inner) => this.#holdsHarmed(inner))
  }

  #harmedNumbers(): ReadonlySet<number> {
    if (this.#harmed === undefined) {
      const found = new Set<number>()
      this.#collectInexact(this.#parsed, found)
      this.#harmed = found
    }
    return this.#harmed
  }

  #collectInexact(span: Span, found: Set<number>): void {
    const first = this.#bytes[span.start]
    if (first === 0x7b) {
      for (const inner of this.#attributeSpans(span).values()) this.#collectInexact(inner, found)
    } else if (first === 0x5b) {
      for (const inner of this.#itemSpans(span)) this.#collectInexact(inner, found)
    } else if (this.#isInexact(span)) {
      found.add(Number(this.#text(span)))
    }
  }

  #isInexact(span: Span): boolean {
    const first = this.#bytes[span.start] as number
    const isNumber = first === 0x2d || (first >= 0x30 && first <= 0x39)
    return isNumber && isInexactNumber(this.#text(span))
  }

  #text({ start, end }: Span): string {
    return this.#bytes.toString('latin1', start, end)
  }

  /** Where the values lie; of a repeated attribute the last counts, as for `JSON.parse`. */
  #attributeSpans({ start }: Span): Map<string, Span> {
    const bytes = this.#bytes
    const spans = new Map<string, Span>()
    scanObject(bytes, start, this.#end, (nameStart, nameEnd, valueStart) => {
      const end = skipValue(bytes, valueStart, this.#end)
      spans.set(decodeText(bytes, nameStart, nameEnd), { start: valueStart, end })
      return end
    })
    return spans
  }

  #itemSpans({ start }: Span): Span[] {
    const spans: Span[] = []
    skipArray(this.#bytes, start, this.#end, 1, (itemStart, itemEnd) => {
      spans.push({ start: itemStart, end: itemEnd })
    })
    return spans
  }
}

/** Most likely the one was calculated from the other. */
function areNumbers(changed: unknown, parsed: unknown): boolean {
  return typeof changed === 'number' && typeof parsed === 'number'
}
