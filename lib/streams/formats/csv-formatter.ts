import { CHUNK_HIGH_WATER_MARK } from '../../core/index.js'
import { chunkLines } from '../chunk-lines.js'
import type { EntryChunk } from '../entry-chunk.js'
import { createAsyncObjectTransform, type ObjectTransform } from '../object-transform.js'
import { ColumnCollector, readColumns, type CsvColumn, type CsvPathColumn } from './csv-columns.js'
import { assertDelimiter } from './csv-delimiter.js'
import { CsvRowReader, RawCell, withoutFormula, type Cell, type QuotedCell } from './csv-row.js'
import { findDocument } from './find-document.js'
import { FormatError } from './format-error.js'
import { SpoolFile } from './spool-file.js'

const NEWLINE = 0x0a
const NEWLINE_BYTES = Buffer.from('\n')

/** How {@link createCsvFormatter} writes. */
export interface CsvFormatterOptions {
  /**
   * The columns, in this order. Default: all top-level attributes that documents have; the lines then
   * wait in a temporary file until the last one was seen.
   */
  readonly fields?: readonly CsvColumn[] | undefined
  /** One character between cells. Default: a comma; for TSV `'\t'`. */
  readonly delimiter?: string | undefined
  /** Writes the names of the columns first. Default: true. */
  readonly header?: boolean | undefined
  /** Stands for null; an attribute that is not there is an empty cell. Default: `null`. */
  readonly nullText?: string | undefined
  /**
   * Puts `'` before texts that begin with `=`, `+`, `-`, `@`, a tab or a line end, which programs for
   * tables take for formulas, names of columns too. The texts are others then. Default: false.
   */
  readonly safeFormulas?: boolean | undefined
  /** Default: `'\n'`; RFC 4180 has `'\r\n'`. */
  readonly lineEnd?: '\n' | '\r\n' | undefined
  /** Where the temporary file is made. Default: the system's directory for such. */
  readonly temporaryDirectory?: string | undefined
}

/**
 * Makes a Transform that writes documents as rows of a table. Cells are quoted as in RFC 4180. Numbers
 * keep their text; a text that looks like a number, `true`, `false` or `null` is quoted, an empty one
 * is `""`, null the word `null`, and what a document does not have an empty cell: so `types: 'auto'` of
 * {@link createCsvParser} brings the values back. Arrays and objects are cells with their JSON text.
 *
 * @returns {@link EntryChunk} in, bytes out; emits {@link FormatError} for a line that is no object, a
 *   removal, and a text with half of a surrogate pair
 * @throws RangeError when an option is out of range
 */
export function createCsvFormatter(
  options: CsvFormatterOptions = {},
): ObjectTransform<EntryChunk, Buffer> {
  assertDelimiter(options.delimiter)
  const highWaterMark = CHUNK_HIGH_WATER_MARK
  if (options.fields !== undefined) {
    const table = new CsvTable(readColumns(options.fields), options)
    const format = (chunk: EntryChunk): AsyncGenerator<Buffer> => table.format(chunk)
    return createAsyncObjectTransform(format, { highWaterMark, finish: () => table.finish() })
  }
  const pass = new FirstPass(options)
  return createAsyncObjectTransform((chunk: EntryChunk) => pass.take(chunk), {
    highWaterMark,
    finish: () => pass.finish(),
    release: () => pass.close(),
  })
}

/** Keeps the lines until all names of attributes are known. */
class FirstPass {
  readonly #options: CsvFormatterOptions
  readonly #collector = new ColumnCollector()
  #spool: Promise<SpoolFile> | undefined
  #source: string | undefined

  constructor(options: CsvFormatterOptions) {
    this.#options = options
  }

  async *take(chunk: EntryChunk): AsyncGenerator<Buffer> {
    this.#collector.add(chunk)
    this.#source = chunk.source
    this.#spool ??= SpoolFile.create(this.#options.temporaryDirectory)
    const spool = await this.#spool
    await spool.write(chunk.buffer)
    // The last line of a file may lack it, and the next chunk be of another file.
    if (chunk.buffer.at(-1) !== NEWLINE) await spool.write(NEWLINE_BYTES)
  }

  async *finish(): AsyncGenerator<Buffer> {
    const { names } = this.#collector
    if (names.length === 0 || this.#spool === undefined) return
    const table = new CsvTable(readColumns(names), this.#options)
    const blocks = (await this.#spool).read()
    for await (const chunk of chunkLines(blocks, { source: this.#source })) {
      yield* table.format(chunk)
    }
    await this.close()
  }

  async close(): Promise<void> {
    await (await this.#spool?.catch(() => undefined))?.close()
  }
}

/** Rows of known columns. */
class CsvTable {
  readonly #columns: readonly CsvPathColumn[]
  readonly #reader: CsvRowReader
  readonly #options: CsvFormatterOptions
  #isHeaderWritten: boolean

  constructor(columns: readonly CsvPathColumn[], options: CsvFormatterOptions) {
    const { nullText = 'null', safeFormulas = false, header = true } = options
    this.#columns = columns
    this.#reader = new CsvRowReader(columns, { nullText, safeFormulas })
    this.#options = options
    this.#isHeaderWritten = !header
  }

  async *format(chunk: EntryChunk): AsyncGenerator<Buffer> {
    const rows: Cell[][] = this.#takeHeader()
    for (let index = 0; index < chunk.lineCount; index += 1) {
      const span = findDocument(chunk, index)
      if (span !== undefined) rows.push(this.#readRow(chunk, index, span))
    }
    if (rows.length > 0) yield await this.#write(rows)
  }

  /** Writes the header of a table without rows. */
  async *finish(): AsyncGenerator<Buffer> {
    const rows = this.#takeHeader()
    if (rows.length > 0) yield await this.#write(rows)
  }

  #takeHeader(): Cell[][] {
    if (this.#isHeaderWritten) return []
    this.#isHeaderWritten = true
    const { safeFormulas = false } = this.#options
    return [this.#columns.map(({ name }) => (safeFormulas ? withoutFormula(name) : name))]
  }

  #readRow(chunk: EntryChunk, index: number, span: { start: number; end: number }): Cell[] {
    try {
      return this.#reader.read(chunk.buffer, span.start, span.end)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      const place = { unit: 'line', number: chunk.lineNumber(index), source: chunk.source } as const
      throw new FormatError('write a row', place, error.message, { cause: error })
    }
  }

  /** The package is loaded by those only who write tables. */
  async #write(rows: Cell[][]): Promise<Buffer> {
    const { stringify } = await import('csv-stringify/sync')
    const { delimiter = ',', lineEnd = '\n' } = this.#options
    const text = stringify(rows, {
      delimiter,
      record_delimiter: lineEnd,
      quote_record_delimiter: true,
      // Of empty values only the texts are quoted.
      quoted_match: /^$/,
      cast: { object: castCell },
    })
    return Buffer.from(text)
  }
}

/** The types of csv-stringify do not tell that a value may come with options of its own. */
function castCell(cell: object): string {
  if (cell instanceof RawCell) return cell.text
  const quoted = { value: (cell as QuotedCell).text, quoted: true }
  return quoted as unknown as string
}
