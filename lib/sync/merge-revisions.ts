/** What a stretch of two ascending lists of revisions showed. */
export interface MergedRevisions {
  /** Revisions that only the first list has, ascending. */
  readonly onlyA: BigUint64Array
  /** Revisions that only the second list has, ascending. */
  readonly onlyB: BigUint64Array
  /** Revisions of both lists that were looked at. */
  readonly compared: number
}

const NONE: BigUint64Array = new BigUint64Array()

/**
 * Walks through two ascending lists of revisions side by side and tells which revisions only one of
 * them has, stretch by stretch: a stretch ends where a block of either list does, so no answer is
 * longer than the block that it came from. The answers together are ascending on either side.
 *
 * @param a - ascending blocks; closed at the end and on early return
 * @param b - as `a`; the next blocks of both are fetched at the same time
 * @throws what a list throws
 */
export async function* mergeRevisions(
  a: AsyncIterable<BigUint64Array>,
  b: AsyncIterable<BigUint64Array>,
): AsyncGenerator<MergedRevisions> {
  const left = new RevisionCursor(a)
  const right = new RevisionCursor(b)
  try {
    for (;;) {
      await Promise.all([left.fill(), right.fill()])
      if (left.count === 0 && right.count === 0) return
      yield mergeBlocks(left, right)
    }
  } finally {
    await Promise.all([left.close(), right.close()])
  }
}

/** The block of a list that is being looked at. */
class RevisionCursor {
  /** Low and high lanes of the revisions, low first, as they lie in memory. */
  lanes: Uint32Array = new Uint32Array()
  /** Place of the revision that comes next. */
  index = 0
  /** Revisions from that place on. */
  count = 0
  readonly #blocks: AsyncIterator<BigUint64Array>
  #isOpen = true
  #block = NONE

  constructor(blocks: AsyncIterable<BigUint64Array>) {
    this.#blocks = blocks[Symbol.asyncIterator]()
  }

  /** Goes on to the next block where this one was used up; `count` stays 0 at the end. */
  async fill(): Promise<void> {
    while (this.count === 0 && this.#isOpen) {
      const next = await this.#next()
      this.#block = next
      this.lanes = new Uint32Array(next.buffer, next.byteOffset, 2 * next.length)
      this.index = 0
      this.count = next.length
    }
  }

  /** Moves on. */
  skip(count: number): void {
    this.index += count
    this.count -= count
  }

  /** A copy of revisions of this block. */
  slice(start: number, end: number): BigUint64Array {
    return this.#block.slice(start, end)
  }

  async close(): Promise<void> {
    if (!this.#isOpen) return
    this.#isOpen = false
    await this.#blocks.return?.()
  }

  async #next(): Promise<BigUint64Array> {
    const next = await this.#blocks.next()
    if (next.done !== true) return next.value
    this.#isOpen = false
    return NONE
  }
}

/** Goes on until one of the blocks is used up. */
function mergeBlocks(left: RevisionCursor, right: RevisionCursor): MergedRevisions {
  const leftStart = left.index
  const rightStart = right.index
  if (left.count === 0 || right.count === 0) return takeRest(left, right)
  const onlyA = new Runs(left)
  const onlyB = new Runs(right)
  while (left.count > 0 && right.count > 0) {
    const order = compareNext(left, right)
    if (order === 0) {
      left.skip(1)
      right.skip(1)
    } else if (order < 0) {
      onlyA.add()
    } else {
      onlyB.add()
    }
  }
  const compared = left.index - leftStart + right.index - rightStart
  return { onlyA: onlyA.join(), onlyB: onlyB.join(), compared }
}

/** One list has ended: what the other one has left, it has alone. */
function takeRest(left: RevisionCursor, right: RevisionCursor): MergedRevisions {
  const compared = left.count + right.count
  const onlyA = left.slice(left.index, left.index + left.count)
  const onlyB = right.slice(right.index, right.index + right.count)
  left.skip(left.count)
  right.skip(right.count)
  return { onlyA, onlyB, compared }
}

/** Below 0 where the left one is lower. A loop over bigints would take four times as long. */
function compareNext(left: RevisionCursor, right: RevisionCursor): number {
  const high =
    (left.lanes[2 * left.index + 1] as number) - (right.lanes[2 * right.index + 1] as number)
  if (high !== 0) return high
  return (left.lanes[2 * left.index] as number) - (right.lanes[2 * right.index] as number)
}

/** Revisions of one block that are taken out, as runs: differences come in rows or not at all. */
class Runs {
  readonly #cursor: RevisionCursor
  readonly #bounds: number[] = []
  #count = 0

  constructor(cursor: RevisionCursor) {
    this.#cursor = cursor
  }

  /** Takes the next revision of the block, and moves on. */
  add(): void {
    const { index } = this.#cursor
    if (this.#bounds.at(-1) === index) this.#bounds[this.#bounds.length - 1] = index + 1
    else this.#bounds.push(index, index + 1)
    this.#count += 1
    this.#cursor.skip(1)
  }

  join(): BigUint64Array {
    if (this.#count === 0) return NONE
    const joined = new BigUint64Array(this.#count)
    let filled = 0
    for (let at = 0; at < this.#bounds.length; at += 2) {
      const run = this.#cursor.slice(this.#bounds[at] as number, this.#bounds[at + 1] as number)
      joined.set(run, filled)
      filled += run.length
    }
    return joined
  }
}
