import { unreachable } from '../core/index.js'
import { LineCutter, LineTooLongError } from '../streams/index.js'
import { skipSpace } from '../wire/index.js'
import { ArrayCutter } from './array-cutter.js'
import type { ImportForm } from './import-options.js'
import { RequestError } from './request-error.js'

const OPEN_BRACKET = 0x5b

/** A document of an import as it stands in the body; undefined where there is an empty line. */
export type ImportItem = Buffer | undefined

/** Cuts the blocks of a body into its documents. */
export interface ItemCutter {
  /** Whether items are the values of an array, so that what is no JSON breaks all of it. */
  readonly isArray: boolean
  /** Bytes that are held of an item whose end has not come yet. */
  readonly pendingBytes: number
  /**
   * Takes the next block and gives what is now complete.
   *
   * @throws JsonSyntaxError where an array is none; RequestError 413 when an item is too long
   */
  cut(block: Buffer): Iterable<ImportItem>
  /** Gives what is left; to be called once, after the last block. */
  finish(): Iterable<ImportItem>
}

/** One document a line. */
class Lines implements ItemCutter {
  readonly isArray = false
  pendingBytes = 0
  readonly #cutter: LineCutter

  constructor(bytesMax: number) {
    this.#cutter = new LineCutter({ lineBytesMax: bytesMax })
  }

  *cut(block: Buffer): Generator<ImportItem, void, undefined> {
    this.pendingBytes += block.length
    try {
      for (const chunk of this.#cutter.cut(block)) {
        this.pendingBytes -= chunk.buffer.length
        for (let index = 0; index < chunk.lineCount; index += 1) {
          yield chunk.isBlank(index) ? undefined : chunk.lineBytes(index)
        }
      }
    } catch (error) {
      throw error instanceof LineTooLongError ? tooLong(error) : error
    }
  }

  *finish(): Generator<ImportItem, void, undefined> {
    const chunk = this.#cutter.finish()
    if (chunk !== undefined) yield chunk.isBlank(0) ? undefined : chunk.lineBytes(0)
  }
}

/** One array of all documents. */
class Items extends ArrayCutter implements ItemCutter {
  readonly isArray = true

  override finish(): Iterable<ImportItem> {
    super.finish()
    return []
  }
}

/** Decides by the first byte that is no white space; until then lines are all there is. */
class Auto implements ItemCutter {
  readonly #bytesMax: number
  readonly #lines: Lines
  #emptyLines = 0
  #blankBytes = 0
  #decided: ItemCutter | undefined

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
    this.#lines = new Lines(bytesMax)
  }

  get isArray(): boolean {
    return this.#decided?.isArray === true
  }

  get pendingBytes(): number {
    return (this.#decided ?? this.#lines).pendingBytes
  }

  *cut(block: Buffer): Generator<ImportItem, void, undefined> {
    if (this.#decided !== undefined) {
      yield* this.#decided.cut(block)
      return
    }
    const start = skipSpace(block, 0, block.length)
    if (start === block.length) {
      this.#blankBytes += block.length
      for (const line of this.#lines.cut(block)) this.#emptyLines += line === undefined ? 1 : 0
    } else if (block[start] === OPEN_BRACKET) {
      this.#decided = new Items(this.#bytesMax, this.#blankBytes)
      yield* this.#decided.cut(block)
    } else {
      this.#decided = this.#lines
      yield* this.#takeEmptyLines()
      yield* this.#lines.cut(block)
    }
  }

  *finish(): Generator<ImportItem, void, undefined> {
    if (this.#decided === undefined) yield* this.#takeEmptyLines()
    yield* (this.#decided ?? this.#lines).finish()
  }

  *#takeEmptyLines(): Generator<ImportItem, void, undefined> {
    for (; this.#emptyLines > 0; this.#emptyLines -= 1) yield undefined
  }
}

/**
 * Makes a cutter for a form.
 *
 * @param bytesMax - of the longest item
 */
export function createItemCutter(form: ImportForm, bytesMax: number): ItemCutter {
  switch (form) {
    case 'lines':
    case 'values':
      return new Lines(bytesMax)
    case 'array':
      return new Items(bytesMax)
    case 'auto':
      return new Auto(bytesMax)
    default:
      return unreachable(form, 'form of an import')
  }
}

function tooLong({ lineNumber, lineBytesMax }: LineTooLongError): RequestError {
  const message = `line ${lineNumber} of the request body is over ${lineBytesMax} bytes`
  return new RequestError(413, 413, message)
}
