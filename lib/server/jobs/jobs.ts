import { randomInt } from 'node:crypto'
import { createHybridClock, type HybridClock } from '../../values/index.js'
import type { Answer } from '../answer.js'
import type { AnswerMemory } from '../answer-memory.js'
import type { Clock } from '../clock.js'
import { errorAnswer } from '../error-answer.js'
import type { LeaderLimits } from '../leader-limits.js'
import { limitReached, shuttingDown } from '../request-error.js'
import { holdAnswer, type HeldAnswer } from './hold-answer.js'

/** What {@link Jobs} is made of. */
export interface JobsOptions {
  readonly clock: Clock
  /** For answers that wait to be fetched. */
  readonly memory: AnswerMemory
  readonly limits: Pick<LeaderLimits, 'jobsMax' | 'userJobsMax' | 'jobSecondsMax'>
  /** The lowest number that no job before had. */
  readonly firstId: bigint
}

/** A request whose answer is fetched later. */
interface Job {
  readonly owner: string
  readonly cancelling: AbortController
  /** Of the answer; undefined while the request runs. */
  done: { readonly answer: HeldAnswer; readonly atMs: number; readonly time: number } | undefined
}

/** What is known of a job. */
export type JobState = 'pending' | 'done'

const ID_LEAD_MAX = 2 ** 40

/**
 * Requests that are answered later: `x-arango-async: store` begins one, and its answer is kept until
 * its owner fetches it, or for a time. Nobody else learns that there is one.
 */
export class Jobs {
  readonly #options: JobsOptions
  readonly #ids: HybridClock
  readonly #jobs = new Map<string, Job>()
  /** Work that has not ended, of jobs that are forgotten too. */
  readonly #running = new Set<Promise<void>>()
  readonly #closing = new AbortController()

  constructor(options: JobsOptions) {
    this.#options = options
    // As ids of batches: a process before this one may have given out those right above.
    this.#ids = createHybridClock(options.firstId + BigInt(randomInt(ID_LEAD_MAX)))
  }

  /**
   * Begins one.
   *
   * @param owner - who alone may ask for it
   * @param work - answers the request; its signal is aborted when nobody wants the answer any more
   * @returns its id, decimal
   * @throws RequestError 503 with errorNum 32 when there are too many, with 30 when the leader closes
   */
  begin(owner: string, work: (signal: AbortSignal) => Promise<Answer>): string {
    this.#closing.signal.throwIfAborted()
    this.#forget()
    const { jobsMax, userJobsMax } = this.#options.limits
    const isFull = Math.max(this.#jobs.size, this.#running.size) >= jobsMax
    if (isFull || this.#ofOwner(owner).length >= userJobsMax) {
      throw limitReached('asynchronous requests')
    }
    const id = this.#ids.next().toString()
    const cancelling = new AbortController()
    const signal = AbortSignal.any([cancelling.signal, this.#closing.signal])
    const running = this.#run(id, work, signal).finally(() => this.#running.delete(running))
    this.#running.add(running)
    this.#jobs.set(id, { owner, cancelling, done: undefined })
    return id
  }

  /** What is known of a job; undefined for one that its caller has not. */
  state(id: string, owner: string): JobState | undefined {
    const job = this.#find(id, owner)
    if (job === undefined) return undefined
    return job.done === undefined ? 'pending' : 'done'
  }

  /** Takes the answer of a job that is done; afterwards there is no such job. */
  take(id: string, owner: string): Answer | undefined {
    const answer = this.#find(id, owner)?.done?.answer
    if (answer === undefined) return undefined
    this.#jobs.delete(id)
    return answer.take()
  }

  /** Ids of the jobs of a caller, the oldest first. */
  list(owner: string, state: JobState): readonly string[] {
    return this.#ofOwner(owner).filter((id) => this.state(id, owner) === state)
  }

  /** Lets the work of a job end early; false when there is none, or it is done. */
  cancel(id: string, owner: string): boolean {
    const job = this.#find(id, owner)
    if (job === undefined || job.done !== undefined) return false
    job.cancelling.abort(shuttingDown())
    return true
  }

  /** Forgets a job, whose work ends early; false when there is none. */
  delete(id: string, owner: string): boolean {
    if (this.#find(id, owner) === undefined) return false
    this.#drop(id)
    return true
  }

  /**
   * Forgets the jobs of a caller.
   *
   * @param doneBefore - Unix time in seconds: only those that were done by then; undefined: all
   */
  deleteAll(owner: string, doneBefore?: number): void {
    for (const id of this.#ofOwner(owner)) {
      const time = this.#jobs.get(id)?.done?.time ?? Infinity
      if (doneBefore === undefined || time < doneBefore) this.#drop(id)
    }
  }

  /** Ends all work, takes no more, and resolves when it has ended. */
  async close(): Promise<void> {
    this.#closing.abort(shuttingDown())
    for (const id of [...this.#jobs.keys()]) this.#drop(id)
    await Promise.all(this.#running)
  }

  /** Does not fail. */
  async #run(
    id: string,
    work: (signal: AbortSignal) => Promise<Answer>,
    signal: AbortSignal,
  ): Promise<void> {
    const { memory, clock } = this.#options
    let answer: HeldAnswer
    try {
      answer = await holdAnswer(await work(signal), memory, signal)
    } catch (error) {
      answer = await holdAnswer(errorAnswer(error), memory, signal)
    }
    const job = this.#jobs.get(id)
    if (job === undefined) answer.release()
    else job.done = { answer, atMs: clock.nowMs(), time: Date.now() / 1000 }
  }

  #find(id: string, owner: string): Job | undefined {
    this.#forget()
    const job = this.#jobs.get(id)
    return job?.owner === owner ? job : undefined
  }

  #ofOwner(owner: string): readonly string[] {
    return [...this.#jobs].filter(([, job]) => job.owner === owner).map(([id]) => id)
  }

  /** Drops the answers that nobody fetched in time. */
  #forget(): void {
    const beforeMs = this.#options.clock.nowMs() - 1000 * this.#options.limits.jobSecondsMax
    for (const [id, { done }] of this.#jobs) {
      if (done !== undefined && done.atMs < beforeMs) this.#drop(id)
    }
  }

  #drop(id: string): void {
    const job = this.#jobs.get(id)
    this.#jobs.delete(id)
    job?.cancelling.abort(shuttingDown())
    job?.done?.answer.release()
  }
}
