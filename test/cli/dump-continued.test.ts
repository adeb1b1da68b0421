import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startTestLeader, type TestLeader } from '../server/support/test-leader.js'
import { startFaultyProxy } from '../support/faulty-proxy.js'
import { writeSampleDump } from '../support/sample-dump.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'
import { runInProcess } from './support/run-in-process.js'
import { PROCESS_TIMEOUT_MS, runTidemark } from './support/run-tidemark.js'

/** A proxy that kills the process that asks, at one of its requests of a name. */
interface Killing {
  readonly name: string
  readonly at: number
}

describe('dumps and restores that are killed and continued', function () {
  this.timeout(PROCESS_TIMEOUT_MS)
  const { at } = useTemporaryDirectory()
  const NAMES = ['a', 'b', 'c', 'd']
  let leader: TestLeader

  before(async () => {
    leader = await startTestLeader()
  })
  after(() => leader.close())

  async function succeed(...words: string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await runInProcess(words)
    assert.equal(exitCode, 0, stderr)
    return stdout + stderr
  }

  /** Runs a command against the leader in a process of its own, and kills it in the middle. */
  async function kill(
    { name, at: index }: Killing,
    words: (url: string) => string[],
  ): Promise<void> {
    let child: ChildProcess | undefined
    const waiting = new Promise<never>(() => undefined)
    const isKilled = (): boolean => {
      const count = proxy.names.filter((one) => one === name).length
      return count > index && child?.kill('SIGKILL') === true
    }
    const proxy = await startFaultyProxy(leader.url, (request) =>
      request.name === name && isKilled() ? waiting : undefined,
    )
    try {
      const { exitCode, stderr } = await runTidemark(words(proxy.url), {
        onStart: (started) => {
          child = started
        },
      })
      assert.equal(exitCode, null, `it was not killed: ${stderr}`)
    } finally {
      proxy.close()
    }
  }

  /** All files but for what tells of the time: of the manifest, what it says of collections. */
  async function filesOf(path: string): Promise<Readonly<Record<string, string>>> {
    const names = (await readdir(path)).sort()
    const files = names.map(async (name) => {
      const bytes = await readFile(join(path, name))
      return [name, withoutTime(name, bytes)] as const
    })
    return Object.fromEntries(await Promise.all(files))
  }

  function withoutTime(name: string, bytes: Buffer): string {
    if (name === 'dump.json') return bytes.toString().replace(/"createdAt": ?"[^"]*"/, '')
    if (name !== 'tidemark.json') return bytes.toString('hex')
    const manifest = JSON.parse(bytes.toString()) as {
      readonly collections: object
      readonly tick: string
      readonly files: readonly { readonly name: string }[]
    }
    const files = manifest.files.filter((file) => file.name !== 'dump.json')
    return JSON.stringify({ files, collections: manifest.collections, tick: manifest.tick })
  }

  describe('tidemark dump', () => {
    const DUMP = 'GET /_api/replication/dump'
    const source = (url: string): string => `${url}/_db/shop`

    before(async () => {
      // The directory of a test is not there yet.
      const path = await mkdtemp(join(tmpdir(), 'tidemark-test-'))
      try {
        await writeSampleDump(
          path,
          NAMES.map((name, index) => ({ name, count: 400 + index })),
        )
        await succeed('restore', path, source(leader.url), '--create-database')
      } finally {
        await rm(path, { recursive: true })
      }
    })

    it('makes the same bytes as one that was not cut off, wherever it was killed', async () => {
      await succeed('dump', source(leader.url), at('whole'))
      const whole = await filesOf(at('whole'))
      const requests = NAMES.length
      for (const [index, kept] of [
        [0, 0],
        [2, 1],
        [requests - 1, 2],
      ] as const) {
        const path = at(`killed-${index}`)
        const words = (url: string): string[] => ['dump', source(url), path, '--threads', '1']
        await kill({ name: DUMP, at: index }, words)
        const refused = await runInProcess(['inventory', path])
        assert.equal(refused.exitCode, 1, 'what is unfinished looks whole')
        const said = await succeed('dump', source(leader.url), path, '--continue', '--json')
        assert.ok(said.split('"outcome":"equal"').length - 1 >= kept, said)
        assert.deepEqual(await filesOf(path), whole)
      }
    })

    it('dumps anew what the source has changed meanwhile', async () => {
      const path = at('changed')
      const words = (url: string): string[] => ['dump', source(url), path, '--threads', '1']
      await kill({ name: DUMP, at: NAMES.length - 1 }, words)
      const shop = leader.store.database('shop') ?? assert.fail()
      const a = leader.store.collection(shop, 'a') ?? assert.fail()
      await leader.store.put(a, '{"_key":"k1","changed":true}')
      const said = await succeed('dump', source(leader.url), path, '--continue')
      assert.match(said, /\/4 b: equal/)
      assert.match(said, /\/4 a: 400 documents/)
      const ends = [source(leader.url), path]
      assert.match(await succeed('diff', ...ends, '--by', 'content'), /equal\n$/)
      assert.match(await succeed('diff', ...ends), /equal\n$/)
    })

    it('goes on with all databases, too', async () => {
      const whole = ['dump', leader.url, at('whole-all'), '--all-databases']
      await succeed(...whole)
      const words = (url: string): string[] => {
        return ['dump', url, at('all'), '--all-databases', '--threads', '1']
      }
      await kill({ name: DUMP, at: 2 }, words)
      assert.match(await succeed(...words(leader.url), '--continue'), /kept of an earlier run/)
      const names = (await readdir(at('whole-all'))).sort()
      assert.deepEqual((await readdir(at('all'))).sort(), names)
      for (const name of names) {
        const path = at(`all/${name}`)
        assert.deepEqual(await filesOf(path), await filesOf(at(`whole-all/${name}`)))
      }
    })

    it('refuses to go on in another form', async () => {
      const path = at('form')
      const words = (url: string): string[] => ['dump', source(url), path, '--threads', '1']
      await kill({ name: DUMP, at: 2 }, words)
      const flags = ['--continue', '--envelope']
      const refused = await runInProcess(['dump', source(leader.url), path, ...flags])
      assert.equal(refused.exitCode, 1)
      assert.match(refused.stderr, /Cannot write dump directory ".*form": .*envelope/)
      assert.match(await succeed('dump', source(leader.url), path, '--overwrite'), /4 collections/)
    })
  })

  describe('on a disk that is full', () => {
    const FILE_BYTES_MAX = 256 * 1024

    it('keeps what is complete of a dump, and goes on when there is room', async () => {
      const source = `${leader.url}/_db/large`
      await writeSampleDump(at('sample'), [
        { name: 'a', count: 100 },
        { name: 'b', count: 4000 },
      ])
      await succeed('restore', at('sample'), source, '--create-database')
      const words = ['dump', source, at('dump'), '--no-compress', '--threads', '1']
      const full = await runTidemark(words, { fileBytesMax: FILE_BYTES_MAX })
      assert.equal(full.exitCode, 1, full.stderr)
      assert.match(
        full.stderr,
        /Cannot finish the dump of .*: Cannot write .*\(1 collection complete/,
      )
      assert.deepEqual(await readdir(at('dump')), ['.tidemark-partial'])
      const said = await succeed(...words, '--continue')
      assert.match(said, /1\/2 a: equal/)
      await succeed('dump', source, at('whole'), '--no-compress')
      assert.deepEqual(await filesOf(at('dump')), await filesOf(at('whole')))
    })

    it('leaves the mark in a store, and goes on when there is room', async () => {
      const target = `store:${at('store')}#shop`
      await writeSampleDump(at('sample'), [{ name: 'a', count: 8000 }])
      const words = ['restore', at('sample'), target]
      const full = await runTidemark(words, { fileBytesMax: 1024 * 1024 })
      assert.notEqual(full.exitCode, 0)
      assert.match(full.stderr, /Cannot /)
      await succeed(...words, '--continue')
      assert.match(await succeed('diff', at('sample'), target), /equal\n$/)
    })
  })

  describe('tidemark restore', () => {
    const WRITE = /^POST \/_api\/document\//

    it('moves what is missing, wherever it was killed', async () => {
      const path = at('dump')
      await writeSampleDump(
        path,
        NAMES.map((name) => ({ name, count: 300 })),
      )
      const before = await filesOf(path)
      for (const index of [0, 2, 3]) {
        const target = (url: string): string => `${url}/_db/restored-${index}`
        const name = `POST /_api/document/${NAMES[index] ?? ''}`
        assert.match(name, WRITE)
        const flags = ['--create-database', '--threads', '2']
        await kill({ name, at: 0 }, (url) => ['restore', path, target(url), ...flags])
        await succeed('restore', path, target(leader.url), '--continue', '--create-database')
        assert.match(await succeed('diff', path, target(leader.url)), /equal\n$/)
      }
      // Nothing is kept beside the dump.
      assert.deepEqual(await filesOf(path), before)
    })
  })
})
