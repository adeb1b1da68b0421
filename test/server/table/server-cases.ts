import type { EndpointCase } from './endpoint-case.js'

/** The server, and its databases. */
export const SERVER_CASES: readonly EndpointCase[] = [
  { endpoint: 'GET /_api/version', access: 'known', url: '/_api/version', good: '200' },
  { endpoint: 'GET /_api/engine', access: 'known', url: '/_api/engine', good: '200' },
  { endpoint: 'GET /_admin/server/role', access: 'known', url: '/_admin/server/role', good: '200' },
  { endpoint: 'PUT /_admin/wal/flush', access: 'known', url: '/_admin/wal/flush', good: '200' },
  {
    endpoint: 'GET /_api/database/user',
    access: 'known',
    url: '/_api/database/user',
    good: '200',
  },
  {
    endpoint: 'GET /_api/database/current',
    access: 'database-ro',
    url: '/_api/database/current',
    good: '200',
  },
  {
    endpoint: 'GET /_api/database',
    access: 'database-ro',
    url: '/_api/database',
    isInSystem: true,
    good: '200',
    refused: [{ url: '/_db/d/_api/database', told: '403/1230' }],
  },
  {
    endpoint: 'POST /_api/database',
    access: 'server',
    url: '/_api/database',
    isInSystem: true,
    body: { name: '{new}' },
    good: '201',
    missing: { name: '400/10' },
    refused: [
      { body: [], told: '400/10' },
      { body: { name: 1 }, told: '400/10' },
      { body: { name: 'a/b' }, told: '400/1229' },
      { body: { name: 'd' }, told: '409/1207' },
      { body: { name: '_system' }, told: '409/1207' },
      { url: '/_db/d/_api/database', told: '403/1230' },
      { body: { name: '{new}', users: [7] }, told: '400/10' },
      { body: { name: '{new}', users: [{ username: '' }] }, told: '400/1700' },
    ],
  },
  {
    endpoint: 'DELETE /_api/database/:name',
    access: 'server',
    url: '/_api/database/{database}',
    isInSystem: true,
    good: '200',
    refused: [
      { url: '/_api/database/none', told: '404/1228' },
      { url: '/_api/database/_system', told: '403/11' },
      { url: '/_db/d/_api/database/d', told: '403/1230' },
    ],
  },
]
