import { formatDumpLine, parseDumpLine, type DumpEntry, type DumpForm } from '../wire/index.js'
import { createObjectTransform, type ObjectTransform } from './object-transform.js'

const BLANK = /^[ \t\r\n]*$/

/** How {@link createDumpParser} reads. */
export interface DumpParserOptions {
  /** The file or URL of the lines, for errors. */
  readonly source?: string | undefined
}

/** How {@link createDumpFormatter} writes. */
export interface DumpFormatterOptions {
  /** The form of all lines. Default: each entry's own. */
  readonly form?: DumpForm | undefined
}

/**
 * Makes a Transform that parses the lines of a dump, one entry a line, in order; blank lines are
 * left out.
 *
 * @returns string or Buffer in, {@link DumpEntry} out; emits {@link DumpLineError}
 */
export function createDumpParser({ source }: DumpParserOptions = {}): ObjectTransform<
  string | Buffer,
  DumpEntry
> {
  let lineNumber = 0
  return createObjectTransform(function* (line: string | Buffer) {
    lineNumber += 1
    if (BLANK.test(line.toString('latin1'))) return
    const bytes = typeof line === 'string' ? Buffer.from(line) : line
    yield parseDumpLine(bytes, { lineNumber, source })
  })
}

/**
 * Makes a Transform that writes entries as lines; a document's bytes stay as they are.
 *
 * @returns {@link DumpEntry} in, one Buffer a line out
 */
export function createDumpFormatter({ form }: DumpFormatterOptions = {}): ObjectTransform<
  DumpEntry,
  Buffer
> {
  return createObjectTransform((entry: DumpEntry) => [formatDumpLine(entry, form)])
}
