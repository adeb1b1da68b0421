import assert from 'node:assert/strict'
import { readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startTestLeader, type TestLeader } from '../server/support/test-leader.js'
import { writeSampleDump } from '../support/sample-dump.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'
import { runInProcess } from './support/run-in-process.js'

describe('tidemark restore', () => {
  const { at } = useTemporaryDirectory()
  const store = (name = 'shop'): string => `store:${at('store')}#${name}`

  /** Names and counts of what a replica has. */
  async function counts(replica: string): Promise<Record<string, number>> {
    const { exitCode, stdout, stderr } = await runInProcess(['checksum', replica, '--json'])
    assert.equal(exitCode, 0, stderr)
    const sums = stdout
      .trimEnd()
      .split('\n')
      .filter((line) => line !== '')
    return Object.fromEntries(
      sums.map((line) => {
        const { collection, count } = JSON.parse(line) as { collection: string; count: number }
        return [collection, count]
      }),
    )
  }

  async function restore(...words: string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await runInProcess(['restore', ...words])
    assert.equal(exitCode, 0, stderr)
    return stdout + stderr
  }

  async function refused(exitCode: number, ...words: string[]): Promise<string> {
    const outcome = await runInProcess(['restore', ...words])
    assert.equal(outcome.exitCode, exitCode, outcome.stderr)
    assert.equal(outcome.stdout, '')
    return outcome.stderr
  }

  beforeEach(() =>
    writeSampleDump(at('dump'), [
      { name: 'a', count: 30 },
      { name: 'b', count: 20 },
      { name: '_graphs', count: 1 },
    ]),
  )

  it('puts a directory into a store, and leaves the directory as it was', async () => {
    const seen = async (): Promise<unknown> => {
      const names = (await readdir(at('dump'))).sort()
      const times = names.map(async (name) => (await stat(join(at('dump'), name))).mtimeMs)
      return [names, await Promise.all(times)]
    }
    const before = await seen()
    const said = await restore(at('dump'), store())
    assert.match(said, /copied to store:.*#shop: 2 collections, 50 documents/)
    assert.deepEqual(await counts(store()), { a: 30, b: 20 })
    assert.deepEqual(await seen(), before)
  })

  it('takes what is chosen, in either spelling', async () => {
    await restore(at('dump'), store('one'), '--collection', 'a')
    assert.deepEqual(await counts(store('one')), { a: 30 })
    await restore(at('dump'), store('two'), '--collections', 'a,b', '--exclude', 'a')
    assert.deepEqual(await counts(store('two')), { b: 20 })
    const said = await restore(at('dump'), store('three'), '--include-system-collections', 'true')
    assert.match(said, /3 collections, 51 documents/)
    const names = ['--input-directory', at('dump'), store('four')]
    assert.match(await restore(...names, '--include-system'), /3 collections/)
  })

  it('replaces what is there, unless told not to', async () => {
    await restore(at('dump'), store())
    await restore('--overwrite', at('dump'), store())
    const said = await refused(1, at('dump'), store(), '--overwrite', 'false')
    assert.match(said, /Cannot copy collection "a", "b" into .*: there already/)
    assert.deepEqual(await counts(store()), { a: 30, b: 20 })
  })

  it('restores definitions alone, then documents alone', async () => {
    await restore(at('dump'), store(), '--import-data=false')
    assert.deepEqual(await counts(store()), { a: 0, b: 0 })
    await restore(at('dump'), store(), '--create-collection', 'false', '--collection', 'b')
    assert.deepEqual(await counts(store()), { a: 0, b: 20 })
    const said = await refused(1, at('dump'), store('none'), '--create-collection', 'false')
    assert.match(said, /Cannot fill collection "a" of .*: not there, and not to be made/)
  })

  it('moves only what is missing with --continue', async () => {
    await restore(at('dump'), store())
    await writeSampleDump(at('more'), [
      { name: 'a', count: 35 },
      { name: 'b', count: 20 },
    ])
    const said = await restore(at('more'), store(), '--continue')
    assert.match(said, /2 collections \(1 equal before, 1 repaired\)/)
    assert.match(said, /5 documents fetched/)
    assert.deepEqual(await counts(store()), { a: 35, b: 20 })
  })

  it('cleans repeated attributes', async () => {
    const structure = { indexes: [], parameters: { name: 'c', type: 2 } }
    await writeFile(at('dump/c.structure.json'), JSON.stringify(structure))
    await writeFile(at('dump/c.data.json'), '{"_key":"1","_rev":"_kmX5mm6-A-","x":1,"x":2}\n')
    await restore(at('dump'), store('raw'), '--collection', 'c')
    const flags = ['--collection', 'c', '--cleanup-duplicate-attributes']
    await restore(at('dump'), store('clean'), ...flags)
    const clean = ['diff', store('clean'), at('dump'), '--collections', 'c', '--by', 'content']
    const { stdout } = await runInProcess(clean)
    // The original's last value counts where it is read as it is.
    assert.match(stdout, /\bx\b/)
  })

  it('tells nothing with --progress false, and events with --json', async () => {
    const { stdout, stderr } = await runInProcess([
      'restore',
      at('dump'),
      store(),
      '--progress',
      'false',
    ])
    assert.match(stdout, /^copied to/)
    assert.equal(stderr, '')
    const told = await runInProcess(['restore', at('dump'), store(), '--json'])
    const kinds = told.stdout
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { kind: string }).kind)
    assert.deepEqual([kinds[0], kinds.at(-1)], ['started', 'finished'])
  })

  it('compares the name of the database when asked to', async () => {
    await restore(at('dump'), store('sample'), '--force-same-database')
    const said = await refused(2, at('dump'), store(), '--force-same-database', 'true')
    assert.match(said, /the dump is of database "sample"/)
  })

  const usage: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['a typo', ['DIR', 'STORE', '--colection', 'a'], /unknown option '--colection'/],
    ['no directory', ['--json'], /the directory is missing/],
    ['no target', ['DIR'], /the address of the database is missing/],
    ['a third end', ['DIR', 'STORE', '--input-directory', 'x'], /names a third end/],
    ['a source that is no directory', ['STORE', 'STORE'], /it is no dump directory/],
    ['a target that is one', ['DIR', 'DIR'], /the target must be a store/],
    ['nothing to do', ['DIR', 'STORE', '--create-collection=no', '--import-data=no'], /nothing/],
    ['shards of a store', ['DIR', 'STORE', '--number-of-shards', '3'], /a store has no shards/],
    ['a number that is none', ['DIR', 'STORE', '--write-concern', 'a=b'], /from 1 on/],
    ['a view that is not there', ['DIR', 'STORE', '--view', 'x'], /Cannot find view "x"/],
    ['a collection that is not there', ['DIR', 'STORE', '--collection', 'x'], /collection "x"/],
    ['a part to be continued', ['DIR', 'STORE', '--continue', '--import-data=no'], /--continue/],
    ['no overwriting to go on', ['DIR', 'STORE', '--continue', '--overwrite=no'], /--continue/],
    ['a switch that says nothing', ['DIR', 'STORE', '--overwrite=maybe'], /Say true or false/],
    [
      'chosen collections of all databases',
      ['DIR', 'STORE', '--all-databases', '--view', 'v'],
      /each/,
    ],
    [
      'a secret',
      ['DIR', '--server.endpoint', 'tcp://x', '--server.password', 'p'],
      /TIDEMARK_PASS/,
    ],
  ]
  for (const [title, words, message] of usage) {
    it(`refuses ${title} before anything is made`, async () => {
      const places: Readonly<Record<string, string>> = { DIR: at('dump'), STORE: store() }
      const said = await refused(2, ...words.map((word) => places[word] ?? word))
      assert.match(said, message)
      assert.equal(said.trimEnd().split('\n').length, 1)
    })
  }

  describe('into a server', () => {
    let leader: TestLeader
    before(async () => {
      leader = await startTestLeader()
    })
    after(() => leader.close())

    it('takes the address, or the flags of arangorestore', async () => {
      const host = leader.url.replace('http', 'tcp')
      const flags = ['--server.endpoint', host, '--server.database', 'one']
      assert.match(await refused(1, at('dump'), ...flags), /no database "one"/)
      await restore(at('dump'), ...flags, '--create-database', 'true', '--threads', '3')
      assert.deepEqual(await counts(`${leader.url}/_db/one`), { a: 30, b: 20 })
      const again = [at('dump'), `${leader.url}/_db/one`]
      assert.match(await restore(...again, '--continue'), /2 equal before/)
      assert.match(await refused(1, ...again, '--overwrite', 'false'), /"a", "b".*there already/)
      await restore(...again, '--number-of-shards', '3', '--replication-factor', 'a=satellite')
      assert.deepEqual(await counts(`${leader.url}/_db/one`), { a: 30, b: 20 })
    })
  })
})
