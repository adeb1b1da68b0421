import { availableParallelism } from 'node:os'
import { createWorkerPool, type WorkerPool } from '../../pool/index.js'
import type { EntryChunk } from '../entry-chunk.js'
import { CollectionPaths, nameOf, unusedRulesOf, type CollectionPath } from './collection-paths.js'
import type { CollectionInfo, DocumentTransform } from './document-transform.js'
import { resolveTransforms } from './load-transform.js'
import type { TransformSetup } from './ready/registry.js'
import { withRunSeed } from './ready/run-seed.js'
import { Semaphore } from './semaphore.js'
import { sliceChunk } from './slice-chunk.js'
import { TransformCounter } from './transform-counter.js'
import type {
  CollectionPlan,
  TransformedChunk,
  TransformOptions,
  TransformRunner,
} from './transform-runner.js'
import { TransformSetupError } from './transform-setup-error.js'
import {
  buffersOf,
  errorOf,
  fromPlainChunk,
  plainBytes,
  toPlainChunk,
  type TransformAnswer,
  type TransformTask,
} from './transform-task.js'
import { TransformThreadError } from './transform-thread-error.js'
import { transformWhole } from './transform-whole.js'

/** How {@link createParallelRunner} runs transforms. */
export interface ParallelOptions extends TransformOptions {
  /** Threads. Default: `availableParallelism()`. */
  readonly workers?: number | undefined
  /** What transforms are loaded with. Default: the process's directory and environment. */
  readonly setup?: TransformSetup | undefined
  /** Aborting it ends the threads that have work; their chunks fail with its reason. */
  readonly signal?: AbortSignal | undefined
}

/** The answer to a part of a chunk that was transformed. */
type Done = Extract<TransformAnswer, { readonly kind: 'done' }>

const TASK_FILE = new URL('../../../workers/transform.js', import.meta.url)
/** Tasks for each thread: one to work on, and one that waits. */
const TASKS_PER_WORKER = 2

/**
 * Makes a runner that applies transforms in threads, each of which loads them by its own; results,
 * dead letters and counts come in the order of the chunks all the same. A chunk is cut into parts when
 * no other is under way. Worth it where functions take longer than handing documents over.
 *
 * @param specs - as for `loadTransform`
 * @throws TransformSetupError when a transform cannot be loaded, or remembers what it saw
 * @throws RangeError when `workers` is not a whole number of 1 or more
 */
export async function createParallelRunner(
  specs: readonly string[],
  options: ParallelOptions = {},
): Promise<TransformRunner> {
  const given = options.setup ?? { cwd: process.cwd(), environment: process.env }
  const setup = withRunSeed(given)
  const transforms = await resolveTransforms(specs, setup)
  const stateful = transforms.find(({ isStateful }) => isStateful === true)
  if (stateful !== undefined) {
    const reason = 'it remembers what it saw, so it cannot run in several threads'
    throw new TransformSetupError('use', nameOf(stateful), reason)
  }
  return new ParallelRunner(specs, transforms, threadSetup(setup), options)
}

/** What threads need to know: of the environment nothing but our own variables. */
function threadSetup({ cwd, environment }: TransformSetup): TransformSetup {
  const own = Object.entries(environment).filter(([name]) => name.startsWith('TIDEMARK_'))
  return { cwd, environment: Object.fromEntries(own) }
}

class ParallelRunner implements TransformRunner {
  readonly chunksInFlight: number
  readonly counts: TransformCounter = new TransformCounter()
  readonly #specs: readonly string[]
  readonly #setup: TransformSetup
  readonly #options: ParallelOptions
  readonly #pool: WorkerPool<TransformTask, TransformAnswer>
  readonly #places: Semaphore
  readonly #paths: CollectionPaths
  /** Whether documents can be sent to a collection that a later transform has asked about. */
  readonly #needsKnown: boolean
  /** Rules that matched in no thread. */
  #unused: readonly string[]
  #chunksUnderWay = 0
  /** Settles when the chunk before has been delivered. */
  #delivered: Promise<unknown> = Promise.resolve()

  constructor(
    specs: readonly string[],
    transforms: readonly DocumentTransform[],
    setup: TransformSetup,
    options: ParallelOptions,
  ) {
    const workers = options.workers ?? availableParallelism()
    this.#pool = createWorkerPool(TASK_FILE, { workers })
    this.chunksInFlight = TASKS_PER_WORKER * workers
    this.#places = new Semaphore(this.chunksInFlight)
    this.#specs = specs
    this.#setup = setup
    this.#options = options
    this.#paths = new CollectionPaths(transforms)
    this.#unused = unusedRulesOf(transforms)
    const asksLater = transforms.slice(1).some((transform) => transform.collection !== undefined)
    this.#needsKnown = asksLater
  }

  plan(info: CollectionInfo): CollectionPlan | undefined {
    return this.#paths.find(info).plan
  }

