import type { DiffCollectionCompared, Difference, DiffFinished } from '../sync/index.js'
import { unreachable } from '../core/index.js'
import { formatBytes, formatCount, plural } from './human.js'
import { printable } from './printable.js'
import { formatTable } from './table.js'

const COLUMNS = [
  { title: 'collection' },
  { title: 'result' },
  { title: 'by' },
  { title: 'only in A', align: 'right' },
  { title: 'only in B', align: 'right' },
  { title: 'different', align: 'right' },
  { title: 'ranges', align: 'right' },
  { title: 'revisions', align: 'right' },
  { title: 'documents read', align: 'right' },
  { title: 'bytes read', align: 'right' },
] as const

/** The line of one difference for a person. */
export function formatDifference(difference: Difference): string {
  return `${printable(describe(difference))}\n`
}

function describe(difference: Difference): string {
  const { kind, collection, key } = difference
  const place = key === null ? quote(collection) : `${quote(collection)}/${quote(key)}`
  switch (kind) {
    case 'different':
      return `${place} differs: ${difference.paths.join(', ')}`
    case 'onlyInA':
      return `${place} is only in A`
    case 'onlyInB':
      return `${place} is only in B`
    case 'collectionOnlyInA':
      return `collection ${place} is only in A`
    case 'collectionOnlyInB':
      return `collection ${place} is only in B`
    default:
      return unreachable(kind, 'difference')
  }
}

/** Names with blanks would look like several. */
function quote(name: string): string {
  return name.includes(' ') ? JSON.stringify(name) : name
}

/** What was found of each collection, and what was read to find it. */
export function formatDiffTable({ collections }: DiffFinished): string {
  return formatTable(COLUMNS, collections.map(toRow))
}

function toRow(compared: DiffCollectionCompared): string[] {
  const { collection, by, onlyInA, onlyInB, different, read, presence } = compared
  // Of a collection that one side lacks, no document was looked at: noughts would speak of them.
  if (presence !== 'both') return [printable(quote(collection)), resultOf(compared)]
  const counts = [onlyInA, onlyInB, different, read.ranges, read.revisionsListed]
  return [
    printable(quote(collection)),
    resultOf(compared),
    by ?? '',
    ...[...counts, read.documentsRead].map(formatCount),
    formatBytes(read.transferredBytes + read.dumpBytes),
  ]
}

function resultOf({ presence, isEqual, isComplete }: DiffCollectionCompared): string {
  if (presence !== 'both') return presence === 'onlyInA' ? 'only in A' : 'only in B'
  if (isEqual) return 'equal'
  return isComplete ? 'different' : 'different, stopped'
}

/** The line that ends a comparison. */
export function summariseDiff({ isEqual, isLimited, differences }: DiffFinished): string {
  if (isEqual) return 'equal\n'
  const found = plural(differences, 'difference')
  return isLimited ? `stopped after ${found}: there may be more\n` : `${found}\n`
}
