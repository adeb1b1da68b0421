import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { describeWithShared, sharedUrl } from '../support/shared.js'
import { writeSampleDump } from '../support/sample-dump.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'
import { runInProcess } from './support/run-in-process.js'
import { ROOT, startServe } from './support/run-tidemark.js'

async function checksums(address: string, environment = {}): Promise<string[]> {
  const { exitCode, stdout, stderr } = await runInProcess(['checksum', address, '--json'], {
    environment,
  })
  assert.equal(exitCode, 0, stderr)
  const lines = stdout
    .trimEnd()
    .split('\n')
    .filter((line) => line !== '')
  const sums = lines.map((line) => {
    const { collection, count, revisions, contents } = JSON.parse(line) as Record<string, unknown>
    return JSON.stringify({ collection, count, revisions, contents })
  })
  return sums.sort()
}

async function copies(dump: string, at: (name: string) => string): Promise<string[][]> {
  const loaded = await runInProcess(['sync', dump, `store:${at('leader')}#db`])
  assert.equal(loaded.exitCode, 0, loaded.stderr)
  const leader = await startServe(at('leader'))
  try {
    const remote = `${leader.url}/_db/db`
    const copied = await runInProcess(['sync', remote, `store:${at('follower')}#db`], {
      environment: ROOT,
    })
    assert.equal(copied.exitCode, 0, copied.stderr)
    return [await checksums(remote, ROOT), await checksums(`store:${at('follower')}#db`)]
  } finally {
    assert.equal(await leader.stop(), 0)
  }
}

describe('tidemark sync', () => {
  const { at } = useTemporaryDirectory()

  it('copies a directory into a store, and the store over HTTP into another', async () => {
    await writeSampleDump(at('dump'), [
      { name: 'things', count: 5000 },
      { name: 'links', count: 100, isEdge: true },
      { name: 'empty', count: 0 },
    ])
    const [served, followed] = await copies(at('dump'), at)
    assert.equal(served?.length, 3)
    assert.deepEqual(followed, served)
    assert.deepEqual(followed, await checksums(at('dump')))
  })

  it('tells what happens as JSON lines with --json', async () => {
    await writeSampleDump(at('dump'), [{ name: 'things', count: 1000 }])
    const { stdout } = await runInProcess(['sync', at('dump'), `store:${at('copy')}`, '--json'])
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { kind: string })
    const kinds = [...new Set(events.map(({ kind }) => kind))]
    assert.deepEqual(kinds, [
      'started',
      'collection-started',
      'progress',
      'collection-finished',
      'finished',
    ])
  })

  it('copies only what is asked for', async () => {
    await writeSampleDump(
      at('dump'),
      ['a', 'b', 'c'].map((name) => ({ name, count: 3 })),
    )
    const sync = ['sync', at('dump'), `store:${at('copy')}`]
    const first = await runInProcess([...sync, '--collections', 'a,b', '--exclude', 'b'])
    assert.equal(first.exitCode, 0, first.stderr)
    const names = async (): Promise<string[]> =>
      (await checksums(`store:${at('copy')}`)).map(
        (line) => (JSON.parse(line) as { collection: string }).collection,
      )
    assert.deepEqual(await names(), ['a'])
    await runInProcess([...sync, '--exclude', 'a'])
    assert.deepEqual(await names(), ['a', 'b', 'c'])
  })
})

describeWithShared('tidemark sync with real dumps', () => {
  const { at } = useTemporaryDirectory()

  // An enveloped one; the largest one is copied by processes with little memory, see memory.test.ts.
  for (const name of ['imdb-people-enveloped']) {
    it(`copies ${name} equal`, async () => {
      const dump = fileURLToPath(sharedUrl(`datasets/${name}`))
      const [served, followed] = await copies(dump, at)
      assert.ok((served?.length ?? 0) > 0)
      assert.deepEqual(followed, served)
      assert.deepEqual(
        followed?.map(withoutRevisions),
        (await checksums(dump)).map(withoutRevisions),
      )
    }).timeout(240_000)
  }
})

function withoutRevisions(line: string): object {
  const { collection, count, contents } = JSON.parse(line) as Record<string, unknown>
  return { collection, count, contents }
}