  async transform(
    chunk: EntryChunk,
    collection: CollectionInfo | undefined,
  ): Promise<TransformedChunk> {
    const path = this.#paths.find(collection)
    const previous = this.#delivered
    const delivery = this.#transformInTurn(chunk, path, previous)
    this.#delivered = delivery.catch(() => undefined)
    return delivery
  }

  unusedRules(): readonly string[] {
    return this.#unused
  }

  close(): Promise<void> {
    return this.#pool.close()
  }

  async #transformInTurn(
    chunk: EntryChunk,
    path: CollectionPath,
    previous: Promise<unknown>,
  ): Promise<TransformedChunk> {
    this.#chunksUnderWay += 1
    try {
      const isAlone = this.#chunksUnderWay === 1
      if (!needsThreads(path)) {
        await previous
        return transformWhole(chunk, path, this.counts) as TransformedChunk
      }
      const slices = sliceChunk(chunk, isAlone ? this.#pool.workers : 1)
      const answers = slices.map((slice) => this.#run(slice, path))
      // Each is waited for in its turn; until then nobody hears of its failure.
      for (const answer of answers) answer.catch(() => undefined)
      await previous
      const parts: TransformedChunk[] = []
      for (const [index, slice] of slices.entries()) {
        parts.push(await this.#deliver((await answers[index]) as TransformAnswer, slice))
      }
      return joinParts(parts)
    } finally {
      this.#chunksUnderWay -= 1
    }
  }

  async #run(slice: EntryChunk, path: CollectionPath): Promise<TransformAnswer> {
    const { signal, onError, numbers, keys } = this.#options
    await this.#places.enter()
    try {
      signal?.throwIfAborted()
      const plain = toPlainChunk(slice)
      const known = this.#needsKnown ? this.#paths.known().map(withoutPlan) : []
      const task: TransformTask = {
        ...{ specs: this.#specs, setup: this.#setup, options: { onError, numbers, keys } },
        ...{ chunk: plain, path: withoutPlan(path), known, knownVersion: known.length },
      }
      return await this.#pool.run(task, { signal, transfer: buffersOf(plain) })
    } catch (error) {
      signal?.throwIfAborted()
      throw threadError(error, slice, path)
    } finally {
      this.#places.leave()
    }
  }

  async #deliver(answer: TransformAnswer, slice: EntryChunk): Promise<TransformedChunk> {
    if (answer.kind !== 'done') throw errorOf(answer)
    this.counts.add(answer.counts)
    this.#noteUnused(answer.unused)
    for (const { line, ...letter } of answer.letters) {
      await this.#options.onDeadLetter?.({ ...letter, line: plainBytes(line) })
    }
    return { chunks: chunksOf(answer, slice), routed: routedOf(answer) }
  }

  #noteUnused(ofThread: readonly string[]): void {
    if (this.#unused.length === 0) return
    const unused = new Set(ofThread)
    this.#unused = this.#unused.filter((name) => unused.has(name))
  }
}

/** Threads need not know what becomes of the definition. */
function withoutPlan(path: CollectionPath): CollectionPath {
  return { ...path, plan: undefined }
}

function needsThreads({ isLeftOut, data }: CollectionPath): boolean {
  return !isLeftOut && data[0] !== 'none' && data.some((plan) => plan !== 'unchanged')
}

function chunksOf({ chunks }: Done, slice: EntryChunk): readonly EntryChunk[] {
  return chunks === 'same' ? [slice] : chunks.map(fromPlainChunk)
}

function routedOf({ routed }: Done): TransformedChunk['routed'] {
  return new Map(routed.map(([name, chunks]) => [name, chunks.map(fromPlainChunk)]))
}

function joinParts(parts: readonly TransformedChunk[]): TransformedChunk {
  const [first] = parts
  if (parts.length === 1 && first !== undefined) return first
  const routed = new Map<string, readonly EntryChunk[]>()
  for (const part of parts) {
    for (const [name, chunks] of part.routed) {
      routed.set(name, [...(routed.get(name) ?? []), ...chunks])
    }
  }
  return { chunks: parts.flatMap(({ chunks }) => chunks), routed }
}

/** Says which lines were at hand when a thread ended; an error of ours stays as it is. */
function threadError(error: unknown, slice: EntryChunk, path: CollectionPath): Error {
  const name = path.names[0]
  const lines = `lines ${slice.lineNumber(0)} to ${slice.lineNumber(slice.lineCount - 1)}`
  const source = slice.source === undefined ? '' : ` of ${slice.source}`
  const collection = name === undefined ? '' : ` of collection "${name}"`
  const reason = 'a thread failed; a transform may have ended it, or thrown outside of its function'
  const what = `documents${collection} (${lines}${source})`
  return new TransformThreadError(what, reason, { cause: error })
}
