import assert from 'node:assert/strict'
import type { RemoteOptions } from '../../lib/remote/index.js'
import type { DumpedChunk } from '../../lib/replica/index.js'
import { END, NEXT, START } from '../support/fake-dumps.js'
import {
  COUNT,
  DELETION,
  DUMP,
  loggerStateOf,
  sendError,
  sendJson,
} from '../support/fake-leader.js'
import { dumpFirst } from '../support/remote-dump.js'
import {
  answering,
  BATCHES,
  dumpNames,
  EXACT,
  PLAIN,
  withBatches,
} from '../support/with-batches.js'

const LOGGER_STATE = 'GET /_api/replication/logger-state'
/** As the batch of the fake leader has it, so that its log has not moved. */
const SAME_STATE = loggerStateOf({}, { lastLogTick: '1000' })

describe('Snapshot.dump of a server with parallel dumps', () => {
  it('gives all batches in their order, and ends the dump', async () => {
    await withBatches({}, async (leader) => {
      const { text, error, readBytes } = await dumpFirst(leader.source)
      assert.equal(error, undefined)
      assert.equal(text, BATCHES.join(''))
      assert.equal(readBytes, text.length)
      const names = dumpNames(leader)
      assert.deepEqual(
        names,
        [START, ...new Array<string>(BATCHES.length + 2).fill(NEXT), END],
        'two more numbers are asked for, of which there is no batch',
      )
      assert.equal(leader.names().at(-1), DELETION)
      assert.deepEqual(leader.notices, [])
    })
  })

  it('asks for the snapshot of the batch, by the name of the collection', async () => {
    await withBatches({}, async ({ source, calls }) => {
      await dumpFirst(source, { maxInFlightBytes: 100_000 })
      const start = calls.find(({ name }) => name === START)
      assert.deepEqual(start?.query, { batchId: '77' })
      const { shards, batchSize, parallelism, ttl } = JSON.parse(start.body) as Record<
        string,
        unknown
      >
      assert.deepEqual([shards, batchSize, parallelism, ttl], [['c'], 50_000, 2, 600])
    })
  })

  it('numbers batches, and acknowledges each once it has come whole', async () => {
    await withBatches({}, async ({ source, calls }) => {
      await dumpFirst(source)
      const asked = calls.filter(({ name }) => name === NEXT).map(({ query }) => query)
      assert.deepEqual(
        asked.map(({ batchId }) => Number(batchId)),
        [1, 2, 3, 4, 5, 6, 7],
      )
      assert.deepEqual(
        asked.map(({ lastBatch }) => Number(lastBatch)),
        [NaN, NaN, 1, 2, 3, 4, 5],
      )
    })
  })

  it('gives chunks that may be written in any order', async () => {
    await withBatches({}, async ({ source }) => {
      const snapshot = await source.openSnapshot()
      const [first] = (await snapshot.inventory()).collections
      assert.ok(first !== undefined)
      const chunks: DumpedChunk[] = []
      for await (const one of snapshot.dump(first.definition)) chunks.push(one)
      assert.ok(chunks.length === BATCHES.length && chunks.every(({ isApart }) => isApart === true))
      assert.match(chunks[1]?.chunk.source ?? '', /\/_api\/dump\/next\/dump-1\?batchId=2$/)
      await snapshot.close()
    })
  })

  it('gives nothing of a dump without batches, nor of batches without lines', async () => {
    for (const batches of [[], ['', '']]) {
      await withBatches({ batches }, async ({ source }) => {
        assert.deepEqual(await dumpFirst(source), {
          text: '',
          readBytes: 0,
          sources: [],
          error: undefined,
        })
      })
    }
  })

  it('does not use them unless it is told to', async () => {
    await withBatches(
      {},
      async (leader) => {
        assert.equal((await dumpFirst(leader.source)).text, PLAIN)
        assert.deepEqual(dumpNames(leader), [DUMP])
      },
      {},
    )
  })

  it('does not use them behind a coordinator', async () => {
    await withBatches(
      {},
      async (leader) => {
        assert.equal((await dumpFirst(leader.source)).text, PLAIN)
        assert.deepEqual(dumpNames(leader), [DUMP])
      },
      { ...EXACT, dbServer: 'PRMR-1' },
    )
  })

  it('does not use them for a collection that one answer holds', async () => {
    const first = answering(COUNT, (response) => sendJson(response, { count: 2000 }))
    await withBatches({ first }, async (leader) => {
      assert.equal((await dumpFirst(leader.source)).text, PLAIN)
      assert.deepEqual(dumpNames(leader), [DUMP])
    })
  })
})

