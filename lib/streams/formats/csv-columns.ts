import { decodeText, scanObject, skipValue } from '../../wire/index.js'
import { CSV_COLUMNS_MAX } from '../../core/index.js'
import type { EntryChunk } from '../entry-chunk.js'
import { findDocument } from './find-document.js'
import { FormatError } from './format-error.js'

/** A column of a table: the name of a top-level attribute, or a name and where its values are. */
export type CsvColumn = string | CsvPathColumn

/** A column whose values lie inside of objects. */
export interface CsvPathColumn {
  /** What the header says. */
  readonly name: string
  /** Names of attributes from the top down. */
  readonly path: readonly string[]
}

/** Gives every column its path. */
export function readColumns(columns: readonly CsvColumn[]): readonly CsvPathColumn[] {
  const read = columns.map((column) =>
    typeof column === 'string' ? { name: column, path: [column] } : column,
  )
  const isWrong = ({ path }: CsvPathColumn): boolean => path.length === 0
  if (read.length === 0 || read.length > CSV_COLUMNS_MAX || read.some(isWrong)) {
    throw new RangeError(
      `Cannot write CSV: there must be 1 to ${CSV_COLUMNS_MAX} columns, each with a path`,
    )
  }
  return read
}

/** Gathers the names of top-level attributes in the order in which they are first seen. */
export class ColumnCollector {
  readonly #names = new Set<string>()

  /** The names so far. */
  get names(): readonly string[] {
    return [...this.#names]
  }

  /**
   * Looks at the documents of a chunk.
   *
   * @throws {@link FormatError} for a line that is no object, and where there are too many names
   */
  add(chunk: EntryChunk): void {
    for (let index = 0; index < chunk.lineCount; index += 1) {
      const span = findDocument(chunk, index)
      if (span === undefined) continue
      const { buffer } = chunk
      scanObject(buffer, span.start, span.end, (nameStart, nameEnd, valueStart) => {
        this.#names.add(decodeText(buffer, nameStart, nameEnd))
        return skipValue(buffer, valueStart, span.end)
      })
      if (this.#names.size <= CSV_COLUMNS_MAX) continue
      const place = { unit: 'line', number: chunk.lineNumber(index), source: chunk.source } as const
      const reason = `there are more than ${CSV_COLUMNS_MAX} attributes; name those that are wanted`
      throw new FormatError('write CSV', place, reason)
    }
  }
}
