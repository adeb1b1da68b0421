import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { IMPORT_TRANSACTION_BYTES } from '../../lib/core/index.js'
import { AnswerMemory } from '../../lib/server/answer-memory.js'
import { gatherBatches, ImportBatch } from '../../lib/server/import-batches.js'
import { createItemCutter } from '../../lib/server/import-items.js'

const BLOCK_BYTES = 64 * 1024

/** One document, and then nothing but empty lines. */
function* emptyBlocks(count: number): Generator<Buffer, void, undefined> {
  for (let index = 0; index < count; index += 1) {
    const block = Buffer.alloc(BLOCK_BYTES, '\n')
    block.write(`{"a":${index}}`)
    yield block
  }
}

async function* gather(blockCount: number): AsyncGenerator<ImportBatch, void, undefined> {
  const held = new AnswerMemory(2 * IMPORT_TRANSACTION_BYTES).begin()
  yield* gatherBatches(
    Readable.from(emptyBlocks(blockCount)),
    createItemCutter('lines', 1000),
    held,
  )
}

/** The memory that texts keep, whatever part of it they show. */
function keptBytes(texts: readonly Buffer[]): number {
  const blocks = new Set(texts.map(({ buffer }) => buffer))
  return [...blocks].reduce((bytes, { byteLength }) => bytes + byteLength, 0)
}

describe('gatherBatches()', () => {
  it('ends a batch where the blocks of few documents hold much memory', async () => {
    let documentCount = 0
    let emptyCount = 0
    for await (const batch of gather(100)) {
      assert.ok(keptBytes(batch.texts) <= IMPORT_TRANSACTION_BYTES + BLOCK_BYTES)
      documentCount += batch.texts.length
      emptyCount += batch.emptyCount
    }
    assert.equal(documentCount, 100)
    assert.equal(emptyCount, 100 * (BLOCK_BYTES - '{"a":0}\n'.length) - 90)
  })
})

describe('ImportBatch', () => {
  it('append() keeps the texts, and not the blocks that they came in', async () => {
    const whole = new ImportBatch()
    for await (const batch of gather(100)) whole.append(batch)
    assert.ok(keptBytes(whole.texts) < BLOCK_BYTES)
    assert.deepEqual(
      whole.texts.map((text) => text.toString().trim()),
      Array.from({ length: 100 }, (_, index) => `{"a":${index}}`),
    )
    assert.equal(whole.positions.at(1), 1 + BLOCK_BYTES - '{"a":0}'.length)
  })
})
