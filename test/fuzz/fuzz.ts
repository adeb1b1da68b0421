import { setImmediate as nextTurn } from 'node:timers/promises'
import { anonymousMegabytes } from '../support/anonymous-memory.js'
import { startFuzzedLeader, type FuzzedLeader, type RequestOutcome } from './leader-check.js'
import { Random } from './random.js'
import { generateRequest, type GeneratedRequest } from './request-generator.js'
import { checkSliceInput, makeSliceInput, type Outcome } from './slice-check.js'
import { startWatchdog } from './watchdog.js'

/** How a run goes. */
export interface FuzzOptions {
  readonly seed: number
  /** Index of the first input. */
  readonly from: number
  readonly count: number
  /** Called from time to time. */
  readonly onProgress?: (done: number) => void
}

/** What came of a run in which nothing was found. */
export interface FuzzFigures {
  readonly outcomes: Readonly<Partial<Record<Outcome | RequestOutcome, number>>>
  readonly seconds: number
  /** Largest RssAnon of this process, in MB: in the first tenth of the run, and over all of it. */
  readonly warmMegabytes: number
  readonly peakMegabytes: number
}

/** Inputs between two looks at the memory, after which others have their turn. */
const INPUTS_PER_ROUND = 2000
const REQUESTS_IN_FLIGHT = 16
/** Of so many requests one has its body in VelocyPack. */
const VELOCYPACK_EVERY = 5

/**
 * Gives inputs to everything that reads VelocyPack.
 *
 * @throws Finding
 */
export async function fuzzSlices(options: FuzzOptions): Promise<FuzzFigures> {
  const { seed, from, count } = options
  const watchdog = startWatchdog('slices', seed)
  const tally = new Tally(options)
  const { stackTraceLimit } = Error
  // Most inputs end in an error, and where it was made takes longer to tell than all the rest.
  Error.stackTraceLimit = 0
  try {
    for (let index = from; index < from + count; index += 1) {
      watchdog.begin(index)
      const random = new Random(seed, index)
      try {
        tally.add(checkSliceInput(makeSliceInput(random), random))
      } catch (cause) {
        throw placed(cause, `slice ${index} of seed ${seed}`)
      }
      if (index % INPUTS_PER_ROUND === 0) await nextTurn()
    }
  } finally {
    Error.stackTraceLimit = stackTraceLimit
    await watchdog.close()
  }
  return tally.figures()
}

/**
 * Sends requests to leaders in both forms, several at a time.
 *
 * @throws Finding
 */
export async function fuzzRequests(options: FuzzOptions): Promise<FuzzFigures> {
  const { seed, from, count } = options
  const leaders = [await startFuzzedLeader('documented'), await startFuzzedLeader('arangodb')]
  const watchdog = startWatchdog('requests', seed)
  const tally = new Tally(options)
  let next = from
  const send = async (): Promise<void> => {
    while (next < from + count) {
      const index = next
      next += 1
      watchdog.begin(index)
      const leader = leaders[index % leaders.length] as FuzzedLeader
      try {
        tally.add(await leader.check(makeRequest(seed, index, leader)))
      } catch (cause) {
        next = Infinity
        throw placed(cause, `request ${index} of seed ${seed}`)
      }
    }
  }
  try {
    await Promise.all(Array.from({ length: REQUESTS_IN_FLIGHT }, send))
  } finally {
    await watchdog.close()
    for (const leader of leaders) await leader.close()
  }
  return tally.figures()
}

function makeRequest(seed: number, index: number, { targets }: FuzzedLeader): GeneratedRequest {
  return generateRequest(new Random(seed, index), targets, index % VELOCYPACK_EVERY === 0)
}

/** Says which input it was. */
function placed(cause: unknown, place: string): Error {
  const what = cause instanceof Error ? cause.message : String(cause)
  return new Error(`${place}: ${what}`, { cause })
}

/** Counts outcomes, and looks at the memory. */
class Tally {
  readonly #options: FuzzOptions
  readonly #startMs = performance.now()
  readonly #outcomes: Partial<Record<Outcome | RequestOutcome, number>> = {}
  #done = 0
  #warmMegabytes = 0
  #peakMegabytes = 0

  constructor(options: FuzzOptions) {
    this.#options = options
    this.#look()
  }

  add(outcome: Outcome | RequestOutcome): void {
    this.#outcomes[outcome] = (this.#outcomes[outcome] ?? 0) + 1
    this.#done += 1
    if (this.#done % INPUTS_PER_ROUND === 0) this.#look()
  }

  figures(): FuzzFigures {
    this.#look()
    return {
      outcomes: this.#outcomes,
      seconds: (performance.now() - this.#startMs) / 1000,
      warmMegabytes: this.#warmMegabytes,
      peakMegabytes: this.#peakMegabytes,
    }
  }

  #look(): void {
    const megabytes = anonymousMegabytes(process.pid)
    this.#peakMegabytes = Math.max(this.#peakMegabytes, megabytes)
    if (this.#done <= this.#options.count / 10) this.#warmMegabytes = this.#peakMegabytes
    this.#options.onProgress?.(this.#done)
  }
}
