import assert from 'node:assert/strict'
import type { Grant } from '../../../lib/server/auth/permissions.js'
import type { Access } from '../../../lib/server/endpoint.js'
import { ENDPOINTS } from '../../../lib/server/routes.js'
import { CASES } from './cases.js'
import { toldBy, type EndpointCase } from './endpoint-case.js'
import { NOBODY, TableLeader } from './table-leader.js'
import { told } from './told.js'

/** Who asks: what is granted of `_system`, of the other databases, and of the collection `c`. */
interface Role {
  readonly system: Grant
  readonly database: Grant
  readonly c: Grant
}

const ROLES: Readonly<Record<string, Role>> = {
  ungranted: { system: 'none', database: 'none', c: 'none' },
  reader: { system: 'none', database: 'ro', c: 'ro' },
  writer: { system: 'none', database: 'rw', c: 'rw' },
  /** May change one collection of a database that is read only for others. */
  clerk: { system: 'none', database: 'ro', c: 'rw' },
  /** May change a database, but for one collection. */
  guest: { system: 'none', database: 'rw', c: 'none' },
  watcher: { system: 'ro', database: 'ro', c: 'ro' },
  admin: { system: 'rw', database: 'rw', c: 'rw' },
}

const GOOD = 'good'
const NO_DATABASE = '401/11'
const NO_GRANT = '403/11'

/** What an endpoint answers to whom, by what it needs: written down apart from how it is decided. */
const NEEDS: Readonly<Record<Access, (grants: Grants) => string>> = {
  open: () => GOOD,
  known: () => GOOD,
  'database-ro': ({ database }) => (database === 'none' ? NO_DATABASE : GOOD),
  'database-rw': ({ database, c }) => {
    if (database === 'none') return NO_DATABASE
    return database === 'rw' && c === 'rw' ? GOOD : NO_GRANT
  },
  'collection-ro': ({ database, c }) => {
    if (database === 'none') return NO_DATABASE
    return c === 'none' ? NO_GRANT : GOOD
  },
  'collection-rw': ({ database, c }) => {
    if (database === 'none') return NO_DATABASE
    return c === 'rw' ? GOOD : NO_GRANT
  },
  server: ({ database, system }) => {
    if (database === 'none') return NO_DATABASE
    return system === 'rw' ? GOOD : NO_GRANT
  },
}

type Grants = Role

/** What a role has where an endpoint is asked: a collection made for it goes by its database. */
function grantsOf({ isInSystem, isAboutC, access, url }: EndpointCase, role: Role): Grants {
  const database = isInSystem === true ? role.system : role.database
  const isOfC =
    isAboutC === true || (access.startsWith('collection') && !url.includes('{collection}'))
  return { ...role, database, c: isOfC ? role.c : database }
}

function expected(each: EndpointCase, role: Role): string {
  if (each.isAboutAnn === true) return role.system === 'rw' ? GOOD : NO_GRANT
  if (each.isOfRoot === true && role.database !== 'none') return NO_GRANT
  return NEEDS[each.access](grantsOf(each, role))
}

/** HEAD tells no errorNum. */
function shown(text: string, { endpoint }: EndpointCase): string {
  return endpoint.startsWith('HEAD ') ? (text.split('/', 1)[0] ?? '') : text
}

describe('who may ask the endpoints', () => {
  let leader: TableLeader

  before(async () => {
    leader = await TableLeader.start('documented')
    for (const [name, { system, database, c }] of Object.entries(ROLES)) {
      // What is given to nobody is not given: `_system` would count for all databases else.
      const grants = { _system: system, d: database, filled: database, 'd/c': c, 'd/e': c }
      await leader.makeUser(name, grants)
    }
  })

  after(() => leader.close())

  async function ask(each: EndpointCase, caller: string): Promise<string> {
    return told(await leader.send(await leader.prepare(each, { caller })))
  }

  for (const each of CASES) {
    it(`${each.endpoint} is for ${each.access}`, async () => {
      const endpoint = ENDPOINTS.find(({ method, path }) => `${method} ${path}` === each.endpoint)
      assert.equal(endpoint?.access, each.access)
      const good = toldBy(each.good, 'documented')
      for (const [name, role] of Object.entries(ROLES)) {
        const wanted = expected(each, role)
        assert.equal(await ask(each, name), wanted === GOOD ? good : shown(wanted, each), name)
      }
      const unnamed = each.access === 'open' ? good : shown(NO_DATABASE, each)
      assert.equal(await ask(each, NOBODY), unnamed, 'nobody')
      const headers = { authorization: 'bearer a.b.c' }
      const forged = await leader.prepare(each, { caller: NOBODY, headers })
      assert.equal(told(await leader.send(forged)), unnamed, 'a forged token')
    })
  }

  it('reads many documents for whoever may read them', async () => {
    const each = CASES.find(({ endpoint }) => endpoint === 'PUT /_api/document/:collection')
    assert.ok(each)
    const url = '/_api/document/c?onlyget=true'
    const answers = ['reader', 'clerk', 'guest'].map(async (caller) =>
      told(await leader.send(await leader.prepare(each, { caller, url, body: ['kept'] }))),
    )
    assert.deepEqual(await Promise.all(answers), ['200', '200', NO_GRANT])
  })

  for (const path of new Set(ENDPOINTS.map((endpoint) => endpoint.path))) {
    const own = CASES.filter(({ endpoint }) => endpoint.endsWith(` ${path}`))
    const methods = own.map(({ endpoint }) => endpoint.split(' ', 1)[0])
    const wrong = ['GET', 'PUT', 'DELETE', 'PROPFIND'].filter((one) => !methods.includes(one))

    it(`${path} has no other methods than ${methods.join(', ')}, for anybody`, async () => {
      const [each] = own
      assert.ok(each)
      for (const method of wrong) {
        const bare = { ...each, body: undefined }
        for (const caller of ['admin', 'ungranted', NOBODY]) {
          const wanted: string = caller === NOBODY && each.access !== 'open' ? '401/11' : '405/405'
          const request = await leader.prepare(bare, { caller, method })
          assert.equal(told(await leader.send(request)), wanted, `${method} by ${caller}`)
        }
      }
    })
  }
})
