import assert from 'node:assert/strict'
import { REVISION_LOWER_BOUND } from '../../values/index.js'
import type { MerkleTree } from '../merkle-tree.js'
import { createTreeShape, type TreeShape } from '../tree-shape.js'
import type { BuildOptions, BuildProgress } from './build-options.js'
import type { Work } from './build-task.js'
import { JobSlot, type TaskRunner } from './job-slot.js'
import { mergeSlots } from './merge-slots.js'
import { unlessAborted } from '../unless-aborted.js'
import type { WorkspaceKeeper } from './workspace-keeper.js'

/** What jobs work with. */
export interface JobTools {
  readonly workspaces: WorkspaceKeeper
  /** Other threads that tasks may run in at a time; 0 for none. */
  readonly workers: number
  /** Runs a task in this thread. */
  readonly runHere: TaskRunner
  /** Runs a task in another thread. */
  readonly runThere: TaskRunner
}

/**
 * The making of one tree: hands work out to slots, each of which has a part of the tree, and puts the
 * parts together. The first failure, whatever it is, ends everything.
 */
export class BuildJob {
  /** Levels of the tree. */
  readonly depth: number
  /** Threads that the job has beside this one. */
  readonly workers: number
  readonly #tools: JobTools
  readonly #initialRangeMin: bigint | undefined
  readonly #controller = new AbortController()
  readonly #slots: JobSlot[] = []
  readonly #idle: JobSlot[] = []
  readonly #running = new Set<Promise<void>>()
  #own: JobSlot | undefined
  #base: TreeShape | undefined

  /** @throws TreeError when a tree cannot have that depth */
  constructor(tools: JobTools, { depth, initialRangeMin }: BuildOptions) {
    this.#tools = tools
    this.depth = createTreeShape({ rangeMin: 0n, ...(depth !== undefined && { depth }) }).depth
    this.workers = tools.workers
    this.#initialRangeMin = initialRangeMin
    if (tools.workers === 0) this.#idle.push(this.own)
  }

  /** The slot of this thread: the only one that is ever idle where there are no other threads. */
  get own(): JobSlot {
    this.#own ??= this.#addSlot(this.#tools.runHere)
    return this.#own
  }

  /** Aborted once the job has failed; its reason is why. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Figures of the work that was done until now. */
  get progress(): BuildProgress {
    let total: BuildProgress = { revisions: 0, bytes: 0, removals: 0 }
    for (const { counters } of this.#slots) {
      const { revisions, bytes, removals } = counters.read()
      total = {
        revisions: total.revisions + revisions,
        bytes: total.bytes + bytes,
        removals: total.removals + removals,
      }
    }
    return total
  }

  /**
   * Says where the tree begins, once; nothing can be added before.
   *
   * @param findRangeMin - asked when the caller of the job did not say; undefined when there is no
   *   revision at all. It ends when the job's signal is aborted.
   * @throws TreeError when no tree can begin there
   */
  async begin(findRangeMin: () => Promise<bigint | undefined>): Promise<void> {
    if (this.#base !== undefined) return
    const given = this.#initialRangeMin ?? (await findRangeMin())
    this.signal.throwIfAborted()
    this.#base = createTreeShape({ depth: this.depth, rangeMin: given ?? REVISION_LOWER_BOUND })
  }

  /**
   * Waits for a slot that has no task; give it one with {@link dispatch}.
   *
   * @throws why the job failed
   */
  async idleSlot(): Promise<JobSlot> {
    for (;;) {
      this.signal.throwIfAborted()
      const slot = this.#idle.shift() ?? this.#newSlot()
      if (slot !== undefined) return slot
      await unlessAborted(Promise.race(this.#running), this.signal)
    }
  }

  /** Starts a task in an idle slot. */
  dispatch(slot: JobSlot, work: Work): void {
    const task = this.run(slot, work).then(
      () => {
        this.#running.delete(task)
        this.#idle.push(slot)
      },
      (error: unknown) => {
        this.#running.delete(task)
        this.fail(error)
      },
    )
    this.#running.add(task)
  }

  /**
   * Runs a task in a slot to its end.
   *
   * @throws what the task throws
   */
  async run(slot: JobSlot, work: Work): Promise<void> {
    assert.ok(this.#base !== undefined, 'nothing is added before the job begins')
    await slot.run(this.#base, work, this.signal)
  }

  /** Ends the job; only the first failure counts. */
  fail(error: unknown): void {
    if (this.signal.aborted) return
    this.#controller.abort(error)
    for (const { counters } of this.#slots) counters.stop()
  }

  /**
   * Waits for all tasks and makes the tree.
   *
   * @throws why the job failed
   */
  async finish(): Promise<MerkleTree> {
    while (this.#running.size > 0) {
      await unlessAborted(Promise.race(this.#running), this.signal)
    }
    this.signal.throwIfAborted()
    await this.begin(() => Promise.resolve(undefined))
    return mergeSlots(this.#base as TreeShape, this.#slots)
  }

  /** Waits until no task runs, and gives the workspaces back. */
  async settle(): Promise<void> {
    await Promise.all(this.#running)
    for (const { workspace } of this.#slots.splice(0)) this.#tools.workspaces.giveBack(workspace)
  }

  /** A slot is made only when there is work for it: most trees are small. */
  #newSlot(): JobSlot | undefined {
    const isComplete = this.#running.size >= this.workers
    return isComplete ? undefined : this.#addSlot(this.#tools.runThere)
  }

  #addSlot(runTask: TaskRunner): JobSlot {
    const slot = new JobSlot(this.#tools.workspaces.take(this.depth), runTask)
    this.#slots.push(slot)
    return slot
  }
}
