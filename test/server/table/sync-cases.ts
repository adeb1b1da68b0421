import type { EndpointCase } from './endpoint-case.js'

const REMOTE = { endpoint: '{leader}', username: 'eve', password: 'of eve' }

/** What one server asks another one for. */
export const SYNC_CASES: readonly EndpointCase[] = [
  {
    endpoint: 'PUT /_api/replication/sync',
    access: 'database-rw',
    url: '/_db/filled/_api/replication/sync',
    body: { ...REMOTE, database: 'd', restrictType: 'include', restrictCollections: ['empty'] },
    good: '200',
    also: [{ body: { endpoint: 'nowhere' }, headers: { 'x-arango-async': 'store' }, told: '202' }],
    missing: { endpoint: '400/400' },
    refused: [
      { body: [], told: '400/10' },
      { body: { endpoint: 'nowhere' }, told: '400/400' },
      { body: { ...REMOTE, database: 7 }, told: '400/1410' },
      { body: { ...REMOTE, incremental: 'yes' }, told: '400/1410' },
      { body: { ...REMOTE, restrictType: 'some' }, told: '400/1410' },
      { body: { ...REMOTE, restrictCollections: ['c'] }, told: '400/1410' },
      { body: { ...REMOTE, initialSyncMaxWaitTime: -1 }, told: '400/1410' },
      { body: { endpoint: 'tcp://192.0.2.1:8529' }, told: '403/11' },
      { body: { endpoint: 'tcp://127.0.0.1:1' }, told: '500/1400' },
      { body: { ...REMOTE, database: 'none' }, told: '500/1402' },
      { body: { ...REMOTE, database: 'filled' }, told: '500/1405' },
    ],
  },
]
