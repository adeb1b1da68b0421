import assert from 'node:assert/strict'
import { RemoteCoordinatorError } from '../../lib/remote/index.js'
import { BATCH, COUNT, sendJson, withLeader, type Script } from '../support/fake-leader.js'

/** A coordinator forwards nothing of replication without the id of a DB server. */
const coordinator: Script['intercept'] = ({ name, query }, response) => {
  const isForwarded = name.includes('/_api/replication/')
  if (!isForwarded || query['DBserver'] !== undefined) return false
  const errorMessage = 'need "DBserver" parameter'
  return sendJson(response, { error: true, code: 400, errorNum: 400, errorMessage }, 400)
}

describe('openRemote() with dbServer', () => {
  it('sends the id with what a coordinator forwards, and with nothing else', async () => {
    const script = { intercept: coordinator, parts: ['{"_key":"a"}\n'] }
    await withLeader(
      script,
      async ({ source, calls }) => {
        const snapshot = await source.openSnapshot()
        const [collection] = (await snapshot.inventory()).collections
        assert.ok(collection !== undefined)
        let lines = 0
        for await (const { chunk } of snapshot.dump(collection.definition)) {
          lines += chunk.lineCount
        }
        assert.equal(lines, 1)
        await snapshot.close()
        const forwarded = calls.filter(({ name }) => name.includes('/_api/replication/'))
        assert.deepEqual(
          forwarded.map(({ query }) => query['DBserver']),
          forwarded.map(() => 'PRMR-1 &'),
        )
        assert.deepEqual(
          forwarded.map(({ name }) => name.split('/').at(-1)),
          ['batch', 'inventory', 'dump', '77'],
        )
        const count = calls.find(({ name }) => name === COUNT)
        assert.deepEqual(count?.query, {})
      },
      { dbServer: 'PRMR-1 &' },
    )
  })

  it('sends it to the log too', async () => {
    await withLeader(
      {},
      async ({ source, calls }) => {
        const log = source.openLog?.() ?? assert.fail()
        await assert.rejects(log.read({ from: 0n as never, lastScanned: 0n as never }))
        const tail = calls.find(({ name }) => name.includes('/_api/wal/tail'))
        assert.equal(tail?.query['DBserver'], 'PRMR-1')
      },
      { dbServer: 'PRMR-1', retries: 0 },
    )
  })

  it('says of a coordinator that it is one, where none was named', async () => {
    await withLeader({ intercept: coordinator }, async ({ source, names }) => {
      const opening = source.openSnapshot()
      await assert.rejects(opening, RemoteCoordinatorError)
      await assert.rejects(opening, {
        code: 'ERR_REMOTE_COORDINATOR',
        errorNum: 400,
        message: /: it is a coordinator of a cluster, which has to be told the DB server to read$/,
      })
      assert.deepEqual(names(), [BATCH])
    })
  })

  it('passes other refusals of that status on', async () => {
    const refusing: Script['intercept'] = (_call, response) => {
      const errorMessage = 'bad parameter'
      return sendJson(response, { error: true, code: 400, errorNum: 400, errorMessage }, 400)
    }
    await withLeader({ intercept: refusing }, async ({ source }) => {
      await assert.rejects(source.openSnapshot(), { code: 'ERR_REMOTE_STATUS', status: 400 })
    })
  })
})
