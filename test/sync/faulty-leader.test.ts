import assert from 'node:assert/strict'
import {
  decodeRevision,
  encodeRevision,
  revision,
  REVISION_LOWER_BOUND,
} from '../../lib/values/index.js'
import { ask } from '../server/support/ask.js'
import type { Fault } from '../support/faulty-proxy.js'
import { DOCUMENTS, faultOf, RANGES, TREE, useDivergedPair } from './support/faulty-leader.js'

const UNFINISHED = 'ERR_COPY_UNFINISHED'
const NO_ANSWER = [UNFINISHED, 'ERR_REMOTE_UNREACHABLE']
const STATUS = [UNFINISHED, 'ERR_REMOTE_STATUS']
const WRONG = [UNFINISHED, 'ERR_REMOTE_ANSWER']
const TREES_DIFFER = [UNFINISHED, 'ERR_TREES_DIFFER']
/** What is asked for to see whether a leader looks documents up at all. */
const PROBE = JSON.stringify([encodeRevision(REVISION_LOWER_BOUND)])
const DUMP = 'GET /_api/replication/dump'

describe('incrementalSync() from a leader whose connections break', function () {
  this.timeout(240_000)
  const pair = useDivergedPair()

  it('ends equal whichever request is cut, before its answer and inside it', async () => {
    const { outcome, names } = await pair.runFaulty(() => undefined)
    assert.equal(outcome, 'equal')
    for (const name of [TREE, RANGES, DOCUMENTS, DUMP]) assert.ok(names.includes(name), name)
    for (const [cut, name] of names.entries()) {
      // The next request is the repeated one, unless another is on its way already.
      const run = await pair.runFaulty(({ index }) => {
        if (index !== cut && index !== cut + 1) return undefined
        return { kind: 'cut', where: index === cut ? 'before' : 'inside' }
      })
      assert.equal(run.outcome, 'equal', `${cut}: ${name}`)
    }
  })

  for (const name of [TREE, RANGES, DOCUMENTS, DUMP]) {
    it(`${name} fails when it is cut, or answered with 500 or 503, for good`, async () => {
      const where = name === TREE ? 'before' : 'inside'
      const cut = await pair.runFaulty(faultOf(name, { kind: 'cut', where }))
      assert.deepEqual(cut.outcome, NO_ANSWER)
      const busy: Fault = { kind: 'status', status: 503, errorNum: 32 }
      assert.equal((await pair.runFaulty(faultOf(name, busy, 2))).outcome, 'equal')
      assert.deepEqual((await pair.runFaulty(faultOf(name, busy))).outcome, STATUS)
      const broken: Fault = { kind: 'status', status: 500, errorNum: 4 }
      assert.deepEqual((await pair.runFaulty(faultOf(name, broken, 1))).outcome, STATUS)
    })
  }

  it('ends equal when answers come slowly', async () => {
    const { outcome } = await pair.runFaulty(() => ({ kind: 'slow' }))
    assert.equal(outcome, 'equal')
  })

  it('fails when the batch is gone, whenever that is', async () => {
    const { names } = await pair.runFaulty(() => undefined)
    const deletion = names.findIndex((name) => name.startsWith('DELETE'))
    const first = names.indexOf(TREE)
    for (let at = first; at < deletion; at += 3) {
      const { outcome } = await pair.runFaulty(async ({ index, query }) => {
        const path = `/_api/replication/batch/${query['batchId'] ?? ''}`
        if (index === at) await ask(`${pair.leader().url}${path}`, { method: 'DELETE' })
        return undefined
      })
      assert.deepEqual(outcome, STATUS, `at ${at}`)
    }
    const bad: Fault = { kind: 'status', status: 400, errorNum: 400 }
    const { outcome } = await pair.runFaulty(faultOf(RANGES, bad, 1))
    assert.deepEqual(outcome, STATUS)
  })
})

type Documents = readonly Readonly<Record<string, unknown>>[]

interface Ranges {
  readonly ranges: readonly (readonly string[])[]
  readonly resume?: string
}

function documentsFault(change: (documents: Documents) => Documents): Fault {
  const alter = (body: string): string => JSON.stringify(change(JSON.parse(body) as Documents))
  return { kind: 'alter', alter }
}

function rangesFault(change: (ranges: Ranges) => Ranges): Fault {
  return { kind: 'alter', alter: (body) => JSON.stringify(change(JSON.parse(body) as Ranges)) }
}

/** The text of the revision that is `distance` from another. */
function near(text: string, distance: bigint): string {
  return encodeRevision(revision(decodeRevision(text) + distance))
}

/** Changes the list that has most revisions. */
function inLongest(change: (list: readonly string[]) => readonly string[]): Fault {
  return rangesFault((answer) => {
    const longest = Math.max(...answer.ranges.map((list) => list.length))
    const ranges = answer.ranges.map((list) => (list.length === longest ? change(list) : list))
    return { ...answer, ranges }
  })
}

/** Ends an answer after so many revisions, and tells where to go on with respect to the last one. */
function endEarly(count: number, resumeOf: (last: string) => string): Fault {
  return rangesFault(({ ranges, ...rest }) => {
    const at = ranges.findIndex((list) => list.length > count)
    if (at < 0) return { ranges, ...rest }
    const list = ranges[at]?.slice(0, count) ?? []
    const resume = resumeOf(list.at(-1) ?? '')
    return { ranges: [...ranges.slice(0, at), list], resume, resumeHLC: resume }
  })
}

