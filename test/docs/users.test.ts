import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { LEADER_LIMITS } from '../../lib/server/index.js'
import { ask } from '../server/support/ask.js'
import { databaseOf, startTestLeader, type TestLeader } from '../server/support/test-leader.js'
import { basicOf } from '../server/support/users.js'

const ROOT_URL = new URL('../../../', import.meta.url)
const CURL = /^curl -u root:\$PASSWORD -X (\w+) http:\/\/127\.0\.0\.1:8529(\S+)(?: -d '(.*)')?$/
const execute = promisify(execFile)

function blocks(markdown: string, language: string): string[] {
  const pattern = new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm')
  return [...markdown.matchAll(pattern)].map(([, code = '']) => code)
}

describe('docs/users.md', () => {
  let page: string
  let test: TestLeader

  before(async () => {
    page = await readFile(new URL('docs/users.md', ROOT_URL), 'utf8')
    test = await startTestLeader({ auth: { kind: 'on', rootPassword: 'root' } })
    const shop = await test.store.createDatabase('shop')
    await test.store.createCollection(shop, { name: 'orders', type: 2 })
  })

  after(() => test.close())

  it('has commands that a leader takes', async () => {
    const [commands = ''] = blocks(page, 'sh')
    const bodies: string[] = []
    for (const line of commands.trim().split('\n')) {
      const [, method = '', path = '', body = ''] = CURL.exec(line) ?? []
      const headers = { authorization: basicOf('root', 'root') }
      const reply = await ask(test.url + path, { method, headers, body })
      assert.ok(reply.status < 300, line)
      bodies.push(reply.body.toString())
    }
    assert.equal(bodies.length, 4)
    assert.deepEqual(JSON.parse(bodies[3] ?? ''), {
      error: false,
      code: 200,
      result: { shop: 'ro' },
    })
  })

  it('has code that runs', async () => {
    const codes = blocks(page, 'js')
    assert.equal(codes.length, 1)
    const file = fileURLToPath(new URL('dist/test/docs/users-page.mjs', ROOT_URL))
    await writeFile(file, codes[0] ?? '')
    try {
      const env = { ...process.env, LEADER_URL: test.url, PASSWORD: 'root' }
      const { stdout } = await execute(process.execPath, [file], { env })
      assert.equal(stdout, "[ 'shop' ]\n")
    } finally {
      await rm(file)
    }
    const { store } = test
    assert.ok(store.collection(databaseOf(store, 'shop'), 'reviews') !== undefined)
  }).timeout(20_000)

  it('tells the limits that hold', () => {
    const { loginFailuresMax, addressLoginFailuresMax, loginWindowSeconds } = LEADER_LIMITS
    assert.ok(page.includes(`After ${loginFailuresMax} failed logins of one user`))
    assert.ok(page.includes(`or ${addressLoginFailuresMax} of all users`))
    assert.equal(loginWindowSeconds, 60)
  })
})
