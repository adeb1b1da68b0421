import { ReplicationError } from '../core/index.js'

/** Where a repair ended that did not make the trees equal. */
export interface UnequalTrees {
  readonly collection: string
  /** How often what differed was moved. */
  readonly rounds: number
  /** Ranges of revisions in which the trees still differ. */
  readonly ranges: number
  readonly sourceCount: number
  readonly targetCount: number
  /** Revisions that the source listed in the last round, which the target did not have. */
  readonly listed: number
  /** How many of them it gave no document for. */
  readonly missing: number
}

/** Everything that differed was moved, several times, and the trees are still not equal. */
export class TreesDifferError extends ReplicationError {
  readonly code = 'ERR_TREES_DIFFER' as const
  readonly trees: UnequalTrees

  constructor(trees: UnequalTrees) {
    super(`Cannot make collection "${trees.collection}" equal: ${describe(trees)}`)
    this.trees = trees
  }
}

function describe(trees: UnequalTrees): string {
  const { rounds, ranges, sourceCount, targetCount } = trees
  return (
    `after ${rounds} rounds the revision trees still differ in ${ranges} ranges ` +
    `(${sourceCount} documents at the source, ${targetCount} at the target): ${reasonOf(trees)}; ` +
    'a full copy does not depend on the trees'
  )
}

function reasonOf({ listed, missing }: UnequalTrees): string {
  if (missing > 0) return `the source lists ${missing} revisions that it gives no documents for`
  if (listed > 0) return 'the target has other revisions than were written to it'
  return 'the tree of the source does not fit the revisions that it lists'
}
