import assert from 'node:assert/strict'
import { openStore } from '../../lib/store/index.js'
import { startTestLeader, type TestLeader } from '../server/support/test-leader.js'
import { changeFive, FIVE, makeFive } from '../support/five-databases.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'
import { statesOf } from '../sync/support/replica-pair.js'
import { runInProcess } from './support/run-in-process.js'

/** What a line of --json says, as far as tests look at it. */
interface ToldEvent {
  readonly kind: string
  readonly database?: string
  readonly [name: string]: unknown
}

describe('tidemark sync --all-databases', () => {
  const { at } = useTemporaryDirectory()
  let leader: TestLeader

  beforeEach(async () => {
    leader = await startTestLeader()
    await makeFive(leader.store)
  })

  afterEach(() => leader.close())

  async function sync(
    source: string,
    ...flags: readonly string[]
  ): Promise<{ readonly stdout: string; readonly stderr: string }> {
    const words = ['sync', source, `store:${at('copy')}`, '--all-databases', ...flags]
    const { exitCode, stdout, stderr } = await runInProcess(words)
    assert.equal(exitCode, 0, stderr)
    return { stdout, stderr }
  }

  function eventsOf(stdout: string): readonly ToldEvent[] {
    return stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as ToldEvent)
  }

  async function assertEqualCopy(): Promise<void> {
    assert.deepEqual(await statesOf(at('copy')), await statesOf(leader.store.path))
  }

  const sources = [
    { title: 'a server', source: () => leader.url },
    { title: 'a store', source: () => `store:${leader.store.path}` },
  ]
  for (const { title, source } of sources) {
    it(`makes five databases of ${title} equal, then one dropped and one added`, async () => {
      const first = await sync(source())
      assert.match(first.stdout, /all databases are in store:.*: 6 databases \(5 new\), 11 coll/)
      assert.match(first.stderr, /^6 databases of .* into store:/)
      assert.match(first.stderr, /\ndatabase 1\/6 _system\n/)
      assert.match(first.stderr, /\ndatabase 6\/6 omega \(new\)\n/)
      await assertEqualCopy()

      await changeFive(leader.store)
      const second = eventsOf((await sync(source(), '--incremental', '--json')).stdout)
      const [begun] = second
      assert.equal(begun?.kind, 'databases-started')
      assert.deepEqual(begun['extra'], ['beta'])
      const last = second.at(-1)
      assert.equal(last?.kind, 'databases-finished')
      assert.deepEqual(last['kept'], ['beta'])
      const states = await statesOf(at('copy'))
      const wanted = await statesOf(leader.store.path)
      assert.deepEqual(Object.keys(states).sort(), ['_system', ...FIVE, 'new'].sort())
      for (const name of ['_system', 'alpha', 'hä 100 %', 'new', 'omega']) {
        assert.deepEqual(states[name], wanted[name], name)
      }

      const third = await sync(source(), '--incremental', '--delete-extra')
      assert.match(third.stderr, /dropped: collection "links" of database "Gamma"\n/)
      assert.match(third.stderr, /dropped: view "found" of database "Gamma"\n/)
      assert.match(third.stderr, /dropped: database "beta"\n/)
      assert.match(third.stdout, / 3 dropped, /)
      await assertEqualCopy()
    })
  }

  it('tells of each database what a synchronisation of it alone tells, under its name', async () => {
    const events = eventsOf((await sync(leader.url, '--json')).stdout)
    const begun = events.filter(({ kind }) => kind === 'database-started')
    assert.deepEqual(
      begun.map(({ database, index, isNew, isIncremental }) => [
        database,
        index,
        isNew,
        isIncremental,
      ]),
      ['_system', 'Gamma', 'alpha', 'beta', 'hä 100 %', 'omega'].map((name, index) => [
        name,
        index,
        index > 0,
        false,
      ]),
    )
    const ofAlpha = events.filter(({ database }) => database === 'alpha').map(({ kind }) => kind)
    assert.deepEqual(
      new Set(ofAlpha),
      new Set([
        'database-started',
        'started',
        'collection-started',
        'progress',
        'collection-finished',
        'finished',
      ]),
    )
    const ticks = events.filter(({ kind }) => kind === 'started').map(({ tick }) => tick)
    assert.equal(ticks.length, 6)
    assert.equal(new Set(ticks).size, 1)
  })

  it('shows one moment of all databases, whatever is written meanwhile', async () => {
    const { store } = leader
    let writing: Promise<unknown> | undefined
    const words = ['sync', leader.url, `store:${at('copy')}`, '--all-databases', '--json']
    const before = await statesOf(store.path)
    const { exitCode, stderr } = await runInProcess(words, {
      onLine: (line) => {
        const { kind } = JSON.parse(line) as ToldEvent
        if (kind === 'databases-started') writing ??= changeOmega()
      },
    })
    async function changeOmega(): Promise<void> {
      const omega = store.database('omega')
      const things = omega && store.collection(omega, 'things')
      assert.ok(things !== undefined)
      await store.insert(things, '{"_key":"late"}')
    }
    assert.equal(exitCode, 0, stderr)
    assert.ok(writing !== undefined)
    await writing
    assert.deepEqual(await statesOf(at('copy')), before)
  })

  it('copies system collections too, where asked for', async () => {
    await sync(leader.url, '--include-system', '--json')
    const store = await openStore(at('copy'), { mode: 'read' })
    try {
      const system = store.database('_system') ?? assert.fail()
      assert.ok(store.collection(system, '_users') !== undefined)
    } finally {
      await store.close()
    }
  })
})
