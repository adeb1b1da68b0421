import type { Source } from '../../replica/index.js'
import type { EntryChunk } from '../../streams/index.js'
import { selectCollections } from '../../sync/index.js'
import { formatDumpLine } from '../../wire/index.js'
import type { CommandContext } from '../context.js'
import { ClosedOutputError, LineWriter, watchOutput } from '../tail/line-writer.js'

/** What of a source is written to stdout. */
export interface DumpedLines {
  readonly collection: string
  readonly isEnveloped: boolean
}

/**
 * Writes the documents of a collection to stdout, one a line; quiet when nobody reads them any more.
 *
 * @throws UnknownCollectionError when there is no such collection
 */
export async function dumpLines(
  context: CommandContext,
  source: Source,
  lines: DumpedLines,
): Promise<void> {
  const closed = watchOutput(context.stdout)
  const signal = AbortSignal.any([context.signal, closed])
  try {
    await writeAll(new LineWriter(context.stdout, signal), source, lines, signal)
  } catch (error) {
    // Who reads no further has had enough, as `head` has.
    const isClosed = closed.aborted || error instanceof ClosedOutputError
    if (!isClosed || context.signal.aborted) throw error
  }
}

async function writeAll(
  writer: LineWriter,
  source: Source,
  { collection, isEnveloped }: DumpedLines,
  signal: AbortSignal,
): Promise<void> {
  const snapshot = await source.openSnapshot({ signal })
  try {
    const { collections } = await snapshot.inventory({ signal })
    const chosen = selectCollections(collections, { collections: [collection] }, source.address)
    for (const { definition } of chosen) {
      for await (const { chunk } of snapshot.dump(definition, { signal })) {
        for (const line of linesOf(chunk, isEnveloped)) {
          writer.add(line)
          if (writer.isFull) await writer.flush()
        }
      }
    }
    await writer.flush()
  } finally {
    await snapshot.close()
  }
}

/** A removal stays enveloped: a bare line cannot tell of one. */
function* linesOf(chunk: EntryChunk, isEnveloped: boolean): Generator<Buffer> {
  for (const entry of chunk.entries())
    yield formatDumpLine(entry, isEnveloped ? 'enveloped' : 'bare')
}
