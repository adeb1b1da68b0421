import assert from 'node:assert/strict'
import { ask } from '../../server/support/ask.js'
import type { Fault, FaultPlan } from '../../support/faulty-proxy.js'
import { useDivergedPair } from '../support/faulty-leader.js'

type Kind = 'begin' | 'chunks' | 'keys' | 'docs'

interface Chunk {
  readonly low: string
  readonly high: string
  readonly hash: string
}

const DUMP = 'GET /_api/replication/dump'
const NO_ANSWER = ['ERR_COPY_UNFINISHED', 'ERR_REMOTE_UNREACHABLE']
const STATUS = ['ERR_COPY_UNFINISHED', 'ERR_REMOTE_STATUS']
const WRONG = ['ERR_COPY_UNFINISHED', 'ERR_REMOTE_ANSWER']

/** What a request asks of keys; undefined for all others. */
function kindOf(name: string, query: Readonly<Record<string, string>>): Kind | undefined {
  if (name === 'POST /_api/replication/keys') return 'begin'
  if (name.startsWith('GET /_api/replication/keys/')) return 'chunks'
  if (!name.startsWith('PUT /_api/replication/keys/')) return undefined
  return query['type'] === 'docs' ? 'docs' : 'keys'
}

/** A fault of all requests of a kind, or of the first ones alone. */
function faultOf(kind: Kind, fault: Fault, times = Infinity): FaultPlan {
  let count = 0
  return ({ name, query }) => {
    if (kindOf(name, query) !== kind || count === times) return undefined
    count += 1
    return fault
  }
}

function alter(change: (value: readonly unknown[]) => unknown): Fault {
  return {
    kind: 'alter',
    alter: (body) => JSON.stringify(change(JSON.parse(body) as readonly unknown[])),
  }
}

describe('incrementalSync() by keys, from a leader whose connections break', function () {
  this.timeout(120_000)
  const pair = useDivergedPair({ compat: 'arangodb-3.7' })

  it('ends equal whichever request about keys is cut, before its answer and inside it', async () => {
    const { outcome, names } = await pair.runFaulty(() => undefined)
    assert.equal(outcome, 'equal')
    const isAboutKeys = (name: string): boolean => name.includes('/replication/keys')
    assert.ok(names.filter(isAboutKeys).length >= 5)
    for (const kind of ['begin', 'chunks', 'keys', 'docs'] as const) {
      let count = 0
      const run = await pair.runFaulty(({ name, query }) => {
        if (kindOf(name, query) !== kind) return undefined
        count += 1
        if (count > 2) return undefined
        return { kind: 'cut', where: count === 1 ? 'before' : 'inside' }
      })
      assert.equal(run.outcome, 'equal', kind)
      assert.ok(count > 2, kind)
    }
  })

  it('fails when documents are cut for good, or answered with 500', async () => {
    const cut = await pair.runFaulty(faultOf('docs', { kind: 'cut', where: 'before' }))
    assert.deepEqual(cut.outcome, NO_ANSWER)
    const broken: Fault = { kind: 'status', status: 500, errorNum: 4 }
    assert.deepEqual((await pair.runFaulty(faultOf('docs', broken))).outcome, STATUS)
  })

  it('copies the whole where the leader knows no keys', async () => {
    for (const status of [501, 405, 404]) {
      const fault: Fault = { kind: 'status', status, errorNum: status }
      const { outcome, names } = await pair.runFaulty(faultOf('begin', fault))
      assert.equal(outcome, 'equal', `${status}`)
      assert.ok(names.filter((name) => name === DUMP).length > 1)
      assert.ok(!names.some((name) => name.startsWith('GET /_api/replication/keys')))
    }
  })

  it('ends equal with another hash, which makes it look at all keys', async () => {
    const other = alter((chunks) =>
      (chunks as readonly Chunk[]).map((chunk) => ({
        ...chunk,
        hash: `${(BigInt(chunk.hash) * 7n) % 2n ** 64n}`,
      })),
    )
    const { outcome, names } = await pair.runFaulty(faultOf('chunks', other))
    assert.equal(outcome, 'equal')
    // The collection that the follower lacks is filled from a dump, and no other one.
    assert.equal(names.filter((name) => name === DUMP).length, 1)
  })

  it('copies the whole where a leader that counts documents shows none', async () => {
    const { outcome, names } = await pair.runFaulty(
      faultOf(
        'chunks',
        alter(() => []),
      ),
    )
    assert.equal(outcome, 'equal')
    assert.ok(names.filter((name) => name === DUMP).length > 1)
  })

  it('fails when the batch is gone', async () => {
    let isGone = false
    const { outcome } = await pair.runFaulty(async ({ name, query }) => {
      if (isGone || kindOf(name, query) !== 'keys') return undefined
      isGone = true
      const path = `/_api/replication/batch/${query['batchId'] ?? ''}`
      await ask(`${pair.leader().url}${path}`, { method: 'DELETE' })
      return undefined
    })
    assert.deepEqual(outcome, STATUS)
  })

  const WRONG_ANSWERS: readonly (readonly [string, Kind, Fault])[] = [
    ['a chunk twice', 'chunks', alter((all) => [...all, ...all])],
    ['keys out of order', 'keys', alter((all) => [...all].reverse())],
    ['other documents', 'docs', alter((all) => [...all].reverse())],
    ['nulls for documents', 'docs', alter((all) => all.map(() => null))],
  ]
  for (const [what, kind, fault] of WRONG_ANSWERS) {
    it(`fails when a leader answers ${what}`, async () => {
      assert.deepEqual((await pair.runFaulty(faultOf(kind, fault))).outcome, WRONG)
    })
  }
})
