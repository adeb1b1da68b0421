import type { EntryChunk } from '../../streams/index.js'
import { WORKSPACE_REVISIONS } from '../kernel/kernel.js'
import { BadLine } from './bad-line.js'
import type { BuildJob } from './build-job.js'
import type { RevisionSource } from './build-options.js'
import { LineFeed } from './line-feed.js'
import { badLineError } from './read-answer.js'
import { unlessAborted } from '../unless-aborted.js'

/**
 * Gives a job a stream of revisions, or of lines, which are read in this thread: that is faster than
 * moving them to another one. Whole blocks of revisions go to whoever is idle.
 *
 * @throws DumpLineError, LineTooLongError when a line of a chunk cannot be used
 * @throws what the source throws
 */
export async function insertStream(job: BuildJob, source: RevisionSource): Promise<void> {
  const gatherer = new Gatherer(job)
  await pullAll(source, job.signal, (item) => gatherer.add(item))
  await gatherer.finish()
}

/** Gathers revisions in this thread's workspace and hands them on in whole blocks. */
class Gatherer {
  readonly #job: BuildJob
  readonly #lines: LineFeed

  constructor(job: BuildJob) {
    this.#job = job
    this.#lines = new LineFeed(job.own.workspace, job.own.counters)
  }

  add(item: EntryChunk | BigUint64Array): Promise<void> {
    return item instanceof BigUint64Array ? this.#addRevisions(item) : this.#addChunk(item)
  }

  /** The last revisions are added here: there are too few to be sent around. */
  async finish(): Promise<void> {
    if (this.#lines.filled > 0) await this.#insertHere()
  }

  async #addRevisions(revisions: BigUint64Array): Promise<void> {
    const lines = this.#lines
    const { workspace } = this.#job.own
    for (let first = 0; first < revisions.length;) {
      const room = WORKSPACE_REVISIONS - lines.filled
      const block = revisions.subarray(first, first + room)
      workspace.revisions.set(block, lines.filled)
      lines.filled += block.length
      first += block.length
      if (lines.filled === WORKSPACE_REVISIONS) await this.#handOn()
    }
  }

  async #addChunk(chunk: EntryChunk): Promise<void> {
    try {
      await this.#addLines(chunk.buffer)
    } catch (error) {
      if (!(error instanceof BadLine)) throw error
      throw badLineError(error, chunk.place(findLine(chunk, error.byteOffset)))
    }
    this.#job.own.counters.addBytes(chunk.buffer.length)
  }

  async #addLines(bytes: Buffer): Promise<void> {
    const lines = this.#lines
    lines.begin(0)
    for (let offset = 0; offset < bytes.length;) {
      const taken = bytes.copy(lines.space, 0, offset)
      offset += taken
      lines.take(taken)
      while (lines.scan()) await this.#handOn()
    }
    while (lines.finish()) await this.#handOn()
  }

  async #handOn(): Promise<void> {
    if (this.#job.workers === 0) {
      await this.#insertHere()
      return
    }
    await this.#begin()
    const count = this.#lines.filled
    const slot = await this.#job.idleSlot()
    slot.workspace.revisions.set(this.#job.own.workspace.revisions.subarray(0, count))
    this.#lines.filled = 0
    this.#job.dispatch(slot, { kind: 'filled', count })
  }

  async #insertHere(): Promise<void> {
    await this.#begin()
    await this.#job.run(this.#job.own, { kind: 'filled', count: this.#lines.filled })
    this.#lines.filled = 0
  }

  #begin(): Promise<void> {
    return this.#job.begin(() => Promise.resolve(this.#job.own.workspace.revisions[0]))
  }
}

/** The line of a chunk that begins at an offset of its buffer. */
function findLine({ offsets, lineCount }: EntryChunk, offset: number): number {
  let low = 0
  let high = lineCount - 1
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((offsets[middle] as number) <= offset) low = middle
    else high = middle - 1
  }
  return low
}

/**
 * Pulls all items, and closes the source when it is left early. Unlike `for await` it does not wait for
 * a source that hangs once the signal is aborted.
 */
async function pullAll<Item>(
  source: AsyncIterable<Item>,
  signal: AbortSignal,
  use: (item: Item) => Promise<void>,
): Promise<void> {
  const iterator = source[Symbol.asyncIterator]()
  let isPulling = false
  try {
    for (;;) {
      isPulling = true
      const result = await unlessAborted(iterator.next(), signal)
      isPulling = false
      if (result.done === true) return
      await use(result.value)
    }
  } catch (error) {
    const closed = closeQuietly(iterator)
    if (!isPulling) await closed
    throw error
  }
}

/** What goes wrong now is not why the source was left. */
async function closeQuietly(iterator: AsyncIterator<unknown>): Promise<void> {
  try {
    await iterator.return?.()
  } catch {
    // The error that is under way counts.
  }
}
