import type { Call } from './fake-leader.js'
import { tickOfLine, type FakeTail } from './fake-tail.js'

/**
 * A log in memory that answers `wal/tail` as a well-behaved leader does: markers above `from`, of
 * about `chunkSize` bytes, cut between any two of them.
 */
export class FakeLog {
  readonly #lines: string[]
  readonly #waiting = new Set<() => void>()
  readonly #onWait = new Set<() => void>()
  #removedTick = 0n
  #lastTick: bigint

  constructor(lines: readonly string[] = []) {
    this.#lines = [...lines]
    this.#lastTick = lastTickOf(lines)
  }

  /** Newest tick, of what was removed too. */
  get lastTick(): bigint {
    return this.#lastTick
  }

  /** Tick of the oldest marker that is left. */
  get firstTick(): bigint | undefined {
    const [first] = this.#lines
    return first === undefined ? undefined : tickOfLine(first)
  }

  /** Writes markers, and answers whoever waits for some. */
  append(...lines: readonly string[]): void {
    this.#lines.push(...lines)
    if (lines.length > 0) this.#lastTick = lastTickOf(lines)
    this.release()
  }

  /** Moves the newest tick on, as writes to other databases do. */
  advance(lastTick: bigint): void {
    this.#lastTick = lastTick
  }

  /** Takes the oldest markers out. */
  removeThrough(tick: bigint): void {
    const index = this.#lines.findIndex((line) => tickOfLine(line) > tick)
    const [last] = this.#lines.splice(0, index < 0 ? this.#lines.length : index).slice(-1)
    if (last !== undefined) this.#removedTick = tickOfLine(last)
  }

  /** Answers whoever waits, with what there is. */
  release(): void {
    for (const wake of this.#waiting) wake()
    this.#waiting.clear()
  }

  /** Resolves when the next request begins to wait, or one waits already. */
  async untilWaiting(): Promise<void> {
    if (this.#waiting.size > 0) return
    await new Promise<void>((resolve) => this.#onWait.add(resolve))
  }

  /** Answers one request; one with `wait` when there is something, or {@link release} is called. */
  readonly answer = async ({ query }: Call): Promise<FakeTail> => {
    const from = BigInt(query['from'] ?? '0')
    if (query['wait'] !== undefined && from >= this.#lastTick) await this.#wait()
    return this.#answerFrom(from, Number(query['chunkSize'] ?? '1048576'))
  }

  async #wait(): Promise<void> {
    const woken = new Promise<void>((resolve) => this.#waiting.add(resolve))
    for (const tell of this.#onWait) tell()
    this.#onWait.clear()
    await woken
  }

  #answerFrom(from: bigint, chunkBytes: number): FakeTail {
    const behind = this.#lines.filter((line) => tickOfLine(line) > from)
    const lines: string[] = []
    let bytes = 0
    for (const line of behind) {
      if (bytes >= chunkBytes) break
      lines.push(line)
      bytes += line.length + 1
    }
    const lastTick = this.#lastTick
    const lastIncluded = lastTickOf(lines)
    return {
      lines,
      checkMore: lastIncluded > 0n && lastIncluded < lastTick,
      lastIncluded,
      lastScanned: lines.length < behind.length ? lastIncluded : lastTick,
      lastTick,
      fromPresent: from >= this.#removedTick,
    }
  }
}

function lastTickOf(lines: readonly string[]): bigint {
  const last = lines.at(-1)
  return last === undefined ? 0n : tickOfLine(last)
}
