import assert from 'node:assert/strict'
import { applierLine } from '../../lib/cli/describe-applier.js'

const endpoint = 'tcp://db.example:8529'

describe('applierLine()', () => {
  it('tells that a follower started or stopped', () => {
    assert.equal(
      applierLine({ kind: 'started', database: 'd', endpoint }),
      'following tcp://db.example:8529 into database "d": started\n',
    )
    assert.equal(
      applierLine({ kind: 'stopped', database: undefined, endpoint }),
      'following tcp://db.example:8529 into all databases: stopped\n',
    )
  })

  it('warns of one that failed, in one line', () => {
    const failure = { errorNum: 1402, message: 'no\nway', time: 0 }
    assert.equal(
      applierLine({ kind: 'failed', database: 'd', endpoint, failure, error: 'secret' }),
      'warning: following tcp://db.example:8529 into database "d": failed with 1402: no\\u{a}way\n',
    )
  })
})
