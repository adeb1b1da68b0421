import type { TreeWorkspace } from '../kernel/kernel.js'
import { TreeError } from '../tree-error.js'
import { reshapeLeaves } from '../tree-leaves.js'
import { growToHold, type TreeShape } from '../tree-shape.js'
import { BuildCounters } from './build-counters.js'
import { TaskFailure, type SlotState } from './build-task.js'
import { LineFeed } from './line-feed.js'

/** The state of a workspace without a revision. */
export function emptyState(base: TreeShape): SlotState {
  return { base, shape: base, lowest: 2n ** 64n, highest: -1n, count: 0, hash: 0n }
}

/** A part of a tree in a workspace, for the time of one task. */
export class TreeSlot {
  readonly workspace: TreeWorkspace
  readonly counters: BuildCounters
  /** Reads lines into the workspace; {@link insertLines} takes their revisions out. */
  readonly lines: LineFeed
  #state: SlotState

  constructor(workspace: TreeWorkspace, state: SlotState) {
    this.workspace = workspace
    this.counters = new BuildCounters(workspace.progress)
    this.lines = new LineFeed(workspace, this.counters)
    this.#state = state
  }

  get state(): SlotState {
    return this.#state
  }

  /**
   * Adds the first revisions of the workspace to the tree.
   *
   * @throws TaskFailure when the tree cannot grow so far
   */
  insert(count: number): void {
    if (count === 0) return
    const { lowest, highest } = this.workspace.bounds(0, count)
    this.#grow(lowest, highest)
    const hash = this.workspace.insert(0, count, this.#state.shape)
    this.#state = {
      ...this.#state,
      count: this.#state.count + count,
      hash: this.#state.hash ^ hash,
    }
    this.counters.addRevisions(count)
  }

  /** Adds the revisions of all lines that are complete, but for the last ones: see {@link flush}. */
  insertLines(): void {
    while (this.lines.scan()) this.flush()
  }

  /** Adds the last line of a file that does not end with a newline. */
  finishLines(): void {
    while (this.lines.finish()) this.flush()
  }

  /** Adds the revisions that were read from lines and are still waiting for more. */
  flush(): void {
    this.insert(this.lines.filled)
    this.lines.filled = 0
  }

  #grow(lowestNew: bigint, highestNew: bigint): void {
    const { base, shape } = this.#state
    const lowest = lowestNew < this.#state.lowest ? lowestNew : this.#state.lowest
    const highest = highestNew > this.#state.highest ? highestNew : this.#state.highest
    this.#state = { ...this.#state, lowest, highest }
    if (lowest >= shape.rangeMin && highest < shape.rangeMax) return
    /*
     * From the base, not from where it is: so the shape depends on the revisions alone, not on the
     * order in which they come, and every part of a tree can be brought to the shape of the whole.
     */
    const grown = growFrom(base, lowest, highest)
    reshapeLeaves(this.workspace.leaves, shape, grown)
    this.#state = { ...this.#state, shape: grown }
  }
}

function growFrom(base: TreeShape, lowest: bigint, highest: bigint): TreeShape {
  try {
    return growToHold(base, lowest, highest)
  } catch (error) {
    if (error instanceof TreeError) throw new TaskFailure({ kind: 'unfit', lowest, highest })
    throw error
  }
}
