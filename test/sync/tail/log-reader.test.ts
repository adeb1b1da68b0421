import assert from 'node:assert/strict'
import type { ChangeLog, LogAnswer, LogRequest } from '../../../lib/replica/index.js'
import { LogReader, type PulledAnswer } from '../../../lib/sync/tail/log-reader.js'
import { tick } from '../../../lib/values/index.js'
import { documentLine, headOf, markersOf } from './support/fake-feed.js'

const NOTHING = tick(0n)

/** A log of answers with three chunks each, 10 ticks apart; there is more behind each. */
class EndlessLog implements Pick<ChangeLog, 'read'> {
  readonly asked: string[] = []
  readonly given: string[] = []
  fails = false

  read({ from, lastScanned }: LogRequest): Promise<LogAnswer> {
    this.asked.push(`${from} ${lastScanned}`)
    if (this.fails) return Promise.reject(new Error('no answer'))
    const given = this.given
    const chunks = [from + 1n, from + 5n, from + 10n].map((at) => markersOf([documentLine(at)]))
    const iterator = {
      next: () => {
        const value = chunks.shift()
        const done = value === undefined
        return Promise.resolve(done ? { done, value } : { done, value })
      },
      return: () => {
        given.push(`${from}`)
        return Promise.resolve({ done: true as const, value: undefined })
      },
    }
    const head = { checkMore: true, lastIncluded: from + 10n, lastScanned: from + 11n }
    const answer = { ...headOf(head), chunks: { [Symbol.asyncIterator]: () => iterator } }
    return Promise.resolve(answer as LogAnswer)
  }
}

async function pull(answer: PulledAnswer, count: number): Promise<void> {
  for (let pulled = 0; pulled < count; pulled += 1) await answer.next()
}

describe('LogReader', () => {
  const createReader = (log: EndlessLog, now = () => 0): LogReader =>
    new LogReader(log as unknown as ChangeLog, new AbortController().signal, now)
  const request = (from: bigint, lastScanned: bigint): LogRequest => {
    return { from: tick(from), lastScanned: tick(lastScanned) }
  }

  it('asks for the next answer while one is taken, and not before', async () => {
    const log = new EndlessLog()
    const reader = createReader(log)
    const first = await reader.read({ from: NOTHING, lastScanned: NOTHING })
    assert.deepEqual(log.asked, ['0 0'])
    await pull(first, 3)
    assert.equal(await first.next(), undefined)
    assert.deepEqual(log.asked, ['0 0', '10 11'])
    const second = await reader.read(request(10n, 11n))
    assert.equal(second.head.lastIncluded, 20n)
    assert.equal(log.asked.length, 2)
  })

  it('gives up an answer that is not the one that is wanted, or has lain for too long', async () => {
    let nowMs = 0
    const wants = [request(7n, 11n), request(10n, 9n), request(10n, 11n)] as const
    for (const [index, want] of wants.entries()) {
      const log = new EndlessLog()
      const reader = createReader(log, () => nowMs)
      const first = await reader.read({ from: NOTHING, lastScanned: NOTHING })
      await pull(first, 3)
      if (index === 2) nowMs += 6000
      await reader.read(want)
      assert.deepEqual(log.asked.slice(2), [`${want.from} ${want.lastScanned}`])
      assert.deepEqual(log.given, ['10'])
    }
  })

  it('tells a failure to whoever reads on, and to nobody else', async () => {
    const log = new EndlessLog()
    const reader = createReader(log)
    const first = await reader.read({ from: NOTHING, lastScanned: NOTHING })
    log.fails = true
    await first.next()
    await first.next()
    await assert.rejects(reader.read(request(10n, 11n)), /no answer/)
    await reader.close()
    assert.deepEqual(log.given, ['0'])
  })

  it('gives up both answers when it is closed', async () => {
    const log = new EndlessLog()
    const reader = createReader(log)
    const first = await reader.read({ from: NOTHING, lastScanned: NOTHING })
    await first.next()
    await first.next()
    await reader.close()
    assert.deepEqual(log.given.toSorted(), ['0', '10'])
  })
})
