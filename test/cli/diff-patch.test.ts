import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { chunkOf } from '../support/chunk.js'
import { writeSampleDump } from '../support/sample-dump.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'
import { withStore } from '../sync/patch/store-support.js'
import { runInProcess, type InProcessOptions } from './support/run-in-process.js'
import { runTidemark, type Outcome } from './support/run-tidemark.js'

describe('tidemark diff --write-patch', () => {
  const { at } = useTemporaryDirectory()
  const store = (): string => `store:${at('b')}#db`
  let count = 300

  async function run(
    commandLine: readonly string[],
    expectedCode: number,
    options: InProcessOptions = {},
  ): Promise<Outcome> {
    const outcome = await runInProcess(commandLine, options)
    assert.equal(outcome.exitCode, expectedCode, outcome.stderr)
    return outcome
  }

  async function prepare(): Promise<void> {
    await writeSampleDump(at('a'), [
      { name: 'new', count: 20, isEdge: true },
      { name: 'things', count },
    ])
    await run(['sync', at('a'), store()], 0)
  }

  /** Makes the store differ in every way. */
  function editStore(): Promise<void> {
    return withStore(at('b'), async (opened) => {
      const database = opened.database('db')
      const things = database && opened.collection(database, 'things')
      const edges = database && opened.collection(database, 'new')
      assert.ok(database !== undefined && things !== undefined && edges !== undefined)
      await opened.dropCollection(edges)
      await opened.createCollection(database, { name: 'old', type: 2 })
      await opened.insert(things, '{"_key":"more"}')
      const lines = ['{"_key":"k5","_rev":"_zzzzzzz---"}', '{"type":2302,"data":{"_key":"k9"}}']
      await opened.applyChunk(things, chunkOf(lines))
    })
  }

  it('writes what makes B equal A, for apply', async () => {
    await prepare()
    await editStore()
    const patch = at('patch')
    for (const by of ['content', 'revision']) {
      const flags = ['--by', by, '--write-patch', patch]
      const { stdout } = await run(['diff', at('a'), store(), ...flags], 3)
      const parts = '1 collection made, 1 collection dropped, 1 removal, 22 documents, '
      assert.ok(stdout.includes(`\nwritten to ${patch}: ${parts}`), stdout)
    }
    await run(['apply', patch, store()], 0)
    await run(['diff', at('a'), store()], 0)
    await run(['diff', at('a'), store(), '--by', 'content'], 0)
    assert.deepEqual(await readdir(at('.')), ['a', 'b', 'patch'])
  })

  it('writes the first line alone where nothing differs', async () => {
    await prepare()
    const { stdout } = await run(['diff', at('a'), store(), '--write-patch', at('patch')], 0)
    assert.ok(
      stdout.endsWith(`\nwritten to ${at('patch')}: 0 removals, 0 documents, 0 B of lines\n`),
    )
    assert.match(await readFile(at('patch'), 'utf8'), /^\{"format":"tidemark-patch",.*\} *\n$/)
  })

  it('leaves the output of --json as it is', async () => {
    await prepare()
    await editStore()
    const plain = await run(['diff', at('a'), store(), '--json'], 3)
    const flags = ['--json', '--write-patch', at('patch')]
    const { stdout, stderr } = await run(['diff', at('a'), store(), ...flags], 3)
    assert.equal(stdout, plain.stdout)
    assert.ok(
      stderr.startsWith(`${plain.stderr}written to ${at('patch')}: 1 collection made, `),
      stderr,
    )
    assert.equal((await readFile(at('patch'), 'utf8')).split('\n').length, 1 + 25 + 1)
  })

  it('refuses a limit, since the patch would not be whole', async () => {
    const flags = ['--limit', '5', '--write-patch', at('patch')]
    const { stderr } = await run(['diff', at('a'), at('b'), ...flags], 2)
    assert.match(stderr, /with --limit the patch would not be whole/)
    assert.deepEqual(await readdir(at('.')), [])
  })

  it('fails where no file can be made, and keeps an old one when the comparison fails', async () => {
    await prepare()
    const { stderr } = await run(['diff', at('a'), store(), '--write-patch', at('no/patch')], 1)
    assert.match(stderr, /Cannot write file ".*": there is no such directory/)
    await writeFile(at('patch'), 'old')
    await run(['diff', at('a'), store(), '--collections', 'x', '--write-patch', at('patch')], 2)
    assert.equal(await readFile(at('patch'), 'utf8'), 'old')
    assert.deepEqual(await readdir(at('.')), ['a', 'b', 'patch'])
  })

  it('leaves nothing behind when it is interrupted, or nobody reads its output', async () => {
    count = 30_000
    await prepare()
    await writeSampleDump(at('a'), [{ name: 'others', count: 1 }])
    await writeSampleDump(at('c'), [{ name: 'things', count: 0 }])
    const commandLine = ['diff', at('c'), store(), '--write-patch', at('patch')]
    await run(commandLine, 130, {
      onLine: (_, command) => {
        command.interrupt()
      },
    })
    assert.deepEqual(await readdir(at('.')), ['a', 'b', 'c'])
    let ended: Promise<unknown> | undefined
    const unread = runTidemark(commandLine, {
      onStart: (child) => {
        ended = once(child, 'exit')
      },
      onLine: (_, child) => {
        child.stdout?.destroy()
      },
    })
    await assert.rejects(unread)
    await ended
    assert.deepEqual(await readdir(at('.')), ['a', 'b', 'c'])
  })
})
