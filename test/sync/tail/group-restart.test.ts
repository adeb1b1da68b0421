import assert from 'node:assert/strict'
import fc from 'fast-check'
import { tick } from '../../../lib/values/index.js'
import { group, groupLines, shapeOf, type SeenGroup } from '../../support/seen-groups.js'
import { line, tailChunkOf, type FakeTailChunk } from '../../support/tail-chunks.js'

/** What should come out of a log: one transaction, or one marker that stands alone. */
interface Outcome {
  readonly id: bigint | undefined
  readonly ticks: readonly number[]
  readonly end: number
}

interface RandomLog {
  readonly lines: { readonly at: number; readonly text: string }[]
  readonly outcomes: Outcome[]
  /** Begins of the transactions that are open behind a tick. */
  readonly openAt: (at: bigint) => { readonly id: bigint; readonly begin: number }[]
}

type Step = readonly [action: 'begin' | 'put' | 'commit' | 'abort' | 'truncate', slot: number]

const anySteps: fc.Arbitrary<Step[]> = fc.array(
  fc.tuple(
    fc.constantFrom('begin', 'put', 'put', 'put', 'commit', 'abort', 'truncate'),
    fc.nat({ max: 4 }),
  ),
  { maxLength: 60 },
)

/**
 * Plays steps; those that make no sense are left out, so that every log is a valid one. Slot 0 stands
 * alone, any other is the id of a transaction.
 */
class LogModel implements RandomLog {
  readonly lines: { at: number; text: string }[] = []
  readonly outcomes: Outcome[] = []
  readonly #open = new Map<number, { begin: number; ticks: number[] }>()
  readonly #opens: { at: number; open: { id: bigint; begin: number }[] }[] = []
  readonly #isSharing: boolean
  #at = 0

