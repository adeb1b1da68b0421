import {
  sumUpSource,
  type ChecksumEvent,
  type CollectionChecksum,
  type CollectionSelection,
} from '../../sync/index.js'
import type { Source } from '../../replica/index.js'
import { writeJsonLine, type CommandContext } from '../context.js'
import { EXIT_CODE } from '../exit-code.js'
import { formatCount, plural } from '../human.js'
import { withSource } from '../open-replica.js'
import { createProgressView } from '../progress/progress-view.js'
import { formatTable } from '../table.js'

/** Flags of `tidemark checksum`. */
export interface ChecksumFlags extends CollectionSelection {
  readonly json?: boolean | undefined
  readonly workers?: number | undefined
}

const COLUMNS = [
  { title: 'collection' },
  { title: 'documents', align: 'right' },
  { title: 'revisions', align: 'right' },
  { title: 'contents', align: 'right' },
] as const

/** `tidemark checksum REPLICA`: document count and hashes of each collection. */
export async function checksumCommand(
  context: CommandContext,
  address: string,
  flags: ChecksumFlags,
): Promise<number> {
  const { signal, stdout, stderr } = context
  return withSource(context, address, 'only', async (source) => {
    const view = createProgressView(context, flags.json)
    const note = (event: ChecksumEvent): void => {
      if (event.kind !== 'checksum') view.show(event)
      else if (flags.json === true) writeJsonLine(stdout, toJson(source, event))
    }
    const sums = await sumUpSource(source, { ...flags, signal }, note).finally(view.end)
    for (const sum of sums) if (sum.removals > 0) stderr.write(removalWarning(sum))
    if (flags.json !== true) stdout.write(formatTable(COLUMNS, sums.map(toRow)))
    return EXIT_CODE.fine
  })
}

function toJson(
  source: Source,
  { collection, count, revisions, contents }: CollectionChecksum,
): object {
  return { database: source.database ?? null, collection, count, revisions, contents }
}

function toRow({ collection, count, revisions, contents }: CollectionChecksum): string[] {
  return [collection, formatCount(count), revisions.toString(), contents.toString()]
}

function removalWarning({ collection, removals }: CollectionChecksum): string {
  const what = `"${collection}" holds ${plural(removals, 'removal')}, which a checksum passes over`
  return `warning: ${what}; copy it into a store first for the checksum of its end state\n`
}
