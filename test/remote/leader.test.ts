import assert from 'node:assert/strict'
import { openRemote, type RemoteOptions } from '../../lib/remote/index.js'
import type { Source } from '../../lib/replica/index.js'
import {
  databaseOf,
  fillCollection,
  startTestLeader,
  type TestLeader,
} from '../server/support/test-leader.js'
import { startCuttingProxy } from '../support/cutting-proxy.js'
import { dumpFirst } from '../support/remote-dump.js'

const DATABASE = 'sh op'

/** A leader with a database of its own, and the source of that. */
async function withServed(
  options: Parameters<typeof startTestLeader>[0],
  use: (served: TestLeader) => Promise<void>,
): Promise<void> {
  const served = await startTestLeader(options)
  try {
    await served.store.createDatabase(DATABASE)
    await use(served)
  } finally {
    await served.close()
  }
}

async function withRemote(
  url: string,
  use: (source: Source) => Promise<void>,
  options: RemoteOptions = {},
): Promise<void> {
  const address = { kind: 'remote', url, database: DATABASE } as const
  const source = openRemote(address, { retryDelayMs: 1, ...options })
  try {
    await use(source)
  } finally {
    await source.close()
  }
}

async function openOnce(source: Source): Promise<void> {
  await source.openSnapshot()
}

describe('Source of a tidemark leader', () => {
  it('reads what was there when the snapshot was opened, and nothing later', async () => {
    await withServed({}, async ({ store, url }) => {
      const database = databaseOf(store, DATABASE)
      const { collection, documents } = await fillCollection(store, 'edges', 5000, {
        type: 3,
        database,
      })
      await withRemote(url, async (source) => {
        const snapshot = await source.openSnapshot()
        assert.equal(snapshot.serverId, store.serverId)
        assert.ok(snapshot.tick !== undefined && snapshot.tick > 0n)
        await store.insert(collection, '{"_key":"late","_from":"a/1","_to":"a/2"}')
        const { collections } = await snapshot.inventory()
        const names = collections.map(({ definition }) => definition.name)
        assert.deepEqual(names, ['_analyzers', '_aqlfunctions', '_graphs', 'edges'])
        const edges = collections.at(-1)
        assert.equal(edges?.definition.type, 3)
        assert.ok((edges.size.documents ?? 0) >= 5000)
        const lines: string[] = []
        for await (const { chunk } of snapshot.dump(edges.definition, {
          maxInFlightBytes: 40_000,
        })) {
          lines.push(chunk.buffer.toString())
        }
        assert.equal(lines.join(''), documents.map((text) => `${text}\n`).join(''))
        await snapshot.close()
      })
    })
  })

  it('gives each byte once however often connections break', async () => {
    await withServed({}, async ({ store, url }) => {
      const database = databaseOf(store, DATABASE)
      const filled = await fillCollection(store, 'c', 3000, { database, filler: 'y'.repeat(300) })
      for (const name of ['_analyzers', '_aqlfunctions', '_graphs']) {
        const system = store.collection(database, name)
        if (system !== undefined) await store.dropCollection(system)
      }
      const expected = filled.documents.map((text) => `${text}\n`).join('')
      for (const bytes of [100_000, 3_000, 350]) {
        const cuts = Array.from({ length: 4 }, (_, index) => bytes * (index + 1))
        const proxy = await startCuttingProxy(url, cuts)
        await withRemote(
          proxy.url,
          async (source) => {
            const dump = await dumpFirst(source)
            assert.equal(dump.error, undefined)
            assert.ok(dump.text === expected)
            assert.equal(proxy.cuts(), 4)
          },
          { retries: 4 },
        )
        proxy.close()
      }
    })
  })

  it('names server and collection when the leader goes away for good', async () => {
    await withServed({ limits: { closeGraceMs: 0 } }, async ({ store, leader, url }) => {
      const database = databaseOf(store, DATABASE)
      await fillCollection(store, 'c', 40_000, { database, filler: 'z'.repeat(300) })
      await withRemote(
        url,
        async (source) => {
          const retries: string[] = []
          source.onNotice = ({ message }) => retries.push(message)
          const snapshot = await source.openSnapshot()
          const { collections } = await snapshot.inventory()
          const found = collections.find(({ definition }) => definition.name === 'c')
          assert.ok(found !== undefined)
          const read = async (): Promise<void> => {
            let isFirst = true
            for await (const { chunk } of snapshot.dump(found.definition)) {
              assert.ok(chunk.lineCount > 0)
              if (isFirst) await leader.close()
              isFirst = false
            }
          }
          await assert.rejects(read(), {
            code: 'ERR_REMOTE_UNREACHABLE',
            message: `Cannot read collection "c" at ${url}/_db/sh%20op: the connection was refused`,
          })
          assert.ok(retries.length >= 2)
        },
        { retries: 2 },
      )
    })
  })

  it('logs in by password, and says when it was refused', async () => {
    const password = 'correct horse'
    await withServed({ auth: { kind: 'on', rootPassword: password } }, async ({ url }) => {
      await withRemote(url, openOnce, { password })
      await withRemote(
        url,
        (source) => assert.rejects(source.openSnapshot(), { code: 'ERR_REMOTE_UNAUTHORIZED' }),
        { password: 'wrong' },
      )
    })
  })

  it('leaves no batch behind, whatever happened', async () => {
    await withServed({ limits: { openBatchesMax: 1 } }, async ({ url }) => {
      await withRemote(url, async (source) => {
        for (let round = 0; round < 3; round += 1) {
          const stop = new AbortController()
          const opening = source.openSnapshot({ signal: stop.signal })
          stop.abort(new Error('enough'))
          await assert.rejects(opening, /enough/)
        }
      })
      await withRemote(url, async (source) => {
        await (await source.openSnapshot()).close()
        await source.openSnapshot()
      })
      await withRemote(url, openOnce, { retries: 0 })
    })
  })

  it('says that the database is not there', async () => {
    await withServed({}, async ({ store, url }) => {
      await store.dropDatabase(DATABASE)
      await withRemote(url, (source) =>
        assert.rejects(source.openSnapshot(), {
          code: 'ERR_REMOTE_STATUS',
          status: 404,
          errorNum: 1228,
        }),
      )
    })
  })
})
