import { performance } from 'node:perf_hooks'

/** One of the things that are compared. */
export type Candidate = () => unknown

/** How {@link timeInterleaved} measures. */
export interface InterleaveOptions {
  /** Measured rounds. Default: 11. */
  readonly rounds?: number
  /** Rounds before them, which are thrown away. Default: 2. */
  readonly warmupRounds?: number
  /** Least time for one candidate in one round; a fast one runs several times. Default: 150. */
  readonly roundMs?: number
  /** The clock, in milliseconds. */
  readonly now?: () => number
}

/**
 * Times candidates in turns, A B A B …, in one process: what the machine does besides hits all of
 * them alike.
 *
 * @returns for each candidate, the milliseconds of one run in each round
 */
export async function timeInterleaved(
  candidates: readonly Candidate[],
  options: InterleaveOptions = {},
): Promise<readonly (readonly number[])[]> {
  const { rounds = 11, warmupRounds = 2, roundMs = 150, now = () => performance.now() } = options
  const times: number[][] = candidates.map(() => [])
  for (let round = -warmupRounds; round < rounds; round += 1) {
    for (const [index, candidate] of candidates.entries()) {
      const runMs = await timeOnce(candidate, roundMs, now)
      if (round >= 0) times[index]?.push(runMs)
    }
  }
  return times
}

async function timeOnce(candidate: Candidate, roundMs: number, now: () => number): Promise<number> {
  const start = now()
  let runs = 0
  do {
    await candidate()
    runs += 1
  } while (now() - start < roundMs)
  return (now() - start) / runs
}
