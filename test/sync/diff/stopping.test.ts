import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { runDiff } from '../../../lib/sync/index.js'
import { createScriptedSource } from '../../support/scripted-source.js'
import { diff, line, scripted, dataA, dataB } from './support/diff-outcome.js'

async function scratchCount(): Promise<number> {
  const names = await readdir(tmpdir())
  return names.filter((name) => name.startsWith('tidemark-scratch')).length
}

describe('diffReplicas() that ends early', () => {
  it('waits until a difference was handled', async () => {
    let open = 0
    let count = 0
    await runDiff(scripted(dataA), scripted(dataB), {
      workers: 0,
      onDifference: async () => {
        open += 1
        assert.equal(open, 1)
        for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
        open -= 1
        count += 1
      },
    })
    assert.equal(count, 6)
  })

  it('fails with what reading fails with, and gives everything back', async () => {
    const error = new Error('the wire broke')
    const fails = (): Promise<void> => Promise.reject(error)
    const before = await scratchCount()
    for (const by of ['revision', 'content'] as const) {
      const a = createScriptedSource([{ name: 'c', chunks: [[line('k1', 1)], fails] }])
      const b = createScriptedSource([{ name: 'c', chunks: [[line('k2', 2)]] }])
      await assert.rejects(diff(a, b, { by, maxInFlightBytes: 4 }), error)
      for (const { log } of [a, b]) assert.equal(log.at(-1), 'close snapshot')
    }
    assert.equal(await scratchCount(), before)
  })

  it('fails with what a listener throws, and gives everything back', async () => {
    const error = new Error('no more room')
    const before = await scratchCount()
    for (const by of ['revision', 'content'] as const) {
      const onDifference = (): never => {
        throw error
      }
      const options = { by, maxInFlightBytes: 4, onDifference }
      await assert.rejects(diff(scripted(dataA), scripted(dataB), options), error)
    }
    assert.equal(await scratchCount(), before)
  })

  it('ends when it is aborted, and leaves no directory behind', async () => {
    const before = await scratchCount()
    for (const by of ['revision', 'content'] as const) {
      const controller = new AbortController()
      const onDifference = (): void => {
        controller.abort(new Error('enough'))
      }
      const options = { by, maxInFlightBytes: 4, onDifference, signal: controller.signal }
      const a = createScriptedSource([
        { name: 'c', chunks: (dataA['c'] ?? []).map((one) => [one]) },
      ])
      await assert.rejects(diff(a, scripted(dataB), options), /enough/)
      assert.equal(a.log.at(-1), 'close snapshot')
    }
    assert.equal(await scratchCount(), before)
  })
})
