import assert from 'node:assert/strict'
import {
  examineServer,
  type ServerExamination,
  type ServerTask,
  type Verdict,
} from '../../../lib/remote/index.js'
import type { ReplicaNotice } from '../../../lib/replica/index.js'
import { collectionOf, loggerStateOf } from '../../support/fake-leader.js'
import {
  BATCH_ID,
  COORDINATOR,
  guarded,
  lines,
  MODERN,
  OLD,
  refusal,
  withMadeUp,
  type MadeUpAnswers,
} from './made-up-server.js'

const NOW = 1_735_689_600_000
const OPTIONS = { username: 'root', password: 'secret', now: () => NOW }

/** Examines a server that is made up. */
async function examine(answers: MadeUpAnswers, options: object = {}): Promise<ServerExamination> {
  let examination: ServerExamination | undefined
  await withMadeUp(guarded(answers), async ({ address }) => {
    examination = await examineServer(address, { ...OPTIONS, ...options })
  })
  return examination ?? assert.fail()
}

/** The verdicts and their reasons by task. */
function verdictsOf({ verdicts }: ServerExamination): Partial<Record<ServerTask, string>> {
  return Object.fromEntries(
    verdicts.map(({ task, verdict, reason }) => [
      task,
      reason === undefined ? verdict : `${verdict}: ${reason}`,
    ]),
  )
}

function verdictOf({ verdicts }: ServerExamination, task: ServerTask): Verdict {
  return verdicts.find((one) => one.task === task)?.verdict ?? assert.fail()
}

