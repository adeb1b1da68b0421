import type { Duplex } from 'node:stream'
import {
  createChunker,
  createCsvFormatter,
  createCsvParser,
  createJsonArrayFormatter,
  createJsonArrayParser,
  deduplicateChunks,
  formatChunks,
  type EntryChunk,
} from '../../streams/index.js'
import { parsePath, splitPaths } from '../../wire/index.js'
import type { CommandContext } from '../context.js'
import { UsageError } from '../usage-error.js'
import type { PipeFlags, PipeStage } from './pipe-flags.js'
import { withTransformStage } from './pipe-transform.js'

const SOURCE = 'stdin'

/** Makes what stands between stdin and stdout, and takes it away again after the work. */
export async function withStages(
  context: CommandContext,
  flags: PipeFlags,
  work: (stages: readonly PipeStage[]) => Promise<void>,
): Promise<void> {
  const parser = createParser(flags)
  const formatter = createFormatter(flags)
  // What comes is looked at, so that transforms see each key once.
  const first = flags.deduplicate === true ? [parser, deduplicate] : [parser]
  await withTransformStage(context, flags, (stages) => work([...first, ...stages, formatter]))
}

function deduplicate(chunks: AsyncIterable<EntryChunk>): AsyncIterable<EntryChunk> {
  return deduplicateChunks(chunks)
}

function createParser(flags: PipeFlags): Duplex {
  const { in: format = 'lines', types } = flags
  switch (format) {
    case 'lines':
      return createChunker({ source: SOURCE })
    case 'json':
      return createJsonArrayParser({ source: SOURCE })
    case 'csv':
    case 'tsv':
      return createCsvParser({
        source: SOURCE,
        types,
        delimiter: delimiterOf(format, flags),
        fields: inFieldsOf(flags)
          ?.split(',')
          .map((name) => name.trim()),
      })
  }
}

function createFormatter(flags: PipeFlags): Duplex {
  const { out = 'lines', fields, null: nullText, safeFormulas, crlf = false } = flags
  switch (out) {
    case 'lines':
      return formatChunks()
    case 'json':
      return createJsonArrayFormatter()
    case 'csv':
    case 'tsv':
      return createCsvFormatter({
        nullText,
        safeFormulas,
        delimiter: delimiterOf(out, flags),
        lineEnd: crlf ? '\r\n' : '\n',
        fields: fields === undefined ? undefined : readFields(fields),
      })
  }
}

/** What `--fields` tells of the table that is read, where that is the only one. */
function inFieldsOf({ out = 'lines', fields, inFields }: PipeFlags): string | undefined {
  return inFields ?? (out === 'csv' || out === 'tsv' ? undefined : fields)
}

function delimiterOf(format: 'csv' | 'tsv', { delimiter }: PipeFlags): string | undefined {
  return format === 'tsv' ? '\t' : delimiter
}

function readFields(text: string): { name: string; path: string[] }[] {
  try {
    return splitPaths(text).map((name) => ({ name, path: parsePath(name) }))
  } catch (error) {
    throw new UsageError((error as RangeError).message, { cause: error })
  }
}
