import type { TreeWorkspace } from '../kernel/kernel.js'
import type { TreeShape } from '../tree-shape.js'
import { BuildCounters } from './build-counters.js'
import type { BuildAnswer, SlotState, Work } from './build-task.js'
import type { AttachedTask } from './run-task.js'
import { readAnswer } from './read-answer.js'
import { emptyState } from './tree-slot.js'

/** Runs a task, in this thread or in another one; the signal ends waiting for a thread. */
export type TaskRunner = (task: AttachedTask, signal: AbortSignal) => Promise<BuildAnswer>

/** A part of a job's tree: a workspace, what is known of its leaves, and who works on them. */
export class JobSlot {
  readonly workspace: TreeWorkspace
  readonly counters: BuildCounters
  readonly #runTask: TaskRunner
  #state: SlotState | undefined

  constructor(workspace: TreeWorkspace, runTask: TaskRunner) {
    this.workspace = workspace
    this.counters = new BuildCounters(workspace.progress)
    this.#runTask = runTask
  }

  /** Undefined before the first task has ended. */
  get state(): SlotState | undefined {
    return this.#state
  }

  /**
   * Adds something to the tree; one task at a time.
   *
   * @param base - the shape of the job's tree when it is new
   * @param signal - tells that the job has failed
   * @throws what {@link readAnswer} throws
   */
  async run(base: TreeShape, work: Work, signal: AbortSignal): Promise<void> {
    const state = this.#state ?? emptyState(base)
    const answer = await this.#runTask({ workspace: this.workspace, state, work }, signal)
    this.#state = readAnswer(answer, state)
  }
}