describe('examineServer()', () => {
  it('tells all of a server of 3.12.10', async () => {
    const { address, ...found } = await examine(MODERN)
    assert.match(address, /^http:\/\/127\.0\.0\.1:\d+\/_db\/shop$/)
    assert.deepEqual(found, {
      server: {
        product: 'arangodb',
        productVersion: undefined,
        version: '3.12.10',
        license: 'community',
        engine: 'rocksdb',
        serverId: '41873120939',
        role: 'single',
        isReadOnly: false,
        isInMaintenance: false,
        dbServers: [],
      },
      caller: {
        kind: 'user',
        name: 'root',
        isAdministrator: true,
        databases: [
          { name: '_system', grant: 'rw' },
          { name: 'shop', grant: 'rw' },
        ],
      },
      database: {
        name: 'shop',
        isThere: true,
        grant: 'rw',
        collections: 2,
        collectionsByRevision: 2,
      },
      dialects: {
        batchState: true,
        dumpLines: 'document',
        dumpLinesUnasked: 'type,data',
        dumpVelocyPack: true,
        revisionTrees: true,
        treeVelocyPack: true,
        treeUnasked: 'leaves',
        revisionsAsHlc: true,
        keys: true,
        parallelDump: true,
        parallelDumpOfBatch: false,
        log: true,
        logFirstTick: '5',
        logLastTick: '1001',
        restore: true,
        applier: false,
      },
      clock: { differenceMs: 251, uncertaintyMs: 1 },
      tls: undefined,
      verdicts: found.verdicts,
    })
    assert.deepEqual(verdictsOf({ address, ...found }), {
      dump: 'yes',
      sync: 'yes',
      'sync-by-tree': 'yes',
      'sync-by-keys': 'yes',
      'parallel-dump': 'yes: of a moment of its own, not that of a batch',
      diff: 'yes',
      tail: 'yes',
      follow: 'yes',
      'all-databases': 'yes',
      target: 'yes',
    })
  })

  it('changes nothing, and deletes what it has opened', async () => {
    await withMadeUp(MODERN, async ({ address, calls, names }) => {
      await examineServer(address, OPTIONS)
      const changing = names().filter((name) => !name.startsWith('GET '))
      assert.deepEqual(changing, [
        'POST /_api/replication/batch',
        'PUT /_api/replication/revisions/ranges',
        'POST /_api/dump/start',
        'DELETE /_api/dump/dump-5',
        'DELETE /_api/replication/batch/77',
      ])
      // A log that is read keeps its place on the server for as long as half an hour or more.
      assert.ok(!names().some((name) => name.includes('/wal/tail')))
      assert.ok(calls.length < 40)
      const start = calls.find(({ name }) => name === 'POST /_api/dump/start')
      assert.equal((JSON.parse(start?.body ?? '') as { batchId: string }).batchId, BATCH_ID)
    })
  })

  it('deletes the batch when a question about it fails', async () => {
    const broken = { ...MODERN, 'GET /_api/replication/inventory': { body: 'no json' } }
    await withMadeUp(broken, async ({ address, names }) => {
      const found = await examineServer(address, OPTIONS)
      assert.equal(verdictsOf(found).dump, 'no: the answer is not JSON')
      assert.equal(found.database.collections, undefined)
      assert.equal(names().at(-1), 'DELETE /_api/replication/batch/77')
    })
  })

  it('tells of a batch that could not be deleted', async () => {
    const notices: ReplicaNotice[] = []
    const stuck = { ...MODERN, 'DELETE /_api/replication/batch/77': refusal(500, 4, 'stuck') }
    await examine(stuck, { onNotice: (notice: ReplicaNotice) => notices.push(notice) })
    assert.match(notices.map(({ message }) => message).join(), /Cannot delete batch 77.*in 300 s/)
  })

  it('tells what a server before 3.8 lacks', async () => {
    const found = await examine(OLD)
    assert.equal(found.server.version, '3.7.18')
    assert.equal(found.server.isReadOnly, false)
    assert.equal(found.database.collectionsByRevision, 0)
    const { dialects } = found
    assert.equal(dialects.batchState, false)
    assert.equal(dialects.dumpLines, 'type,data')
    assert.equal(dialects.dumpVelocyPack, false)
    assert.equal(dialects.revisionTrees, undefined)
    assert.equal(dialects.applier, true)
    assert.deepEqual(verdictsOf(found), {
      dump: 'yes',
      sync: 'yes',
      'sync-by-tree': 'no: there are no trees before 3.8',
      'sync-by-keys': 'yes',
      'parallel-dump': 'no: it has no such endpoint; the plain way is taken',
      diff: 'yes: all documents are read where there is no tree',
      tail: 'yes',
      follow: 'yes',
      'all-databases': 'yes',
      target: 'yes',
    })
  })

  it('reads the lines of the oldest servers', async () => {
    const line = { tick: '1', type: 2300, key: 'a', rev: '1', data: { _key: 'a', _rev: '1' } }
    const found = await examine({ ...OLD, 'GET /_api/replication/dump': lines(line) })
    assert.equal(found.dialects.dumpLines, 'tick,type,key,rev,data')
  })

  it('tells what a coordinator answers without a DB server, and names those that there are', async () => {
    const found = await examine(COORDINATOR)
    assert.equal(found.server.role, 'coordinator')
    assert.deepEqual(found.server.dbServers, ['PRMR-1', 'PRMR-2'])
    const why = 'no: it is a coordinator of a cluster, which has to be told the DB server to read'
    const verdicts = verdictsOf(found)
    assert.equal(verdicts.dump, why)
    assert.equal(verdicts['sync-by-tree'], why)
    assert.equal(verdicts.tail, 'no: a cluster has no log that can be followed')
    assert.equal(verdicts['all-databases'], 'no: a coordinator does not tell of all databases')
    assert.equal(verdicts.target, 'yes')
  })

  it('tells what one DB server of a cluster gives', async () => {
    const verdicts = verdictsOf(await examine(COORDINATOR, { dbServer: 'PRMR-1' }))
    assert.equal(verdicts.dump, 'partly: of a cluster, the shards of one DB server at a time')
    assert.equal(verdicts['sync-by-tree'], 'no: it keeps no revision trees')
    assert.equal(verdicts.follow, 'no: a cluster has no log that can be followed')
    assert.equal(verdicts.target, 'no: a cluster is written to through its coordinator')
  })

  it('tells that trees are missing for some collections', async () => {
    const collections = [collectionOf('orders'), collectionOf('old', { syncByRevision: false })]
    const inventory = { body: { collections, views: [] } }
    const found = await examine({ ...MODERN, 'GET /_api/replication/inventory': inventory })
    assert.equal(found.database.collectionsByRevision, 1)
    assert.equal(verdictsOf(found)['sync-by-tree'], 'partly: 1 of 2 collections have no tree')
  })

  it('does not guess where there is nothing to look at', async () => {
    const inventory = { body: { collections: [], views: [] } }
    const found = await examine({ ...MODERN, 'GET /_api/replication/inventory': inventory })
    assert.equal(found.dialects.dumpLines, undefined)
    assert.equal(found.dialects.parallelDump, undefined)
    assert.equal(verdictOf(found, 'dump'), 'yes')
    assert.equal(verdictOf(found, 'sync-by-tree'), 'unknown')
    assert.equal(verdictOf(found, 'parallel-dump'), 'unknown')
  })

  it('asks once more where ArangoDB stood at the end of a dump', async () => {
    let asked = 0
    const found = await examine({
      ...MODERN,
      'GET /_api/replication/dump': () => {
        asked += 1
        return asked % 2 === 1 ? { status: 204 } : lines({ _key: 'a' })
      },
    })
    assert.equal(found.dialects.dumpLines, 'document')
  })

  it('gives a question its time, and goes on without the answer', async () => {
    const slow = { ...MODERN, 'GET /_api/wal/range': () => NEVER }
    const found = await examine(slow, { questionMsMax: 1500 })
    assert.match(
      verdictsOf(found).tail ?? '',
      /^unknown: (?:no answer came within|the server went)/,
    )
    assert.equal(verdictOf(found, 'dump'), 'yes')
  })

  it('is ended by its signal', async () => {
    const controller = new AbortController()
    const reason = new Error('enough')
    const ending = {
      ...MODERN,
      'GET /_api/engine': () => {
        controller.abort(reason)
        return { body: {} }
      },
    }
    await assert.rejects(examine(ending, { signal: controller.signal }), reason)
  })

  it('tells a server that is read only', async () => {
    const readOnly = { body: { serverInfo: { readOnly: true, maintenance: true } } }
    const found = await examine({ ...MODERN, 'GET /_admin/status': readOnly })
    assert.equal(found.server.isInMaintenance, true)
    assert.equal(verdictsOf(found).target, 'no: the server is in read-only mode')
  })

  it('takes no version but 3 for one that can be read', async () => {
    const state = loggerStateOf({ version: '4.0.1' })
    const batch = { body: { id: BATCH_ID, lastTick: '1000', state } }
    const found = await examine({ ...MODERN, 'POST /_api/replication/batch': batch })
    assert.equal(verdictsOf(found).dump, 'no: it is of version "4.0.1", and only 3 can be read')
  })
})

/** An answer that has a head, and whose body never ends. */
const NEVER = { headers: { 'content-length': '10' }, body: '{' }
