import { encodeRevision, revision, type Revision, type RevisionRange } from '../values/index.js'
import { WireFormatError } from '../wire/index.js'

/** What one answer of `ranges` holds. */
export interface RangesAnswer {
  /** A list for each range from the one on that holds the position that was asked for. */
  readonly ranges: readonly BigUint64Array[]
  /** Where to go on; undefined when the answer goes to the end. */
  readonly resume: Revision | undefined
}

/** A range as it is asked for. */
interface AskedRange extends RevisionRange {
  /** The last revision that is wanted: one less than `through` where one would be too few. */
  readonly wantedThrough: bigint
}

/** The highest revision that has a text of its own: 2^64 - 1 reads as an error. */
const REVISION_MAX = 2n ** 64n - 2n

/**
 * Makes ranges that every server takes: none of one revision alone, which ArangoDB refuses (server
 * notes, section 5), and none that touch, so that none overlap once they are wider.
 *
 * @param ranges - ascending and disjoint
 */
export function toAskedRanges(ranges: readonly RevisionRange[]): AskedRange[] {
  const asked: AskedRange[] = []
  let open: RevisionRange | undefined
  for (const range of ranges) {
    if (open !== undefined && range.from <= open.through + 1n) {
      open = { from: open.from, through: range.through }
    } else {
      if (open !== undefined) asked.push(widen(open))
      open = range
    }
  }
  if (open !== undefined) asked.push(widen(open))
  return asked
}

function widen({ from, through }: RevisionRange): AskedRange {
  const last = through > REVISION_MAX ? REVISION_MAX : through
  if (from < last) return { from, through: revision(last), wantedThrough: last }
  const above = from < REVISION_MAX ? from + 1n : REVISION_MAX
  return { from: revision(above - 1n), through: revision(above), wantedThrough: last }
}

/**
 * Goes through ranges, one answer after the other, and makes sure that no answer leaves out a range,
 * goes back, or tells of revisions that were not asked for (client notes, 2.1).
 */
export class RangeWalk {
  readonly #ranges: readonly AskedRange[]
  /** Index of the range that the next answer begins with. */
  #index = 0
  #resume: Revision
  /** The lowest revision that may come next. */
  #lowest: bigint

  /** @param ranges - at least one */
  constructor(ranges: readonly [AskedRange, ...AskedRange[]]) {
    this.#ranges = ranges
    this.#resume = ranges[0].from
    this.#lowest = this.#resume
  }

  /** What to ask for next. */
  get resume(): Revision {
    return this.#resume
  }

  /** True once an answer has gone to the end. */
  get isDone(): boolean {
    return this.#index === this.#ranges.length
  }

  /**
   * Takes the next answer.
   *
   * @returns the revisions in it that are wanted
   * @throws WireFormatError when it is not what was asked for
   */
  take({ ranges, resume }: RangesAnswer): BigUint64Array {
    const left = this.#ranges.length - this.#index
    if (ranges.length > left) throw refused('ranges', `at most ${left} lists`)
    const wanted = new BigUint64Array(ranges.reduce((sum, list) => sum + list.length, 0))
    let count = 0
    for (const [index, list] of ranges.entries()) {
      count = this.#takeList(list, index, wanted, count)
    }
    if (resume !== undefined) {
      this.#advance(resume, ranges)
    } else {
      if (ranges.length < left) throw refused('ranges', `${left} lists, and there is no "resume"`)
      this.#index = this.#ranges.length
    }
    return wanted.subarray(0, count)
  }

  #takeList(list: BigUint64Array, index: number, wanted: BigUint64Array, count: number): number {
    const { from, through, wantedThrough } = this.#ranges[this.#index + index] as AskedRange
    if (from > this.#lowest) this.#lowest = from
    let filled = count
    for (const [item, value] of list.entries()) {
      if (value < this.#lowest || value > through) {
        const expected = `a revision from ${text(this.#lowest)} to ${text(through)}`
        throw refused(`ranges[${index}][${item}]`, `${expected}: it is ${text(value)}`)
      }
      this.#lowest = value + 1n
      if (value > wantedThrough) continue
      wanted[filled] = value
      filled += 1
    }
    return filled
  }

  /** Moves to where the server wants to go on. */
  #advance(resume: Revision, lists: readonly BigUint64Array[]): void {
    const next = this.#indexOf(resume, this.#index + lists.length - 1)
    if (next === this.#index && lists.every((list) => list.length === 0)) {
      throw refused('ranges', 'any progress: there is no revision, and no range ends')
    }
    this.#index = next
    this.#resume = resume
    this.#lowest = resume
  }

  /**
   * The range that a position is in or before: the last one of an answer or the one after that,
   * because no range may be left without a list.
   */
  #indexOf(resume: Revision, last: number): number {
    const isBehind = resume > this.#resume && resume >= this.#lowest
    const before = last > this.#index ? this.#throughOf(last - 1) : -1n
    if (!isBehind || resume <= before) {
      throw refused('resume', `behind the revisions of the answer: it is ${text(resume)}`)
    }
    const index = resume <= this.#throughOf(last) ? last : last + 1
    if (resume > this.#throughOf(index)) {
      throw refused('resume', `in the ranges that follow: it is ${text(resume)}`)
    }
    return index
  }

  #throughOf(index: number): bigint {
    return this.#ranges[index]?.through ?? -1n
  }
}

function refused(path: string, expected: string): WireFormatError {
  return new WireFormatError('the ranges of revisions', path, expected)
}

function text(value: bigint): string {
  return encodeRevision(revision(value), { pad: true })
}
