import type { Access } from '../../../lib/server/endpoint.js'
import type { EndpointCase, Told } from './endpoint-case.js'

const USER = '/_api/user'
const NO_USER: Told = '404/1703'
const BAD_GRANTS = [
  { body: [], told: '400/10' },
  { body: { grant: 'all' }, told: '400/10' },
  { body: { grant: 1 }, told: '400/10' },
] as const
const LONG_NAME = 'n'.repeat(257)

/** An endpoint about what a user may do with a database, or a collection of it. */
function grant(method: string, access: Access, part = ''): EndpointCase {
  const named = part === '' ? '' : '/:collection'
  return {
    endpoint: `${method} ${USER}/:name/database/:dbname${named}`,
    access,
    url: `${USER}/ann/database/d${part}`,
    good: method === 'DELETE' ? '202' : '200',
    refused: [
      { url: `${USER}/none/database/d${part}`, told: NO_USER },
      { url: `${USER}/ann/database/${LONG_NAME}${part}`, told: '400/10' },
    ],
  }
}

/** What somebody else may not ask. */
const NOT_SELF = { caller: 'eve', told: '403/11' }

function asked(one: EndpointCase): EndpointCase {
  return { ...one, isAboutAnn: true, refused: [...(one.refused ?? []), NOT_SELF] }
}

/** Users, what they are granted, and how they log in. */
export const USER_CASES: readonly EndpointCase[] = [
  { endpoint: `GET ${USER}`, access: 'server', url: USER, good: '200' },
  {
    endpoint: `POST ${USER}`,
    access: 'server',
    url: USER,
    body: { user: '{new}' },
    good: '201',
    missing: { user: '400/1700' },
    refused: [
      { body: [], told: '400/10' },
      { body: { user: 7 }, told: '400/1700' },
      { body: { user: 'a\u0000b' }, told: '400/1700' },
      { body: { user: '{new}', passwd: 7 }, told: '400/10' },
      { body: { user: '{new}', active: 'yes' }, told: '400/10' },
      { body: { user: '{new}', extra: [] }, told: '400/10' },
      { body: { user: 'ann' }, told: '409/1702' },
    ],
  },
  {
    endpoint: `GET ${USER}/:name`,
    access: 'known',
    url: `${USER}/ann`,
    isAboutAnn: true,
    good: '200',
    refused: [{ url: `${USER}/none`, told: NO_USER }, NOT_SELF],
  },
  {
    endpoint: `PUT ${USER}/:name`,
    access: 'known',
    url: `${USER}/ann`,
    body: { passwd: 'of ann' },
    isAboutAnn: true,
    good: '200',
    refused: [
      { url: `${USER}/none`, told: NO_USER },
      { url: `${USER}/root`, body: {}, told: '400/10' },
      { url: `${USER}/root`, body: { passwd: 'x', active: false }, told: '403/11' },
      { body: { active: 1 }, told: '400/10' },
      { body: [], told: '400/10' },
    ],
  },
  {
    endpoint: `PATCH ${USER}/:name`,
    access: 'known',
    url: `${USER}/ann`,
    body: { extra: { of: 'ann' } },
    isAboutAnn: true,
    good: '200',
    refused: [
      { url: `${USER}/none`, told: NO_USER },
      { url: `${USER}/root`, body: { passwd: '' }, told: '400/10' },
      { url: `${USER}/root`, body: { active: false }, told: '403/11' },
      { body: { passwd: {} }, told: '400/10' },
      { body: [], told: '400/10' },
    ],
  },
  {
    endpoint: `DELETE ${USER}/:name`,
    access: 'server',
    url: `${USER}/{user}`,
    good: '202',
    refused: [
      { url: `${USER}/none`, told: NO_USER },
      { url: `${USER}/root`, told: '403/11' },
    ],
  },
  {
    endpoint: `GET ${USER}/:name/database`,
    access: 'known',
    isAboutAnn: true,
    url: `${USER}/ann/database`,
    good: '200',
    refused: [{ url: `${USER}/none/database`, told: NO_USER }, NOT_SELF],
  },
  asked(grant('GET', 'known')),
  asked(grant('GET', 'known', '/c')),
  {
    ...grant('PUT', 'server'),
    body: { grant: 'ro' },
    missing: { grant: '400/10' },
    refused: [
      ...(grant('PUT', 'server').refused ?? []),
      { url: `${USER}/root/database/_system`, told: '403/11' },
      ...BAD_GRANTS,
    ],
  },
  {
    ...grant('PUT', 'server', '/c'),
    body: { grant: 'ro' },
    missing: { grant: '400/10' },
    refused: [
      ...(grant('PUT', 'server', '/c').refused ?? []),
      { url: `${USER}/ann/database/d/none`, told: '404/1203' },
      { url: `${USER}/ann/database/none/c`, told: '404/1228' },
      { url: `${USER}/ann/database/d/_graphs`, told: '400/10' },
      ...BAD_GRANTS,
    ],
  },
  {
    ...grant('DELETE', 'server'),
    refused: [
      ...(grant('DELETE', 'server').refused ?? []),
      { url: `${USER}/root/database/_system`, told: '403/11' },
    ],
  },
  grant('DELETE', 'server', '/c'),
  {
    endpoint: 'POST /_open/auth',
    access: 'open',
    url: '/_open/auth',
    body: { username: 'eve', password: 'of eve' },
    good: '200',
    missing: { username: '400/400', password: '400/400' },
    refused: [
      { body: [], told: '400/10' },
      { body: { username: 1, password: 2 }, told: '400/400' },
      { body: { username: 'eve', password: 'of ann' }, told: '401/401' },
      { body: { username: 'none', password: '' }, told: '401/401' },
    ],
  },
]
