import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { dataFileName, writeSampleDump } from '../support/sample-dump.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'
import { runInProcess } from './support/run-in-process.js'
import { ROOT, startServe, type Outcome } from './support/run-tidemark.js'

/** One line on stderr that begins with the program's name and holds all of the given parts. */
function assertSays({ stderr }: Outcome, parts: readonly string[]): void {
  const lines = stderr.split('\n').filter((line) => line.startsWith('tidemark: '))
  assert.equal(lines.length, 1, stderr)
  for (const part of parts) assert.ok(lines[0]?.includes(part), `${part} is missing in ${stderr}`)
}

describe('tidemark with damaged input', () => {
  const { at } = useTemporaryDirectory()

  async function sampleWith(change: (data: Buffer) => Buffer): Promise<string> {
    await writeSampleDump(at('dump'), [{ name: 'things', count: 20_000 }])
    const file = join(at('dump'), dataFileName('things'))
    await writeFile(file, change(await readFile(file)))
    return at('dump')
  }

  async function warnsOfUnfinishedCopy(): Promise<boolean> {
    const { stderr } = await runInProcess(['inventory', `store:${at('copy')}`])
    return /^warning: .*not finished/m.test(stderr)
  }

  it('names a cut gzip file, and says that the copy is unfinished', async () => {
    const dump = await sampleWith((data) => data.subarray(0, data.length / 2))
    const outcome = await runInProcess(['sync', dump, `store:${at('copy')}`])
    assert.equal(outcome.exitCode, 1)
    assertSays(outcome, [dataFileName('things'), 'copy unfinished', 'documents so far'])
    assert.ok(await warnsOfUnfinishedCopy())
  })

  it('names file and line of a broken line, and finishes once it is mended', async () => {
    const dump = await sampleWith((data) => {
      const lines = gunzipSync(data).toString().split('\n')
      lines[12_344] = '{"_key":"k12344","_rev":'
      return gzipSync(lines.join('\n'), { level: 1 })
    })
    const sync = ['sync', dump, `store:${at('copy')}`]
    const outcome = await runInProcess(sync)
    assert.equal(outcome.exitCode, 1)
    assertSays(outcome, [dataFileName('things'), 'line 12345', 'copy unfinished'])
    await writeSampleDump(dump, [{ name: 'things', count: 20_000 }])
    assert.equal((await runInProcess(sync)).exitCode, 0)
    assert.equal(await warnsOfUnfinishedCopy(), false)
  })

  it('names a directory that is none, before it touches the target', async () => {
    for (const source of [at('absent'), process.execPath, join(process.execPath, '..')]) {
      const outcome = await runInProcess(['sync', source, `store:${at('copy')}`])
      assert.ok([1, 2].includes(outcome.exitCode ?? 0))
      assertSays(outcome, [source])
      const inventory = await runInProcess(['inventory', `store:${at('copy')}`])
      assert.match(inventory.stderr, /tidemark: .*copy/)
      assert.equal(inventory.exitCode, 1)
    }
  })

  it('names an unknown collection and what there is', async () => {
    const dump = await sampleWith((data) => data)
    const outcome = await runInProcess([
      'sync',
      dump,
      `store:${at('copy')}`,
      '--collections',
      'nope',
    ])
    assert.equal(outcome.exitCode, 2)
    assertSays(outcome, ['"nope"', 'things', dump])
  })

  it('names the server that refuses the password', async () => {
    const leader = await startServe(at('leader'))
    try {
      const environment = { ...ROOT, TIDEMARK_PASSWORD: 'wrong-guess' }
      const outcome = await runInProcess(['sync', leader.url, `store:${at('copy')}`], {
        environment,
      })
      assert.equal(outcome.exitCode, 1)
      assertSays(outcome, [leader.url])
      assert.ok(!outcome.stderr.includes('wrong-guess'))
      assert.match(outcome.stderr, /\nhint: TIDEMARK_USERNAME and TIDEMARK_PASSWORD, .+\n$/)
    } finally {
      await leader.stop()
    }
  })

  it('names a port that is in use', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    try {
      const outcome = await runInProcess(['serve', '--store', at('s'), '--port', String(port)])
      assert.equal(outcome.exitCode, 1)
      assertSays(outcome, [`127.0.0.1:${port}`])
    } finally {
      server.close()
    }
  })

  it('names a server that is not there', async () => {
    const outcome = await runInProcess(['sync', 'http://127.0.0.1:1/_db/x', `store:${at('copy')}`])
    assert.equal(outcome.exitCode, 1)
    assertSays(outcome, ['http://127.0.0.1:1'])
    assert.equal(existsSync(at('copy')), false)
  })

  it('calls usage what is usage', async () => {
    const commandLines = [
      ['sync', at('dump')],
      ['sync', 'http://127.0.0.1:1', at('dump')],
      ['sync', `store:${at('s')}#a`, `store:${at('s')}/../s#b`],
      ['serve'],
      ['serve', '--store', at('s'), '--port', 'x'],
      ['checksum', 'ftp://x'],
      ['nonsense'],
    ]
    for (const commandLine of commandLines) {
      const outcome = await runInProcess(commandLine)
      assert.equal(outcome.exitCode, 2, commandLine.join(' '))
      assert.equal(outcome.stdout, '')
      assertSays(outcome, [])
    }
  })
})
