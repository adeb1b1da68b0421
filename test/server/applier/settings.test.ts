import assert from 'node:assert/strict'
import { ReplicationError } from '../../../lib/core/index.js'
import { FollowError } from '../../../lib/replica/index.js'
import { RemoteAddressError, RemoteStatusError } from '../../../lib/remote/index.js'
import { toApplierError } from '../../../lib/server/applier/applier-error.js'
import type { ApplierConfig } from '../../../lib/server/applier/applier-config.js'
import { followedNames } from '../../../lib/server/applier/followed-names.js'
import { pacesOf } from '../../../lib/server/applier/paces-of.js'
import { RequestError } from '../../../lib/server/request-error.js'
import { StoreError } from '../../../lib/store/index.js'
import { FollowReplicaError, TailError, UnfinishedCopyError } from '../../../lib/sync/index.js'
import { tick } from '../../../lib/values/index.js'
import { configOf } from './support/applier-pair.js'

describe('pacesOf()', () => {
  const rows: readonly (readonly [Partial<ApplierConfig>, object])[] = [
    [
      { idleMinWaitTime: 1, idleMaxWaitTime: 2.5 },
      { idleMs: { min: 1000, max: 2500 }, waitMs: 30_000, chunkBytes: undefined },
    ],
    [
      { adaptivePolling: false, idleMinWaitTime: 1, idleMaxWaitTime: 5 },
      { idleMs: { min: 1000, max: 1000 } },
    ],
    [{ idleMinWaitTime: 3, idleMaxWaitTime: 2 }, { idleMs: { min: 2000, max: 2000 } }],
    [{ idleMinWaitTime: 0.001, idleMaxWaitTime: 1000 }, { idleMs: { min: 250, max: 60_000 } }],
    [{ requestTimeout: 5 }, { waitMs: 2500 }],
    [{ requestTimeout: 0 }, { waitMs: 30_000 }],
    [{ chunkSize: 1 }, { chunkBytes: 16_384 }],
    [{ chunkSize: 100_000 }, { chunkBytes: 100_000 }],
    [{ chunkSize: 1e12 }, { chunkBytes: 134_217_728 }],
  ]
  for (const [changes, expected] of rows) {
    it(`reads ${JSON.stringify(changes)}`, () => {
      const paces = pacesOf(configOf(undefined, changes))
      assert.deepEqual({ ...paces, ...expected }, paces)
    })
  }
})

describe('followedNames()', () => {
  const names = ['a', '_users', '_jobs', '_statistics', '_routing']

  it('chooses all that system collections are not to be left out of', () => {
    const all = followedNames(configOf(undefined, { includeSystem: true }))
    assert.deepEqual(all, { includeSystem: true, includeFoxxQueues: false })
  })

  it('leaves system collections out though they are named', () => {
    const chosen = (changes: Partial<ApplierConfig>): unknown => {
      const restriction = { restrictType: 'include', restrictCollections: names } as const
      return followedNames(configOf(undefined, { ...restriction, ...changes })).collections
    }
    assert.deepEqual(chosen({ includeSystem: false, includeFoxxQueues: true }), ['a'])
    assert.deepEqual(chosen({ includeSystem: true }), ['a', '_users'])
    assert.deepEqual(chosen({ includeFoxxQueues: true }), ['a', '_users', '_jobs'])
  })

  it('leaves out what is excluded', () => {
    const restriction = { restrictType: 'exclude', restrictCollections: names } as const
    const { exclude, collections, skipsUnknown } = followedNames(configOf(undefined, restriction))
    assert.deepEqual([exclude, collections, skipsUnknown], [names, undefined, true])
  })
})

describe('toApplierError()', () => {
  const task = { task: 'read', address: 'http://x' }
  const marker = { tick: tick(5n), type: 2300, collection: 'c' }
  const refused = new FollowError(marker, 'no', { errorNumber: 1228 })
  const copy = {
    source: 'http://x',
    target: 'store:y',
    complete: [],
    underWay: [],
    collectionCount: 1,
    isMarked: true,
  }
  const rows: readonly (readonly [title: string, error: unknown, errorNum: number])[] = [
    ['a gap', new TailError('ERR_TAIL_GAP', 'x'), 1414],
    ['a log that ends before', new TailError('ERR_TICK_BACKWARDS', 'x'), 1414],
    ['another leader', new TailError('ERR_LEADER_CHANGED', 'x'), 1404],
    ['an unknown transaction', new TailError('ERR_TRANSACTION_UNKNOWN', 'x'), 1408],
    ['too many transactions', new TailError('ERR_TRANSACTIONS_OPEN', 'x'), 1408],
    ['another database', new TailError('ERR_TAIL_DATABASE', 'x'), 1407],
    ['another selection', new FollowReplicaError('ERR_FOLLOW_SELECTION', 'x', 'y'), 1407],
    ['a marker that is refused', refused, 1228],
    ['a marker that is nothing', new FollowError(marker, 'no'), 1401],
    [
      'a marker that the store refuses',
      new FollowError(marker, 'no', { cause: new StoreError('ERR_NAME_INVALID', 'x') }),
      1208,
    ],
    [
      'too many resyncs',
      new FollowReplicaError('ERR_FOLLOW_RESYNCS', 'x', 'y', { cause: refused }),
      1228,
    ],
    ['a copy that ended early', new UnfinishedCopyError(copy, refused), 1228],
    ['an address that is not allowed', new RemoteAddressError(task, 'no'), 11],
    ['a request that is wrong', new RequestError(400, 1410, 'x'), 1410],
    ['the store being closed', new StoreError('ERR_STORE_CLOSED', 'x'), 30],
    [
      'what cannot be read',
      new (class extends ReplicationError {
        readonly code = 'X'
      })('x'),
      1401,
    ],
    ['what nobody foresaw', new Error('x'), 4],
  ]
  for (const [title, error, errorNum] of rows) {
    it(`numbers ${title} ${errorNum}`, () => {
      const { errorNum: found, cause } = toApplierError(error, {})
      assert.deepEqual([found, cause], [errorNum, error])
    })
  }

  it('tells no secret, whoever says it', () => {
    const refusal = { status: 500, errorNum: 4, errorMessage: 'dXM6c2Vj sec.ret' }
    const error = new RemoteStatusError(task, refusal)
    for (const secret of [{ username: 'us', password: 'sec' }, { jwt: 'sec.ret' }]) {
      const { message, errorNum } = toApplierError(error, secret)
      assert.equal(errorNum, 1402)
      assert.doesNotMatch(message, /sec|dXM/)
    }
    assert.match(toApplierError(error, {}).message, /sec\.ret/)
  })
})
