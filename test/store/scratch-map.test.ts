import assert from 'node:assert/strict'
import fc from 'fast-check'
import { openScratch, type ScratchTable } from '../../lib/store/index.js'
import { collectAll } from '../support/streams.js'

describe('ScratchTable', () => {
  it('holds what a plain map holds', async () => {
    const scratch = await openScratch()
    let runs = 0
    const key = fc
      .uint8Array({ minLength: 1, maxLength: 3, max: 4 })
      .map((bytes) => Buffer.from(bytes))
    const step = fc.record({
      key,
      value: fc.option(fc.uint8Array({ maxLength: 3000 }), { nil: undefined }),
      look: fc.constantFrom('nothing', 'get', 'size', 'entries'),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        runs += 1
        const table = scratch.table(`run ${runs}`)
        const model = new Map<string, string>()
        for (const { key: at, value, look } of steps) {
          if (value === undefined) await table.delete(at)
          else await table.put(at, Buffer.from(value))
          const name = at.toString('hex')
          if (value === undefined) model.delete(name)
          else model.set(name, Buffer.from(value).toString('hex'))
          if (look === 'get') assert.equal(table.get(at)?.toString('hex'), model.get(name))
          else if (look === 'size') assert.equal(table.size, model.size)
          else if (look === 'entries') assert.deepEqual(await hexOf(table), sorted(model))
        }
        assert.deepEqual(await hexOf(table), sorted(model))
      }),
      { numRuns: 60 },
    )
    await scratch.close()
  })
})

async function hexOf(table: ScratchTable): Promise<(readonly [string, string])[]> {
  const entries = await collectAll(table.entries())
  return entries.map(({ key, value }) => [key.toString('hex'), value.toString('hex')] as const)
}

/** In hexadecimal the order is that of the bytes. */
function sorted(model: ReadonlyMap<string, string>): (readonly [string, string])[] {
  return [...model].sort(([a], [b]) => (a < b ? -1 : 1))
}
