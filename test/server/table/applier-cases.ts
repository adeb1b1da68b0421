import type { EndpointCase } from './endpoint-case.js'

const REPLICATION = '/_api/replication'
/** Nobody listens there: whoever follows it waits. */
const SILENT = { endpoint: 'tcp://127.0.0.1:1' }
const LATER = { 'x-arango-async': 'store' }
const REMOTE = { endpoint: '{leader}', username: 'eve', password: 'of eve' }
const RESTRICTED = { ...REMOTE, database: 'd', restrictType: 'include' }

function global(command: string): string {
  return `/_db/_system${REPLICATION}/${command}?global=true`
}

/** What is refused of every endpoint that takes `global`. */
function globalRefusals(command: string): NonNullable<EndpointCase['refused']> {
  const url = `/_db/d${REPLICATION}/${command}?global=true`
  return [{ url, told: '403/11' }]
}

const BAD_CONFIGS: NonNullable<EndpointCase['refused']> = [
  { body: [], told: '400/10' },
  { body: { endpoint: 'nowhere' }, told: '400/1410' },
  { body: { ...SILENT, chunkSize: -1 }, told: '400/1410' },
  { body: { ...SILENT, restrictType: 'include' }, told: '400/1410' },
]

/** One that is made a follower, of a database whose follower runs then. */
function makeFollower(command: string): EndpointCase {
  return {
    endpoint: `PUT ${REPLICATION}/${command}`,
    access: 'database-rw',
    url: `/_db/filled${REPLICATION}/${command}`,
    body: { ...RESTRICTED, restrictCollections: ['empty'] },
    good: '200',
    also: [{ body: { endpoint: 'nowhere' }, headers: LATER, told: '202' }],
    refused: [
      ...globalRefusals(command),
      ...BAD_CONFIGS,
      { body: {}, told: '400/1410' },
      { url: global(command), body: SILENT, told: '400/1411' },
      { body: { endpoint: 'tcp://192.0.2.1:8529' }, told: '403/11' },
      { body: { ...REMOTE, database: 'none', maxConnectRetries: 0 }, told: '500/1402' },
      { body: { ...SILENT, maxConnectRetries: 0 }, told: '500/1400' },
      { body: { ...REMOTE, database: 'filled' }, told: '500/1405' },
    ],
  }
}

/** The background followers; in this order, since each goes on from what the one before it left. */
export const APPLIER_CASES: readonly EndpointCase[] = [
  {
    endpoint: `GET ${REPLICATION}/applier-config`,
    access: 'database-ro',
    url: `${REPLICATION}/applier-config`,
    good: '200',
    also: [{ url: global('applier-config'), told: '200' }],
    refused: globalRefusals('applier-config'),
  },
  {
    endpoint: `PUT ${REPLICATION}/applier-config`,
    access: 'database-rw',
    url: `${REPLICATION}/applier-config`,
    body: SILENT,
    isAboutC: true,
    good: '200',
    also: [
      { url: global('applier-config'), told: '200' },
      { body: {}, told: '200' },
    ],
    refused: [
      ...globalRefusals('applier-config'),
      ...BAD_CONFIGS,
      { url: `/_db/{database}${REPLICATION}/applier-config`, body: {}, told: '400/1410' },
    ],
  },
  {
    endpoint: `PUT ${REPLICATION}/applier-start`,
    access: 'database-rw',
    url: `${REPLICATION}/applier-start?from=17`,
    isAboutC: true,
    good: '200',
    refused: [
      ...globalRefusals('applier-start'),
      { url: `/_db/{database}${REPLICATION}/applier-start`, told: '400/1410' },
      { url: global('applier-start'), told: '400/1411' },
    ],
  },
  {
    endpoint: `GET ${REPLICATION}/applier-state`,
    access: 'database-ro',
    url: `${REPLICATION}/applier-state`,
    good: '200',
    also: [{ url: global('applier-state'), told: '200' }],
    refused: globalRefusals('applier-state'),
  },
  {
    endpoint: `GET ${REPLICATION}/applier-state-all`,
    access: 'server',
    url: `${REPLICATION}/applier-state-all`,
    isInSystem: true,
    good: '200',
    refused: [{ url: `/_db/d${REPLICATION}/applier-state-all`, told: '403/11' }],
  },
  makeFollower('make-follower'),
  makeFollower('make-slave'),
  {
    endpoint: `PUT ${REPLICATION}/applier-stop`,
    access: 'database-rw',
    url: `${REPLICATION}/applier-stop`,
    good: '200',
    also: [{ url: `/_db/filled${REPLICATION}/applier-stop`, told: '200' }],
    refused: globalRefusals('applier-stop'),
  },
  {
    endpoint: `DELETE ${REPLICATION}/applier-state`,
    access: 'database-rw',
    url: `${REPLICATION}/applier-state`,
    good: '200',
    also: [{ url: global('applier-state'), told: '200' }],
    refused: globalRefusals('applier-state'),
  },
]
