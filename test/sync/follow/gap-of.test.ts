import assert from 'node:assert/strict'
import { ReplicationError } from '../../../lib/core/index.js'
import { gapOf } from '../../../lib/sync/follow/gap-of.js'
import { UnfinishedCopyError } from '../../../lib/sync/index.js'

class CodedError extends ReplicationError {
  readonly code: string

  constructor(code: string) {
    super('Cannot go on: of a reason')
    this.code = code
  }
}

describe('gapOf()', () => {
  for (const code of [
    'ERR_TAIL_GAP',
    'ERR_LEADER_CHANGED',
    'ERR_TICK_BACKWARDS',
    'ERR_TRANSACTION_UNKNOWN',
    'ERR_FOLLOW_APPLY',
  ]) {
    it(`takes ${code} for a gap`, () => {
      const message = 'Cannot go on: of a reason'
      assert.deepEqual(gapOf(new CodedError(code)), { kind: 'gap', code, message })
    })
  }

  it('takes nothing else for one', () => {
    const gap = new CodedError('ERR_TAIL_GAP')
    const copy = {
      source: 'a',
      target: 'b',
      complete: [],
      collectionCount: 1,
      underWay: [],
      isMarked: true,
    }
    for (const error of [
      new CodedError('ERR_TAIL_DATABASE'),
      new UnfinishedCopyError(copy, gap),
      Object.assign(new Error('of somebody else'), { code: 'ERR_TAIL_GAP' }),
      'ERR_TAIL_GAP',
      undefined,
    ]) {
      assert.equal(gapOf(error), undefined)
    }
  })
})
