import assert from 'node:assert/strict'
import {
  BATCH,
  collectionOf,
  DELETION,
  INVENTORY,
  sendError,
  sendJson,
} from '../support/fake-leader.js'
import { inOrder, withLog, type LogScript } from '../support/fake-log-leader.js'

const reason = new Error('enough')

describe('RemoteLog.collections()', () => {
  const script = { tail: inOrder({}) }
  const inventory = {
    collections: [
      collectionOf('a'),
      collectionOf('_users', { globallyUniqueId: '_users', isSystem: true }),
      collectionOf('old', { globallyUniqueId: undefined }),
      collectionOf('gone', { deleted: true }),
    ],
  }

  it('lists those that can be told by id, from a batch of its own', async () => {
    await withLog({ ...script, inventory }, async (log, { names, calls }) => {
      assert.deepEqual(await log.collections(), [
        { databaseName: 's/p', globallyUniqueId: 'h1/a', name: 'a' },
        { databaseName: 's/p', globallyUniqueId: '_users', name: '_users' },
      ])
      assert.deepEqual(names(), [BATCH, INVENTORY, DELETION])
      assert.equal(calls[1]?.query['includeSystem'], 'true')
      assert.equal(calls[1].query['global'], undefined)
    })
  })

  it('gives the batch back when it fails or is aborted', async () => {
    const intercept: LogScript['intercept'] = ({ name }, response) =>
      name === INVENTORY && sendJson(response, {})
    await withLog({ ...script, intercept }, async (log, { names }) => {
      await assert.rejects(log.collections(), { code: 'ERR_REMOTE_ANSWER' })
      assert.equal(names().at(-1), DELETION)
      await assert.rejects(log.collections({ signal: AbortSignal.abort(reason) }), reason)
    })
  })

  it('lists those of all databases', async () => {
    const databases = {
      _system: { id: '1', name: '_system', collections: [collectionOf('s')], views: [] },
      b: { id: '2', name: 'b', collections: [collectionOf('s'), collectionOf('t')], views: [] },
    }
    const intercept: LogScript['intercept'] = ({ name, query }, response) =>
      name === INVENTORY && query['global'] === 'true' && sendJson(response, { databases })
    await withLog(
      { ...script, database: '_system', intercept },
      async (log, { notices }) => {
        assert.deepEqual(await log.collections(), [
          { databaseName: '_system', globallyUniqueId: 'h1/s', name: 's' },
          { databaseName: 'b', globallyUniqueId: 'h1/s', name: 's' },
          { databaseName: 'b', globallyUniqueId: 'h1/t', name: 't' },
        ])
        assert.deepEqual(notices, [])
      },
      { isGlobal: true },
    )
  })

  it('lists those of _system where no others are told, and says so once', async () => {
    const refusing: LogScript['intercept'] = ({ name, query }, response) =>
      name === INVENTORY && query['global'] === 'true' && sendError(response, 403, 11)
    for (const intercept of [refusing, () => false]) {
      await withLog(
        { ...script, database: '_system', intercept },
        async (log, { notices }) => {
          for (let round = 0; round < 2; round += 1) {
            assert.deepEqual(await log.collections(), [
              { databaseName: '_system', globallyUniqueId: 'h1/c', name: 'c' },
            ])
          }
          const [notice, ...others] = notices
          assert.deepEqual(others, [])
          assert.equal(notice?.kind, 'warning')
          assert.match(notice.message, /does not tell the collections of all databases; those/)
        },
        { isGlobal: true },
      )
    }
  })

  it('passes on that a global inventory failed', async () => {
    const intercept: LogScript['intercept'] = ({ name }, response) =>
      name === INVENTORY && sendError(response, 500, 4)
    await withLog(
      { ...script, database: '_system', intercept },
      (log) => assert.rejects(log.collections(), { code: 'ERR_REMOTE_STATUS', status: 500 }),
      { isGlobal: true },
    )
  })
})
