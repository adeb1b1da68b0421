import type { EndpointCase, Refusal } from './endpoint-case.js'

const REPLICATION = '/_api/replication'
const BAD_DECLARATIONS: readonly Refusal[] = [
  { body: [], told: '400/400' },
  { body: 7, told: '400/400' },
  { body: { parameters: [], indexes: [] }, told: '400/400' },
  { body: { parameters: { name: 7 }, indexes: [] }, told: '400/400' },
  { body: { parameters: { name: '' }, indexes: [] }, told: '400/400' },
  { body: { parameters: { name: 'c' }, indexes: {} }, told: '400/400' },
  { body: { parameters: { name: 'c' }, indexes: [7] }, told: '400/400' },
  { body: { parameters: { name: '{new}', type: 0 }, indexes: [] }, told: '400/1218' },
  { body: { parameters: { name: '{new}', type: 4 }, indexes: [] }, told: '400/1218' },
]
const BAD_NAMES: readonly Refusal[] = [
  { body: { parameters: { name: 'a/b' }, indexes: [] }, told: '400/1208' },
  { body: { parameters: { name: 'c' }, indexes: [] }, told: '409/1207' },
]

/** A declaration of indexes of the collection `c`. */
function indexesOf(...indexes: unknown[]): unknown {
  return { parameters: { name: 'c' }, indexes }
}

/** What arangorestore calls. */
export const RESTORE_CASES: readonly EndpointCase[] = [
  {
    endpoint: `PUT ${REPLICATION}/restore-collection`,
    access: 'database-rw',
    url: `${REPLICATION}/restore-collection`,
    body: { parameters: { name: '{new}', type: 2 }, indexes: [] },
    good: '200',
    missing: { parameters: '400/400', indexes: '400/400' },
    also: [
      { url: `${REPLICATION}/restore-collection?overwrite=true&force=true`, told: '200' },
      { body: { parameters: { name: '{new}', type: '3' }, indexes: [] }, told: '200' },
      { body: { parameters: { name: '_graphs' }, indexes: [] }, told: '200' },
      { body: { parameters: { name: 'c', deleted: true }, indexes: [] }, told: '200' },
    ],
    refused: [...BAD_DECLARATIONS, ...BAD_NAMES],
  },
  {
    endpoint: `PUT ${REPLICATION}/restore-indexes`,
    access: 'database-rw',
    url: `${REPLICATION}/restore-indexes?force=false`,
    body: indexesOf({ type: 'hash', fields: ['restored'], name: 'restored' }),
    isAboutC: true,
    good: '200',
    missing: { parameters: '400/400', indexes: '400/400' },
    also: [
      { body: indexesOf(), told: '200' },
      { body: indexesOf({ type: 'primary' }, { type: 'edge' }, {}), told: '200' },
      { body: { parameters: { name: 'none', deleted: true }, indexes: [{}] }, told: '200' },
    ],
    refused: [
      ...BAD_DECLARATIONS,
      { body: indexesOf({ type: 'hash' }), told: '400/10' },
      { body: indexesOf({ type: 'hash', fields: [] }), told: '400/10' },
      { body: { parameters: { name: 'none' }, indexes: [] }, told: '404/1203' },
      { body: indexesOf({ type: 'hash', fields: ['b'], name: 'kept' }), told: '409/1207' },
      { body: indexesOf({ type: 'hash', fields: ['same'], unique: true }), told: '409/1210' },
    ],
  },
  {
    endpoint: `PUT ${REPLICATION}/restore-data`,
    access: 'collection-rw',
    url: `${REPLICATION}/restore-data?collection=c`,
    body: { _key: 'restored' },
    good: '200',
    missing: { collection: '400/400' },
    emptyBody: '200',
    brokenVelocyPack: '400/600',
    also: [
      { body: { type: 2300, data: { _key: 'restored' } }, told: '200' },
      { body: { type: 2302, data: { _key: 'restored' } }, told: '200' },
      { url: `${REPLICATION}/restore-data?collection=made`, told: '200' },
      { headers: { 'content-type': 'text/plain; charset=utf-8' }, told: '200' },
      { headers: { 'content-type': 'application/json' }, told: '200' },
    ],
    refused: [
      { url: `${REPLICATION}/restore-data?collection=`, told: '400/400' },
      { url: `${REPLICATION}/restore-data?collection=none`, told: '404/1203' },
      { url: `${REPLICATION}/restore-data?collection=e`, told: '400/1233' },
      { body: 7, told: '400/600' },
      { body: { a: 1 }, told: '400/600' },
      { body: { type: 2200, data: {} }, told: '400/600' },
      { body: { _key: 'a/b' }, told: '400/1221' },
      { body: { _key: 'restored', unique: 1 }, told: '409/1210' },
      { headers: { 'content-type': 'application/x-velocypack' }, told: '400/10' },
      { headers: { 'content-type': 'text/csv' }, told: '500/4' },
    ],
  },
  {
    endpoint: `PUT ${REPLICATION}/restore-view`,
    access: 'database-rw',
    url: `${REPLICATION}/restore-view`,
    body: { name: '{new}', type: 'arangosearch', links: {} },
    good: '200',
    missing: { name: '400/10', type: '400/10' },
    also: [
      {
        url: `${REPLICATION}/restore-view?overwrite=true`,
        body: { name: 'restored', type: 'search-alias' },
        told: '200',
      },
    ],
    refused: [
      { body: [], told: '400/10' },
      { body: { name: 7, type: 'arangosearch' }, told: '400/10' },
      { body: { name: '{new}', type: 'other' }, told: '400/10' },
      { body: { name: 'a/b', type: 'arangosearch' }, told: '400/1208' },
      { body: { name: 'restored', type: 'arangosearch' }, told: '409/1207' },
      { body: { name: 'c', type: 'arangosearch' }, told: '409/1207' },
    ],
  },
]
