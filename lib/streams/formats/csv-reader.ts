import { once } from 'node:events'
import type { Parser } from 'csv-parse'
import { CSV_COLUMNS_MAX, LINE_BYTES_MAX } from '../../core/index.js'
import type { EntryChunk } from '../entry-chunk.js'
import { assertDelimiter } from './csv-delimiter.js'
import { FormatError } from './format-error.js'
import { LineGatherer } from './line-gatherer.js'

/** What a cell without quotes may be besides a text. */
const TYPED = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/
/** Attributes of which servers accept texts alone. */
const TEXT_ATTRIBUTES: ReadonlySet<string> = new Set(['_key', '_id', '_rev', '_from', '_to'])
/** What the package says, in words that hold nothing of the table. */
const REASONS: Readonly<Record<string, string>> = {
  CSV_INVALID_CLOSING_QUOTE: 'text after a closing quote',
  INVALID_OPENING_QUOTE: 'a quote inside a cell that does not begin with one',
  CSV_QUOTE_NOT_CLOSED: 'the text ends inside of quotes',
  CSV_MAX_RECORD_SIZE: 'the row is too long',
}

/** How {@link createCsvParser} reads. */
export interface CsvParserOptions {
  /** The file or URL of the bytes, for errors. */
  readonly source?: string | undefined
  /**
   * Names of the columns, where the first row is one of data; an empty name leaves its column out.
   * Default: the first row has the names.
   */
  readonly fields?: readonly string[] | undefined
  /** One character between cells. Default: a comma; for TSV `'\t'`. */
  readonly delimiter?: string | undefined
  /**
   * `text`: every cell becomes a text. `auto`: of those without quotes numbers, `true`, `false` and
   * `null` become what JSON takes them for, numbers with the text that they have, and an empty one
   * becomes no attribute; `_key`, `_id`, `_rev`, `_from` and `_to` stay texts. Default: `text`.
   */
  readonly types?: 'text' | 'auto' | undefined
  /** Longest row in characters. Default: `LINE_BYTES_MAX`. */
  readonly rowLengthMax?: number | undefined
}

const QUOTE = 0x22
/** Bytes of a character that counts as one. */
const UTF8_BYTES_MAX = 3
const LINE_END = /\r\n|\n|\r/g

/** A row, and the text that it was read from. */
interface RawRecord {
  readonly record: readonly string[]
  readonly raw: string
}

/** Reads a table block by block. */
export class CsvReader {
  readonly #options: CsvParserOptions
  readonly #isAuto: boolean
  readonly #gatherer: LineGatherer
  readonly #decoder = new TextDecoder('utf-8', { fatal: true })
  /** JSON texts of the names, with their colons. */
  #names: readonly (string | undefined)[] | undefined
  #isText: readonly boolean[] = []
  #parser: Parser | undefined
  #failure: unknown
  /** Line on which the row begins that comes next. */
  #lineNumber = 1
  /** Bytes that came since the last row. */
  #rowBytes = 0

  constructor(options: CsvParserOptions) {
    assertDelimiter(options.delimiter)
    const { rowLengthMax = LINE_BYTES_MAX } = options
    if (!Number.isSafeInteger(rowLengthMax) || rowLengthMax < 1) {
      throw new RangeError('Cannot read CSV: rowLengthMax must be a positive integer')
    }
    this.#options = options
    this.#isAuto = options.types === 'auto'
    this.#gatherer = new LineGatherer(options.source)
    if (options.fields !== undefined) this.#takeNames(options.fields)
  }

