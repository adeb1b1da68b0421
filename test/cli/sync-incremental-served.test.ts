import assert from 'node:assert/strict'
import { openStore, type Store } from '../../lib/store/index.js'
import { chunkOf } from '../support/chunk.js'
import { writeSampleDump } from '../support/sample-dump.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'
import { documentLine, removalLine } from '../sync/support/replica-pair.js'
import { runInProcess } from './support/run-in-process.js'
import { ROOT, runTidemark, startServe } from './support/run-tidemark.js'

const COUNT = 40_000
const FILL_BYTES = 320
/** Of the revisions of changes: after all of the dump. */
const LATER = BigInt(Date.UTC(2025, 0, 2)) << 20n

interface Repair {
  readonly fetched: number
  readonly removed: number
  readonly transferredBytes: number
  readonly savedBytes: number
}

describe('tidemark sync --incremental between two processes', () => {
  const { at } = useTemporaryDirectory()

  async function run(...words: readonly string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await runTidemark(words, { environment: ROOT })
    assert.equal(exitCode, 0, stderr)
    return stdout
  }

  /** Runs what is not looked at in this process, without the time to start one. */
  async function runHere(...words: readonly string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await runInProcess(words)
    assert.equal(exitCode, 0, stderr)
    return stdout
  }

  /** Replaces, inserts and removes documents all over the collection. */
  async function change(path: string, make: (index: number) => string): Promise<void> {
    const store: Store = await openStore(path, { mode: 'write' })
    const database = store.database('db')
    const things = database && store.collection(database, 'things')
    assert.ok(things !== undefined)
    const lines = Array.from({ length: 50 }, (_, index) => make(index))
    await store.applyChunk(things, chunkOf(lines))
    await store.close()
  }

  it('moves 100 scattered differences and nothing else', async () => {
    await writeSampleDump(at('dump'), [{ name: 'things', count: COUNT, fillBytes: FILL_BYTES }])
    await runHere('sync', at('dump'), `store:${at('leader')}#db`)
    await runHere('sync', `store:${at('leader')}#db`, `store:${at('follower')}#db`)
    const serveAndSync = async (): Promise<Repair> => {
      const serving = await startServe(at('leader'))
      const words = ['sync', `${serving.url}/_db/db`, `store:${at('follower')}#db`]
      const told = await run(...words, '--incremental', '--json').finally(() => serving.stop())
      const last = told.trimEnd().split('\n').at(-1) ?? ''
      return (JSON.parse(last) as { repair: Repair }).repair
    }

    const equal = await serveAndSync()
    assert.deepEqual([equal.fetched, equal.removed], [0, 0])
    assert.ok(equal.savedBytes > COUNT * FILL_BYTES)
    assert.ok(equal.transferredBytes < 0.02 * equal.savedBytes, `${equal.transferredBytes} bytes`)

    await change(at('leader'), (index) => {
      const key = `k${index * 797}`
      if (index % 5 === 0) return removalLine(key)
      return documentLine(index % 5 === 1 ? `l${key}` : key, LATER + BigInt(index), { index })
    })
    await change(at('follower'), (index) => {
      const key = `k${index * 797 + 500}`
      if (index % 5 === 0) return removalLine(key)
      return documentLine(index % 5 === 1 ? `f${key}` : key, LATER + BigInt(100 + index), { index })
    })
    const repaired = await serveAndSync()
    // Of 50 changes a side 10 are removals, 10 inserts and 30 replaced documents.
    assert.deepEqual([repaired.fetched, repaired.removed], [10 + 30 + 10 + 30, 10 + 30 + 10 + 30])
    assert.ok(repaired.transferredBytes < 0.04 * repaired.savedBytes)
    for (const command of ['checksum', 'tree']) {
      const told = ['leader', 'follower'].map((name) =>
        runHere(command, `store:${at(name)}#db`, '--json'),
      )
      const [leader, follower] = (await Promise.all(told)).map(comparable)
      assert.ok(leader?.includes('things'))
      assert.equal(follower, leader)
    }
  })
})

/** The figures that do not depend on where the collection is. */
function comparable(line: string): string {
  const { collection, count, hash, revisions, contents } = JSON.parse(line) as Record<
    string,
    unknown
  >
  return JSON.stringify({ collection, count, hash, revisions, contents })
}
