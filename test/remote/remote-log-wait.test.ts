import assert from 'node:assert/strict'
import type { LogRequest } from '../../lib/replica/index.js'
import { tick } from '../../lib/values/index.js'
import { inOrder, sendTailHead, TAIL, withLog, type LogScript } from '../support/fake-log-leader.js'
import { FakeLog } from '../support/fake-log.js'
import { answeredLines, removalAt, REMOVALS } from '../support/marker-lines.js'

const START: LogRequest = { from: tick(7n), lastScanned: tick(3n) }
const reason = new Error('enough')

describe('RemoteLog.read() and waiting', () => {
  it('lets a leader wait that can, in whole seconds, once it has answered', async () => {
    const script = { isTidemark: true, tail: inOrder({}) }
    await withLog(script, async (log, { tails }) => {
      await log.read({ ...START, waitMs: 5000 })
      for (const waitMs of [5000, 1, 0, 10 ** 9]) await log.read({ ...START, waitMs })
      const waits = tails().map(({ query }) => query['wait'])
      assert.deepEqual(waits, [undefined, '5', '1', undefined, '240'])
    })
  })

  it('knows from state() whether the leader can wait', async () => {
    for (const isTidemark of [true, false]) {
      await withLog({ isTidemark, tail: inOrder({}) }, async (log, { tails }) => {
        assert.equal((await log.state()).canWait, isTidemark)
        await log.read({ ...START, waitMs: 2000 })
        assert.equal(tails()[0]?.query['wait'], isTidemark ? '2' : undefined)
      })
    }
  })

  it('ends a request that waits when it is aborted, and the next one is answered', async () => {
    const memory = new FakeLog(REMOVALS)
    const script = { isTidemark: true, tail: memory.answer, lastTick: () => memory.lastTick }
    await withLog(script, async (log) => {
      await log.state()
      const stop = new AbortController()
      const request = { from: tick(14n), lastScanned: tick(14n), waitMs: 30_000 }
      const waiting = log.read(request, { signal: stop.signal })
      await memory.untilWaiting()
      stop.abort(reason)
      await assert.rejects(waiting, reason)
      const next = log.read(request)
      await memory.untilWaiting()
      memory.append(removalAt(20n))
      assert.deepEqual(await answeredLines(await next), [removalAt(20n)])
    })
  })

  it('does not begin when the signal is aborted already', async () => {
    await withLog({ tail: inOrder({}) }, async (log, { calls }) => {
      await assert.rejects(log.read(START, { signal: AbortSignal.abort(reason) }), reason)
      assert.deepEqual(calls, [])
    })
  })

  it('ends the reading of a body when it is aborted', async () => {
    const intercept: LogScript['intercept'] = ({ name }, response) => {
      if (name !== TAIL) return false
      sendTailHead(response, 10_000_000)
      response.write(`${REMOVALS[0] ?? ''}\n`.repeat(10_000))
      return true
    }
    await withLog({ tail: inOrder({}), intercept }, async (log) => {
      const stop = new AbortController()
      const { chunks } = await log.read(START, { signal: stop.signal })
      const iterator = chunks[Symbol.asyncIterator]()
      assert.notEqual((await iterator.next()).done, true)
      const rest = (async () => {
        for (;;) if ((await iterator.next()).done === true) return
      })()
      stop.abort(reason)
      await assert.rejects(rest, reason)
    })
  })
})
