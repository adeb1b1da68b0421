import type { GlobalSyncFinished } from '../sync/index.js'
import { formatBytes, formatCount, formatSeconds, plural } from './human.js'
import { remarksOnRevisions } from './summary.js'

/** The lines that end a synchronisation of all databases for a person. */
export function summariseAll(
  { databases, kept, dropped, totals }: GlobalSyncFinished,
  target: string,
  seconds: number,
): string {
  const sum = (figures: readonly number[]): number => figures.reduce((a, b) => a + b, 0)
  const fresh = databases.filter(({ isNew }) => isNew).length
  const repairs = databases.flatMap(({ repair }) => (repair === undefined ? [] : [repair]))
  const parts = [
    `${plural(databases.length, 'database')}${fresh === 0 ? '' : ` (${formatCount(fresh)} new)`}`,
    plural(sum(databases.map(({ collections }) => collections)), 'collection'),
    `${plural(totals.documents, 'document')} written`,
    ...(repairs.length === 0
      ? []
      : [`${plural(sum(repairs.map(({ removed }) => removed)), 'revision')} removed`]),
    formatBytes(totals.bytes),
    ...(dropped.length === 0 ? [] : [`${formatCount(dropped.length)} dropped`]),
    formatSeconds(seconds),
  ]
  const lines = [
    `all databases are in ${target}: ${parts.join(', ')}`,
    ...remarksOnRevisions(totals),
    ...(kept.length === 0 ? [] : [describeKept(kept)]),
  ]
  return lines.map((line) => `${line}\n`).join('')
}

/** Names what only the target has. */
function describeKept(kept: readonly string[]): string {
  const names = kept.map((name) => `"${name}"`).join(', ')
  const [subject, verb] = kept.length === 1 ? ['database', 'is'] : ['databases', 'are']
  return `kept: ${subject} ${names}, which ${verb} not at the source; --delete-extra drops them`
}
