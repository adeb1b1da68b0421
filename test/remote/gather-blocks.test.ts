import assert from 'node:assert/strict'
import fc from 'fast-check'
import { gatherBlocks } from '../../lib/remote/gather-blocks.js'
import { asyncBlocks, collectAll } from '../support/streams.js'

describe('gatherBlocks', () => {
  it('gives the same bytes in blocks as full as they can be', async () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)))
    await fc.assert(
      fc.asyncProperty(pieces, fc.integer({ min: 1, max: 50 }), async (blocks, blockBytes) => {
        const gathered = await collectAll(gatherBlocks(asyncBlocks(blocks), blockBytes))
        assert.deepEqual(Buffer.concat(gathered), Buffer.concat(blocks))
        const largest = Math.max(blockBytes, ...blocks.map(({ length }) => length))
        for (const [index, { length }] of gathered.entries()) {
          assert.ok(length > 0 && length <= largest)
          const next = gathered[index + 1]
          if (next !== undefined) assert.ok(length + next.length > blockBytes)
        }
      }),
    )
  })
})
