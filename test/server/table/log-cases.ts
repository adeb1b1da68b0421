import type { EndpointCase, Refusal, Told } from './endpoint-case.js'

const FOLLOW = '/_api/replication/logger-follow'
const TAIL = '/_api/wal/tail'

/** What is no number is 0, so `to` is refused, and `syncerId` has to be one. */
const MALFORMED_TAIL: Readonly<Record<string, Told>> = { to: '400/400', syncerId: '400/10' }

function badRanges(path: string): readonly Refusal[] {
  return [
    { url: `${path}?from=2&to=1`, told: '400/400' },
    { url: `${path}?to=0`, told: '400/400' },
    { url: `${path}?collection=none`, told: '404/1203' },
    { url: `${path}?syncerId=0`, told: '400/10' },
  ]
}

const BAD_IDS: readonly Refusal[] = [
  { body: {}, told: '400/400' },
  { body: [1], told: '400/400' },
]

/** What is asked of the log. */
export const LOG_CASES: readonly EndpointCase[] = [
  {
    endpoint: 'GET /_api/replication/logger-follow',
    access: 'server',
    url: FOLLOW,
    good: '200',
    malformed: MALFORMED_TAIL,
    also: [{ url: `${FOLLOW}?from=18446744073709551615`, told: '204' }],
    refused: badRanges(FOLLOW),
  },
  {
    endpoint: 'PUT /_api/replication/logger-follow',
    access: 'server',
    url: FOLLOW,
    body: [],
    good: '200',
    malformed: MALFORMED_TAIL,
    also: [{ url: `${FOLLOW}?from=18446744073709551615`, told: '204' }],
    refused: [...badRanges(FOLLOW), ...BAD_IDS],
  },
  {
    endpoint: 'GET /_api/replication/logger-first-tick',
    access: 'server',
    url: '/_api/replication/logger-first-tick',
    good: '200',
  },
  {
    endpoint: 'GET /_api/replication/logger-tick-ranges',
    access: 'server',
    url: '/_api/replication/logger-tick-ranges',
    good: '200',
  },
  {
    endpoint: 'GET /_api/wal/tail',
    access: 'server',
    url: TAIL,
    good: '200',
    malformed: MALFORMED_TAIL,
    also: [
      { url: `${TAIL}?from=18446744073709551615`, told: '204' },
      { url: `${TAIL}?trackOnly=true&syncerId=1`, told: '200' },
    ],
    refused: [...badRanges(TAIL), { url: `${TAIL}?global=true`, told: '403/11' }],
  },
  {
    endpoint: 'PUT /_api/wal/tail',
    access: 'server',
    url: TAIL,
    body: [],
    good: '200',
    malformed: MALFORMED_TAIL,
    also: [{ url: `${TAIL}?from=18446744073709551615`, told: '204' }],
    refused: [...badRanges(TAIL), ...BAD_IDS, { url: `${TAIL}?global=true`, told: '403/11' }],
  },
  {
    endpoint: 'DELETE /_api/wal/tail',
    access: 'server',
    url: `${TAIL}?serverId=12`,
    good: '200',
    malformed: { syncerId: '400/10' },
    refused: [{ url: `${TAIL}?syncerId=-1`, told: '400/10' }],
  },
  { endpoint: 'GET /_api/wal/range', access: 'server', url: '/_api/wal/range', good: '200' },
  { endpoint: 'GET /_api/wal/lastTick', access: 'server', url: '/_api/wal/lastTick', good: '200' },
  {
    endpoint: 'GET /_api/wal/open-transactions',
    access: 'server',
    url: '/_api/wal/open-transactions',
    good: '204',
    malformed: { to: '400/400' },
    refused: [
      { url: '/_api/wal/open-transactions?from=2&to=1', told: '400/400' },
      { url: '/_api/wal/open-transactions?to=0', told: '400/400' },
    ],
  },
]
