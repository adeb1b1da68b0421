import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { watchAnonymousMemory, type MemoryWatch } from '../support/anonymous-memory.js'
import { describeWithShared, sharedUrl } from '../support/shared.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'
import { runInProcess } from './support/run-in-process.js'
import { ROOT, runTidemark, startServe } from './support/run-tidemark.js'

const LIMITED = { NODE_OPTIONS: '--max-old-space-size=96' }
const ANONYMOUS_MEGABYTES_MAX = 300
const TREE_MEGABYTES_MAX = 200
const DUMP = 'datasets/itsm-incidents-cluster'

const describeOnLinux = existsSync('/proc/self/status') ? describeWithShared : () => undefined

/** What a checksum tells of the documents of each collection. */
function contentsOf(lines: string): string[] {
  const texts = lines.split('\n').filter((line) => line !== '')
  const told = texts.map((line) => {
    const { collection, count, contents } = JSON.parse(line) as Record<string, unknown>
    return JSON.stringify({ collection, count, contents })
  })
  assert.equal(told.length, 7)
  return told.sort()
}

describeOnLinux('tidemark with a heap of 96 MB', () => {
  const { at } = useTemporaryDirectory()

  it('takes 174,426 documents from directory to store, HTTP and store', async () => {
    const watches: MemoryWatch[] = []
    const watch = (child: ChildProcess): void => {
      watches.push(watchAnonymousMemory(child))
    }
    const run = async (commandLine: readonly string[]): Promise<string> => {
      const environment = { ...ROOT, ...LIMITED }
      const { exitCode, stdout, stderr } = await runTidemark(commandLine, {
        environment,
        onStart: watch,
      })
      assert.equal(exitCode, 0, stderr)
      return stdout
    }
    const dump = fileURLToPath(sharedUrl(DUMP))
    try {
      await run(['sync', dump, `store:${at('leader')}`])
      const leader = await startServe(at('leader'), { environment: LIMITED })
      watch(leader.child)
      try {
        assert.match(
          await run(['sync', leader.url, `store:${at('follower')}`]),
          /174,426 documents/,
        )
      } finally {
        await leader.stop()
      }
      const sums = await run(['checksum', `store:${at('follower')}`, '--json'])
      const { stdout } = await runInProcess(['checksum', dump, '--json'])
      assert.deepEqual(contentsOf(sums), contentsOf(stdout))
    } finally {
      for (const one of watches) one.stop()
    }
    const peaks = watches.map(({ peakMegabytes }) => Math.round(peakMegabytes))
    assert.ok(
      peaks.every((peak) => peak > 0 && peak < ANONYMOUS_MEGABYTES_MAX),
      peaks.join(', '),
    )
  }).timeout(240_000)
})

describeOnLinux('tidemark tree', () => {
  it('builds the trees of 174,426 documents in less than 200 MB', async () => {
    const watches: MemoryWatch[] = []
    const { exitCode, stdout, stderr } = await runTidemark(
      ['tree', fileURLToPath(sharedUrl(DUMP)), '--workers', '2'],
      { onStart: (child) => watches.push(watchAnonymousMemory(child)) },
    )
    for (const one of watches) one.stop()
    assert.equal(exitCode, 0, stderr)
    assert.equal(stdout.match(/ 24,918 /g)?.length, 7)
    const [peak = 0] = watches.map(({ peakMegabytes }) => Math.round(peakMegabytes))
    assert.ok(peak > 0 && peak < TREE_MEGABYTES_MAX, `${peak} MB`)
  })
})
