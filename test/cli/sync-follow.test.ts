import assert from 'node:assert/strict'
import type { Store } from '../../lib/store/index.js'
import { databaseOf, startTestLeader, type TestLeader } from '../server/support/test-leader.js'
import { writeSampleDump } from '../support/sample-dump.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'
import { runInProcess, type InProcessOptions } from './support/run-in-process.js'
import {
  PROCESS_TIMEOUT_MS,
  ROOT,
  ROOT_HEADERS,
  runTidemark,
  startServe,
  type Outcome,
  type ServeProcess,
} from './support/run-tidemark.js'

/** One line of --json. */
interface Line {
  readonly kind: string
  readonly isLevel?: boolean
  readonly totals?: { readonly documents?: number }
  readonly position?: { readonly tick: string }
}

const parse = (line: string): Line => JSON.parse(line) as Line

describe('tidemark sync --follow', () => {
  const { at } = useTemporaryDirectory()
  let leader: TestLeader
  let store: Store

  beforeEach(async () => {
    leader = await startTestLeader()
    store = leader.store
    await put('a', 'k1', 'k2')
  })
  afterEach(() => leader.close())

  const target = (): string => `store:${at('follower')}`

  async function put(name: string, ...keys: readonly string[]): Promise<void> {
    const database = databaseOf(store, '_system')
    const collection =
      store.collection(database, name) ??
      (await store.createCollection(database, { name, type: 2 }))
    for (const key of keys) await store.put(collection, `{"_key":"${key}"}`)
  }

  async function follow(
    flags: readonly string[],
    expectedCode = 0,
    options: InProcessOptions = {},
  ): Promise<Outcome> {
    const command = ['sync', leader.url, target(), '--follow', ...flags]
    const outcome = await runInProcess(command, options)
    assert.equal(outcome.exitCode, expectedCode, outcome.stderr)
    return outcome
  }

  async function checksum(address: string): Promise<string> {
    const { stdout, exitCode, stderr } = await runInProcess(['checksum', address, '--json'])
    assert.equal(exitCode, 0, stderr)
    return stdout
  }

  async function assertEqual(): Promise<void> {
    assert.equal(await checksum(target()), await checksum(leader.url))
  }

  it('copies and catches up, and tells so in lines', async () => {
    const { stdout, stderr } = await follow(['--until', 'caught-up'])
    assert.match(stdout, /^level with its leader at tick \d+: 0 changes, .*\n$/)
    assert.match(stderr, /^copying 1 collection of http.*\n1\/1 a: 2 documents.*\nfollowing http/)
    await assertEqual()
    await put('a', 'k3')
    await put('b', 'k1')
    const second = await follow(['--until', 'caught-up'])
    assert.match(second.stdout, /: 3 changes, 2 documents, 0 removals, 1 definition\n$/)
    assert.match(second.stderr, /^following http\S+ from tick \d+\n {2}tick \d+: level, 3 changes/)
    await assertEqual()
  })

  it('writes events with --json, and ends with 130 at Ctrl-C; a second run goes on', async () => {
    const kinds: string[] = []
    const { stderr } = await follow(['--json'], 130, {
      onLine: (line, run) => {
        const event = parse(line)
        kinds.push(event.kind)
        if (event.kind !== 'followed' || event.isLevel !== true) return
        if (event.totals?.documents === 1) run.interrupt()
        else void put('a', 'live')
      },
    })
    assert.match(stderr, /^tidemark: .*SIGINT/)
    assert.deepEqual(kinds.slice(0, 2), ['started', 'collection-started'])
    await assertEqual()
    await put('a', 'later')
    const { stdout } = await follow(['--json', '--until', 'caught-up'])
    const lines = stdout.trimEnd().split('\n').map(parse)
    assert.equal(lines[0]?.kind, 'follow-started')
    assert.deepEqual(lines.at(-1)?.totals?.documents, 1)
    assert.match(lines.at(-1)?.position?.tick ?? '', /^\d+$/)
    await assertEqual()
  })

  it('says what to do about another leader, and does it if asked to', async () => {
    await follow(['--until', 'caught-up'])
    await leader.close()
    leader = await startTestLeader()
    store = leader.store
    await put('a', 'other')
    const { stderr, stdout } = await follow(['--until', 'caught-up'], 1)
    assert.match(stderr, /^tidemark: Cannot .*--on-gap resync/m)
    assert.equal(stdout, '')
    const resynced = await follow(['--until', 'caught-up', '--on-gap', 'resync'])
    assert.match(resynced.stderr, /^gap: .*; moving what differs$/m)
    assert.match(resynced.stdout, /synchronised anew 1 time/)
    await assertEqual()
  })

  it('follows what was chosen, and refuses another choice', async () => {
    await put('b', 'k1')
    const chosen = ['--until', 'caught-up', '--collections', 'a']
    await follow(chosen)
    await put('b', 'k2')
    await put('a', 'k3')
    assert.match((await follow(chosen)).stdout, /: 1 change, 1 document,/)
    const refused = await follow(['--until', 'caught-up'], 1)
    assert.match(refused.stderr, /^tidemark: Cannot follow .*only "a"/)
    await follow(['--until', 'caught-up', '--incremental'])
    await assertEqual()
  })

  it('makes no store where the source cannot be followed', async () => {
    await writeSampleDump(at('dump'), [{ name: 'things', count: 3 }])
    const { exitCode, stderr } = await runInProcess(['sync', at('dump'), target(), '--follow'])
    assert.equal(exitCode, 1)
    assert.match(stderr, /^tidemark: Cannot follow .*no log of changes/)
    const { exitCode: inventory } = await runInProcess(['inventory', target()])
    assert.equal(inventory, 1)
  })

  it('refuses flags that do not fit', async () => {
    for (const flags of [
      ['--until', 'caught-up'],
      ['--on-gap', 'resync'],
      ['--follow', '--dry-run', '--incremental'],
      ['--follow', '--until', 'tomorrow'],
      ['--follow', '--on-gap', 'ignore'],
    ]) {
      const { exitCode, stderr } = await runInProcess(['sync', leader.url, target(), ...flags])
      assert.equal(exitCode, 2, stderr)
      assert.match(stderr, /^tidemark: /)
    }
    const itself = `store:${store.path}`
    assert.equal((await runInProcess(['sync', itself, itself, '--follow'])).exitCode, 2)
  })
})

