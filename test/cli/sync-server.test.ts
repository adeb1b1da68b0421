import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { startTestLeader, type TestLeader } from '../server/support/test-leader.js'
import { writeSampleDump } from '../support/sample-dump.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'
import { runInProcess } from './support/run-in-process.js'

describe('tidemark sync into a server', () => {
  const { at } = useTemporaryDirectory()
  let leader: TestLeader
  before(async () => {
    leader = await startTestLeader()
  })
  after(() => leader.close())

  it('makes the database when asked to, copies, plans, and moves what differs', async () => {
    await writeSampleDump(at('dump'), [{ name: 'things', count: 200 }])
    const target = `${leader.url}/_db/shop`
    const without = await runInProcess(['sync', at('dump'), target])
    assert.equal(without.exitCode, 1)
    assert.match(without.stderr, /the server has no database "shop"; it has to be made first/)
    assert.match(without.stderr, /^hint: --create-database makes it$/m)
    const copied = await runInProcess(['sync', at('dump'), target, '--create-database'])
    assert.equal(copied.exitCode, 0, copied.stderr)
    assert.match(copied.stdout, /copied to http:.*\/_db\/shop: 1 collection, 200 documents/)
    assert.doesNotMatch(copied.stdout, /revisions of its own/)
    await writeSampleDump(at('more'), [{ name: 'things', count: 230 }])
    const flags = ['sync', at('more'), target, '--incremental']
    const planned = await runInProcess([...flags, '--dry-run'])
    assert.match(planned.stdout, /things +repair .* 30 +0 +same/)
    const moved = await runInProcess(flags)
    assert.match(moved.stdout, /1 repaired\).* 30 documents fetched/)
    const again = await runInProcess([...flags, '--dry-run', '--json'])
    assert.match(again.stdout, /"action":"nothing".*"changesDefinition":false/)
  })

  it('plans by content where no revision is that of the source', async () => {
    await writeSampleDump(at('dump'), [{ name: 'own', count: 20 }])
    await runInProcess(['sync', at('dump'), leader.url])
    const { store, system } = leader
    const collection = store.collection(system, 'own') ?? assert.fail()
    await store.transaction(system, (operations) => {
      for (let index = 0; index < 20; index += 1) {
        operations.write(collection, { kind: 'update', key: `k${index}`, text: '{}' })
      }
    })
    const flags = ['sync', at('dump'), leader.url, '--incremental']
    const planned = await runInProcess([...flags, '--dry-run'])
    assert.match(planned.stdout, /own +nothing .* the target has none of the revisions/)
    const done = await runInProcess(flags)
    assert.match(done.stdout, /1 equal before/)
    assert.match(done.stderr, /"own" is compared by content/)
  })

  it('says that a server gave revisions of its own', async () => {
    await mkdir(at('dump'))
    const structure = { indexes: [], parameters: { name: 'bare', type: 2 } }
    await writeFile(at('dump/bare.structure.json'), JSON.stringify(structure))
    await writeFile(at('dump/bare.data.json'), '{"_key":"a"}\n')
    const { stdout } = await runInProcess(['sync', at('dump'), leader.url])
    assert.match(stdout, /\nthe server gives revisions of its own: the next incremental run/)
  })

  it('refuses what a server cannot be: usage errors', async () => {
    for (const [command, reason] of [
      [['sync', './dump', leader.url, '--follow'], /Cannot follow into .*must be a store/],
      [['sync', './dump', leader.url, '--all-databases'], /must be a store/],
      [['sync', leader.url, './dump'], /must be a store, .* or a server/],
      [['apply', './patch', leader.url], /Cannot apply a patch to .*must be a store/],
    ] as const) {
      const { exitCode, stderr } = await runInProcess(command)
      assert.equal(exitCode, 2, stderr)
      assert.match(stderr, reason)
    }
  })
})
