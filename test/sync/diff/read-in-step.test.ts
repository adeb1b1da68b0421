import assert from 'node:assert/strict'
import type { DumpedChunk } from '../../../lib/replica/index.js'
import { readInStep } from '../../../lib/sync/diff/read-in-step.js'
import { chunkOf } from '../../support/chunk.js'
import { collectAll } from '../../support/streams.js'

/** Chunks of so many lines each; says when it is closed. */
async function* dump(
  lineCounts: readonly number[],
  { onClose, error }: { onClose?: () => void; error?: Error } = {},
): AsyncGenerator<DumpedChunk> {
  try {
    for (const count of lineCounts) {
      const chunk = chunkOf(Array.from({ length: count }, (_, index) => `{"_key":"${index}"}`))
      yield await Promise.resolve({ chunk, readBytes: chunk.buffer.length })
    }
    if (error !== undefined) throw error
  } finally {
    onClose?.()
  }
}

async function sidesOf(a: readonly number[], b: readonly number[]): Promise<string> {
  const read = await collectAll(readInStep(dump(a), dump(b)))
  return read.map(({ side, dumped }) => `${side}${dumped.chunk.lineCount}`).join(' ')
}

describe('readInStep()', () => {
  it('reads the side that is behind', async () => {
    assert.equal(await sidesOf([10, 10, 10], [5, 5, 5, 5, 5, 5]), 'a10 b5 b5 a10 b5 b5 a10 b5 b5')
    assert.equal(await sidesOf([1, 1], [100, 1]), 'a1 b100 a1 b1')
  })

  it('reads the longer side to its end', async () => {
    assert.equal(await sidesOf([1, 1, 1], [1]), 'a1 b1 a1 a1')
    assert.equal(await sidesOf([], [2, 2]), 'b2 b2')
    assert.equal(await sidesOf([], []), '')
  })

  it('closes both when nobody wants more', async () => {
    const closed: string[] = []
    const a = dump([1, 1, 1], { onClose: () => closed.push('a') })
    const b = dump([1, 1, 1], { onClose: () => closed.push('b') })
    for await (const { side } of readInStep(a, b)) if (side === 'b') break
    assert.deepEqual(closed.sort(), ['a', 'b'])
  })

  it('fails with the error of one side, and closes the other', async () => {
    const closed: string[] = []
    const error = new Error('broken')
    const a = dump([1], { error })
    const b = dump([1, 1, 1], { onClose: () => closed.push('b') })
    await assert.rejects(collectAll(readInStep(a, b)), error)
    assert.deepEqual(closed, ['b'])
  })
})