  /**
   * @param isSharing - as RocksDB writes: transactions are not interleaved, begins have the tick of
   *   the first operation, and ends that of the last
   */
  constructor(steps: readonly Step[], isSharing: boolean) {
    this.#isSharing = isSharing
    for (const [action, slot] of steps) {
      if (isSharing && this.#open.size > 0 && !this.#open.has(slot)) continue
      this.#play(action, slot)
      const open = [...this.#open].map(([id, { begin }]) => ({ id: BigInt(id), begin }))
      this.#opens.push({ at: this.#at, open })
    }
  }

  openAt(at: bigint): { id: bigint; begin: number }[] {
    return this.#opens.findLast((state) => BigInt(state.at) <= at)?.open ?? []
  }

  #play(action: Step[0], slot: number): void {
    if (action === 'truncate') this.#standAlone(line.truncate)
    else if (action === 'begin') this.#begin(slot)
    else if (action === 'put') this.#put(slot)
    else this.#end(action, slot)
  }

  #standAlone(format: (at: number) => string): void {
    this.#at += 1
    this.#write(format(this.#at))
    this.outcomes.push({ id: undefined, ticks: [this.#at], end: this.#at })
  }

  #begin(slot: number): void {
    if (slot === 0 || (this.#isSharing && this.#open.size > 0)) return
    this.#at += 1
    this.#write(line.begin(this.#at, slot))
    // One that is open is dropped, and the new one is the youngest.
    this.#open.delete(slot)
    this.#open.set(slot, { begin: this.#at, ticks: [] })
  }

  #put(slot: number): void {
    const open = this.#open.get(slot)
    if (open === undefined) {
      this.#standAlone((at) => line.put(at, 'k'))
      return
    }
    const isFirst = open.ticks.length === 0 && this.#at === open.begin
    if (!this.#isSharing || !isFirst) this.#at += 1
    this.#write(line.put(this.#at, 'k', { id: slot }))
    open.ticks.push(this.#at)
  }

  #end(action: 'commit' | 'abort', slot: number): void {
    const open = this.#open.get(slot)
    if (open === undefined) return
    if (!this.#isSharing) this.#at += 1
    this.#write(line[action](this.#at, slot))
    this.#open.delete(slot)
    if (action === 'abort' || open.ticks.length === 0) return
    this.outcomes.push({ id: BigInt(slot), ticks: open.ticks, end: this.#at })
  }

  #write(text: string): void {
    this.lines.push({ at: this.#at, text })
  }
}

/** Cuts lines into chunks of the given lengths, over and over. */
function cutChunks(lines: RandomLog['lines'], lengths: readonly number[]): FakeTailChunk[] {
  const chunks: FakeTailChunk[] = []
  for (let start = 0; start < lines.length;) {
    const end = start + (lengths[chunks.length % lengths.length] ?? 1)
    chunks.push(tailChunkOf(lines.slice(start, end).map(({ text }) => text)))
    start = end
  }
  return chunks
}

function flatten(groups: readonly SeenGroup[]): unknown[] {
  return shapeOf(groups).flatMap((shape): unknown[] => {
    const [id, ...ticks] = shape as [bigint | undefined, ...number[]]
    return id === undefined ? ticks.map((at) => [undefined, at]) : [[id, ...ticks]]
  })
}

function wanted(outcomes: readonly Outcome[]): unknown[] {
  return outcomes.map(({ id, ticks }) => [id, ...ticks])
}

const anyRun = fc.record({
  steps: anySteps,
  lengths: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
  bytesMax: fc.integer({ min: 1, max: 6000 }),
  isSharing: fc.boolean(),
})

describe('groupTransactions() of random logs', () => {
  it('gives exactly the committed ones, whole, in commit order, with right positions', async () => {
    await fc.assert(
      fc.asyncProperty(anyRun, async ({ steps, lengths, bytesMax, isSharing }) => {
        const log = new LogModel(steps, isSharing)
        const { groups, error } = await group(cutChunks(log.lines, lengths), { bytesMax })
        assert.equal(error, undefined)
        assert.deepEqual(flatten(groups), wanted(log.outcomes))
        for (const { position, lines, transactionId } of groups) {
          const last = lines.at(-1)
          const at =
            transactionId === undefined &&
            last !== undefined &&
            (JSON.parse(last) as { tick: string }).tick
          if (at !== false) assert.equal(position.tick, BigInt(at))
          assert.ok(position.resumeTick <= position.tick)
          if (isSharing) continue
          const open = log.openAt(position.tick)
          assert.deepEqual(new Set(position.openTransactions), new Set(open.map(({ id }) => id)))
          for (const { begin } of open) assert.ok(position.resumeTick < BigInt(begin))
        }
      }),
      { numRuns: 300 },
    )
  })

  it('gives exactly the rest after a restart from any position', async () => {
    await fc.assert(
      fc.asyncProperty(anyRun, async ({ steps, lengths, bytesMax, isSharing }) => {
        const log = new LogModel(steps, isSharing)
        const { groups } = await group(cutChunks(log.lines, lengths))
        for (const { position } of groups) {
          const rest = log.lines.filter(({ at }) => BigInt(at) > position.resumeTick)
          const again = await group(cutChunks(rest, lengths), { bytesMax, after: position })
          assert.equal(again.error, undefined)
          const left = log.outcomes.filter(
            ({ end, id }) =>
              BigInt(end) > position.tick ||
              (BigInt(end) === position.tick &&
                id !== undefined &&
                position.openTransactions.some((open) => open === id)),
          )
          assert.deepEqual(flatten(again.groups), wanted(left))
          assert.ok(again.groups.every((one) => one.position.tick >= position.tick))
        }
      }),
      { numRuns: 200 },
    )
  })

  it('leaves out what ended at or below the position it goes on from', async () => {
    // At 6, 1 is open and 2 has ended; 2 began below where 1 did.
    const lines = [
      line.put(4, 'b', { id: 2 }),
      line.begin(5, 1),
      line.put(5, 'a', { id: 1 }),
      line.commit(6, 2),
      line.put(6, 's'),
      line.commit(6, 1),
      line.put(7, 's'),
    ]
    const after = { tick: tick(6n), openTransactions: [tick(1n)] }
    assert.deepEqual(shapeOf(await groupLines(lines, { after })), [
      [1n, 5],
      [undefined, 7],
    ])
    assert.deepEqual(shapeOf(await groupLines(lines, { after: tick(6n) })), [[undefined, 7]])
  })

  it('gives no position below the one it goes on from', async () => {
    const after = tick(6n)
    const { groups } = await group([tailChunkOf([], { tick: 5n }), tailChunkOf([], { tick: 6n })], {
      after,
    })
    assert.deepEqual(
      groups.map(({ position }) => position.tick),
      [6n],
    )
  })
})
