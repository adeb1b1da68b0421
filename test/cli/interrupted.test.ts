import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeSampleDump } from '../support/sample-dump.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'
import { runInProcess } from './support/run-in-process.js'
import { ROOT, runTidemark, startServe, type Outcome } from './support/run-tidemark.js'

const COLLECTIONS = [
  { name: 'first', count: 15_000 },
  { name: 'second', count: 20_000, fillBytes: 300 },
  { name: 'third', count: 5000, isEdge: true },
]
/** More of them, of every kind of process: npm run soak -- kill. */
const KILLS = 3
/** Enough is left then for the process to be under way still when the signal comes. */
const SHARE_MAX = 0.8

describe('tidemark sync, interrupted', () => {
  const { at } = useTemporaryDirectory()
  const target = (): string => `store:${at('follower')}#db`
  /** Of the leader that all tests read; nothing changes it. */
  let directory = ''
  let leaderPath = ''
  let leaderSums = ''

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tidemark-interrupted-'))
    leaderPath = join(directory, 'leader')
    const dump = join(directory, 'dump')
    await writeSampleDump(dump, COLLECTIONS)
    const { exitCode, stderr } = await runInProcess(['sync', dump, `store:${leaderPath}#db`])
    assert.equal(exitCode, 0, stderr)
    leaderSums = await checksum(`store:${leaderPath}#db`)
  })

  after(() => rm(directory, { recursive: true, force: true }))

  async function checksum(address: string): Promise<string> {
    const { stdout, stderr, exitCode } = await runInProcess(['checksum', address, '--json'])
    assert.equal(exitCode, 0, stderr)
    return stdout
  }

  const sync = (url: string): string[] => ['sync', `${url}/_db/db`, target(), '--json']

  /** Looks at the lines of a sync, and does something once when a share of documents is copied. */
  function atShare<Run>(share: number, act: (run: Run) => void): (line: string, run: Run) => void {
    const documentsAll = COLLECTIONS.reduce((sum, { count }) => sum + count, 0)
    const copied = new Map<string, number>()
    let isDone = false
    return (line, run) => {
      const event = JSON.parse(line) as { collection?: string; totals?: { documents: number } }
      if (event.collection === undefined || event.totals === undefined) return
      copied.set(event.collection, event.totals.documents)
      const documents = [...copied.values()].reduce((sum, count) => sum + count, 0)
      if (isDone || documents < share * documentsAll) return
      isDone = true
      act(run)
    }
  }

  /** Runs the sync in a process, and does something to that. */
  function syncUntil(
    url: string,
    share: number,
    act: (child: ChildProcess) => void,
  ): Promise<Outcome> {
    return runTidemark(sync(url), { environment: ROOT, onLine: atShare(share, act) })
  }

  it('is equal after kills at random moments and one more run', async () => {
    const leader = await startServe(leaderPath)
    try {
      for (let kill = 0; kill < KILLS; kill += 1) {
        const { exitCode } = await syncUntil(leader.url, Math.random() * SHARE_MAX, (child) => {
          child.kill('SIGKILL')
        })
        assert.equal(exitCode, null)
        const { stderr } = await runInProcess(['inventory', target()])
        assert.match(stderr, /^warning: .*not finished/m)
      }
      const last = await runInProcess(['sync', `${leader.url}/_db/db`, target()], {
        environment: ROOT,
      })
      assert.equal(last.exitCode, 0, last.stderr)
    } finally {
      await leader.stop()
    }
    assert.equal(await checksum(target()), leaderSums)
  }).timeout(240_000)

  it('says what it lost when the leader is killed, and finishes once it is back', async () => {
    const leader = await startServe(leaderPath)
    const lost = await runInProcess(sync(leader.url), {
      environment: ROOT,
      onLine: atShare(0.4, () => leader.child.kill('SIGKILL')),
    })
    assert.equal(lost.exitCode, 1)
    assert.match(lost.stdout, /^\{"kind":"retry",/m)
    const [line = ''] = lost.stderr.split('\n').filter((one) => one.startsWith('tidemark: '))
    for (const part of [
      leader.url,
      'copy unfinished',
      'of 3 collections',
      'run the same command',
    ]) {
      assert.ok(line.includes(part), `${part} is missing in ${lost.stderr}`)
    }
    const port = Number(new URL(leader.url).port)
    const again = await startServe(leaderPath, { port })
    try {
      const command = ['sync', `${again.url}/_db/db`, target()]
      const { exitCode, stderr } = await runInProcess(command, { environment: ROOT })
      assert.equal(exitCode, 0, stderr)
    } finally {
      assert.equal(await again.stop('SIGINT'), 0)
    }
    assert.equal(await checksum(target()), leaderSums)
  }).timeout(240_000)

  it('ends with 130 at Ctrl-C, and gives its batch back', async () => {
    const leader = await startServe(leaderPath)
    try {
      const { exitCode, stderr } = await syncUntil(leader.url, 0.2, (child) => {
        child.kill('SIGINT')
      })
      assert.equal(exitCode, 130, stderr)
      assert.match(stderr, /copy unfinished/)
    } finally {
      assert.equal(await leader.stop(), 0)
    }
  })
})
