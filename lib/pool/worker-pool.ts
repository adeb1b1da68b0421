import { availableParallelism } from 'node:os'
import { Piscina } from 'piscina'

/** What {@link LOADER_FILE} gets: where the task is, and what it gets. */
interface LoadedTask {
  readonly file: string
  readonly task?: unknown
}

/** How {@link createWorkerPool} makes its threads. */
export interface WorkerPoolOptions {
  /** Threads; default: `availableParallelism()`. */
  readonly workers?: number | undefined
}

/** How one task is run. */
export interface RunTaskOptions {
  /** Aborting it ends the thread that has the task; another one takes its place. */
  readonly signal?: AbortSignal | undefined
  /** Buffers that move to the worker instead of being copied. */
  readonly transfer?: readonly ArrayBuffer[] | undefined
}

/** Threads that run one kind of task. */
export interface WorkerPool<Task, Result> {
  readonly workers: number
  /**
   * Starts the threads that have not been needed yet, and waits until each has loaded its task. Tasks
   * need not wait: they are kept until a thread can take them.
   *
   * @throws Error when a thread cannot load it
   */
  ready(): Promise<void>
  /**
   * Runs one task in the next thread that is free.
   *
   * @throws what the task throws, or the signal's reason; Error when the thread ends, for whatever
   *   reason, or the pool is closed. Other tasks then still have their threads.
   */
  run(task: Task, options?: RunTaskOptions): Promise<Result>
  /** Ends the threads; tasks under way are rejected. */
  close(): Promise<void>
}

/** Runs the task of any pool. */
const LOADER_FILE = new URL('../../workers/load-task.cjs', import.meta.url).href

/**
 * Makes a pool of worker threads for the task that `file`, a module of `workers/`, exports by default.
 * A thread starts when a task finds no other that is free, since each takes 10 to 15 MB, and stays. The
 * threads do not keep a process alive that has nothing else to do, but close the pool when done.
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
  return new PiscinaPool(file, workers)
}

class PiscinaPool<Task, Result> implements WorkerPool<Task, Result> {
  readonly workers: number
  readonly #file: string
  readonly #piscina: Piscina<LoadedTask, Result>
  #loading: Promise<void> | undefined
  /** Why a thread failed that had no task to tell: most often it could not load its module. */
  #fault: unknown
  #closing: Promise<void> | undefined

  constructor(file: URL, workers: number) {
    this.workers = workers
    this.#file = file.href
    this.#piscina = new Piscina({
      filename: LOADER_FILE,
      minThreads: 0,
      maxThreads: workers,
      idleTimeout: Infinity,
    })
    // Without a listener such an error would end the process; tasks would wait for ever.
    this.#piscina.on('error', (error) => {
      this.#fault = error
      void this.#piscina.destroy()
    })
  }

  async ready(): Promise<void> {
    this.#assertUsable()
    this.#loading ??= this.#load()
    try {
      await this.#loading
    } catch (error) {
      if (this.#closing !== undefined) this.#assertUsable()
      throw error
    }
  }

  async run(task: Task, { signal, transfer = [] }: RunTaskOptions = {}): Promise<Result> {
    this.#assertUsable()
    const options = { transferList: [...transfer], ...(signal === undefined ? {} : { signal }) }
    try {
      return await this.#piscina.run({ file: this.#file, task }, options)
    } catch (error) {
      signal?.throwIfAborted()
      this.#assertUsable()
      throw error
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#piscina.destroy()
    return this.#closing
  }

  async #load(): Promise<void> {
    const file = this.#file
    // Given out at once, one task goes to each thread.
    const loads = Array.from({ length: this.workers }, () => this.#piscina.run({ file }))
    try {
      await Promise.all(loads)
    } catch (error) {
      this.#fault ??= error
      throw error
    }
  }

  #assertUsable(): void {
    if (this.#closing !== undefined) throw new Error('Cannot run a task: the pool is closed')
    if (this.#fault === undefined) return
    throw new Error('Cannot run a task: a thread of the pool failed', { cause: this.#fault })
  }
}
