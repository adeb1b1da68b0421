import assert from 'node:assert/strict'
import { EXIT_CODE } from '../../lib/cli/exit-code.js'
import type { StoreCollection, StoreDatabase } from '../../lib/store/index.js'
import { fillCollection, startTestLeader, type TestLeader } from '../server/support/test-leader.js'
import { startFaultyProxy, type FaultyProxy } from '../support/faulty-proxy.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'
import { runInProcess } from './support/run-in-process.js'

const START = 'POST /_api/dump/start'
const PLAIN_DUMP = 'GET /_api/replication/dump'
/** More than are read the plain way. */
const DOCUMENTS = 2100

/**
 * A leader whose parallel dumps have snapshots of their own, as those of ArangoDB: it does not hear of
 * the batch.
 */
describe('A server whose parallel dumps know nothing of batches', () => {
  const { at } = useTemporaryDirectory()
  let leader: TestLeader
  let proxy: FaultyProxy
  let shop: StoreDatabase
  let things: StoreCollection
  /** Whether something is written between the batch and the dump. */
  let isBusy: boolean
  let written = 0

  before(async () => {
    leader = await startTestLeader()
    shop = await leader.store.createDatabase('shop')
    things = (await fillCollection(leader.store, 'things', DOCUMENTS, { database: shop }))
      .collection
  })

  beforeEach(async () => {
    isBusy = false
    proxy = await startFaultyProxy(leader.url, async ({ name }) => {
      if (name !== START) return undefined
      if (isBusy) await change()
      return { kind: 'rewrite', rewrite: (path) => path.replace(/\?batchId=.*/, '') }
    })
  })

  afterEach(() => {
    proxy.close()
  })

  after(() => leader.close())

  /** Puts a document, changes one, and removes one. */
  async function change(): Promise<void> {
    written += 1
    const number = written
    await leader.store.transaction(shop, (operations) => {
      operations.put(things, `{"_key":"new${number}"}`)
      operations.put(things, `{"_key":"key${number}","changed":true}`)
      operations.remove(things, `key${1000 + number}`)
    })
  }

  async function sync(...flags: string[]): Promise<void> {
    const ends = [`${proxy.url}/_db/shop`, `store:${at('copy')}#shop`]
    const { exitCode, stderr } = await runInProcess(['sync', ...ends, ...flags])
    assert.equal(exitCode, 0, stderr)
  }

  async function differs(): Promise<boolean> {
    const ends = [`${leader.url}/_db/shop`, `store:${at('copy')}#shop`]
    const { exitCode, stderr } = await runInProcess(['diff', ...ends])
    assert.ok(exitCode === EXIT_CODE.fine || exitCode === EXIT_CODE.differences, stderr)
    return exitCode === EXIT_CODE.differences
  }

  it('is read through them while nobody writes', async () => {
    await sync()
    assert.ok(proxy.names.includes(START) && !proxy.names.includes(PLAIN_DUMP))
    assert.equal(await differs(), false)
  })

  it('is read as the batch has it once somebody writes', async () => {
    isBusy = true
    await sync()
    const names = proxy.names.map((name) => name.replace(/dump-\d+/, 'dump'))
    const [start, end, plain] = [START, 'DELETE /_api/dump/dump', PLAIN_DUMP].map((name) =>
      names.indexOf(name),
    )
    assert.ok(start !== undefined && end !== undefined && plain !== undefined)
    assert.ok(0 <= start && start < end && end < plain, names.join('\n'))
    assert.equal(await differs(), true, 'what was written after the batch is not in the copy')
  })

  it('is read through them by who follows, and the log makes the copy equal', async () => {
    isBusy = true
    await sync('--follow', '--until', 'caught-up')
    assert.ok(proxy.names.includes(START) && !proxy.names.includes(PLAIN_DUMP))
    assert.equal(await differs(), false)
  })
})
