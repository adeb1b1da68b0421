import { MarkerScanner, readMarker } from '../../wire/index.js'
import type { MarkerChunk } from '../../streams/index.js'
import { changeEventsOf, type TailGroup } from '../../sync/index.js'
import { formatChange, type TextPieces, type ToldEvent } from './format-change.js'
import type { LineWriter } from './line-writer.js'

const NEWLINE = 0x0a

/** How groups are written. */
export interface GroupForm {
  /** Markers as they came, instead of objects. */
  readonly isRaw: boolean
  /** One line for each transaction. */
  readonly isWhole: boolean
}

/** Writes the lines of a chunk as they came. */
export async function writeChunk(writer: LineWriter, chunk: MarkerChunk): Promise<void> {
  for (let index = 0; index < chunk.lineCount; index += 1) {
    if (chunk.isBlank(index)) continue
    writer.add(lineOf(chunk, index))
    writer.add('\n')
    if (writer.isFull) await writer.flush()
  }
  await writer.flush()
}

/** Writes what a group holds, piece by piece: it may be larger than memory. */
export async function writeGroup(
  writer: LineWriter,
  group: TailGroup,
  form: GroupForm,
): Promise<void> {
  await writeLines(writer, linesOf(group, form))
  await writer.flush()
}

/**
 * Writes the changes of a group as transforms have left them; of a transaction of which they left
 * nothing, nothing.
 *
 * @param batches - the changes of the group, a part at a time
 */
export async function writeTransformed(
  writer: LineWriter,
  group: TailGroup,
  isWhole: boolean,
  batches: AsyncIterable<readonly ToldEvent[]>,
): Promise<void> {
  const { add, end } = openLines(group, isWhole)
  for await (const events of batches) {
    const parts = events.map((event) => ({ tick: event.tick, pieces: formatChange(event) }))
    await writeLines(writer, add(parts))
  }
  writer.add(end())
  await writer.flush()
}

async function writeLines(writer: LineWriter, lines: Iterable<TextPieces>): Promise<void> {
  for (const pieces of lines) {
    for (const piece of pieces) writer.add(piece)
    if (writer.isFull) await writer.flush()
  }
}

/** Lines of a group whose parts come bit by bit. */
interface OpenLines {
  readonly add: (parts: readonly Part[]) => Iterable<TextPieces>
  readonly end: () => string
}

function openLines(group: TailGroup, isWhole: boolean): OpenLines {
  if (!isWhole) return { add: plainLines, end: () => '' }
  if (group.transactionId === undefined) {
    return { add: (parts) => singleLines(group, 'changes', parts), end: () => '' }
  }
  let before = headOf(group, group.position.tick, 'changes')
  return {
    add: (parts) =>
      parts.map(({ pieces }) => {
        const line = [before, ...pieces]
        before = ','
        return line
      }),
    end: () => (before === ',' ? ']}\n' : ''),
  }
}

/** The pieces of the lines of a group. */
function linesOf(group: TailGroup, { isRaw, isWhole }: GroupForm): Iterable<TextPieces> {
  const parts = isRaw ? rawParts(group) : changeParts(group)
  if (!isWhole) return plainLines(parts)
  const list = isRaw ? 'markers' : 'changes'
  return group.transactionId === undefined
    ? singleLines(group, list, parts)
    : transactionLine(group, list, parts)
}

function* plainLines(parts: Iterable<Part>): Generator<TextPieces> {
  for (const { pieces } of parts) yield [...pieces, '\n']
}

/** What stands alone looks like a transaction of one change. */
function* singleLines(
  group: TailGroup,
  list: string,
  parts: Iterable<Part>,
): Generator<TextPieces> {
  for (const { tick, pieces } of parts) yield [headOf(group, tick, list), ...pieces, ']}\n']
}

/** Nothing for a transaction of which nothing is left. */
function* transactionLine(
  group: TailGroup,
  list: string,
  parts: Iterable<Part>,
): Generator<TextPieces> {
  let before = headOf(group, group.position.tick, list)
  for (const { pieces } of parts) {
    yield [before, ...pieces]
    before = ','
  }
  if (before === ',') yield [']}\n']
}

/** The begin of a line that holds a list, up to the list's first part. */
function headOf(
  { leader, transactionId, databaseName }: TailGroup,
  tick: bigint,
  list: string,
): string {
  const head = {
    id: `${leader.serverId}-${tick}`,
    tick: tick.toString(),
    tid: transactionId?.toString(),
    database: databaseName ?? leader.database,
  }
  return `${JSON.stringify(head).slice(0, -1)},"${list}":[`
}

interface Part {
  readonly tick: bigint
  readonly pieces: TextPieces
}

function* changeParts(group: TailGroup): Generator<Part> {
  for (const event of changeEventsOf(group)) yield { tick: event.tick, pieces: formatChange(event) }
}

function* rawParts(group: TailGroup): Generator<Part> {
  const scanner = new MarkerScanner()
  for (const chunk of group.chunks()) {
    for (let index = 0; index < chunk.lineCount; index += 1) {
      if (!chunk.scanMarker(index, scanner)) continue
      const { tick } = readMarker(chunk.buffer, scanner)
      yield { tick, pieces: [lineOf(chunk, index)] }
    }
  }
}

/** A line without what ends it. */
function lineOf(chunk: MarkerChunk, index: number): Buffer {
  const line = chunk.lineBytes(index)
  return line.at(-1) === NEWLINE ? line.subarray(0, -1) : line
}
