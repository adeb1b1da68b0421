import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import { readAhead } from '../../lib/streams/index.js'
import { asyncBlocks, collectAll } from '../support/streams.js'

/** Counts how often it is asked, and how many answers are under way at one time. */
class Source implements AsyncIterable<number> {
  asked = 0
  closed = 0
  underWayMax = 0
  readonly length: number
  readonly failure: Error | undefined
  #underWay = 0

  constructor(length: number, failure?: Error) {
    this.length = length
    this.failure = failure
  }

  [Symbol.asyncIterator](): AsyncIterator<number> {
    return {
      next: async () => {
        this.asked += 1
        const value = this.asked
        this.#underWay += 1
        this.underWayMax = Math.max(this.underWayMax, this.#underWay)
        await setImmediate()
        this.#underWay -= 1
        if (value <= this.length) return { done: false, value }
        if (this.failure !== undefined) throw this.failure
        return { done: true, value: undefined }
      },
      return: () => {
        this.closed += 1
        return Promise.resolve({ done: true, value: undefined })
      },
    }
  }
}

/** Long enough for everything that can go on by itself to have gone on. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await setImmediate()
}

describe('readAhead', () => {
  for (const count of [1, 3, 100]) {
    it(`keeps the order with ${count} ahead`, async () => {
      const source = new Source(10)
      const items = await collectAll(readAhead(source, count))
      assert.deepEqual(items, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
      assert.equal(source.closed, 0)
      assert.equal(source.underWayMax, 1)
    })
  }

  it('gives nothing for an empty source', async () => {
    assert.deepEqual(await collectAll(readAhead(asyncBlocks([]))), [])
  })

  it('asks for nothing before it is asked', async () => {
    const source = new Source(3)
    readAhead(source)
    await settle()
    assert.equal(source.asked, 0)
  })

  for (const count of [1, 2]) {
    it(`holds one in hand and ${count} ahead, no more`, async () => {
      const source = new Source(100)
      const items = readAhead(source, count)
      await items.next()
      await settle()
      assert.equal(source.asked, 1 + count)
      await items.next()
      await settle()
      assert.equal(source.asked, 2 + count)
      await items.return(undefined)
    })
  }

  it('closes the source on early return, once', async () => {
    const source = new Source(100)
    for await (const item of readAhead(source, 2)) {
      if (item === 3) break
    }
    await settle()
    assert.equal(source.closed, 1)
    assert.ok(source.asked <= 5)
  })

  it('gives the items before an error, then the error', async () => {
    const failure = new Error('gone')
    for (const count of [1, 2, 5]) {
      const items = readAhead(new Source(2, failure), count)
      assert.equal((await items.next()).value, 1)
      await settle()
      assert.equal((await items.next()).value, 2)
      await assert.rejects(items.next(), failure)
      assert.equal((await items.next()).done, true)
    }
  })

  it('leaves no unhandled rejection when an error is never fetched', async () => {
    const unhandled: unknown[] = []
    const note = (reason: unknown): void => void unhandled.push(reason)
    process.on('unhandledRejection', note)
    try {
      const source = new Source(2, new Error('gone'))
      const items = readAhead(source, 5)
      await items.next()
      await settle()
      await items.return(undefined)
      await settle()
      assert.deepEqual(unhandled, [])
      assert.equal(source.closed, 0)
    } finally {
      process.off('unhandledRejection', note)
    }
  })

  it('refuses a count that is no positive integer', () => {
    for (const count of [0, -1, 0.5, Number.NaN]) {
      assert.throws(() => readAhead(asyncBlocks([]), count), RangeError)
    }
  })
})
