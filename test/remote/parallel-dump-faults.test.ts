import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { RemoteAnswerError, RemoteStatusError } from '../../lib/remote/index.js'
import { END, NEXT, START } from '../support/fake-dumps.js'
import { DUMP, sendError, type Call } from '../support/fake-leader.js'
import { dumpFirst } from '../support/remote-dump.js'
import { answering, BATCHES, dumpNames, withBatches } from '../support/with-batches.js'

describe('A parallel dump that goes wrong', () => {
  it('says that the dump is gone, and begins no other one', async () => {
    const first = (call: Call, response: ServerResponse): boolean =>
      call.query['batchId'] === '3' && sendError(response, 404, 1600)
    await withBatches({ first }, async (leader) => {
      const { error, text } = await dumpFirst(leader.source)
      assert.ok(error instanceof RemoteStatusError, String(error))
      assert.match(error.message, /^Cannot read collection "c" at .*: the dump is gone: it expired/)
      assert.deepEqual([error.status, error.errorNum], [404, 1600])
      assert.equal(text, BATCHES.slice(0, 2).join(''))
      assert.equal(dumpNames(leader).filter((name) => name === START).length, 1)
      assert.ok(!leader.names().includes(DUMP))
    })
  })

  it('passes other errors on', async () => {
    const first = answering(NEXT, (response) => sendError(response, 403, 11))
    await withBatches({ first }, async (leader) => {
      const { error } = await dumpFirst(leader.source)
      assert.ok(error instanceof RemoteStatusError && error.status === 403)
      assert.equal(dumpNames(leader).at(-1), END)
    })
  })

  const TYPE = 'content-type: application/x-arango-dump\r\n'
  const REFUSED: readonly (readonly [string, string, RegExp])[] = [
    ['whose early end could not be seen', TYPE, /does not tell its length, so a cut could not be/],
    ['that is a page', 'content-type: text/html\r\ncontent-length: 14\r\n', /type "text\/html"/],
  ]
  for (const [title, head, reason] of REFUSED) {
    it(`refuses a batch ${title}`, async () => {
      // The first of the two documents of a batch.
      const first = answering(NEXT, (response) => {
        response.socket?.end(`HTTP/1.1 200 OK\r\n${head}\r\n${BATCHES[0]?.slice(0, 14) ?? ''}`)
      })
      await withBatches({ first }, async (leader) => {
        const { error, text } = await dumpFirst(leader.source)
        assert.equal(text, '')
        assert.ok(error instanceof RemoteAnswerError, String(error))
        assert.match(error.message, reason)
        assert.equal(dumpNames(leader).at(-1), END)
      })
    })
  }

  it('ends the dump of a reader who stops early, and holds two batches at most', async () => {
    await withBatches({}, async (leader) => {
      const snapshot = await leader.source.openSnapshot()
      const [first] = (await snapshot.inventory()).collections
      assert.ok(first !== undefined)
      const reading = snapshot.dump(first.definition)[Symbol.asyncIterator]()
      await reading.next()
      await reading.return?.()
      assert.ok(dumpNames(leader).filter((name) => name === NEXT).length <= 3)
      assert.equal(dumpNames(leader).at(-1), END)
      await snapshot.close()
    })
  })

  it('ends the dump at an abort while a batch is awaited', async () => {
    const controller = new AbortController()
    const reason = new Error('enough')
    const first = answering(NEXT, () => {
      controller.abort(reason)
    })
    await withBatches({ first }, async (leader) => {
      const { error } = await dumpFirst(leader.source, { signal: controller.signal })
      assert.equal(error, reason)
      assert.equal(dumpNames(leader).at(-1), END)
    })
  })

  it('warns where the dump cannot be ended', async () => {
    const first = answering(END, (response) => sendError(response, 500, 4))
    await withBatches({ first }, async (leader) => {
      assert.equal((await dumpFirst(leader.source)).text, BATCHES.join(''))
      const [notice] = leader.notices
      assert.match(
        notice?.message ?? '',
        /^Cannot end the parallel dump dump-1 .* by itself in 600 s$/,
      )
    })
  })
})
