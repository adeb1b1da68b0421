import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { Finding } from './finding.js'
import { fuzzRequests, fuzzSlices } from './fuzz.js'
import { Random } from './random.js'
import { generateRequest } from './request-generator.js'
import { checkSliceInput, makeSliceInput } from './slice-check.js'

/** Another one in each run: what a test finds names it. */
const SEED = randomInt(2 ** 31)
const SLICES = 10_000
const REQUESTS = 1000
/** Room for what earlier tests of the process have left. */
const GROWTH_MEGABYTES_MAX = 300

describe('A run of broken input', () => {
  it('gets a value or an error of the project for any bytes', async function () {
    this.timeout(120_000)
    const { outcomes, ...memory } = await fuzzSlices({ seed: SEED, from: 0, count: SLICES })
    const { read = 0, refused = 0 } = outcomes
    assert.equal(read + refused, SLICES)
    assert.ok(read > SLICES / 10 && refused > SLICES / 10)
    assert.ok(memory.peakMegabytes - memory.warmMegabytes < GROWTH_MEGABYTES_MAX)
  })

  it('gets an answer or an error of the protocol for any request', async function () {
    this.timeout(120_000)
    const { outcomes, ...memory } = await fuzzRequests({ seed: SEED, from: 0, count: REQUESTS })
    const { answered = 0, refused = 0, 'given up': givenUp = 0 } = outcomes
    assert.equal(answered + refused + givenUp, REQUESTS)
    assert.ok(answered > REQUESTS / 10 && refused > REQUESTS / 10)
    assert.ok(memory.peakMegabytes - memory.warmMegabytes < GROWTH_MEGABYTES_MAX)
  })
})

describe('Inputs', () => {
  const targets = {
    documentCount: 9,
    collections: ['a', 'b'],
    batchIds: ['1', '2'],
  } as const

  it('are the same for one seed and index, and others for others', () => {
    const hexes = [
      [1, 1],
      [1, 2],
      [2, 1],
      [1, 2 ** 32 + 1],
    ].map(([seed = 0, index = 0]) => {
      const [first, second] = [0, 0].map(() => {
        const random = new Random(seed, index)
        const { body } = generateRequest(random, targets, true)
        return `${makeSliceInput(random).bytes.toString('hex')} ${body.toString('hex')}`
      })
      assert.equal(first, second)
      return first
    })
    assert.equal(new Set(hexes).size, hexes.length)
  })

  it('are told in hexadecimal when they are read wrongly', () => {
    const input = { bytes: Buffer.of(0x31), whole: { json: '2' } }
    assert.throws(() => checkSliceInput(input, new Random(1, 1)), {
      name: 'Finding',
      message: 'read 1 in place of 2\n  input: 31',
    })
    const refused = { bytes: Buffer.of(0x00), whole: { json: '2' } }
    assert.throws(() => checkSliceInput(refused, new Random(1, 1)), Finding)
  })
})
