import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { writeSampleDump } from '../support/sample-dump.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'
import { runInProcess } from './support/run-in-process.js'
import { PROCESS_TIMEOUT_MS, runTidemark, type Outcome } from './support/run-tidemark.js'

describe('tidemark, ended early', () => {
  const { at } = useTemporaryDirectory()
  const target = (): string => `store:${at('store')}`

  beforeEach(() => writeSampleDump(at('dump'), [{ name: 'things', count: 20_000 }]))

  /** Copies into a store, and does something to the process while documents are being written. */
  async function copyUntil(act: (child: ChildProcess) => void): Promise<Outcome> {
    let isDone = false
    return runTidemark(['sync', at('dump'), target(), '--json'], {
      onLine: (line, child) => {
        const { kind } = JSON.parse(line) as { kind: string }
        if (isDone || kind !== 'progress') return
        isDone = true
        act(child)
      },
    })
  }

  async function assertUnfinished(): Promise<void> {
    const { exitCode, stderr } = await runInProcess(['inventory', target()])
    assert.equal(exitCode, 0, stderr)
    assert.match(stderr, /^warning: .*not finished/m)
  }

  it('dies of a second signal, in the middle of a write to a store', async () => {
    let copying: ChildProcess | undefined
    const { exitCode, stderr } = await copyUntil((child) => {
      copying = child
      // Two of one kind might come as one.
      child.kill('SIGINT')
      child.kill('SIGTERM')
    })
    assert.equal(exitCode, null, stderr)
    assert.ok(['SIGINT', 'SIGTERM'].includes(copying?.signalCode ?? ''), `${copying?.signalCode}`)
    await assertUnfinished()
  }).timeout(PROCESS_TIMEOUT_MS)

  it('ends with 1 and no word once nobody reads what it writes', async () => {
    let ended: Promise<unknown[]> | undefined
    let complaint = ''
    const copied = copyUntil((child) => {
      child.stderr?.on('data', (chunk: Buffer) => (complaint += chunk.toString()))
      ended = once(child, 'exit')
      child.stdout?.destroy()
    })
    await assert.rejects(copied, { code: 'ERR_STREAM_PREMATURE_CLOSE' })
    assert.deepEqual(await ended, [1, null])
    assert.equal(complaint, '')
    await assertUnfinished()
  }).timeout(PROCESS_TIMEOUT_MS)

  it('says nothing of an interruption that is quiet', async () => {
    const reason = 'Nobody reads the output any more'
    const { exitCode, stderr } = await runInProcess(['sync', at('dump'), target(), '--json'], {
      onLine: (line, run) => {
        if (!line.includes('"progress"')) return
        run.interrupt({ reason, exitCode: 1, isQuiet: true })
        run.interrupt()
      },
    })
    assert.equal(exitCode, 1)
    assert.equal(stderr, '')
    await assertUnfinished()
  })

  it('fails where nobody has read what was done to its end', async () => {
    const { exitCode } = await runInProcess(['inventory', at('dump')], {
      onStart: (run) => {
        setImmediate(() => {
          run.interrupt({ reason: 'x', exitCode: 1, isQuiet: true })
        })
      },
    })
    assert.equal(exitCode, 1)
  })
})
