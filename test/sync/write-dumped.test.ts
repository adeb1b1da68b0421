import assert from 'node:assert/strict'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { NOTHING_WRITTEN, type DumpedChunk, type WriteResult } from '../../lib/replica/index.js'
import { EntryChunk } from '../../lib/streams/index.js'
import type { CollectionTotals } from '../../lib/sync/sync-event.js'
import { writeDumped } from '../../lib/sync/write-dumped.js'

const NEVER = new AbortController().signal

function chunk(number: number, isApart: boolean): DumpedChunk {
  const buffer = Buffer.from(`{"_key":"${number}"}\n`)
  const parts = { buffer, offsets: Uint32Array.of(0, buffer.length), firstLineNumber: number }
  return { chunk: new EntryChunk({ ...parts, byteOffset: 0 }), readBytes: number, isApart }
}

async function* dumpOf(count: number, isApart: boolean): AsyncGenerator<DumpedChunk> {
  for (let number = 1; number <= count; number += 1) {
    await Promise.resolve()
    yield chunk(number, isApart)
  }
}

/** A collection whose writes end when they are told to, and that knows how many were under way. */
class HeldCollection {
  readonly begun: number[] = []
  readonly ended: number[] = []
  most = 0
  /** Numbers of the chunks that cannot be written. */
  failing: readonly number[] = []
  readonly #waiting: (() => void)[] = []

  readonly writeApart = (written: EntryChunk): Promise<WriteResult> => this.#write(written)
  readonly write = (written: EntryChunk): Promise<WriteResult> => this.#write(written)

  async #write({ firstLineNumber: number }: EntryChunk): Promise<WriteResult> {
    this.begun.push(number)
    this.most = Math.max(this.most, this.begun.length - this.ended.length)
    await new Promise<void>((resolve) => this.#waiting.push(resolve))
    this.ended.push(number)
    if (this.failing.includes(number)) throw new Error(`cannot write ${number}`)
    return { ...NOTHING_WRITTEN, documents: number }
  }

  /** Ends one write after the other for as long as there are any. */
  async run(isDone: () => boolean): Promise<void> {
    while (!isDone()) {
      // Several turns, so that everything is begun that may be.
      for (let turn = 0; turn < 5; turn += 1) await nextTurn()
      this.#waiting.shift()?.()
    }
  }
}

async function write(
  into: HeldCollection | Pick<HeldCollection, 'write' | 'run'>,
  dumped: AsyncIterable<DumpedChunk>,
  signal: AbortSignal = NEVER,
): Promise<{ readonly totals: CollectionTotals[]; readonly error: unknown }> {
  const totals: CollectionTotals[] = []
  let isDone = false
  let error: unknown
  const running = into.run(() => isDone)
  try {
    for await (const one of writeDumped(dumped, into, signal)) totals.push(one)
  } catch (reason) {
    error = reason
  } finally {
    isDone = true
  }
  await running
  return { totals, error }
}

describe('writeDumped()', () => {
  for (const count of [0, 1, 7]) {
    it(`tells of ${count} chunks in their order, three of which are written at one time`, async () => {
      const into = new HeldCollection()
      const { totals, error } = await write(into, dumpOf(count, true))
      const numbers = Array.from({ length: count }, (_, index) => index + 1)
      assert.equal(error, undefined)
      assert.deepEqual(
        totals.map(({ documents, readBytes }) => [documents, readBytes]),
        numbers.map((number) => [number, number]),
      )
      assert.deepEqual(into.begun, numbers)
      assert.equal(into.most, Math.min(count, 3))
    })
  }

  it('writes chunks one after the other that may not be written in any order', async () => {
    const into = new HeldCollection()
    assert.equal((await write(into, dumpOf(5, false))).totals.length, 5)
    assert.equal(into.most, 1)
  })

  it('writes chunks one after the other into a collection that takes no others', async () => {
    const held = new HeldCollection()
    const into = { write: held.write, run: held.run.bind(held) }
    assert.equal((await write(into, dumpOf(5, true))).totals.length, 5)
    assert.equal(held.most, 1)
  })

  it('ends with the first failure once nothing is written any more', async () => {
    const into = new HeldCollection()
    into.failing = [2, 3]
    const { totals, error } = await write(into, dumpOf(9, true))
    assert.deepEqual([totals.length, String(error)], [1, 'Error: cannot write 2'])
    assert.deepEqual(into.ended, into.begun)
  })

  it('passes a failure of the dump on once nothing is written any more', async () => {
    const into = new HeldCollection()
    async function* failing(): AsyncGenerator<DumpedChunk> {
      yield* dumpOf(2, true)
      throw new Error('the dump ends')
    }
    const { error } = await write(into, failing())
    assert.equal(String(error), 'Error: the dump ends')
    assert.deepEqual(
      [into.begun, into.ended],
      [
        [1, 2],
        [1, 2],
      ],
    )
  })

  it('begins no write after an abort', async () => {
    const controller = new AbortController()
    async function* aborting(): AsyncGenerator<DumpedChunk> {
      yield* dumpOf(1, true)
      controller.abort(new Error('enough'))
      yield* dumpOf(1, true)
    }
    const into = new HeldCollection()
    const { error } = await write(into, aborting(), controller.signal)
    assert.equal(String(error), 'Error: enough')
    assert.deepEqual([into.begun, into.ended], [[1], [1]])
  })
})
