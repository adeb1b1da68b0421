import assert from 'node:assert/strict'
import { formatTree, MerkleTree, parseTree } from '../../lib/merkle/index.js'
import { ask } from '../server/support/ask.js'
import type { FaultPlan } from '../support/faulty-proxy.js'
import { faultOf, TREE, useDivergedPair } from './support/faulty-leader.js'
import { revisionAt } from './support/replica-pair.js'

const WRONG = ['ERR_COPY_UNFINISHED', 'ERR_REMOTE_ANSWER']
const TREES_DIFFER = ['ERR_COPY_UNFINISHED', 'ERR_TREES_DIFFER']

describe('incrementalSync() from a leader that has a wrong tree', function () {
  this.timeout(120_000)
  const pair = useDivergedPair()

  /** Changes the tree of the collection that has most documents. */
  function treePlan(change: (tree: MerkleTree) => MerkleTree): FaultPlan {
    return async ({ name, query }) => {
      if (name !== TREE) return undefined
      const path = `${name.split(' ')[1] ?? ''}?${new URLSearchParams(query).toString()}`
      const { body } = await ask(`${pair.leader().url}${path}`)
      const { tree } = await parseTree([body])
      if (!(tree instanceof MerkleTree) || tree.count < 200) return undefined
      const text = [...formatTree(change(tree), { form: 'onlyPopulated' })].join('')
      return { kind: 'alter', alter: () => text }
    }
  }

  it('fails when the tree has a revision that is not listed', async () => {
    const { outcome } = await pair.runFaulty(
      treePlan((tree) => {
        tree.insert(revisionAt(77_777))
        return tree
      }),
    )
    assert.deepEqual(outcome, TREES_DIFFER)
  })

  it('fails when the tree lacks a revision that is listed', async () => {
    const { outcome } = await pair.runFaulty(
      treePlan((tree) => {
        tree.remove(revisionAt(3001))
        return tree
      }),
    )
    assert.deepEqual(outcome, TREES_DIFFER)
  })

  it('fails when the counts of a tree do not add up', async () => {
    const alter = (body: string): string => body.replace(/"count":(\d+)/, '"count":$10')
    const { outcome } = await pair.runFaulty(faultOf(TREE, { kind: 'alter', alter }))
    assert.deepEqual(outcome, WRONG)
  })

  it('fails, and takes nothing away, when the tree is empty and the collection is not', async () => {
    const { outcome, state } = await pair.runFaulty(
      treePlan(({ rangeMin }) => new MerkleTree({ rangeMin })),
    )
    assert.deepEqual(outcome, TREES_DIFFER)
    assert.equal(state.get('a')?.['count'], 300)
  })
})
