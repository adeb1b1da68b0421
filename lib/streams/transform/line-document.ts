import type { JsonObject } from '../../wire/index.js'
import type { EntryChunk } from '../entry-chunk.js'
import { isAsParsed, isPlainObject } from './equal-values.js'
import { formatExactValue, parseExactObject } from './exact-values.js'
import { formatKept } from './format-kept.js'
import { formatOrExact, parseOrNone, stringify, stringifyOrNone } from './json-forms.js'
import { LineTexts } from './line-texts.js'
import { mayHoldInexactNumber, mayHoldOddNumber } from './odd-numbers.js'
import {
  findDocument,
  formatLine,
  hasKey,
  plainText,
  readOrigin,
  type OriginLine,
} from './origin-line.js'

/** Characters up to which a changed document is likely to be without numbers. */
const SHORT_TEXT = 256

/** How documents are read and written. */
export interface DocumentForm {
  /** Numbers that JavaScript cannot hold are kept as a bigint or an `ExactNumber`. */
  readonly isExact: boolean
  /** Takes any object for a document. */
  readonly isKeyOptional: boolean
}

/** What was learnt of the transforms, which makes the next document cheaper and no different. */
export interface TransformHabits {
  /** They change documents in place. */
  changesInPlace: boolean
}

/**
 * The document of one line after the other: as it is handed out, and as it is written when it comes
 * back changed.
 */
export class LineDocument {
  /** Set when somebody got the document who may change it. */
  isTouched = false
  /** Tells whether a number lost digits in the document that was written last. */
  isHarmed = false
  readonly #chunk: EntryChunk
  readonly #texts: LineTexts
  readonly #form: DocumentForm
  readonly #habits: TransformHabits
  #index = 0
  #text = ''
  #lineForm: OriginLine['form'] = 'bare'
  #document: JsonObject | undefined
  /** The values at the top before anybody saw the document, where it is likely to be changed. */
  #before: readonly unknown[] | undefined
  /** The document as JSON when it was looked at last. */
  #written: string | undefined
  /** The document parsed again, which nobody else gets. */
  #pristine: JsonObject | undefined
  #isParsedExactly = false
  #hasOddNumber: boolean | undefined

  constructor(chunk: EntryChunk, form: DocumentForm, habits: TransformHabits) {
    this.#chunk = chunk
    this.#texts = new LineTexts(chunk)
    this.#form = form
    this.#habits = habits
  }

  /** The line that was read last, without its newline. */
  get lineText(): string {
    return this.#text
  }

