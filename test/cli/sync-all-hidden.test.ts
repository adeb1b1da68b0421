import assert from 'node:assert/strict'
import { startTestLeader, type TestLeader } from '../server/support/test-leader.js'
import { addUser } from '../server/support/users.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'
import { runInProcess } from './support/run-in-process.js'

const AUTH = { kind: 'on', rootPassword: 'root' } as const
const REASON = 'keep, since the source may have it without showing it'

describe('tidemark sync --all-databases --delete-extra --dry-run', () => {
  const { at } = useTemporaryDirectory()
  let leader: TestLeader

  before(async () => {
    leader = await startTestLeader({ auth: AUTH })
    const shop = await leader.store.createDatabase('shop')
    await leader.store.createCollection(shop, { name: 'secret', type: 2 })
    const grants = { _system: 'ro', shop: 'ro', 'shop/secret': 'none' } as const
    await addUser(leader.store, 'clerk', grants)
  })

  after(() => leader.close())

  it('says what stays since the source may hide it, in words and as JSON', async () => {
    const words = ['sync', leader.url, `store:${at('copy')}`, '--all-databases']
    const asUser = (name: string): { environment: Record<string, string> } => ({
      environment: { TIDEMARK_USERNAME: name, TIDEMARK_PASSWORD: name },
    })
    assert.equal((await runInProcess(words, asUser('root'))).exitCode, 0)
    const flags = [...words, '--incremental', '--dry-run', '--delete-extra']
    const { stdout } = await runInProcess(flags, asUser('clerk'))
    assert.ok(stdout.includes(`\ncollection secret: ${REASON}\n`), stdout)
    assert.doesNotMatch(stdout, /drop/)
    const told = await runInProcess([...flags, '--json'], asUser('clerk'))
    const last = told.stdout.trimEnd().split('\n').at(-1)
    const kept = { kind: 'planned-keep', database: 'shop', what: 'collection', name: 'secret' }
    assert.deepEqual(JSON.parse(String(last)), kept)
  })
})
