import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import { feedBytes, type ByteSink } from '../../../lib/merkle/forms/feed-bytes.js'

const MIB = 1024 * 1024

class Collector implements ByteSink<Buffer> {
  readonly slices: Buffer[] = []
  readonly #failAt: number

  constructor(failAt = Infinity) {
    this.#failAt = failAt
  }

  write(bytes: Uint8Array): void {
    if (this.slices.length >= this.#failAt) throw new RangeError('full')
    this.slices.push(Buffer.from(bytes))
  }

  end(): Buffer {
    return Buffer.concat(this.slices)
  }
}

/** Blocks of a source that tells whether it was closed. */
function makeSource(blocks: readonly Uint8Array[]): {
  source: AsyncGenerator<Uint8Array>
  isClosed: () => boolean
} {
  let closed = false
  async function* give(): AsyncGenerator<Uint8Array> {
    try {
      for (const block of blocks) {
        await Promise.resolve()
        yield block
      }
    } finally {
      closed = true
    }
  }
  return { source: give(), isClosed: () => closed }
}

describe('feedBytes()', () => {
  it('gives all bytes in order, in slices of up to 16 kB', async () => {
    const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, index) => index % 251))
    const sink = new Collector()
    const blocks = [bytes.subarray(0, 7), Buffer.alloc(0), bytes.subarray(7)]
    const { source, isClosed } = makeSource(blocks)
    assert.deepEqual(await feedBytes(source, sink, undefined), bytes)
    assert.ok(sink.slices.every(({ length }) => length > 0 && length <= 16 * 1024))
    assert.ok(isClosed())
  })

  it('takes plain arrays, and no bytes at all', async () => {
    const blocks = [Buffer.from('ab'), Buffer.from('c')]
    assert.equal(String(await feedBytes(blocks, new Collector(), undefined)), 'abc')
    assert.equal((await feedBytes([], new Collector(), undefined)).length, 0)
  })

  it('closes the source when the sink throws', async () => {
    const { source, isClosed } = makeSource([Buffer.alloc(1), Buffer.alloc(1)])
    await assert.rejects(feedBytes(source, new Collector(1), undefined), RangeError)
    await setImmediate()
    assert.ok(isClosed())
  })

  it('passes on what the source throws', async () => {
    async function* fail(): AsyncGenerator<Uint8Array> {
      await Promise.resolve()
      yield Buffer.alloc(1)
      throw new TypeError('broken')
    }
    await assert.rejects(feedBytes(fail(), new Collector(), undefined), TypeError)
  })

  it('ends the wait for a source that never answers when it is aborted', async () => {
    let closeCount = 0
    const source: AsyncIterable<Uint8Array> = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise<never>(() => undefined),
        return: () => {
          closeCount += 1
          return Promise.reject(new Error('nobody waits for this'))
        },
      }),
    }
    const controller = new AbortController()
    const fed = feedBytes(source, new Collector(), controller.signal)
    controller.abort(new SyntaxError('enough'))
    await assert.rejects(fed, SyntaxError)
    assert.equal(closeCount, 1)
  })

  it('asks an aborted source for nothing', async () => {
    let isAsked = false
    const source: Iterable<Uint8Array> = {
      [Symbol.iterator]: () => {
        isAsked = true
        return [Buffer.alloc(1)][Symbol.iterator]()
      },
    }
    const fed = feedBytes(source, new Collector(), AbortSignal.abort(new SyntaxError('enough')))
    await assert.rejects(fed, SyntaxError)
    assert.equal(isAsked, false)
  })

  it('lets others have their turn during a large block, and stops in its middle', async () => {
    const controller = new AbortController()
    const sink = new Collector()
    const fed = feedBytes([Buffer.alloc(8 * MIB)], sink, controller.signal)
    await setImmediate()
    controller.abort(new SyntaxError('enough'))
    await assert.rejects(fed, SyntaxError)
    assert.ok(sink.slices.length > 0 && sink.slices.length < 512)
  })

  it('leaves no listener behind', async () => {
    const { signal } = new AbortController()
    let listeners = 0
    const add = signal.addEventListener.bind(signal)
    const remove = signal.removeEventListener.bind(signal)
    signal.addEventListener = (...rest: Parameters<typeof add>) => {
      listeners += 1
      add(...rest)
    }
    signal.removeEventListener = (...rest: Parameters<typeof remove>) => {
      listeners -= 1
      remove(...rest)
    }
    const blocks = Array.from({ length: 20 }, () => Buffer.alloc(1))
    await feedBytes(makeSource(blocks).source, new Collector(), signal)
    assert.equal(listeners, 0)
  })
})
