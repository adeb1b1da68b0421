import assert from 'node:assert/strict'
import { ask, assertError, type Reply } from '../support/ask.js'
import { startTestLeader, type TestLeader } from '../support/test-leader.js'
import { addUser, bearerOf, TEST_SECRET } from '../support/users.js'

const AUTH = { kind: 'on', rootPassword: 'root', jwtSecret: TEST_SECRET } as const

describe('grants of collections', () => {
  let test: TestLeader

  before(async () => {
    test = await startTestLeader({ auth: AUTH })
    await addUser(test.store, 'ann', { _system: 'ro' })
  })

  after(() => test.close())

  async function asRoot(method: string, path: string, body?: object): Promise<Reply> {
    const headers = { authorization: await bearerOf('root') }
    const sent = body === undefined ? '' : JSON.stringify(body)
    return ask(test.url + path, { method, headers, body: sent })
  }

  async function make(name: string): Promise<string> {
    const made = await asRoot('POST', '/_api/collection', { name })
    assert.equal(made.status, 200)
    return String((JSON.parse(made.body.toString()) as { id: unknown }).id)
  }

  async function grantOf(name: string): Promise<unknown> {
    const path = `/_api/user/ann/database/_system/${name}?configured=true`
    return (JSON.parse((await asRoot('GET', path)).body.toString()) as { result: unknown }).result
  }

  it('are gone with their collection, and do not count for the next one of its name', async () => {
    await make('again')
    await asRoot('PUT', '/_api/user/ann/database/_system/again', { grant: 'rw' })
    assert.equal(await grantOf('again'), 'rw')
    assert.equal((await asRoot('DELETE', '/_api/collection/again')).status, 200)
    await make('again')
    assert.equal(await grantOf('again'), 'undefined')
  })

  it('are not those that the new name of a renamed collection had', async () => {
    await make('temporary')
    await make('secret')
    await asRoot('PUT', '/_api/user/ann/database/_system/temporary', { grant: 'rw' })
    await asRoot('PUT', '/_api/collection/temporary/rename', { name: 'done' })
    await asRoot('PUT', '/_api/collection/secret/rename', { name: 'temporary' })
    assert.equal(await grantOf('done'), 'rw')
    assert.equal(await grantOf('temporary'), 'undefined')
  })

  it('are not given under an id, where nobody would look for them', async () => {
    const id = await make('orders')
    const path = `/_api/user/ann/database/_system/${id}`
    assertError(await asRoot('PUT', path, { grant: 'none' }), 404, 1203)
  })
})
