import { availableParallelism } from 'node:os'
import { Piscina } from 'piscina'

/** How {@link createWorkerPool} makes its threads. */
export interface WorkerPoolOptions {
  /** Threads; default: `availableParallelism()`. */
  readonly workers?: number | undefined
}

/** How one task is run. */
export interface RunTaskOptions {
  readonly signal?: AbortSignal | undefined
  /** Buffers that move to the worker instead of being copied. */
  readonly transfer?: readonly ArrayBuffer[] | undefined
}

/** Threads that run one kind of task. */
export interface WorkerPool<Task, Result> {
  readonly workers: number
  /** @throws what the task throws, or the signal's reason */
  run(task: Task, options?: RunTaskOptions): Promise<Result>
  /** Ends the threads; tasks under way are rejected. */
  close(): Promise<void>
}

/**
 * Starts a pool of worker threads for the task that `file`, a module of `workers/`, exports by
 * default. Close it when done.
 *
 * @throws RangeError when `workers` is not a whole number of 1 or more
 */
export function createWorkerPool<Task, Result>(
  file: URL,
  { workers = availableParallelism() }: WorkerPoolOptions = {},
): WorkerPool<Task, Result> {
  if (!Number.isInteger(workers) || workers < 1) {
    throw new RangeError(`workers must be a whole number of 1 or more, not ${workers}`)
  }
  const piscina = new Piscina<Task, Result>({
    filename: file.href,
    minThreads: workers,
    maxThreads: workers,
  })
  return {
    workers,
    run: async (task, { signal, transfer = [] } = {}) => {
      const options = { transferList: [...transfer], ...(signal === undefined ? {} : { signal }) }
      try {
        return await piscina.run(task, options)
      } catch (error) {
        signal?.throwIfAborted()
        throw error
      }
    },
    close: () => piscina.destroy(),
  }
}
