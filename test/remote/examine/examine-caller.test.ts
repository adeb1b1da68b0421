import assert from 'node:assert/strict'
import { examineServer, type CallerFacts, type ExamineOptions } from '../../../lib/remote/index.js'
import type { ServerExamination } from '../../../lib/remote/index.js'
import { grantsOf, MODERN, refusal, withMadeUp, type MadeUpAnswers } from './made-up-server.js'

const UNAUTHORIZED = refusal(401, 11, 'not authorized to execute this request')
const ADMINISTRATORS_ONLY = refusal(403, 11, 'forbidden')

/** A token as servers make them; its signature does not matter here. */
function tokenOf(claims: object): string {
  return ['{}', JSON.stringify(claims), 'x']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.')
}

async function examine(
  answers: MadeUpAnswers,
  options: ExamineOptions = {},
): Promise<ServerExamination> {
  let found: ServerExamination | undefined
  await withMadeUp({ ...MODERN, ...answers }, async ({ address }) => {
    found = await examineServer(address, options)
  })
  return found ?? assert.fail()
}

async function callerOf(answers: MadeUpAnswers, options: ExamineOptions): Promise<CallerFacts> {
  return (await examine(answers, options)).caller
}

function reasonOf({ verdicts }: ServerExamination, wanted: string): string | undefined {
  return verdicts.find(({ task }) => task === wanted)?.reason
}

const ANN = { username: 'ann', password: 'pass' }

describe('what examineServer() tells of the caller', () => {
  it('is that nobody is asked for a name where none was needed', async () => {
    assert.deepEqual(await callerOf({}, {}), {
      kind: 'nobody',
      name: undefined,
      isAdministrator: true,
      databases: [
        { name: '_system', grant: 'rw' },
        { name: 'shop', grant: 'rw' },
      ],
    })
  })

  it('is which databases a user may read, and which change', async () => {
    const grants = { body: { result: { shop: 'ro', _system: 'none', a: 'rw' } } }
    const found = await examine(
      { 'GET /_api/user/ann/database': grants, 'GET /_api/wal/range': ADMINISTRATORS_ONLY },
      ANN,
    )
    assert.deepEqual(found.caller, {
      kind: 'user',
      name: 'ann',
      isAdministrator: false,
      databases: [
        { name: 'a', grant: 'rw' },
        { name: 'shop', grant: 'ro' },
      ],
    })
    assert.equal(reasonOf(found, 'target'), 'you may only read database "shop"')
    assert.equal(reasonOf(found, 'tail'), 'the log is only for users who may administer the server')
    assert.equal(
      reasonOf(found, 'all-databases'),
      'it goes through _system, which is not yours to read',
    )
  })

  it('is how many collections of the database they may not read', async () => {
    const collections = { orders: 'ro', secrets: 'none', wages: 'none', others: 'undefined' }
    const grants = grantsOf({ shop: 'ro' }, collections)
    const found = await examine({ 'GET /_api/user/ann/database': grants }, ANN)
    assert.equal(found.database.hiddenCollections, 2)
    assert.equal(reasonOf(found, 'dump'), 'collections that you may not read are left out (2)')
    assert.equal((await examine({}, {})).database.hiddenCollections, 0)
    const silent = { 'GET /_api/user/ann/database': { body: { result: { shop: 'ro' } } } }
    assert.equal((await examine(silent, ANN)).database.hiddenCollections, undefined)
  })

  it('is what is known where the server does not tell of grants', async () => {
    const found = await examine({ 'GET /_api/user/ann/database': ADMINISTRATORS_ONLY }, ANN)
    assert.deepEqual(found.caller.databases, [
      { name: '_system', grant: undefined },
      { name: 'shop', grant: undefined },
    ])
    // Who is given the log may administer.
    assert.equal(found.caller.isAdministrator, true)
    assert.equal(found.database.grant, undefined)
    assert.equal(reasonOf(found, 'target'), 'it does not tell whether you may change the database')
  })

  it('is not known at all where the server tells nothing', async () => {
    const found = await examine(
      {
        'GET /_api/user/ann/database': ADMINISTRATORS_ONLY,
        'GET /_api/database/user': ADMINISTRATORS_ONLY,
        'GET /_api/wal/range': ADMINISTRATORS_ONLY,
      },
      ANN,
    )
    assert.equal(found.caller.databases, undefined)
    assert.equal(found.caller.isAdministrator, undefined)
    assert.equal(reasonOf(found, 'all-databases'), 'it does not tell who may read which databases')
  })

  it('is the user of a token', async () => {
    const grants = { body: { result: { shop: 'rw' } } }
    const answers = { 'GET /_api/user/bob/database': grants }
    const { kind, name } = await callerOf(answers, { jwt: tokenOf({ preferred_username: 'bob' }) })
    assert.deepEqual({ kind, name }, { kind: 'user', name: 'bob' })
  })

  it('is that a token without a user is a superuser', async () => {
    const { kind, isAdministrator } = await callerOf({}, { jwt: tokenOf({ server_id: 'x' }) })
    assert.deepEqual({ kind, isAdministrator }, { kind: 'superuser', isAdministrator: true })
    assert.equal((await callerOf({}, { jwt: 'no token' })).kind, 'superuser')
  })

  it('is root where there is a password alone, and the address wins', async () => {
    assert.equal((await callerOf({}, { password: 'x' })).name, 'root')
    await withMadeUp(MODERN, async ({ address }) => {
      const { caller } = await examineServer({ ...address, username: 'eve' }, ANN)
      assert.equal(caller.name, 'eve')
    })
  })

  it('is that a database is not theirs, though ArangoDB says no more than 401', async () => {
    const closed = Object.fromEntries(Object.keys(MODERN).map((name) => [name, UNAUTHORIZED]))
    const grants = { body: { result: { other: 'rw' } } }
    const found = await examine({ ...closed, 'GET /_api/user/ann/database': grants }, ANN)
    assert.equal(found.database.grant, 'none')
    assert.equal(found.server.version, undefined)
    assert.equal(reasonOf(found, 'dump'), 'database "shop" is not yours to read')
  })

  it('is that a database is not there', async () => {
    const noDatabase = refusal(404, 1228, 'database not found')
    await withMadeUp(
      {
        ...MODERN,
        'GET /_api/version': (call) =>
          call.database === 'shop'
            ? noDatabase
            : { body: { server: 'arango', license: 'community', version: '3.12.10' } },
      },
      async ({ address, calls }) => {
        const found = await examineServer(address, ANN)
        assert.equal(found.database.isThere, false)
        assert.equal(found.server.version, '3.12.10')
        const reason = 'there is no database "shop"; it has to be made first'
        assert.equal(reasonOf(found, 'dump'), reason)
        assert.equal(reasonOf(found, 'target'), reason)
        assert.deepEqual(
          calls.slice(1).filter(({ database }) => database !== '_system'),
          [],
        )
      },
    )
  })
})
