import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { startTestLeader, type TestLeader } from '../server/support/test-leader.js'
import { describeWithShared, sharedUrl } from '../support/shared.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'
import { runInProcess } from './support/run-in-process.js'

describeWithShared('real dumps, restored over HTTP and dumped again', () => {
  const { at } = useTemporaryDirectory()
  let leader: TestLeader
  before(async () => {
    leader = await startTestLeader()
  })
  after(() => leader.close())

  async function run(...words: string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await runInProcess(words)
    assert.equal(exitCode, 0, stdout + stderr)
    return stdout
  }

  interface Sum {
    readonly collection: string
    readonly count: number
    /** Hash of the revisions as numbers: those of old dumps may be written otherwise. */
    readonly revisions: string
    readonly contents: string
  }

  /** Counts and hashes of each collection, whatever the order of its documents. */
  async function sums(path: string): Promise<readonly Sum[]> {
    const text = await run('checksum', path, '--include-system', '--json')
    const lines = text.trimEnd().split('\n')
    return lines.map((line) => {
      const { collection, count, revisions, contents } = JSON.parse(line) as Sum
      return { collection, count, revisions, contents }
    })
  }

  const sets = readdirSync(sharedUrl('datasets'), { withFileTypes: true })
  for (const { name } of sets.filter((entry) => entry.isDirectory())) {
    it(`are equal by content and by revision: ${name}`, async () => {
      const original = fileURLToPath(sharedUrl(`datasets/${name}`))
      const server = `${leader.url}/_db/${name}`
      const system = ['--include-system', '--progress=no']
      await run('restore', original, server, '--create-database', ...system)
      await run('dump', server, at('again'), ...system)
      const before = await sums(original)
      assert.ok(before.length > 0)
      // A server has system collections of its own besides.
      const names = before.map(({ collection }) => collection)
      const after = (await sums(at('again'))).filter((one) => names.includes(one.collection))
      assert.deepEqual(after, before)
    })
  }
})
