import type { EndpointCase, Refusal } from './endpoint-case.js'

const SHARDS = { shards: ['c'], ttl: 1 }

/** What is no value of an attribute of `start`. */
const BAD_ATTRIBUTES: readonly Readonly<Record<string, unknown>>[] = [
  { shards: 'c' },
  { shards: [1] },
  { batchSize: 'x' },
  { batchSize: -1 },
  { docsPerBatch: 1.5 },
  { prefetchCount: null },
  { parallelism: '2' },
  { ttl: -1 },
  { ttl: true },
  { projections: [] },
  { projections: { name: 'path' } },
  { projections: { name: [] } },
  { projections: { name: [1] } },
  { filters: 'x' },
  { filters: { type: 'other', conditions: [] } },
  { filters: { type: 'simple' } },
  { filters: { type: 'simple', conditions: [1] } },
  { filters: { type: 'simple', conditions: [{ attributePath: ['a'] }] } },
  { filters: { type: 'simple', conditions: [{ attributePath: 'a', value: 1 }] } },
]

const REFUSED_BODIES: readonly Refusal[] = [
  { body: [], told: '400/10' },
  ...BAD_ATTRIBUTES.map((attributes) => ({ body: { ...SHARDS, ...attributes }, told: '400/10' })),
]

/** The parallel dump (server notes, section 10). */
export const PARALLEL_DUMP_CASES: readonly EndpointCase[] = [
  {
    endpoint: 'POST /_api/dump/start',
    access: 'collection-ro',
    url: '/_api/dump/start',
    body: SHARDS,
    good: '201',
    missing: { shards: '400/10' },
    also: [
      { url: '/_api/dump/start?batchId={batch}', told: '201' },
      { body: { ...SHARDS, shards: [] }, told: '201' },
      { body: { ...SHARDS, batchSize: 1, docsPerBatch: 1e9, parallelism: 0 }, told: '201' },
      { body: { ...SHARDS, projections: {}, filters: { conditions: [] } }, told: '201' },
    ],
    refused: [
      ...REFUSED_BODIES,
      { body: { ...SHARDS, shards: ['c', 'none'] }, told: '404/1203' },
      { url: '/_api/dump/start?batchId=1', told: '404/1600' },
    ],
  },
  {
    endpoint: 'POST /_api/dump/next/:id',
    access: 'database-ro',
    isOfRoot: true,
    url: '/_api/dump/next/{dump}?batchId=1&lastBatch=0',
    good: '200',
    missing: { batchId: '400/10' },
    also: [{ url: '/_api/dump/next/{emptyDump}?batchId=1', told: '204' }],
    refused: [
      { url: '/_api/dump/next/dump-1?batchId=1', told: '404/1600' },
      { caller: 'eve', told: '403/11' },
      { url: '/_db/filled/_api/dump/next/{dump}?batchId=1', told: '403/11' },
    ],
  },
  {
    endpoint: 'DELETE /_api/dump/:id',
    access: 'database-ro',
    isOfRoot: true,
    url: '/_api/dump/{dump}',
    good: '200',
    refused: [
      { url: '/_api/dump/dump-1', told: '404/1600' },
      { caller: 'eve', told: '403/11' },
      { url: '/_db/filled/_api/dump/{dump}', told: '403/11' },
    ],
  },
]
