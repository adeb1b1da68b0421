import type { CollectionCompared, CollectionFinished, RepairTotals } from '../../sync/index.js'
import { unreachable } from '../../core/index.js'
import { formatBytes, formatCount, formatRate, plural } from '../human.js'

/** What became of a collection, in figures. */
export function describeOutcome(
  { outcome, totals, repair }: CollectionFinished,
  seconds: number,
): string {
  switch (outcome) {
    case 'copied': {
      const { documents, bytes } = totals
      const rate = formatRate(bytes, seconds)
      return `${plural(documents, 'document')}, ${formatBytes(bytes)}, ${rate}`
    }
    case 'equal':
      return ['equal', ...savedPart(repair)].join(', ')
    case 'truncated':
      return `emptied, ${plural(totals.removals, 'document')} removed`
    case 'repaired':
      return [...(repair === undefined ? [] : repairParts(repair)), ...savedPart(repair)].join(', ')
    default:
      return unreachable(outcome, 'outcome of a collection')
  }
}

/** What two trees showed. */
export function comparisonParts(event: CollectionCompared): readonly string[] {
  const { ranges, sourceCount, targetCount } = event
  const counts = `${formatCount(sourceCount)} documents there, ${formatCount(targetCount)} here`
  return [ranges === 0 ? 'trees are equal' : `trees differ in ${plural(ranges, 'range')}`, counts]
}

/** How far a repair is. */
export function repairParts(repair: RepairTotals): readonly string[] {
  const { revisionsCompared, fetched, removed } = repair
  return [
    `${plural(revisionsCompared, 'revision')} compared`,
    `${formatCount(fetched)} fetched`,
    `${formatCount(removed)} removed`,
  ]
}

function savedPart(repair: RepairTotals | undefined): readonly string[] {
  return repair === undefined ? [] : [`${formatBytes(repair.savedBytes)} saved`]
}
