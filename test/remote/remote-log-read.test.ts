import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { LogRequest } from '../../lib/replica/index.js'
import { tick } from '../../lib/values/index.js'
import { countdown } from '../support/countdown.js'
import { inOrder, sendTailHead, TAIL, withLog, type LogScript } from '../support/fake-log-leader.js'
import type { FakeTail } from '../support/fake-tail.js'
import { answeredLines, removalAt, REMOVALS } from '../support/marker-lines.js'
import { collectAll } from '../support/streams.js'

const START: LogRequest = { from: tick(7n), lastScanned: tick(3n) }

describe('RemoteLog.read()', () => {
  it('asks as followers do', async () => {
    await withLog({ tail: inOrder({ lines: REMOVALS }) }, async (log, { tails }) => {
      await answeredLines(await log.read(START))
      const [call] = tails()
      assert.ok(call !== undefined)
      assert.equal(call.path, '/_db/s%2Fp/_api/wal/tail')
      assert.equal(call.body, '[]')
      assert.equal(call.headers.accept, 'application/x-arango-dump')
      const { serverId, syncerId, clientInfo, ...asked } = call.query
      assert.deepEqual(asked, {
        from: '7',
        lastScanned: '3',
        includeSystem: 'false',
        includeFoxxQueues: 'false',
        chunkSize: '4194304',
      })
      for (const id of [serverId, syncerId]) assert.match(id ?? '', /^[1-9]\d{0,14}$/)
      assert.match(clientInfo ?? '', /^tidemark \d+\.\d+\.\d+/)
      assert.equal(log.database, 's/p')
      assert.ok(log.address.endsWith('/_db/s%2Fp'))
    })
  })

  it('asks for the part of the log that was opened', async () => {
    const system = { includeSystem: true, includeFoxxQueues: true }
    const options = { isGlobal: true, ...system, chunkBytes: 20_000 }
    await withLog(
      { database: '_system', tail: inOrder({}) },
      async (log, { tails }) => {
        await log.read(START)
        const { query } = tails()[0] ?? {}
        assert.deepEqual(
          [query?.['global'], query?.['includeSystem'], query?.['chunkSize'], log.database],
          ['true', 'true', '20000', undefined],
        )
        assert.equal(query?.['includeFoxxQueues'], 'true')
      },
      options,
    )
  })

  it('gives what the headers say, and the markers in order', async () => {
    const tail: FakeTail = {
      lines: REMOVALS,
      checkMore: true,
      lastScanned: 12n,
      lastTick: 2n ** 64n - 1n,
      fromPresent: true,
    }
    await withLog({ tail: inOrder(tail) }, async (log) => {
      const { chunks, ...position } = await log.read(START)
      assert.deepEqual(position, {
        checkMore: true,
        lastIncluded: 14n,
        lastScanned: 12n,
        lastTick: 2n ** 64n - 1n,
        fromPresent: true,
      })
      const [chunk, ...others] = await collectAll(chunks)
      assert.deepEqual(others, [])
      assert.deepEqual(
        [...(chunk?.markers() ?? [])].map((marker) => marker.tick),
        [10n, 11n, 12n, 13n, 14n],
      )
      assert.deepEqual(chunk?.place(1), {
        lineNumber: 2,
        byteOffset: (REMOVALS[0]?.length ?? 0) + 1,
        source: '/_db/s%2Fp/_api/wal/tail?from=7',
      })
    })
  })

  it('has no chunks for a 204, whatever its headers say', async () => {
    await withLog({ tail: inOrder({ lastScanned: 5n, lastTick: 9n }) }, async (log) => {
      const { chunks, ...position } = await log.read(START)
      assert.deepEqual(position, {
        checkMore: false,
        lastIncluded: 0n,
        lastScanned: 5n,
        lastTick: 9n,
        fromPresent: true,
      })
      assert.deepEqual(await collectAll(chunks), [])
    })
  })

  it('takes a missing frompresent for false, and a missing lastscanned for 0', async () => {
    const headers = {
      'x-arango-replication-frompresent': undefined,
      'x-arango-replication-lastscanned': undefined,
    }
    await withLog({ tail: inOrder({ lines: REMOVALS, headers }) }, async (log) => {
      const { fromPresent, lastScanned, chunks } = await log.read(START)
      assert.deepEqual([fromPresent, lastScanned], [false, 0n])
      assert.equal((await collectAll(chunks)).length, 1)
    })
  })

  it('gives chunks as the body comes, whole lines each', async () => {
    const long = Array.from({ length: 2000 }, (_, index) =>
      removalAt(BigInt(index + 10), 'k'.repeat(1000)),
    )
    const halfWay = countdown(1)
    const text = long.map((line) => `${line}\n`).join('')
    let rest: (() => void) | undefined
    const intercept: LogScript['intercept'] = ({ name }, response) => {
      if (name !== TAIL) return false
      sendTailHead(response, text.length)
      response.write(text.slice(0, 1_000_000))
      rest = () => response.end(text.slice(1_000_000))
      halfWay.count()
      return true
    }
    await withLog({ tail: inOrder({}), intercept }, async (log) => {
      const { chunks } = await log.read(START)
      await halfWay.reached
      const taken: string[] = []
      for await (const chunk of chunks) {
        assert.ok(chunk.buffer.length <= 256 * 1024)
        taken.push(chunk.buffer.toString())
        rest?.()
        rest = undefined
      }
      assert.ok(taken.length > 4)
      assert.equal(taken.join(''), text)
    })
  })

  it('gives a body up when it is left, before the first chunk or after it', async () => {
    for (const taken of [0, 1]) {
      const responses: ServerResponse[] = []
      const intercept: LogScript['intercept'] = ({ name }, response) => {
        if (name !== TAIL) return false
        sendTailHead(response, 10_000_000)
        response.write(`${REMOVALS[0] ?? ''}\n`.repeat(10_000))
        responses.push(response)
        return true
      }
      await withLog({ tail: inOrder({}), intercept }, async (log) => {
        const iterator = (await log.read(START)).chunks[Symbol.asyncIterator]()
        for (let count = 0; count < taken; count += 1) await iterator.next()
        await iterator.return?.()
        const [response] = responses
        assert.ok(response !== undefined)
        if (!response.closed) await once(response, 'close')
        assert.equal((await iterator.next()).done, true)
      })
    }
  })
})
