import { revision, type RevisionRange } from '../values/index.js'

/**
 * Adds a range behind those that there are, which begin and end earlier; one that touches or
 * overlaps the last is joined to it.
 */
export function addRange(ranges: RevisionRange[], from: bigint, through: bigint): void {
  const last = ranges[ranges.length - 1]
  if (last === undefined || last.through < from - 1n) {
    ranges.push({ from: revision(from), through: revision(through) })
  } else {
    ranges[ranges.length - 1] = { from: last.from, through: revision(through) }
  }
}
