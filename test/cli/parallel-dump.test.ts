import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'
import { fillCollection, startTestLeader, type TestLeader } from '../server/support/test-leader.js'
import { startFaultyProxy, type FaultyProxy } from '../support/faulty-proxy.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'
import { runInProcess } from './support/run-in-process.js'

const START = 'POST /_api/dump/start'
/** More than are read the plain way. */
const DOCUMENTS = 2100

describe('tidemark dump and sync of a server with parallel dumps', () => {
  const { at } = useTemporaryDirectory()
  let leader: TestLeader
  let proxy: FaultyProxy
  let documents: readonly string[]

  before(async () => {
    leader = await startTestLeader()
    const shop = await leader.store.createDatabase('shop')
    await fillCollection(leader.store, 'few', 5, { database: shop })
    const many = await fillCollection(leader.store, 'many', DOCUMENTS, { database: shop })
    documents = many.documents
  })

  beforeEach(async () => {
    proxy = await startFaultyProxy(leader.url, () => undefined)
  })

  afterEach(() => {
    proxy.close()
  })

  after(() => leader.close())

  /** How many dumps were started, and whether each was ended. */
  function dumpsOf(): readonly [number, number] {
    const started = proxy.names.filter((name) => name === START).length
    return [started, proxy.names.filter((name) => name.startsWith('DELETE /_api/dump/')).length]
  }

  async function assertEqual(target: string): Promise<void> {
    const compared = await runInProcess(['diff', `${proxy.url}/_db/shop`, target])
    assert.equal(compared.exitCode, 0, compared.stdout + compared.stderr)
  }

  for (const [flags, starts] of [
    [[], 1],
    [['--no-parallel-dump'], 0],
  ] as const) {
    it(`sync ${flags.join(' ')} starts ${starts} dumps, and copies the same`, async () => {
      const source = `${proxy.url}/_db/shop`
      const done = await runInProcess(['sync', source, `store:${at('copy')}#shop`, ...flags])
      assert.equal(done.exitCode, 0, done.stderr)
      assert.match(done.stdout, /: 2 collections, 2,105 documents/)
      assert.equal(done.stderr.includes('dump'), false, 'nothing is said of the way')
      assert.deepEqual(dumpsOf(), [starts, starts])
      await assertEqual(`store:${at('copy')}#shop`)
    })
  }

  for (const [flags, starts] of [
    [[], 1],
    [['--parallel-dump', 'true'], 1],
    [['--parallel-dump', 'false'], 0],
    [['--no-parallel-dump'], 0],
  ] as const) {
    it(`dump ${flags.join(' ')} starts ${starts} dumps, and writes the same order`, async () => {
      const source = `${proxy.url}/_db/shop`
      const done = await runInProcess(['dump', source, at('dump'), ...flags])
      assert.equal(done.exitCode, 0, done.stderr)
      assert.deepEqual(dumpsOf(), [starts, starts])
      const file = (await readdir(at('dump'))).find((name) =>
        /^many_.*\.data\.json\.gz$/.test(name),
      )
      const lines = gunzipSync(await readFile(at(`dump/${file ?? ''}`))).toString()
      assert.deepEqual(lines.split('\n'), [...documents, ''])
    })
  }

  it('sync --incremental reads nothing through them', async () => {
    const ends = [`${proxy.url}/_db/shop`, `store:${at('copy')}#shop`]
    const done = await runInProcess(['sync', ...ends, '--incremental'])
    assert.equal(done.exitCode, 0, done.stderr)
    assert.deepEqual(dumpsOf(), [0, 0])
  })

  it('sync --follow copies through them', async () => {
    const ends = [`${proxy.url}/_db/shop`, `store:${at('copy')}#shop`]
    const done = await runInProcess(['sync', ...ends, '--follow', '--until', 'caught-up'])
    assert.equal(done.exitCode, 0, done.stderr)
    assert.deepEqual(dumpsOf(), [1, 1])
    await assertEqual(`store:${at('copy')}#shop`)
  })

  it('sync --all-databases reads each database through them, in one batch', async () => {
    const done = await runInProcess(['sync', proxy.url, `store:${at('all')}`, '--all-databases'])
    assert.equal(done.exitCode, 0, done.stderr)
    assert.deepEqual(dumpsOf(), [1, 1])
    await assertEqual(`store:${at('all')}#shop`)
  })
})
