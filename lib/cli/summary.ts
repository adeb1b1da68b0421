import type {
  ApplyTotals,
  CollectionTotals,
  FollowProgress,
  PatchTotals,
  RepairTotals,
  SyncFinished,
  TransformTotals,
} from '../sync/index.js'
import { describeTransforms } from './describe-transforms.js'
import { formatBytes, formatCount, formatRate, formatSeconds, plural } from './human.js'

/** The lines that end a synchronisation for a person. */
export function summarise(event: SyncFinished, target: string, seconds: number): string {
  const { totals, collections, views, repair, transformed } = event
  if (repair !== undefined) return summariseRepair(event, repair, target, seconds)
  const parts = [
    plural(collections.length, 'collection'),
    ...(views === 0 ? [] : [plural(views, 'view')]),
    plural(totals.documents, 'document'),
    formatBytes(totals.bytes),
    formatSeconds(seconds),
    formatRate(totals.bytes, seconds),
  ]
  const lines = transformed === undefined ? [] : remarksOnTransforms(transformed)
  return toLines([`copied to ${target}: ${parts.join(', ')}`, ...lines, ...remarks(totals)])
}

/** The lines that tell what transforms made of a copy. */
function remarksOnTransforms(totals: TransformTotals): string[] {
  const { renamed, leftOut, made } = totals
  const listOf = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ')
  const renamings = renamed.map(({ from, to }) => `"${from}" to "${to}"`)
  return [
    describeTransforms(totals),
    ...(renamed.length === 0 ? [] : [`renamed: ${renamings.join(', ')}`]),
    ...(leftOut.length === 0 ? [] : [`left out: ${listOf(leftOut)}`]),
    ...(made.length === 0 ? [] : [`made for documents that were sent there: ${listOf(made)}`]),
  ]
}

function summariseRepair(
  { collections, totals }: SyncFinished,
  repair: RepairTotals,
  target: string,
  seconds: number,
): string {
  const became = OUTCOMES.flatMap(({ outcome, word }) => {
    const count = collections.filter((one) => one.outcome === outcome).length
    return count === 0 ? [] : [`${formatCount(count)} ${word}`]
  })
  const copied = collections
    .filter(({ outcome }) => outcome === 'copied')
    .reduce((sum, one) => sum + one.totals.documents, 0)
  const what = `${plural(collections.length, 'collection')} (${became.join(', ') || 'none'})`
  const parts = [
    ...(copied === 0 ? [] : [`${plural(copied, 'document')} copied`]),
    plural(repair.ranges, 'range'),
    `${plural(repair.revisionsCompared, 'revision')} compared`,
    `${plural(repair.fetched, 'document')} fetched`,
    `${plural(repair.removed, 'revision')} removed`,
    `${formatBytes(repair.transferredBytes)} transferred`,
    `${formatBytes(repair.savedBytes)} saved`,
    formatSeconds(seconds),
  ]
  // Removals are among the parts already.
  const rest = remarks({ ...totals, removals: 0 })
  return toLines([`${target} is equal: ${what}, ${parts.join(', ')}`, ...rest])
}

const OUTCOMES = [
  { outcome: 'equal', word: 'equal before' },
  { outcome: 'repaired', word: 'repaired' },
  { outcome: 'truncated', word: 'emptied' },
  { outcome: 'copied', word: 'copied' },
] as const

function toLines(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('')
}

/** The lines that end the following of a leader for a person. */
export function summariseFollowed({ position, totals, isLevel }: FollowProgress): string {
  const { markers, documents, definitions, resyncs } = totals
  const parts = [
    plural(markers, 'change'),
    plural(documents, 'document'),
    plural(totals.removals, 'removal'),
    ...(definitions === 0 ? [] : [plural(definitions, 'definition')]),
    ...(resyncs === 0 ? [] : [`synchronised anew ${plural(resyncs, 'time')}`]),
  ]
  const where = isLevel ? 'level with its leader' : 'behind its leader'
  const line = `${where} at tick ${position.tick}: ${parts.join(', ')}`
  return toLines([line, ...remarksOnRevisions(totals)])
}

/** The line that tells what went into a patch. */
export function summarisePatch(totals: PatchTotals, path: string): string {
  return toLines([`written to ${path}: ${describePatch(totals).join(', ')} of lines`])
}

/** The lines that end the applying of a patch for a person. */
export function summariseApplied(totals: ApplyTotals, target: string): string {
  const parts = describePatch(totals).join(', ')
  return toLines([`applied to ${target}: ${parts} of documents`, ...remarksOnRevisions(totals)])
}

function describePatch({ made, dropped, removals, documents, bytes }: PatchTotals): string[] {
  return [
    ...(made === 0 ? [] : [`${plural(made, 'collection')} made`]),
    ...(dropped === 0 ? [] : [`${plural(dropped, 'collection')} dropped`]),
    plural(removals, 'removal'),
    plural(documents, 'document'),
    formatBytes(bytes),
  ]
}

function remarks(totals: CollectionTotals): string[] {
  const { removals } = totals
  return [
    ...remarksOnRevisions(totals),
    ...(removals === 0 ? [] : [`${plural(removals, 'removal')} applied`]),
  ]
}

/** Lines on documents whose revision is not what one would expect. */
export function remarksOnRevisions({
  replacedRevisions,
  futureRevisions,
}: Pick<CollectionTotals, 'replacedRevisions' | 'futureRevisions'>): string[] {
  return [
    ...(replacedRevisions === 0
      ? []
      : [`${formatCount(replacedRevisions)} documents had no revision to keep and got a new one`]),
    ...(futureRevisions === 0
      ? []
      : [
          `${formatCount(futureRevisions)} revisions are more than a day ahead of this clock; kept`,
        ]),
  ]
}
