import type { EndpointCase, Refusal, Told } from './endpoint-case.js'

const NO_BATCH: Told = { documented: '400/1600', arangodb: '404/1600' }
const NO_TTL: readonly Refusal[] = [
  { body: [], told: '400/400' },
  { body: { ttl: -1 }, told: '400/400' },
  { body: { ttl: 'x' }, told: '400/400' },
  { body: { ttl: 1.5 }, told: '400/400' },
]
const REVISIONS = '/_api/replication/revisions'
const TARGET = 'collection=c&batchId={batch}'

const MISSING_TARGET: Readonly<Record<string, Told>> = {
  collection: { documented: '401/400', arangodb: '400/400' },
  batchId: { documented: '401/400', arangodb: '404/400' },
}
const MALFORMED_TARGET: Readonly<Record<string, Told>> = { batchId: '404/1600' }

function badTargets(path: string, body?: unknown): readonly Refusal[] {
  const more = body === undefined ? {} : { body }
  return [
    { ...more, url: `${path}?collection=none&batchId={batch}`, told: '404/1203' },
    { ...more, url: `${path}?collection=c&batchId=1`, told: '404/1600' },
    { ...more, url: `${path}?collection=unsynced&batchId={batch}`, told: '501/9' },
  ]
}

/** What is asked of snapshots. */
export const REPLICATION_CASES: readonly EndpointCase[] = [
  {
    endpoint: 'POST /_api/replication/batch',
    access: 'database-ro',
    url: '/_api/replication/batch',
    body: { ttl: 1 },
    good: '200',
    malformed: { syncerId: '400/10' },
    refused: NO_TTL,
  },
  {
    endpoint: 'PUT /_api/replication/batch/:id',
    access: 'database-ro',
    url: '/_api/replication/batch/{batch}',
    body: { ttl: 1 },
    good: '204',
    refused: [...NO_TTL, { url: '/_api/replication/batch/1', told: NO_BATCH }],
  },
  {
    endpoint: 'DELETE /_api/replication/batch/:id',
    access: 'database-ro',
    url: '/_api/replication/batch/{batch}',
    good: '204',
    refused: [
      { url: '/_api/replication/batch/1', told: NO_BATCH },
      { url: '/_api/replication/batch/x', told: NO_BATCH },
    ],
  },
  {
    endpoint: 'GET /_api/replication/inventory',
    access: 'database-ro',
    url: '/_api/replication/inventory?batchId={batch}',
    good: '200',
    missing: { batchId: '404/1600' },
    malformed: { batchId: '404/1600' },
    also: [{ url: '/_api/replication/inventory?batchId={batch}&collection=none', told: '200' }],
    refused: [
      { url: '/_api/replication/inventory?batchId=1', told: '404/1600' },
      { url: '/_api/replication/inventory?batchId={batch}&global=true', told: '403/11' },
    ],
  },
  {
    endpoint: 'GET /_api/replication/clusterInventory',
    access: 'database-ro',
    url: '/_api/replication/clusterInventory',
    good: { documented: '200', arangodb: '403/1471' },
    malformed: { includeSystem: { documented: '200', arangodb: '403/1471' } },
  },
  {
    endpoint: 'GET /_api/replication/dump',
    access: 'collection-ro',
    url: `/_api/replication/dump?${TARGET}`,
    good: '200',
    missing: { collection: '404/1203', batchId: '404/400' },
    malformed: { batchId: '404/400' },
    also: [{ url: '/_api/replication/dump?collection=empty&batchId={batch}', told: '204' }],
    refused: [
      { url: '/_api/replication/dump?collection=none&batchId={batch}', told: '404/1203' },
      { url: '/_api/replication/dump?collection=c&batchId=1', told: '404/400' },
    ],
  },
  {
    endpoint: 'GET /_api/replication/revisions/tree',
    access: 'collection-ro',
    url: `${REVISIONS}/tree?${TARGET}`,
    good: '200',
    missing: MISSING_TARGET,
    malformed: MALFORMED_TARGET,
    refused: badTargets(`${REVISIONS}/tree`),
  },
  {
    endpoint: 'POST /_api/replication/revisions/tree',
    access: 'collection-ro',
    url: `${REVISIONS}/tree?collection=c`,
    good: '204',
    missing: { collection: { documented: '401/400', arangodb: '400/400' } },
    refused: [
      { url: `${REVISIONS}/tree?collection=none`, told: '404/1203' },
      { url: `${REVISIONS}/tree?collection=unsynced`, told: '501/9' },
    ],
  },
  {
    endpoint: 'PUT /_api/replication/revisions/ranges',
    access: 'collection-ro',
    url: `${REVISIONS}/ranges?${TARGET}`,
    body: [['-----------', 'zzzzzzzzzz']],
    good: '200',
    missing: MISSING_TARGET,
    malformed: MALFORMED_TARGET,
    also: [{ body: [], told: '200' }],
    refused: [
      ...badTargets(`${REVISIONS}/ranges`, []),
      { url: `${REVISIONS}/ranges?${TARGET}&resume=%20`, told: '400/400' },
      { url: `${REVISIONS}/ranges?${TARGET}&resumeHLC=zzzzzzzzzzzz`, told: '400/400' },
      { body: {}, told: '400/400' },
      { body: ['a', 'b'], told: '400/400' },
      { body: [['b', 'a']], told: '400/400' },
      { body: [['a', 'b'], 'x'], told: '400/400' },
    ],
  },
  {
    endpoint: 'PUT /_api/replication/revisions/documents',
    access: 'collection-ro',
    url: `${REVISIONS}/documents?${TARGET}`,
    body: ['_kmX5mm6---'],
    good: '200',
    missing: MISSING_TARGET,
    malformed: MALFORMED_TARGET,
    refused: [
      ...badTargets(`${REVISIONS}/documents`, []),
      { body: {}, told: '400/400' },
      { body: [1], told: '400/400' },
      { body: ['$'], told: '400/400' },
    ],
  },
  {
    endpoint: 'GET /_api/replication/logger-state',
    access: 'database-ro',
    url: '/_api/replication/logger-state',
    good: '200',
  },
  {
    endpoint: 'GET /_api/replication/server-id',
    access: 'database-ro',
    url: '/_api/replication/server-id',
    good: '200',
  },
  {
    endpoint: 'PUT /_api/replication/server-id',
    access: 'database-ro',
    url: '/_api/replication/server-id',
    good: '200',
  },
]
