import assert from 'node:assert/strict'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { AnswerMemory } from '../../../lib/server/answer-memory.js'
import type { Answer } from '../../../lib/server/answer.js'
import { holdAnswer } from '../../../lib/server/jobs/hold-answer.js'

const NEVER = new AbortController().signal
const BLOCK_BYTES = 100_000

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** An answer of several blocks, and what is left of them in memory. */
function answerOf(count: number): { answer: Answer; held: () => number } {
  const references: WeakRef<Buffer>[] = []
  async function* blocks(): AsyncGenerator<Buffer, void, undefined> {
    for (let index = 0; index < count; index += 1) {
      const block = Buffer.alloc(BLOCK_BYTES, index)
      references.push(new WeakRef(block))
      yield block
      await nextTurn()
    }
  }
  const parts = { headers: { a: 'b' }, bytes: undefined, close: () => undefined } as const
  return {
    answer: { kind: 'streamed', status: 201, blocks: blocks(), ...parts },
    held: () => references.filter((reference) => reference.deref() !== undefined).length,
  }
}

describe('holdAnswer()', () => {
  it('gives the whole answer, and its memory back', async () => {
    const memory = new AnswerMemory(3 * BLOCK_BYTES)
    const held = await holdAnswer(answerOf(3).answer, memory, NEVER)
    assert.equal(memory.freeBytes, 0)
    const taken = held.take()
    assert.equal(memory.freeBytes, 3 * BLOCK_BYTES)
    assert.ok(taken.kind === 'whole')
    assert.deepEqual([taken.status, taken.headers], [201, { a: 'b' }])
    const expected = [0, 1, 2].map((byte) => Buffer.alloc(BLOCK_BYTES, byte))
    assert.ok(taken.body.equals(Buffer.concat(expected)))
  })

  it('holds nothing of what there was no memory for', async () => {
    const memory = new AnswerMemory(2 * BLOCK_BYTES)
    const { answer, held: blocksHeld } = answerOf(3)
    const held = await holdAnswer(answer, memory, NEVER)
    await nextTurn()
    collectGarbage()
    assert.equal(blocksHeld(), 0)
    assert.equal(memory.freeBytes, 2 * BLOCK_BYTES)
    assert.equal(held.take().status, 503)
  })
})
