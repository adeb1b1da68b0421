import assert from 'node:assert/strict'
import { diffReplicas, runDiff, type DiffMethod } from '../../../lib/sync/index.js'
import { createScriptedSource } from '../../support/scripted-source.js'
import { diff, line, scripted, dataA, dataB } from './support/diff-outcome.js'

describe('diffReplicas() with options', () => {
  it('stops at the limit, and says so', async () => {
    for (const limit of [1, 2, 3, 5]) {
      const { differences, finished, events } = await diff(scripted(dataA), scripted(dataB), {
        limit,
      })
      assert.equal(differences.length, limit)
      assert.equal(finished.differences, limit)
      assert.ok(finished.isLimited && !finished.isEqual)
      const compared = events.filter(({ kind }) => kind === 'collection-compared')
      assert.equal(finished.collections.at(-1)?.isComplete, false)
      assert.equal(compared.length, finished.collections.length)
    }
    const { finished } = await diff(scripted(dataA), scripted(dataB), { limit: 7 })
    assert.ok(!finished.isLimited)
  })

  it('refuses methods, limits and names that mean nothing, at the call', () => {
    const a = scripted({})
    for (const limit of [0, -1, 1.5, NaN, Infinity]) {
      assert.throws(() => diffReplicas(a, a, { limit }), RangeError)
    }
    assert.throws(() => diffReplicas(a, a, { ignore: ['a..b'] }), RangeError)
    const by = 'contents' as DiffMethod
    assert.throws(() => diffReplicas(a, a, { by }), /^RangeError: Cannot compare by "contents": /)
  })

  it('knows collections that are on either side, and no others', async () => {
    const { finished } = await diff(scripted(dataA), scripted(dataB), {
      collections: ['gone', 'come', 'c'],
      exclude: ['c', 'same'],
    })
    assert.deepEqual(
      finished.collections.map(({ collection, presence, by }) => [collection, presence, by]),
      [
        ['gone', 'onlyInA', undefined],
        ['come', 'onlyInB', undefined],
      ],
    )
    await assert.rejects(diff(scripted(dataA), scripted(dataB), { collections: ['c', 'x'] }), {
      code: 'ERR_UNKNOWN_COLLECTION',
      names: ['x'],
    })
    await assert.rejects(diff(scripted(dataA), scripted(dataB), { exclude: ['y'] }), {
      code: 'ERR_UNKNOWN_COLLECTION',
      names: ['y'],
    })
  })

  it('leaves system collections out unless they are wanted', async () => {
    const a = scripted({ _graphs: [line('g', 1)], c: [] })
    const b = scripted({ _graphs: [], c: [] })
    assert.ok((await diff(a, b)).finished.isEqual)
    const wanted = await diff(a, b, { includeSystem: true })
    assert.deepEqual(wanted.differences, ['onlyInA _graphs/g'])
  })

  it('tells documents and edges of one name as two collections', async () => {
    const a = createScriptedSource([{ name: 'c', type: 2, chunks: [[line('k', 1)]] }])
    const b = createScriptedSource([{ name: 'c', type: 3, chunks: [[line('k', 1)]] }])
    const kinds: string[] = []
    await runDiff(a, b, { onDifference: ({ kind }) => void kinds.push(kind) })
    assert.deepEqual(kinds, ['collectionOnlyInB', 'collectionOnlyInA'])
  })

  it('ignores what it is told to, by revision too', async () => {
    const { differences, finished } = await diff(scripted(dataA), scripted(dataB), {
      collections: ['c'],
      ignore: ['_rev', 'v'],
    })
    assert.deepEqual(differences, ['different c/k1 w.x[1]', 'onlyInA c/k2', 'onlyInB c/k5'])
    assert.equal(finished.totals.different, 1)
    const { differences: fewer } = await diff(scripted(dataA), scripted(dataB), {
      collections: ['c'],
      ignore: ['v', 'w.x'],
      by: 'content',
    })
    assert.deepEqual(fewer, ['onlyInA c/k2', 'onlyInB c/k5'])
  })
})
