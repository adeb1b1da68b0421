import { decodeText, scanObject, skipValue } from '../../wire/index.js'
import type { CsvPathColumn } from './csv-columns.js'

const QUOTE = 0x22
const OPEN_BRACE = 0x7b
const OPEN_BRACKET = 0x5b
const LETTER_N = 0x6e
const LONE_SURROGATE = /\p{Surrogate}/u
/** What `--types auto` takes for something else than a text where it stands without quotes. */
const TYPED = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/
/** What programs for tables take for the beginning of a formula, wide forms of the signs too. */
const FORMULA = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/
/** Attributes that are always texts, so that nothing has to be said about that. */
const TEXT_ATTRIBUTES: ReadonlySet<string> = new Set(['_key', '_id', '_rev', '_from', '_to'])

/** A number or word, which stands without quotes. */
export class RawCell {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** A text that stands in quotes, since it would be taken for something else without. */
export class QuotedCell {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** What one cell is written from; undefined where the document has no such attribute. */
export type Cell = string | RawCell | QuotedCell | undefined

/** How values become cells. */
export interface CellOptions {
  /** Stands for null. */
  readonly nullText: string
  /** Puts `'` before texts that a program for tables would run. */
  readonly safeFormulas: boolean
}

/** Columns by the attributes that lead to them. */
interface ColumnTree {
  readonly columns: number[]
  readonly inner: Map<string, ColumnTree>
}

/** Makes the cells of one document. */
export class CsvRowReader {
  readonly #tree: ColumnTree
  readonly #columns: readonly CsvPathColumn[]
  readonly #options: CellOptions

  constructor(columns: readonly CsvPathColumn[], options: CellOptions) {
    this.#columns = columns
    this.#options = options
    this.#tree = createTree()
    for (const [index, { path }] of columns.entries()) {
      let tree = this.#tree
      for (const name of path) {
        const next = tree.inner.get(name) ?? createTree()
        tree.inner.set(name, next)
        tree = next
      }
      tree.columns.push(index)
    }
  }

  /**
   * Reads the object between the offsets. Of a repeated attribute the last counts.
   *
   * @throws RangeError for a text that has no form in UTF-8
   */
  read(bytes: Buffer, start: number, end: number): Cell[] {
    const cells = new Array<Cell>(this.#columns.length).fill(undefined)
    this.#readObject(bytes, start, end, this.#tree, cells)
    return cells
  }

  #readObject(bytes: Buffer, start: number, end: number, tree: ColumnTree, cells: Cell[]): void {
    scanObject(bytes, start, end, (nameStart, nameEnd, valueStart) => {
      const valueEnd = skipValue(bytes, valueStart, end)
      const found = tree.inner.get(decodeText(bytes, nameStart, nameEnd))
      if (found === undefined) return valueEnd
      for (const column of found.columns) {
        cells[column] = this.#readCell(bytes, valueStart, valueEnd, column)
      }
      if (found.inner.size > 0 && bytes[valueStart] === OPEN_BRACE) {
        this.#readObject(bytes, valueStart, valueEnd, found, cells)
      }
      return valueEnd
    })
  }

  #readCell(bytes: Buffer, start: number, end: number, column: number): Cell {
    switch (bytes[start]) {
      case QUOTE:
        return this.#textCell(decodeText(bytes, start + 1, end - 1), column)
      case OPEN_BRACE:
      case OPEN_BRACKET:
        return bytes.toString('utf8', start, end)
      case LETTER_N:
        return new RawCell(this.#options.nullText)
      default:
        return new RawCell(bytes.toString('latin1', start, end))
    }
  }

  #textCell(text: string, column: number): Cell {
    const { safeFormulas, nullText } = this.#options
    const { name } = this.#columns[column] as CsvPathColumn
    if (LONE_SURROGATE.test(text)) {
      throw new RangeError(`the text of column ${column + 1} has half of a surrogate pair`)
    }
    const safe = safeFormulas ? withoutFormula(text) : text
    if (safe !== text) return safe
    if (text === '' || TEXT_ATTRIBUTES.has(name)) return text
    return TYPED.test(text) || text === nullText ? new QuotedCell(text) : text
  }
}

/** Puts `'` before a text that a program for tables would run. */
export function withoutFormula(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text
}

function createTree(): ColumnTree {
  return { columns: [], inner: new Map() }
}
