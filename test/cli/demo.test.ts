import assert from 'node:assert/strict'
import { writeSampleDump } from '../support/sample-dump.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'
import { runInProcess } from './support/run-in-process.js'

describe('tidemark demo', () => {
  const { at } = useTemporaryDirectory()

  it('copies its sample, and says what to type next', async () => {
    const { exitCode, stdout, stderr } = await runInProcess(['demo', '--dir', at('demo')])
    assert.equal(exitCode, 0, stderr)
    assert.match(stdout, /^all +([5-9]\d|\d{3}),\d{3} .* equal$/m)
    assert.match(stdout, /checksums are equal/)
    const commands = stdout.split('\n').filter((line) => line.startsWith('  npx tidemark '))
    assert.equal(commands.length, 3)
    const inventory = await runInProcess(['inventory', `store:${at('demo')}/follower#demo`])
    assert.match(inventory.stdout, /^transactions +edges +60,000/m)
  }).timeout(240_000)

  it('copies a directory, twice', async () => {
    await writeSampleDump(at('dump'), [{ name: 'things', count: 50 }])
    const commandLine = ['demo', '--dir', at('demo'), '--from', at('dump')]
    for (let run = 0; run < 2; run += 1) {
      const { exitCode, stdout, stderr } = await runInProcess(commandLine)
      assert.equal(exitCode, 0, stderr)
      assert.match(stdout, /^things +50 .* equal$/m)
    }
  })

  it('fails clearly for a directory that is none', async () => {
    const { exitCode, stderr } = await runInProcess([
      'demo',
      '--dir',
      at('demo'),
      '--from',
      at('no'),
    ])
    assert.equal(exitCode, 1)
    assert.match(stderr, /^tidemark: .*\/no/)
  })
})