describe('incrementalSync() from a leader that gives wrong documents', function () {
  this.timeout(120_000)
  const pair = useDivergedPair()

  const rows: readonly (readonly [string, Fault, number, 'equal' | readonly string[]])[] = [
    ['ends early each time', documentsFault((all) => all.slice(0, 7)), Infinity, 'equal'],
    ['gives none', documentsFault(() => []), Infinity, WRONG],
    [
      'gives {} in place of all',
      documentsFault((all) => all.map(() => ({}))),
      Infinity,
      TREES_DIFFER,
    ],
    [
      'gives {} in place of one',
      documentsFault((all) => all.map((one) => (one['_key'] === 'k3005' ? {} : one))),
      Infinity,
      TREES_DIFFER,
    ],
    ['gives {} once', documentsFault((all) => all.map(() => ({}))), 2, 'equal'],
    ['turns them round', documentsFault((all) => all.toReversed()), Infinity, WRONG],
    ['gives the first one twice', documentsFault((all) => [...all.slice(0, 1), ...all]), 3, WRONG],
    [
      'gives one that was not asked for',
      documentsFault((all) => [...all, { _key: 'x', _rev: near('_fMzozz2---', 0n) }]),
      Infinity,
      WRONG,
    ],
    [
      'gives one the key of another',
      documentsFault((all) => all.map((one) => ({ ...one, _key: 'k100' }))),
      Infinity,
      TREES_DIFFER,
    ],
    [
      'gives one the key of another once',
      documentsFault((all) => all.map((one) => ({ ...one, _key: 'k100' }))),
      1,
      'equal',
    ],
    ['gives none a key', documentsFault((all) => all.map(({ _key, ...one }) => one)), 3, WRONG],
    ['gives half of the text', { kind: 'alter', alter: (body) => body.slice(0, -9) }, 3, WRONG],
  ]
  for (const [title, fault, times, outcome] of rows) {
    const end = outcome === 'equal' ? 'ends equal' : `fails with ${outcome.join(', ')}`
    it(`${end} when it ${title}`, async () => {
      // The first documents are only asked for to see whether the leader knows them.
      let count = 0
      const run = await pair.runFaulty(({ name, body }) => {
        if (name !== DOCUMENTS || body === PROBE) return undefined
        count += 1
        return count > times ? undefined : fault
      })
      assert.deepEqual(run.outcome, outcome)
      assert.ok(count > 0)
    })
  }
})

describe('incrementalSync() from a leader that lists wrong revisions', function () {
  this.timeout(120_000)
  const pair = useDivergedPair()
  const next = (last: string): string => near(last, 1n)

  const rows: readonly (readonly [string, Fault, number, 'equal' | readonly string[]])[] = [
    ['ends early each time', endEarly(60, next), Infinity, 'equal'],
    ['jumps over some each time', endEarly(60, (last) => near(last, 30n)), Infinity, TREES_DIFFER],
    ['jumps over some once', endEarly(60, (last) => near(last, 30n)), 1, 'equal'],
    ['goes back', endEarly(60, (last) => near(last, -5n)), Infinity, WRONG],
    ['stands still', endEarly(60, (last) => last), Infinity, WRONG],
    ['goes on before all ranges', endEarly(60, () => '_'), Infinity, WRONG],
    ['goes on behind all ranges', endEarly(60, () => 'M9999999999'), Infinity, WRONG],
    ['goes on at no revision', endEarly(60, () => 'é'), Infinity, WRONG],
    ['lists them the other way', inLongest((list) => list.toReversed()), Infinity, WRONG],
    ['lists one twice', inLongest((list) => list.toSpliced(9, 0, list[9] ?? '')), Infinity, WRONG],
    [
      'lists one outside of its range',
      inLongest((list) => [...list, 'M9999999999']),
      Infinity,
      WRONG,
    ],
    [
      'lists one that nobody has',
      inLongest((list) => [...list, near(list.at(-1) ?? '', 1n)]),
      Infinity,
      'equal',
    ],
    ['leaves one out', inLongest((list) => list.toSpliced(9, 1)), Infinity, TREES_DIFFER],
    ['leaves one out once', inLongest((list) => list.toSpliced(9, 1)), 1, 'equal'],
    ['leaves all out', inLongest(() => []), Infinity, TREES_DIFFER],
    ['leaves a range out', rangesFault(({ ranges }) => ({ ranges: ranges.slice(1) })), 9, WRONG],
    [
      'lists a range too many',
      rangesFault(({ ranges }) => ({ ranges: [...ranges, []] })),
      9,
      WRONG,
    ],
  ]
  for (const [title, fault, times, outcome] of rows) {
    const end = outcome === 'equal' ? 'ends equal' : `fails with ${outcome.join(', ')}`
    it(`${end} when it ${title}`, async () => {
      const run = await pair.runFaulty(faultOf(RANGES, fault, times))
      assert.deepEqual(run.outcome, outcome)
    })
  }
})
