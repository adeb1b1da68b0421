import { timeInterleaved, type Candidate, type InterleaveOptions } from './interleave.js'

/** How often faster the subject was than its peer, over all rounds. */
export interface Ratio {
  readonly name: string
  readonly median: number
  readonly min: number
  readonly max: number
  readonly rounds: number
  /** What the median should reach. */
  readonly bar?: number
  /** What the median should not exceed; for a ratio that should be small. */
  readonly atMost?: number
}

/** What a ratio is called and should be. */
export interface RatioGoal {
  readonly name: string
  readonly bar?: number
  readonly atMost?: number
}

/** Sums up the ratios of single rounds. */
export function summarize(goal: RatioGoal, ratios: readonly number[]): Ratio {
  return {
    ...goal,
    median: median(ratios),
    min: Math.min(...ratios),
    max: Math.max(...ratios),
    rounds: ratios.length,
  }
}

/** The middle value, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('Cannot take a median: there are no values')
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] as number
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2
}

/** Tells whether the median is where it should be; true where nothing is asked of it. */
export function isMet({ median: value, bar = -Infinity, atMost = Infinity }: Ratio): boolean {
  return value >= bar && value <= atMost
}

/**
 * Compares the speed of two candidates that do the same work.
 *
 * @returns time of the peer by time of the subject: above 1 when the subject is faster
 */
export async function compareSpeed(
  goal: RatioGoal,
  subject: Candidate,
  peer: Candidate,
  options?: InterleaveOptions,
): Promise<Ratio> {
  const [subjectMs = [], peerMs = []] = await timeInterleaved([subject, peer], options)
  const ratios = subjectMs.map((ms, round) => (peerMs[round] as number) / ms)
  return summarize(goal, ratios)
}

/** One line for people: the ratio beside its bar. */
export function describeRatio(ratio: Ratio): string {
  const { name, median: value, min, max, rounds, bar, atMost } = ratio
  const goal =
    bar !== undefined ? ` (bar ${bar})` : atMost !== undefined ? ` (at most ${atMost})` : ''
  const mark = goal === '' ? '' : isMet(ratio) ? ' ok' : ' MISSED'
  const spread = `${formatRatio(min)} to ${formatRatio(max)} in ${rounds} rounds`
  return `${name}: ${formatRatio(value)}${goal}${mark}, ${spread}`
}

/** Two digits behind the point, or as many as a small ratio needs to show something. */
function formatRatio(value: number): string {
  return value === 0 || value >= 0.1 ? value.toFixed(2) : value.toPrecision(2)
}
