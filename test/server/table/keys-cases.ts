import type { EndpointCase } from './endpoint-case.js'

const KEYS = '/_api/replication/keys'
const DOCS = `${KEYS}/{keys}?type=docs`
const LATER = { 'x-arango-async': 'store' }

/** Comparing by key, and requests that are answered later. */
export const KEYS_CASES: readonly EndpointCase[] = [
  {
    endpoint: 'POST /_api/replication/keys',
    access: 'collection-ro',
    url: `${KEYS}?collection=c&batchId={batch}`,
    good: '200',
    missing: { collection: '400/400', batchId: '404/1600' },
    malformed: { batchId: '404/1600' },
    also: [
      { headers: LATER, told: '202' },
      { url: `${KEYS}?collection=c&batchId={batch}&quick=true`, told: '200' },
      { url: `${KEYS}?collection=unsynced&batchId={batch}`, told: '200' },
    ],
    refused: [
      { url: `${KEYS}?collection=c&batchId={batch}&quick=x`, told: '400/400' },
      { url: `${KEYS}?collection=c&batchId=1`, told: '404/1600' },
      { url: `${KEYS}?collection=none&batchId={batch}`, told: '404/1203' },
    ],
  },
  {
    endpoint: 'GET /_api/replication/keys/:id',
    access: 'collection-ro',
    url: `${KEYS}/{keys}?chunkSize=100`,
    good: '200',
    also: [{ headers: LATER, told: '202' }],
    refused: [
      { url: `${KEYS}/1-1`, told: '404/1600' },
      { url: `${KEYS}/x`, told: '404/1600' },
      { url: `${KEYS}/{batch}-999999`, told: '404/1203' },
    ],
  },
  {
    endpoint: 'PUT /_api/replication/keys/:id',
    access: 'collection-ro',
    url: DOCS,
    body: [],
    good: '200',
    missing: { type: '400/400' },
    also: [{ url: `${KEYS}/{keys}?type=keys`, told: '200' }],
    refused: [
      { url: `${KEYS}/{keys}?type=x`, told: '400/400' },
      { body: {}, told: '400/400' },
      { body: [-1], told: '400/400' },
      { body: [1, 0], told: '400/400' },
      { body: ['0'], told: '400/400' },
      { body: [19_999], told: '400/10' },
      { url: `${KEYS}/1-1?type=docs`, told: '404/1600' },
      { url: `${KEYS}/{batch}-999999?type=docs`, told: '404/1203' },
    ],
  },
  {
    endpoint: 'DELETE /_api/replication/keys/:id',
    access: 'database-ro',
    url: `${KEYS}/{keys}`,
    good: '202',
    also: [{ url: `${KEYS}/1-1`, told: '202' }],
  },
  {
    endpoint: 'GET /_api/replication/determine-open-transactions',
    access: 'database-ro',
    url: '/_api/replication/determine-open-transactions',
    good: '200',
  },
  {
    endpoint: 'GET /_api/job/:id',
    access: 'known',
    isInSystem: true,
    url: '/_api/job/done',
    good: '200',
    also: [
      { url: '/_api/job/pending?count=1', told: '200' },
      { url: '/_api/job/{job}', told: '200' },
    ],
    refused: [
      { url: '/_api/job/1', told: '404/404' },
      { url: '/_api/job/{job}', caller: 'eve', told: '404/404' },
    ],
  },
  {
    endpoint: 'PUT /_api/job/:id',
    access: 'known',
    isInSystem: true,
    url: '/_api/job/1',
    good: '404/404',
    also: [{ url: '/_api/job/{job}', told: '200' }],
    refused: [{ url: '/_api/job/{job}', caller: 'eve', told: '404/404' }],
  },
  {
    endpoint: 'PUT /_api/job/:id/cancel',
    access: 'known',
    isInSystem: true,
    url: '/_api/job/1/cancel',
    good: '404/404',
    refused: [{ url: '/_api/job/{job}/cancel', told: '404/404' }],
  },
  {
    endpoint: 'DELETE /_api/job/:id',
    access: 'known',
    isInSystem: true,
    url: '/_api/job/all',
    good: '200',
    also: [
      { url: '/_api/job/{job}', told: '200' },
      { url: '/_api/job/expired?stamp=1', told: '200' },
    ],
    refused: [
      { url: '/_api/job/expired', told: '400/400' },
      { url: '/_api/job/1', told: '404/404' },
      { url: '/_api/job/{job}', caller: 'eve', told: '404/404' },
    ],
  },
]
