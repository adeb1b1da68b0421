import assert from 'node:assert/strict'
import { availableParallelism } from 'node:os'
import { setImmediate } from 'node:timers/promises'
import { createWorkerPool, type WorkerPool } from '../../pool/index.js'
import type { MerkleTree } from '../merkle-tree.js'
import { BuildJob } from './build-job.js'
import type { BuildOptions, RevisionSource } from './build-options.js'
import type { BuildAnswer, BuildTask } from './build-task.js'
import { insertArray } from './insert-array.js'
import { insertFiles } from './insert-files.js'
import { insertStream } from './insert-stream.js'
import type { TaskRunner } from './job-slot.js'
import { runBuildJob } from './run-build-job.js'
import { runBuildTask } from './run-task.js'
import { TreeBuildError } from './tree-build-error.js'
import { Turns } from './turns.js'
import { WorkspaceKeeper } from './workspace-keeper.js'

const TASK_FILE = new URL('../../../workers/build-tree.js', import.meta.url)

/** How a {@link TreePool} is made; only tests say more than `workers`. */
export interface TreePoolOptions {
  readonly workers?: number | undefined
  /** The module of the task. */
  readonly taskFile?: URL | undefined
  /** Bytes of a range of a plain file. */
  readonly rangeBytes?: number | undefined
}

/** The pool behind `createMerklePool`. */
export class TreePool {
  readonly workers: number
  readonly #threads: WorkerPool<BuildTask, BuildAnswer> | undefined
  readonly #turns: Turns
  readonly #workspaces: WorkspaceKeeper
  readonly #rangeBytes: number | undefined
  readonly #jobs = new Map<BuildJob, Promise<MerkleTree>>()
  #closing: Promise<void> | undefined

  /** @throws RangeError when `workers` is not a whole number of 0 or more */
  constructor(options: TreePoolOptions) {
    const { workers = availableParallelism(), taskFile = TASK_FILE, rangeBytes } = options
    if (!Number.isInteger(workers) || workers < 0) {
      throw new RangeError(`workers must be a whole number of 0 or more, not ${workers}`)
    }
    this.#threads = workers === 0 ? undefined : createWorkerPool(taskFile, { workers })
    this.workers = workers
    this.#turns = new Turns(workers)
    this.#workspaces = new WorkspaceKeeper(workers + 1)
    this.#rangeBytes = rangeBytes
  }

  async ready(): Promise<void> {
    await this.#threads?.ready()
  }

  buildFromRevisions(revisions: BigUint64Array, options: BuildOptions = {}): Promise<MerkleTree> {
    return this.#build(options, (job) => insertArray(job, revisions))
  }

  buildFromStream(source: RevisionSource, options: BuildOptions = {}): Promise<MerkleTree> {
    return this.#build(options, (job) => insertStream(job, source))
  }

  buildFromFiles(paths: readonly string[], options: BuildOptions = {}): Promise<MerkleTree> {
    return this.#build(options, (job) => insertFiles(job, paths, this.#rangeBytes))
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #close(): Promise<void> {
    for (const job of this.#jobs.keys()) job.fail(new TreeBuildError('the pool is closed'))
    await Promise.allSettled(this.#jobs.values())
    this.#workspaces.clear()
    await this.#threads?.close()
  }

  async #build(
    options: BuildOptions,
    insert: (job: BuildJob) => Promise<void>,
  ): Promise<MerkleTree> {
    if (this.#closing !== undefined) throw new TreeBuildError('the pool is closed')
    options.signal?.throwIfAborted()
    const job = new BuildJob(
      {
        workers: this.workers,
        workspaces: this.#workspaces,
        runHere: (task) => runBuildTask(task, setImmediate),
        runThere: this.#runThere,
      },
      options,
    )
    const building = runBuildJob(job, options, () => insert(job))
    this.#jobs.set(job, building)
    try {
      return await building
    } finally {
      this.#jobs.delete(job)
    }
  }

  /** A task waits here and not in the threads' own queue, where nothing could stop its waiting. */
  readonly #runThere: TaskRunner = ({ workspace: { memory }, state, work }, signal) =>
    this.#turns.run(() => runInThread(this.#threads, { memory, state, work }), signal)
}

async function runInThread(
  threads: WorkerPool<BuildTask, BuildAnswer> | undefined,
  task: BuildTask,
): Promise<BuildAnswer> {
  assert.ok(threads !== undefined, 'a pool without threads runs its tasks here')
  try {
    return await threads.run(task)
  } catch (error) {
    const { message } = error as Error
    throw new TreeBuildError(`a thread failed (${message})`, { cause: error })
  }
}
