import assert from 'node:assert/strict'
import { setImmediate as nextTurn } from 'node:timers/promises'
import fc from 'fast-check'
import { sendInOrder } from '../../lib/remote/send-in-order.js'

interface Batch {
  readonly id: number
  readonly keys: readonly string[]
}

/** Answers in the order that it is told, a turn after each. */
class Server {
  readonly inFlight = new Set<Batch>()
  mostInFlight = 0
  readonly answered: number[] = []
  readonly #waiting: (() => void)[] = []

  readonly send = async (batch: Batch): Promise<number> => {
    for (const other of this.inFlight) {
      assert.ok(!other.keys.some((key) => batch.keys.includes(key)), 'a key is in flight twice')
    }
    this.inFlight.add(batch)
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight.size)
    await new Promise<void>((resolve) => this.#waiting.push(resolve))
    this.inFlight.delete(batch)
    this.answered.push(batch.id)
    return batch.id
  }

  /** Answers all, each time the one that `choose` picks. */
  async answerAll(choose: (count: number) => number, done: Promise<unknown>): Promise<void> {
    const state = { isDone: false }
    const end = (): void => {
      state.isDone = true
    }
    done.then(end, end)
    for (;;) {
      await nextTurn()
      if (state.isDone) return
      const [answer] = this.#waiting.splice(choose(this.#waiting.length), 1)
      answer?.()
    }
  }
}

describe('sendInOrder()', () => {
  it('keeps the order of each key, several in flight, however answers come', async () => {
    const anyBatches = fc.array(
      fc.uniqueArray(fc.constantFrom<string>('a', 'b', 'c', 'd', 'e', 'f')),
      {
        maxLength: 12,
      },
    )
    await fc.assert(
      fc.asyncProperty(anyBatches, fc.nat(), async (keys, seed) => {
        const batches = keys.map((some, id) => ({ id, keys: some }))
        const server = new Server()
        const sent = sendInOrder(batches, server.send, 3)
        await server.answerAll((count) => seed % Math.max(count, 1), sent)
        assert.deepEqual(
          await sent,
          batches.map(({ id }) => id),
        )
        assert.ok(server.mostInFlight <= 3)
        for (const key of ['a', 'b', 'c']) {
          const order = server.answered.filter((id) => keys[id]?.includes(key))
          assert.deepEqual(
            order,
            order.toSorted((x, y) => x - y),
          )
        }
      }),
      { numRuns: 30 },
    )
  })

  it('has several in flight where the keys differ', async () => {
    const server = new Server()
    const batches = [0, 1, 2, 3].map((id) => ({ id, keys: [`${id}`] }))
    const sent = sendInOrder(batches, server.send, 2)
    await server.answerAll(() => 0, sent)
    assert.equal(server.mostInFlight, 2)
  })

  it('sends nothing more after a failure, and waits for what is in flight', async () => {
    const begun: number[] = []
    let answered = 0
    const send = async ({ id }: Batch): Promise<void> => {
      begun.push(id)
      await nextTurn()
      if (id === 0) throw new Error('first')
      await nextTurn()
      answered += 1
    }
    const batches = [0, 1, 2, 3].map((id) => ({ id, keys: [] }))
    await assert.rejects(sendInOrder(batches, send, 2), { message: 'first' })
    assert.deepEqual(begun, [0, 1])
    assert.equal(answered, 1)
  })

  it('waits for what is in flight when the batches end with an error', async () => {
    let answered = 0
    function* batches(): Generator<Batch> {
      yield { id: 0, keys: ['a'] }
      throw new Error('damaged')
    }
    const send = async (): Promise<void> => {
      await nextTurn()
      answered += 1
    }
    await assert.rejects(sendInOrder(batches(), send, 4), { message: 'damaged' })
    assert.equal(answered, 1)
  })
})
