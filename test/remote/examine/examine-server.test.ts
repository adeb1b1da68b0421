import assert from 'node:assert/strict'
import { examineServer } from '../../../lib/remote/index.js'
import type { ReplicaNotice } from '../../../lib/replica/index.js'
import { collectionOf } from '../../support/fake-leader.js'
import { examine, OPTIONS, verdictsOf } from './examine-made-up.js'
import { BATCH_ID, COORDINATOR, lines, MODERN, OLD, refusal, withMadeUp } from './made-up-server.js'

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
        hiddenCollections: 0,
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
      'parallel-dump':
        'partly: it has a moment of its own: while nothing is written, or where the log is followed',
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
      assert.equal(start?.query.get('batchId'), BATCH_ID)
      assert.deepEqual((JSON.parse(start.body) as { shards: unknown }).shards, ['orders'])
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
    assert.equal(dialects.revisionTrees, false)
    assert.equal(dialects.applier, true)
    assert.deepEqual(verdictsOf(found), {
      dump: 'yes',
      sync: 'yes',
      'sync-by-tree': 'no: there are no trees before 3.8',
      'sync-by-keys': 'yes',
      'parallel-dump': 'no: it is not to be had here; the plain way is taken',
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
})
