import assert from 'node:assert/strict'
import type { ParameterAbout } from '../../../lib/server/about.js'
import type { Endpoint } from '../../../lib/server/endpoint.js'
import { ENDPOINTS } from '../../../lib/server/routes.js'
import { allStatuses } from '../support/common-statuses.js'
import { WANTS_VELOCYPACK } from '../support/replication.js'
import { CASES } from './cases.js'
import { toldBy, type EndpointCase, type Form } from './endpoint-case.js'
import { TableLeader, type Difference } from './table-leader.js'
import { told } from './told.js'

const FOLLOWER_NOT_MADE = ['500/1203', '500/1401', '500/1403', '500/1412', '500/1416', '503/32']

/**
 * What these requests do not bring about: what needs large documents, much memory, a second server that
 * is broken, or a leader without authentication.
 */
const NOT_PROVOKED: Readonly<Record<string, readonly string[]>> = {
  'POST /_api/document/:collection': ['400/1216'],
  'PUT /_api/document/:collection/:key': ['400/1216'],
  'PATCH /_api/document/:collection/:key': ['400/1216'],
  'POST /_api/dump/next/:id': ['413/413', '503/32'],
  'POST /_api/dump/start': ['503/32'],
  'POST /_api/replication/batch': ['503/32'],
  'GET /_api/job/:id': ['204'],
  'PUT /_api/job/:id': ['204'],
  'PUT /_api/job/:id/cancel': ['200'],
  'GET /_api/replication/dump': ['400/400'],
  'GET /_api/replication/revisions/tree': ['503/32'],
  'PUT /_api/replication/sync': [
    '409/1411',
    '500/1203',
    '500/1401',
    '500/1403',
    '500/1416',
    '503/30',
    '503/32',
  ],
  'PUT /_api/replication/applier-config': ['400/1411'],
  'PUT /_api/replication/applier-start': ['503/32'],
  'PUT /_api/replication/make-follower': FOLLOWER_NOT_MADE,
  'PUT /_api/replication/make-slave': FOLLOWER_NOT_MADE,
  'POST /_open/auth': ['404/404'],
}

/** What a parameter is that is neither a number nor a word for true. */
const NO_VALUE = 'x-y'

const BAD_VELOCYPACK = { 'content-type': 'application/x-velocypack' }

/** No value begins with the first byte. */
const BROKEN = Buffer.of(0)

/** A request, what it has to be answered with, and what it is. */
type Asked = readonly [Difference, string, string]

function endpointOf({ endpoint }: EndpointCase): Endpoint {
  const found = ENDPOINTS.find(({ method, path }) => `${method} ${path}` === endpoint)
  assert.ok(found, `${endpoint} is not in the table of the leader`)
  return found
}

/** How a status is expected of a method: HEAD tells no errorNum. */
function expected(text: string, { endpoint }: EndpointCase): string {
  return endpoint.startsWith('HEAD ') ? (text.split('/', 1)[0] ?? '') : text
}

/** Whether the forms answer something differently. */
function isOfTwoForms({ good, missing = {}, refused = [] }: EndpointCase): boolean {
  const all = [good, ...Object.values(missing), ...refused.map((refusal) => refusal.told)]
  return all.some((one) => toldBy(one, 'documented') !== toldBy(one, 'arangodb'))
}

/** The good request with another value for a parameter of the query; undefined takes it out. */
function withQuery(url: string, name: string, value?: string): string {
  const [path = '', query] = url.split('?')
  const parameters = new URLSearchParams(query)
  if (value === undefined) parameters.delete(name)
  else parameters.set(name, value)
  return `${path}?${parameters.toString().replace('%7B', '{').replace('%7D', '}')}`
}

function without(body: unknown, name: string): unknown {
  const { [name]: _left, ...rest } = body as Record<string, unknown>
  return rest
}

for (const form of ['documented', 'arangodb'] as const) {
  describe(`the endpoints in the form ${form}`, () => {
    let leader: TableLeader

    before(async () => {
      leader = await TableLeader.start(form)
    })

    after(() => leader.close())

    it('are those that this table has', () => {
      const names = ENDPOINTS.map(({ method, path }) => `${method} ${path}`)
      assert.deepEqual(names.sort(), CASES.map(({ endpoint }) => endpoint).sort())
    })

    for (const each of CASES.filter((one) => form === 'documented' || isOfTwoForms(one))) {
      it(`${each.endpoint} answers as it is documented, and says so of itself`, async () => {
        const seen = await askAll(leader, each, form)
        const { about } = endpointOf(each)
        const left = NOT_PROVOKED[each.endpoint] ?? []
        const known = about.statuses.filter(({ compat }) => compat === undefined || compat === form)
        for (const status of known) {
          const name = nameOf(status)
          const isSeen = seen.has(expected(name, each)) || left.includes(name)
          assert.ok(isSeen, `${name} is said, and was not seen`)
        }
      })
    }
  })
}

