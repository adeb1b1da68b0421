import assert from 'node:assert/strict'
import { startTestLeader, databaseOf, type TestLeader } from '../server/support/test-leader.js'
import { makeDatabase } from '../support/five-databases.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'
import { statesOf } from '../sync/support/replica-pair.js'
import { runInProcess } from './support/run-in-process.js'
import type { Outcome } from './support/run-tidemark.js'

describe('tidemark sync --all-databases --follow', () => {
  const { at } = useTemporaryDirectory()
  let leader: TestLeader

  beforeEach(async () => {
    leader = await startTestLeader()
    await makeDatabase(leader.store, 'shop', 4)
  })

  afterEach(() => leader.close())

  async function catchUp(...flags: readonly string[]): Promise<Outcome> {
    const target = `store:${at('copy')}`
    const words = ['sync', leader.url, target, '--all-databases', '--follow', ...flags]
    const outcome = await runInProcess([...words, '--until', 'caught-up'])
    assert.equal(outcome.exitCode, 0, outcome.stderr)
    return outcome
  }

  async function assertEqual(): Promise<void> {
    assert.deepEqual(await statesOf(at('copy')), await statesOf(leader.store.path))
  }

  it('copies all databases, then goes on with what the log tells of them', async () => {
    const first = await catchUp()
    assert.match(first.stderr, /^2 databases of http(.|\n)*\nfollowing http\S+ from tick \d+\n/)
    assert.match(first.stdout, /^level with its leader at tick \d+: 0 changes/)
    await assertEqual()
    const shop = databaseOf(leader.store, 'shop')
    const things = leader.store.collection(shop, 'things') ?? assert.fail('no things')
    await leader.store.put(things, '{"_key":"late"}')
    await makeDatabase(leader.store, 'bar', 2)
    const second = await catchUp()
    assert.match(second.stderr, /^following http/)
    await assertEqual()
    await leader.store.dropDatabase('bar')
    await catchUp('--json')
    await assertEqual()
  })

  it('tells each event as JSON, and advises what to do about a gap', async () => {
    const { stdout } = await catchUp('--json')
    const kinds = stdout
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { kind: string }).kind)
    assert.equal(kinds[0], 'databases-started')
    assert.deepEqual(kinds.slice(-2), ['follow-started', 'followed'])
    const other = await startTestLeader()
    try {
      const words = ['sync', other.url, `store:${at('copy')}`, '--all-databases', '--follow']
      const { exitCode, stderr } = await runInProcess([...words, '--until', 'caught-up'])
      assert.equal(exitCode, 1)
      assert.match(stderr, /it is server \d+ now.*with --on-gap resync/s)
    } finally {
      await other.close()
    }
  })
})
