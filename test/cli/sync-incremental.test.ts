import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { writeSampleDump } from '../support/sample-dump.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'
import { runInProcess } from './support/run-in-process.js'
import { ROOT, startServe, type Outcome } from './support/run-tidemark.js'

describe('tidemark sync --incremental', () => {
  const { at } = useTemporaryDirectory()

  /** Writes a dump whose first documents are the same whatever the count is. */
  async function writeDump(count: number): Promise<void> {
    await writeSampleDump(at('dump'), [
      { name: 'things', count },
      { name: 'links', count: 100, isEdge: true },
    ])
  }

  async function sync(target: string, ...flags: readonly string[]): Promise<Outcome> {
    return runInProcess(['sync', at('dump'), `store:${at(target)}#db`, ...flags])
  }

  async function checksums(target: string): Promise<string> {
    const { stdout } = await runInProcess(['checksum', `store:${at(target)}#db`])
    return stdout
  }

  it('copies at first, then moves what differs, then nothing', async () => {
    await writeDump(1000)
    const first = await sync('copy', '--incremental')
    assert.equal(first.exitCode, 0, first.stderr)
    assert.match(
      first.stdout,
      /copy#db is equal: 2 collections \(2 copied\), 1,100 documents copied, /,
    )
    await writeDump(1100)
    const second = await sync('copy', '--incremental')
    assert.equal(second.exitCode, 0, second.stderr)
    assert.match(second.stdout, /is equal: 2 collections \(1 equal before, 1 repaired\), 1 range, /)
    assert.match(
      second.stdout,
      /100 documents fetched, 0 revisions removed, 0 B transferred, .* saved, /,
    )
    assert.match(second.stderr, /^comparing 2 collections of store:/)
    assert.match(second.stderr, / {2}things: trees differ in 1 range, 1,100 documents there, /)
    assert.match(second.stderr, /1\/2 things: .* 100 fetched, 0 removed, .* saved/)
    assert.match(second.stderr, /2\/2 links: equal, .* saved/)
    const third = await sync('copy', '--incremental')
    assert.match(third.stdout, /is equal: 2 collections \(2 equal before\), 0 ranges, /)
    await sync('full')
    assert.equal(await checksums('copy'), await checksums('full'))
  })

  it('follows a server', async () => {
    await writeDump(1000)
    await sync('leader')
    const leader = await startServe(at('leader'))
    try {
      const follow = ['sync', `${leader.url}/_db/db`, `store:${at('copy')}#db`, '--incremental']
      await runInProcess(follow, { environment: ROOT })
      const { exitCode, stdout } = await runInProcess([...follow, '--json'], { environment: ROOT })
      assert.equal(exitCode, 0)
      const events = stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as { kind: string; outcome?: string; repair?: object })
      assert.deepEqual(
        events.map(({ kind, outcome }) => outcome ?? kind),
        [
          'started',
          'collection-started',
          'compared',
          'equal',
          'collection-started',
          'compared',
          'equal',
          'finished',
        ],
      )
      const { fetched, transferredBytes } = events.at(-1)?.repair as Record<string, number>
      assert.equal(fetched, 0)
      assert.ok((transferredBytes ?? 0) > 0)
    } finally {
      await leader.stop()
    }
    assert.equal(await checksums('copy'), await checksums('leader'))
  })

  it('says what it would do with --dry-run, and does nothing', async () => {
    await writeDump(1000)
    const absent = await sync('copy', '--incremental', '--dry-run')
    assert.equal(absent.exitCode, 0, absent.stderr)
    assert.match(absent.stdout, /^things +create +0 +0 +all +0 +new$/m)
    assert.equal(existsSync(at('copy')), false)
    await sync('copy')
    const noDatabase = await runInProcess([
      'sync',
      at('dump'),
      `store:${at('copy')}#other`,
      '--incremental',
      '--dry-run',
      '--json',
    ])
    assert.match(noDatabase.stdout, /^{"kind":"planned","collection":"things","action":"create",/m)
    const before = await checksums('copy')
    await writeDump(1003)
    const serving = await startServe(at('copy'))
    try {
      const { exitCode, stdout } = await sync('copy', '--incremental', '--dry-run')
      assert.equal(exitCode, 0)
      assert.match(stdout, /^things +repair +1 +[\d,]+ +3 +0 +same$/m)
      assert.match(stdout, /^links +nothing +0 +0 +0 +0 +same$/m)
      assert.match(stdout, /^nothing was done to store:/m)
    } finally {
      await serving.stop()
    }
    assert.equal(await checksums('copy'), before)
  })

  it('refuses --dry-run alone, and says what is missing', async () => {
    const { exitCode, stderr } = await sync('copy', '--dry-run')
    assert.equal(exitCode, 2)
    assert.match(stderr, /without --incremental everything is copied; add it/)
  })
})