function nameOf({ status, errorNum }: { status: number; errorNum: number | undefined }): string {
  return errorNum === undefined ? String(status) : `${status}/${errorNum}`
}

/** Asks everything that is known of an endpoint, and gives all that was answered. */
async function askAll(leader: TableLeader, each: EndpointCase, form: Form): Promise<Set<string>> {
  const endpoint = endpointOf(each)
  const said = allStatuses(endpoint)
    .filter(({ compat }) => compat === undefined || compat === form)
    .map((status) => expected(nameOf(status), each))
  const seen = new Set<string>()
  const check = async (difference: Difference, wanted: string, what: string): Promise<void> => {
    const request = await leader.prepare(each, difference)
    const answered = told(await leader.send(request))
    assert.equal(answered, expected(wanted, each), what)
    assert.ok(said.includes(answered), `${answered} is answered (${what}), and was not said`)
    const isKnown = seen.has(answered)
    seen.add(answered)
    if (isKnown || answered.startsWith('2') || answered.startsWith('3')) return
    const headers = { ...request.headers, ...WANTS_VELOCYPACK }
    const again = told(await leader.send({ ...request, headers }), true)
    assert.equal(again, answered, `${what} as VelocyPack`)
  }
  await check({}, toldBy(each.good, form), 'the good request')
  for (const other of [...(each.also ?? []), ...(each.refused ?? [])]) {
    await check(other, toldBy(other.told, form), JSON.stringify(other))
  }
  for (const [difference, wanted, what] of generated(each, endpoint, form)) {
    await check(difference, wanted, what)
  }
  return seen
}

/** What follows from the parameters that an endpoint says it has. */
function* generated(
  each: EndpointCase,
  { about: { parameters } }: Endpoint,
  form: Form,
): Generator<Asked> {
  const named = parameters.filter(({ name, place }) => name !== '' && place !== 'path')
  const needed = named.filter(({ isRequired }) => isRequired).map(({ name }) => name)
  assert.deepEqual(Object.keys(each.missing ?? {}).sort(), needed.sort(), 'what is required')
  yield* withMissing(each, named, form)
  yield* withMalformed(each, named, form)
  const bodies = parameters.filter(({ place }) => place === 'body')
  assert.equal(bodies.length > 0, each.body !== undefined, 'whether there is a body')
  if (bodies.length === 0) return
  const broken = bodies.some(({ type, name }) => type === 'array' && name === '') ? '[' : '{'
  yield [{ bytes: broken }, '400/600', 'a broken body']
  yield [{ bytes: '' }, toldBy(each.emptyBody ?? '400/600', form), 'an empty body']
  const isLines = bodies.some(({ type }) => type === 'lines')
  const velocyPack = toldBy(each.brokenVelocyPack ?? (isLines ? '501/9' : '400/600'), form)
  yield [{ bytes: BROKEN, headers: BAD_VELOCYPACK }, velocyPack, 'broken VelocyPack']
}

function* withMissing(
  each: EndpointCase,
  parameters: readonly ParameterAbout[],
  form: Form,
): Generator<Asked> {
  for (const { name, place } of parameters.filter(({ isRequired }) => isRequired)) {
    const wanted = toldBy(each.missing?.[name] ?? '', form)
    const difference =
      place === 'query' ? { url: withQuery(each.url, name) } : { body: without(each.body, name) }
    yield [difference, wanted, `without ${name}`]
  }
}

function* withMalformed(
  each: EndpointCase,
  parameters: readonly ParameterAbout[],
  form: Form,
): Generator<Asked> {
  for (const { name, place, type } of parameters) {
    if (place !== 'query' || type === 'text') continue
    const wanted = toldBy(each.malformed?.[name] ?? each.good, form)
    yield [{ url: withQuery(each.url, name, NO_VALUE) }, wanted, `a bad ${name}`]
  }
}
