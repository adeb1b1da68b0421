import type { Access } from '../../../lib/server/endpoint.js'
import type { EndpointCase, Told } from './endpoint-case.js'

const COLLECTION = '/_api/collection'
const INDEX = '/_api/index'
const BAD_NAME: Told = '400/1208'

/** An endpoint about a collection that needs nothing but its name. */
function about(method: string, part: string, access: Access = 'collection-ro'): EndpointCase {
  return {
    endpoint: `${method} ${COLLECTION}/:name${part}`,
    access,
    url: `${COLLECTION}/c${part}`,
    good: '200',
    refused: [{ url: `${COLLECTION}/none${part}`, told: '404/1203' }],
  }
}

/** Collections and their indexes. */
export const COLLECTION_CASES: readonly EndpointCase[] = [
  { endpoint: `GET ${COLLECTION}`, access: 'database-ro', url: COLLECTION, good: '200' },
  {
    endpoint: `POST ${COLLECTION}`,
    access: 'database-rw',
    url: COLLECTION,
    body: { name: '{new}' },
    good: '200',
    missing: { name: '400/10' },
    refused: [
      { body: [], told: '400/10' },
      { body: { name: 1 }, told: '400/10' },
      { body: { name: 'a/b' }, told: BAD_NAME },
      { body: { name: '_own' }, told: BAD_NAME },
      { body: { name: 'n'.repeat(257) }, told: BAD_NAME },
      { body: { name: 'c' }, told: '409/1207' },
      { body: { name: '{new}', type: 4 }, told: '400/1218' },
      { body: { name: '{new}', type: '2' }, told: '400/1218' },
      { body: { name: '{new}', keyOptions: { type: 'none' } }, told: '400/1232' },
      { body: { name: '{new}', schema: { rule: {} } }, told: '501/9' },
      { body: { name: '{new}', computedValues: [{}] }, told: '501/9' },
    ],
  },
  about('GET', ''),
  about('GET', '/count'),
  about('GET', '/figures'),
  about('GET', '/properties'),
  about('GET', '/revision'),
  about('GET', '/checksum'),
  about('PUT', '/load'),
  about('PUT', '/unload'),
  { ...about('PUT', '/truncate', 'collection-rw'), url: `${COLLECTION}/{collection}/truncate` },
  {
    endpoint: `PUT ${COLLECTION}/:name/properties`,
    access: 'database-rw',
    url: `${COLLECTION}/c/properties`,
    isAboutC: true,
    body: { cacheEnabled: true },
    good: '200',
    refused: [
      { url: `${COLLECTION}/none/properties`, told: '404/1203' },
      { body: [], told: '400/10' },
      { body: { schema: {} }, told: '501/9' },
    ],
  },
  {
    endpoint: `PUT ${COLLECTION}/:name/rename`,
    access: 'database-rw',
    url: `${COLLECTION}/{collection}/rename`,
    body: { name: '{new}' },
    good: '200',
    missing: { name: '400/10' },
    refused: [
      { url: `${COLLECTION}/none/rename`, told: '404/1203' },
      { body: { name: 'c' }, told: '409/1207' },
      { body: { name: 'a b/c' }, told: BAD_NAME },
      { body: { name: 7 }, told: '400/10' },
      { body: [], told: '400/10' },
    ],
  },
  {
    endpoint: `DELETE ${COLLECTION}/:name`,
    access: 'database-rw',
    url: `${COLLECTION}/{collection}`,
    good: '200',
    refused: [
      { url: `${COLLECTION}/none`, told: '404/1203' },
      { url: `${COLLECTION}/_graphs`, told: '403/11' },
    ],
  },
  {
    endpoint: `GET ${INDEX}`,
    access: 'collection-ro',
    url: `${INDEX}?collection=c`,
    good: '200',
    missing: { collection: '404/1203' },
    refused: [{ url: `${INDEX}?collection=none`, told: '404/1203' }],
  },
  {
    endpoint: `POST ${INDEX}`,
    access: 'database-rw',
    url: `${INDEX}?collection=c`,
    isAboutC: true,
    body: { type: 'persistent', fields: ['{new}'] },
    good: '201',
    missing: { collection: '404/1203', type: '400/10', fields: '400/10' },
    also: [{ body: { type: 'persistent', fields: ['kept'] }, told: '200' }],
    refused: [
      { url: `${INDEX}?collection=none`, told: '404/1203' },
      { body: [], told: '400/10' },
      { body: { type: 'tree', fields: ['a'] }, told: '400/10' },
      { body: { type: 'hash', fields: [] }, told: '400/10' },
      { body: { type: 'hash', fields: 'a' }, told: '400/10' },
      { body: { type: 'hash', fields: ['a'], name: 1 }, told: '400/10' },
      { body: { type: 'ttl', fields: ['a'] }, told: '400/10' },
      { body: { type: 'hash', fields: ['other'], name: 'kept' }, told: '409/1207' },
      { body: { type: 'hash', fields: ['same'], unique: true }, told: '409/1210' },
    ],
  },
  {
    endpoint: `GET ${INDEX}/:collection/:index`,
    access: 'collection-ro',
    url: `${INDEX}/c/kept`,
    good: '200',
    refused: [
      { url: `${INDEX}/none/0`, told: '404/1203' },
      { url: `${INDEX}/c/none`, told: '404/1212' },
    ],
  },
  {
    endpoint: `DELETE ${INDEX}/:collection/:index`,
    access: 'database-rw',
    url: `${INDEX}/c/{index}`,
    isAboutC: true,
    good: '200',
    refused: [
      { url: `${INDEX}/none/0`, told: '404/1203' },
      { url: `${INDEX}/c/none`, told: '404/1212' },
      { url: `${INDEX}/c/0`, told: '403/11' },
    ],
  },
]
