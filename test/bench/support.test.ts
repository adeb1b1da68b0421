import assert from 'node:assert/strict'
import { generateLines, readBlocks } from '../../bench/support/generate-lines.js'
import { timeInterleaved } from '../../bench/support/interleave.js'
import { compareSpeed, describeRatio, isMet, median, summarize } from '../../bench/support/ratio.js'
import { createResult } from '../../bench/support/result.js'
import { collectAll } from '../support/streams.js'

describe('median', () => {
  it('is the middle, or the mean of the two in the middle', () => {
    assert.equal(median([9]), 9)
    assert.equal(median([10, 1, 2]), 2)
    assert.equal(median([4, 10, 1, 2]), 3)
    assert.throws(() => median([]), RangeError)
  })
})

describe('summarize, isMet and describeRatio', () => {
  it('tell the ratio beside its bar', () => {
    const ratio = summarize({ name: 'x', bar: 3 }, [2, 4, 3])
    assert.deepEqual(ratio, { name: 'x', bar: 3, median: 3, min: 2, max: 4, rounds: 3 })
    assert.equal(isMet(ratio), true)
    assert.equal(describeRatio(ratio), 'x: 3.00 (bar 3) ok, 2.00 to 4.00 in 3 rounds')
  })

  it('tell when a bar is missed, or a ratio too large', () => {
    assert.equal(isMet(summarize({ name: 'x', bar: 3 }, [2.9])), false)
    const tooLarge = summarize({ name: 'x', atMost: 1 }, [1.5])
    assert.equal(describeRatio(tooLarge), 'x: 1.50 (at most 1) MISSED, 1.50 to 1.50 in 1 rounds')
    assert.equal(isMet(summarize({ name: 'x' }, [0])), true)
  })
})

describe('timeInterleaved and compareSpeed', () => {
  /** A clock that only candidates move. */
  function createClock() {
    let time = 0
    const calls: string[] = []
    const candidate = (name: string, ms: number) => (): void => {
      calls.push(name)
      time += ms
    }
    return { calls, candidate, now: () => time }
  }

  it('take turns, and let a fast one run several times a round', async () => {
    const { calls, candidate, now } = createClock()
    const options = { rounds: 2, warmupRounds: 1, roundMs: 100, now }
    const times = await timeInterleaved([candidate('a', 50), candidate('b', 300)], options)
    assert.deepEqual(times, [
      [50, 50],
      [300, 300],
    ])
    assert.equal(calls.join(''), 'aabaabaab')
  })

  it('give how often faster the subject is', async () => {
    const { candidate, now } = createClock()
    const options = { rounds: 3, warmupRounds: 0, roundMs: 1, now }
    const ratio = await compareSpeed({ name: 'x' }, candidate('a', 10), candidate('b', 25), options)
    assert.deepEqual([ratio.median, ratio.rounds], [2.5, 3])
  })
})

describe('generateLines and readBlocks', () => {
  it('make lines of the wanted size, each a document, and give all of them', async () => {
    const body = generateLines(10, 402)
    const blocks = (await collectAll(readBlocks(body, 1000))) as Buffer[]
    assert.deepEqual(Buffer.concat(blocks), body)
    const lines = body.toString().split('\n')
    assert.equal(lines.pop(), '')
    assert.deepEqual(
      lines.map((line) => line.length),
      Array<number>(10).fill(401),
    )
    const keys = lines.map((line) => (JSON.parse(line) as { _key: string })._key)
    assert.equal(new Set(keys).size, 10)
  })
})

describe('createResult', () => {
  it('says where the ratios were measured', () => {
    const result = createResult('x', [])
    assert.deepEqual([result.name, result.ratios, result.node], ['x', [], process.version])
    assert.match(result.machine, /^\d+ x .+, \d+ GiB$/)
    assert.match(result.commit, /^([0-9a-f]{40}|unknown)$/)
  })
})
