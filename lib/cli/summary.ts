import type { CollectionTotals, SyncFinished } from '../sync/index.js'
import { formatBytes, formatCount, formatRate, formatSeconds, plural } from './human.js'

/** The lines that end a synchronisation for a person. */
export function summarise(event: SyncFinished, target: string, seconds: number): string {
  const { totals, collections, views } = event
  const parts = [
    plural(collections.length, 'collection'),
    ...(views === 0 ? [] : [plural(views, 'view')]),
    plural(totals.documents, 'document'),
    formatBytes(totals.bytes),
    formatSeconds(seconds),
    formatRate(totals.bytes, seconds),
  ]
  return [`copied to ${target}: ${parts.join(', ')}`, ...remarks(totals)]
    .map((line) => `${line}\n`)
    .join('')
}

function remarks({ replacedRevisions, futureRevisions, removals }: CollectionTotals): string[] {
  return [
    ...(replacedRevisions === 0
      ? []
      : [`${formatCount(replacedRevisions)} documents had no revision to keep and got a new one`]),
    ...(futureRevisions === 0
      ? []
      : [
          `${formatCount(futureRevisions)} revisions are more than a day ahead of this clock; kept`,
        ]),
    ...(removals === 0 ? [] : [`${plural(removals, 'removal')} applied`]),
  ]
}
