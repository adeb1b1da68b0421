import type { EndpointCase, Refusal } from './endpoint-case.js'

const DOCUMENT = '/_api/document'
const IMPORT = '/_api/import?collection=c'
const MANY = `${DOCUMENT}/:collection`
const ONE = `${MANY}/:key`
/** A document that stays where it is. */
const KEPT = `${DOCUMENT}/c/kept`
const HAS_OTHER = { headers: { 'if-match': '"_kmX5mm6---"' }, told: '412/1200' }

const BAD_CHANGES: readonly Refusal[] = [
  { url: `${DOCUMENT}/c/none`, told: '404/1202' },
  { url: `${DOCUMENT}/none/k`, told: '404/1203' },
  { body: [], told: '400/10' },
  { body: 7, told: '400/1227' },
  { url: `${DOCUMENT}/e/kept`, body: { _from: 'nowhere' }, told: '400/1233' },
  { url: `${DOCUMENT}/c/unique1`, body: { unique: 2 }, told: '409/1210' },
  HAS_OTHER,
]

const BAD_ITEMS: readonly Refusal[] = [
  { url: `${DOCUMENT}/none`, told: '404/1203' },
  { body: {}, told: '400/10' },
  { body: null, told: '400/1227' },
]

/** Documents. */
export const DOCUMENT_CASES: readonly EndpointCase[] = [
  {
    endpoint: `POST ${MANY}`,
    access: 'collection-rw',
    url: `${DOCUMENT}/c`,
    body: { _key: '{new}' },
    good: '202',
    also: [
      { url: `${DOCUMENT}/c?waitForSync=true`, told: '201' },
      { body: [{ _key: '{new}' }, 7], told: '202' },
      { body: [], told: '202' },
    ],
    refused: [
      { url: `${DOCUMENT}/none`, told: '404/1203' },
      { body: 'text', told: '400/1227' },
      { body: { _key: '' }, told: '400/1221' },
      { body: { _key: 'a/b' }, told: '400/1221' },
      { body: { _key: 7 }, told: '400/1221' },
      { url: `${DOCUMENT}/made`, told: '400/1222' },
      { url: `${DOCUMENT}/e`, told: '400/1233' },
      { body: { _key: 'kept' }, told: '409/1210' },
      { body: { unique: 1 }, told: '409/1210' },
      {
        url: `${DOCUMENT}/c?overwriteMode=replace&ignoreRevs=false`,
        body: { _key: 'kept', _rev: '_kmX5mm6---' },
        told: '412/1200',
      },
    ],
  },
  {
    endpoint: `PUT ${MANY}`,
    access: 'collection-rw',
    url: `${DOCUMENT}/c`,
    body: [{ _key: 'kept' }],
    good: '202',
    also: [
      { url: `${DOCUMENT}/c?waitForSync=1`, told: '201' },
      { url: `${DOCUMENT}/c?onlyget=true`, body: ['kept', 'none'], told: '200' },
    ],
    refused: BAD_ITEMS,
  },
  {
    endpoint: `PATCH ${MANY}`,
    access: 'collection-rw',
    url: `${DOCUMENT}/c`,
    body: [{ _key: 'kept' }],
    good: '202',
    also: [{ url: `${DOCUMENT}/c?waitForSync=yes`, told: '201' }],
    refused: BAD_ITEMS,
  },
  {
    endpoint: `DELETE ${MANY}`,
    access: 'collection-rw',
    url: `${DOCUMENT}/c`,
    body: ['{document}', 'none'],
    good: '202',
    also: [{ url: `${DOCUMENT}/c?waitForSync=on`, told: '200' }],
    refused: BAD_ITEMS,
  },
  {
    endpoint: `GET ${ONE}`,
    access: 'collection-ro',
    url: KEPT,
    good: '200',
    also: [{ headers: { 'if-none-match': '{rev}' }, told: '304' }],
    refused: [
      { url: `${DOCUMENT}/c/none`, told: '404/1202' },
      { url: `${DOCUMENT}/none/k`, told: '404/1203' },
      HAS_OTHER,
    ],
  },
  {
    endpoint: `HEAD ${ONE}`,
    access: 'collection-ro',
    url: KEPT,
    good: '200',
    also: [{ headers: { 'if-none-match': '{rev}' }, told: '304' }],
    refused: [
      { url: `${DOCUMENT}/c/none`, told: '404/1202' },
      { url: `${DOCUMENT}/none/k`, told: '404/1203' },
      HAS_OTHER,
    ],
  },
  {
    endpoint: `PUT ${ONE}`,
    access: 'collection-rw',
    url: KEPT,
    body: { a: 1 },
    good: '202',
    also: [{ url: `${KEPT}?waitForSync=true`, told: '201' }],
    refused: BAD_CHANGES,
  },
  {
    endpoint: `PATCH ${ONE}`,
    access: 'collection-rw',
    url: KEPT,
    body: { a: 1 },
    good: '202',
    also: [{ url: `${KEPT}?waitForSync=true`, told: '201' }],
    refused: BAD_CHANGES,
  },
  {
    endpoint: `DELETE ${ONE}`,
    access: 'collection-rw',
    url: `${DOCUMENT}/c/{document}`,
    good: '202',
    also: [{ url: `${DOCUMENT}/c/{document}?waitForSync=true`, told: '200' }],
    refused: [
      { url: `${DOCUMENT}/c/none`, told: '404/1202' },
      { url: `${DOCUMENT}/none/k`, told: '404/1203' },
      HAS_OTHER,
    ],
  },
  {
    endpoint: 'POST /_api/import',
    access: 'collection-rw',
    url: `${IMPORT}&type=list`,
    body: [{ _key: '{new}' }],
    good: '201',
    missing: { collection: '400/1204' },
    also: [
      { url: `${IMPORT}&type=auto&complete=true`, told: '201' },
      { url: `${IMPORT}&type=documents`, body: 7, told: '201' },
      { url: IMPORT, body: ['_key'], told: '201' },
    ],
    refused: [
      { url: '/_api/import?collection=none', told: '404/1203' },
      { url: `${IMPORT}&type=csv`, told: '400/10' },
      { url: IMPORT, told: '400/10' },
      { body: 7, told: '400/600' },
      { url: `${IMPORT}&type=auto&complete=1`, body: [{ _key: 'kept' }], told: '409/1210' },
      { url: `${IMPORT}&type=auto&complete=1`, body: [{ _key: '' }], told: '409/1221' },
      { headers: { 'content-type': 'application/x-velocypack' }, told: '501/9' },
    ],
  },
]