  /** Takes the next block; gives the rows that are complete. */
  async read(block: Buffer): Promise<EntryChunk | undefined> {
    this.#assertUtf8(block)
    const parser = (this.#parser ??= await this.#open())
    await new Promise<void>((resolve, reject) => {
      parser.write(block, (error) => {
        if (error === null || error === undefined) resolve()
        else reject(this.#explain(error))
      })
    })
    if (this.#failure !== undefined) throw this.#failure as Error
    // The package bounds the length of a row, but not how many empty cells it has.
    this.#rowBytes += block.length
    const { rowLengthMax = LINE_BYTES_MAX } = this.#options
    if (this.#rowBytes > UTF8_BYTES_MAX * rowLengthMax) this.#fail('the row is too long')
    return this.#gatherer.take()
  }

  /** Gives the last row, where it has no line end. */
  async finish(): Promise<EntryChunk | undefined> {
    this.#assertUtf8()
    if (this.#parser === undefined) return undefined
    const finished = once(this.#parser, 'finish')
    this.#parser.end()
    await finished.catch((error: unknown) => {
      throw this.#explain(error as Error)
    })
    if (this.#failure !== undefined) throw this.#failure as Error
    return this.#gatherer.take()
  }

  /** The package is loaded by those only who read tables. */
  async #open(): Promise<Parser> {
    const { parse } = await import('csv-parse')
    const { delimiter = ',', rowLengthMax = LINE_BYTES_MAX } = this.#options
    const parser = parse({
      bom: true,
      delimiter,
      record_delimiter: ['\r\n', '\n', '\r'],
      max_record_size: rowLengthMax,
      relax_column_count: true,
      // Whether a cell stood in quotes is told per cell at three times the price.
      raw: this.#isAuto,
      on_record: (record: unknown) => {
        this.#takeRecord(record)
        return null
      },
    })
    // Told where the block is written that has the error.
    parser.on('error', () => undefined)
    parser.resume()
    return parser
  }

  #takeRecord(record: unknown): void {
    if (this.#failure !== undefined) return
    const { record: row, raw } = this.#isAuto
      ? (record as RawRecord)
      : { record: record as string[], raw: '' }
    try {
      if (this.#names === undefined) this.#takeNames(row)
      else this.#addRow(row, raw, this.#names)
    } catch (error) {
      this.#failure = error
    }
    this.#rowBytes = 0
    this.#lineNumber += countLines(row)
  }

  #takeNames(names: readonly string[]): void {
    const seen = new Set<string>()
    for (const name of names) {
      if (name !== '' && seen.has(name)) this.#fail('two columns have the same name')
      seen.add(name)
    }
    if (names.length > CSV_COLUMNS_MAX) this.#fail(`there are more than ${CSV_COLUMNS_MAX} columns`)
    if (this.#options.fields === undefined && seen.has('')) this.#fail('a column has no name')
    this.#names = names.map((name) => (name === '' ? undefined : `${JSON.stringify(name)}:`))
    this.#isText = names.map((name) => TEXT_ATTRIBUTES.has(name))
  }

  #addRow(row: readonly string[], raw: string, names: readonly (string | undefined)[]): void {
    // A line with nothing on it, as files have at their ends.
    if (names.length > 1 && row.length === 1 && row[0] === '') return
    if (row.length !== names.length) {
      this.#fail(`it has ${row.length} cells for ${names.length} columns`)
    }
    const values = this.#isAuto
      ? this.#readValues(row, raw)
      : row.map((cell) => JSON.stringify(cell))
    const attributes: string[] = []
    for (const [column, name] of names.entries()) {
      const value = values[column]
      if (name !== undefined && value !== undefined) attributes.push(name + value)
    }
    this.#gatherer.add(Buffer.from(`{${attributes.join(',')}}`), this.#lineNumber)
  }

  /** What the text of the row tells of quotes, cell by cell. */
  #readValues(row: readonly string[], raw: string): (string | undefined)[] {
    let offset = 0
    return row.map((cell, column) => {
      const isQuoted = raw.charCodeAt(offset) === QUOTE
      offset += cell.length + 1
      if (isQuoted) offset += 2 + countQuotes(cell)
      return this.#readValue(cell, isQuoted, column)
    })
  }

  #readValue(cell: string, isQuoted: boolean, column: number): string | undefined {
    if (isQuoted) return JSON.stringify(cell)
    if (cell === '') return undefined
    const isTyped = this.#isText[column] === false && TYPED.test(cell)
    return isTyped ? cell : JSON.stringify(cell)
  }

  /** The package would put other characters in place of what it cannot read. */
  #assertUtf8(block?: Buffer): void {
    try {
      this.#decoder.decode(block, { stream: block !== undefined })
    } catch (error) {
      this.#fail('it is not UTF-8, or a line behind it is not', error)
    }
  }

  #explain(error: Error): Error {
    if (error instanceof FormatError || !('code' in error)) return error
    const reason = REASONS[String(error.code)] ?? 'it is no row of a table'
    return this.#error(reason, error)
  }

  #fail(reason: string, cause?: unknown): never {
    throw this.#error(reason, cause)
  }

  #error(reason: string, cause: unknown): FormatError {
    const place = { unit: 'line', number: this.#lineNumber, source: this.#options.source } as const
    return new FormatError('read CSV', place, reason, { cause })
  }
}

/** Lines that a row goes over: line ends stand inside of cells too. */
function countLines(row: readonly string[]): number {
  let lines = 1
  for (const cell of row) {
    if (cell.includes('\n') || cell.includes('\r')) lines += cell.match(LINE_END)?.length ?? 0
  }
  return lines
}

function countQuotes(cell: string): number {
  let quotes = 0
  for (let at = cell.indexOf('"'); at >= 0; at = cell.indexOf('"', at + 1)) quotes += 1
  return quotes
}