  /**
   * Reads the document of a line.
   *
   * @returns undefined for a removal
   * @throws DumpLineError when the line is no entry
   */
  read(index: number): JsonObject | undefined {
    this.#index = index
    this.isTouched = false
    this.#pristine = undefined
    this.#hasOddNumber = undefined
    this.#isParsedExactly = false
    this.#text = this.#texts.textOf(index)
    this.#document = this.#parse()
    if (this.#form.isExact && this.#document !== undefined) this.#parseExactly()
    const isLikelyChanged = this.#habits.changesInPlace && this.#document !== undefined
    this.#before = isLikelyChanged ? Object.values(this.#document as JsonObject) : undefined
    return this.#document
  }

  /** Tells whether a document is that of the line, with nothing changed inside. */
  isUnchanged(document: JsonObject): boolean {
    this.#written = undefined
    if (document !== this.#document) return false
    if (!this.isTouched) return true
    if (this.#before !== undefined && hasOtherValues(document, this.#before)) return false
    // Most often a line is written as JavaScript would write it, which is quick to see.
    if (!this.#isParsedExactly) this.#written = stringifyOrNone(document)
    if (this.#written !== undefined && this.isAsItCame(this.#written)) return true
    const isSame = isAsParsed(document, this.#parseAgain())
    if (!isSame) this.#habits.changesInPlace = true
    return isSame
  }

  /**
   * Writes a document as a line where that takes no care, as most often: a new one without numbers,
   * on a line of its own.
   *
   * @returns undefined where care is needed, and for what is no document
   */
  formatSimple(document: JsonObject): string | undefined {
    if (document === this.#document || this.#lineForm !== 'bare' || this.#form.isExact) {
      return undefined
    }
    const { _key: key } = document
    if (typeof key !== 'string' || key === '' || !isPlainObject(document)) return undefined
    const text = stringifyOrNone(document)
    if (text === undefined || text.length > SHORT_TEXT) return undefined
    return hasOnlyTexts(document) ? text : undefined
  }

  /** Tells whether a document's JSON text is that of the line, as far as it is quick to see. */
  isAsItCame(json: string): boolean {
    if (this.#lineForm === 'bare') return json === this.#text
    return this.#lineForm === 'plain' && json === plainText(this.#text)
  }

  /**
   * Writes a changed document as JSON; what nobody touched is as it came wherever JavaScript would
   * write a number differently.
   *
   * @throws TypeError when it has no JSON form
   */
  format(document: JsonObject): string {
    this.isHarmed = false
    if (this.#isParsedExactly) return this.#formatKept(document)
    const isKnown = this.#written !== undefined && document === this.#document
    const text = isKnown ? (this.#written as string) : this.#stringify(document)
    // Worth a look where the look is short beside the one into the line.
    if (text.length < SHORT_TEXT && hasOnlyTexts(document)) return text
    this.#hasOddNumber ??= mayHoldOddNumber(this.#text)
    return this.#hasOddNumber ? this.#formatKept(document) : text
  }

  /** Writes a changed document, as JSON, the way its line was written. */
  formatLine(json: string, document: JsonObject): string {
    if (this.#lineForm === 'bare') return json
    return formatLine(this.#chunk, this.#index, this.#lineForm, json, document)
  }

  #parse(): JsonObject | undefined {
    const value = parseOrNone(this.#text)
    if (hasKey(value)) {
      this.#lineForm = 'bare'
      return value
    }
    const origin = readOrigin(this.#chunk, this.#index, this.#text, this.#form.isKeyOptional)
    if (origin === undefined) return undefined
    this.#lineForm = origin.form
    return origin.document
  }

  #parseExactly(): void {
    this.#isParsedExactly = mayHoldInexactNumber(this.#text)
    if (this.#isParsedExactly) this.#document = this.#parseExact()
  }

  #parseExact(): JsonObject {
    const { start, end } = findDocument(this.#chunk, this.#index, this.#lineForm)
    return parseExactObject(this.#chunk.buffer, start, end)
  }

  #parseAgain(): JsonObject {
    const isKeyOptional = this.#form.isKeyOptional
    this.#pristine ??= this.#isParsedExactly
      ? this.#parseExact()
      : readOrigin(this.#chunk, this.#index, this.#text, isKeyOptional)?.document
    return this.#pristine as JsonObject
  }

  #stringify(document: JsonObject): string {
    return this.#form.isExact ? formatOrExact(document) : JSON.stringify(document)
  }

  #formatKept(document: JsonObject): string {
    const span = findDocument(this.#chunk, this.#index, this.#lineForm)
    const parsed = { bytes: this.#chunk.buffer, ...span, value: this.#parseAgain() }
    const write = this.#form.isExact ? (value: unknown) => formatExactValue(value) : stringify
    const onHarm = (): void => {
      this.isHarmed = true
    }
    return formatKept(document, parsed, { write, onHarm })
  }
}

/** Tells whether there are other values than before; false also where only a look inside can tell. */
function hasOtherValues(document: JsonObject, before: readonly unknown[]): boolean {
  let count = 0
  for (const name in document) {
    if (document[name] !== before[count]) return true
    count += 1
  }
  return count !== before.length
}

/** Tells whether there is no number in a document, as far as it is quick to see. */
function hasOnlyTexts(document: JsonObject): boolean {
  for (const name in document) {
    const kind = typeof document[name]
    if (kind !== 'string' && kind !== 'boolean') return false
  }
  return true
}
