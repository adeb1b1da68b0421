import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { APPLIER_DEFAULTS } from '../../lib/server/applier/applier-config.js'
import { createFigures } from '../../lib/server/applier/create-figures.js'
import { describeState } from '../../lib/server/applier/describe-state.js'
import { formatConfig } from '../../lib/server/applier/format-config.js'
import { ask } from '../server/support/ask.js'
import { valueOf } from '../server/support/documents.js'
import { endpointOf } from '../server/support/sync.js'
import { databaseOf, fillCollection, startTestLeader } from '../server/support/test-leader.js'
import { basicOf } from '../server/support/users.js'

const PAGE = new URL('../../../docs/applier.md', import.meta.url)
const CURL =
  /^curl -u root:\$PASSWORD -X (\w+) http:\/\/follower\.example:8529(\S+)(?: -d '(.*)')?$/
const AUTH = { kind: 'on', rootPassword: 'root' } as const

function blockOf(page: string, language: string): string {
  const [, code = ''] = new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'm').exec(page) ?? []
  return code
}

/** Names of members, and of those of objects in them. */
function shapeOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return null
  return Object.entries(value).map(([name, member]) => [name, shapeOf(member)])
}

describe('docs/applier.md', () => {
  let page: string

  before(async () => {
    page = await readFile(PAGE, 'utf8')
  })

  it('has commands that make a follower, and forget it', async () => {
    const leader = await startTestLeader({ auth: AUTH })
    const follower = await startTestLeader({ auth: AUTH })
    for (const { store } of [leader, follower]) await store.createDatabase('shop')
    await fillCollection(leader.store, 'c', 3, { database: databaseOf(leader.store, 'shop') })
    const authorization = basicOf('root', 'root')
    const running: unknown[] = []
    for (const line of blockOf(page, 'sh').trim().split('\n')) {
      const [, method = '', path = '', text = ''] = CURL.exec(line) ?? []
      const body = text
        .replace('tcp://leader.example:8529', endpointOf(leader))
        .replace('reader', 'root')
        .replace('of reader', 'root')
      const reply = await ask(follower.url + path, { method, body, headers: { authorization } })
      assert.equal(reply.status, 200, `${line}: ${reply.body.toString()}`)
      running.push((valueOf(reply)['state'] as { running: boolean }).running)
    }
    assert.deepEqual(running, [true, true, false, true, false])
    const { store } = follower
    assert.equal(store.collection(databaseOf(store, 'shop'), 'c')?.documents, 3)
    await follower.close()
    await leader.close()
  })

  it('shows the state as it is', () => {
    const shown: unknown = JSON.parse(blockOf(page, 'json'))
    const described = describeState({
      figures: { ...createFigures('shop', 0), phase: 'running' },
      startedAt: 0,
      config: { endpoint: 'tcp://leader.example:8529', database: 'shop' },
      version: '3.11.14',
      serverId: '1',
      now: 0,
    })
    assert.deepEqual(shapeOf(shown), shapeOf(described))
  })

  it('tells of every attribute', () => {
    const secret = { username: 'a', password: 'b', jwt: 'c' }
    const all = formatConfig({ ...APPLIER_DEFAULTS, endpoint: 'x', database: 'd', secret })
    for (const name of Object.keys(all)) assert.ok(page.includes(`\`${name}\``), name)
  })
})