describe('Snapshot.dump of a server without parallel dumps', () => {
  for (const [status, errorNum] of [
    [400, 400],
    [404, 404],
    [405, 405],
    [501, 9],
  ] as const) {
    it(`reads the plain way after ${status}, and asks no second time`, async () => {
      const first = answering(START, (response) => sendError(response, status, errorNum))
      await withBatches({ first }, async (leader) => {
        assert.equal((await dumpFirst(leader.source)).text, PLAIN)
        await dumpFirst(leader.source)
        assert.deepEqual(dumpNames(leader), [START, DUMP, DUMP])
        assert.deepEqual(leader.notices, [])
      })
    })
  }

  for (const [status, errorNum] of [
    [403, 11],
    [404, 1203],
    [404, 1600],
    [503, 32],
  ] as const) {
    it(`reads the plain way after ${status}/${errorNum}, and asks for the next one`, async () => {
      const first = answering(START, (response) => sendError(response, status, errorNum))
      await withBatches({ first }, async (leader) => {
        assert.equal((await dumpFirst(leader.source)).text, PLAIN)
        await dumpFirst(leader.source)
        assert.deepEqual(dumpNames(leader), [START, DUMP, START, DUMP])
      })
    })
  }

  it('reads the plain way where an answer has no id', async () => {
    const first = answering(START, (response) => response.writeHead(201).end())
    await withBatches({ first }, async (leader) => {
      assert.equal((await dumpFirst(leader.source)).text, PLAIN)
      assert.deepEqual(dumpNames(leader), [START, DUMP])
    })
  })

  it('fails where the credentials are refused', async () => {
    const first = answering(START, (response) => sendError(response, 401, 401))
    await withBatches({ first }, async (leader) => {
      const { error } = await dumpFirst(leader.source)
      assert.equal((error as { code?: string }).code, 'ERR_REMOTE_UNAUTHORIZED')
    })
  })
})

describe('Snapshot.dump of a server whose dumps have snapshots of their own', () => {
  it('uses them while the log has not moved since the batch', async () => {
    const first = answering(LOGGER_STATE, (response) => sendJson(response, SAME_STATE))
    await withBatches({ ofBatch: undefined, first }, async (leader) => {
      assert.equal((await dumpFirst(leader.source)).text, BATCHES.join(''))
    })
  })

  it('takes a header of another batch for none', async () => {
    const first = answering(LOGGER_STATE, (response) => sendJson(response, SAME_STATE))
    await withBatches({ ofBatch: '78', first }, async (leader) => {
      assert.equal((await dumpFirst(leader.source)).text, BATCHES.join(''))
      assert.ok(leader.names().includes(LOGGER_STATE))
    })
  })

  it('reads the plain way once the log has moved, and asks no second time in the snapshot', async () => {
    const first = answering(LOGGER_STATE, (response) => sendJson(response, loggerStateOf()))
    await withBatches({ ofBatch: undefined, first }, async (leader) => {
      const snapshot = await leader.source.openSnapshot()
      const [collection] = (await snapshot.inventory()).collections
      assert.ok(collection !== undefined)
      const texts: string[] = []
      for (const dump of [collection, collection].map((one) => snapshot.dump(one.definition))) {
        for await (const { chunk } of dump) texts.push(chunk.buffer.toString())
      }
      assert.deepEqual(texts, [PLAIN, PLAIN])
      await snapshot.close()
      assert.deepEqual(dumpNames(leader), [START, END, DUMP, DUMP])
    })
  })

  it('reads the plain way where it cannot be told whether the log has moved', async () => {
    const first = answering(LOGGER_STATE, (response) => sendError(response, 403, 11))
    await withBatches({ ofBatch: undefined, first }, async (leader) => {
      assert.equal((await dumpFirst(leader.source)).text, PLAIN)
      assert.deepEqual(dumpNames(leader), [START, END, DUMP])
    })
  })

  it('ends the dump where the server is gone meanwhile', async () => {
    const first = answering(LOGGER_STATE, (response) => response.destroy())
    const options = { ...EXACT, retries: 0 }
    await withBatches(
      { ofBatch: undefined, first },
      async (leader) => {
        const { error } = await dumpFirst(leader.source)
        assert.equal((error as { code?: string }).code, 'ERR_REMOTE_UNREACHABLE')
        assert.deepEqual(dumpNames(leader), [START, END])
      },
      options,
    )
  })

  it('uses them whatever the log does where a later moment will do', async () => {
    const options: RemoteOptions = { parallelDump: 'later' }
    await withBatches(
      { ofBatch: undefined },
      async (leader) => {
        assert.equal((await dumpFirst(leader.source)).text, BATCHES.join(''))
        assert.ok(!leader.names().includes(LOGGER_STATE))
      },
      options,
    )
  })
})