describe('tidemark sync --follow, as a process', () => {
  const { at } = useTemporaryDirectory()

  /** Kills a leader, lets it come back at the same address, and writes a document to it. */
  async function restart(leader: ServeProcess): Promise<ServeProcess> {
    await leader.stop('SIGKILL')
    const back = await startServe(at('leader'), { port: Number(new URL(leader.url).port) })
    const answer = await fetch(`${back.url}/_api/document/things`, {
      method: 'POST',
      headers: ROOT_HEADERS,
      body: '{"_key":"written-after-the-restart"}',
    })
    assert.equal(answer.status, 202, await answer.text())
    return back
  }

  it('waits for a leader that is killed and comes back, and is equal in the end', async () => {
    await writeSampleDump(at('dump'), [{ name: 'things', count: 200 }])
    const loaded = await runInProcess(['sync', at('dump'), `store:${at('leader')}`])
    assert.equal(loaded.exitCode, 0, loaded.stderr)
    const leader = await startServe(at('leader'))
    let restarted: Promise<ServeProcess> | undefined
    let isInterrupted = false
    const command = ['sync', leader.url, `store:${at('follower')}`, '--follow', '--json']
    const followed = await runTidemark(command, {
      environment: ROOT,
      onLine: (line, child) => {
        const event = parse(line)
        if (event.kind !== 'followed') return
        restarted ??= restart(leader)
        // Nothing comes after a restart that failed.
        restarted.catch(() => child.kill('SIGKILL'))
        // A second signal would end it at once.
        if (isInterrupted || event.totals?.documents !== 1) return
        isInterrupted = true
        child.kill('SIGINT')
      },
    })
    assert.equal(await (await restarted)?.stop(), 0)
    assert.equal(followed.exitCode, 130, followed.stderr)
    const sums = await Promise.all(
      ['leader', 'follower'].map(async (name) =>
        runInProcess(['checksum', `store:${at(name)}`, '--json']),
      ),
    )
    assert.equal(sums[0]?.stdout, sums[1]?.stdout)
    assert.match(sums[0]?.stdout ?? '', /"count":201\b/)
  }).timeout(PROCESS_TIMEOUT_MS)
})
