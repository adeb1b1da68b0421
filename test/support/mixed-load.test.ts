import assert from 'node:assert/strict'
import { Random } from '../fuzz/random.js'
import { databaseOf, openTestStore } from '../server/support/test-leader.js'
import { loadedStateOf } from './loaded-state.js'
import { runMixedLoad } from './mixed-load.js'
import { LoadModel } from './mixed-load-model.js'
import { StepPlanner, type LoadStep } from './mixed-load-step.js'

describe('StepPlanner', () => {
  const stepsOf = (seed: number, count: number): LoadStep[] => {
    const planner = new StepPlanner({ random: new Random(seed, 0), writer: 0, round: 0 })
    return Array.from({ length: count }, () => planner.next())
  }

  it('plans the same for the same seed, and everything that a load shall have', () => {
    const steps = stepsOf(1, 2000)
    assert.deepEqual(stepsOf(1, 2000), steps)
    assert.notDeepEqual(stepsOf(2, 2000), steps)
    const kinds = new Set(steps.map(({ kind }) => kind))
    assert.deepEqual([...kinds].toSorted(), ['single', 'thrown', 'transaction'])
    const changes = steps.flatMap((step) => step.changes)
    const changeKinds = ['create', 'create-index', 'drop', 'drop-index', 'put', 'remove', 'rename']
    const found = new Set(changes.map(({ kind }) => kind))
    assert.deepEqual([...found].toSorted(), [...changeKinds, 'truncate'])
    const values = changes.flatMap((change) => (change.kind === 'put' ? [change.value] : []))
    assert.equal(new Set(values).size, values.length, 'no value comes twice')
  })
})

describe('LoadModel', () => {
  const step = (number: number, ...changes: LoadStep['changes'][number][]): LoadStep => {
    return { kind: changes.length > 1 ? 'transaction' : 'single', writer: 0, number, changes }
  }
  const put = (key: string, value: string): LoadStep['changes'][number] => {
    return { kind: 'put', collection: 'c', key, value }
  }
  const holding = (entries: Record<string, string>): Map<string, Map<string, string>> =>
    new Map([['c', new Map(Object.entries(entries))]])

  function createModel(): LoadModel {
    const model = new LoadModel()
    model.begin(step(1, put('a', '1'), put('b', '1')))
    model.done({ writer: 0, number: 1, ticks: ['1', '2'] })
    return model
  }

  it('refuses a store that lost, kept or invented something', () => {
    createModel().check(holding({ a: '1', b: '1' }))
    const wrong = [{ a: '1' }, { a: '1', b: '0' }, { a: '1', b: '1', c: '1' }] as const
    for (const entries of wrong) {
      assert.throws(() => {
        createModel().check(holding(entries))
      }, assert.AssertionError)
    }
    assert.throws(() => {
      createModel().check(new Map([...holding({ a: '1', b: '1' }), ['d', new Map()]]))
    }, assert.AssertionError)
  })

  it('lets a step that was cut be there or not, but as a whole', () => {
    const cut = (entries: Record<string, string>): void => {
      const model = createModel()
      model.begin(step(2, put('a', '2'), { kind: 'remove', collection: 'c', key: 'b' }))
      model.crash()
      model.check(holding(entries))
      // What the store held then is what it has to hold from now on.
      model.check(holding(entries))
    }
    cut({ a: '1', b: '1' })
    cut({ a: '2' })
    for (const part of [{ a: '2', b: '1' }, { a: '1' }]) {
      assert.throws(() => {
        cut(part)
      }, assert.AssertionError)
    }
  })

  it('takes the put with the greatest tick of several writers', () => {
    const model = createModel()
    model.begin(step(2, put('a', '2')))
    model.begin({ ...step(1, put('a', '3')), writer: 1 })
    model.done({ writer: 1, number: 1, ticks: ['9'] })
    model.done({ writer: 0, number: 2, ticks: ['8'] })
    model.check(holding({ a: '3', b: '1' }))
  })
})

describe('runMixedLoad', () => {
  it('leaves in the store what it said it wrote', async () => {
    const { store, close } = await openTestStore()
    try {
      const model = new LoadModel()
      const database = databaseOf(store, '_system')
      for (const round of [0, 1]) {
        await runMixedLoad(store, database, {
          seed: 5,
          operations: 400,
          round,
          onBegin: (step) => {
            model.begin(step)
          },
          onDone: (step) => {
            model.done(step)
          },
        })
      }
      assert.ok(model.changeCount >= 800)
      model.check(await loadedStateOf(store, database))
    } finally {
      await close()
    }
  })
})
