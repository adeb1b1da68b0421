import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { startTestLeader, type TestLeader } from '../server/support/test-leader.js'
import { makeDatabase } from '../support/five-databases.js'
import { sendJson, withLeader, type Script } from '../support/fake-leader.js'
import { writeSampleDump } from '../support/sample-dump.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'
import { statesOf } from '../sync/support/replica-pair.js'
import { runInProcess } from './support/run-in-process.js'
import type { Outcome } from './support/run-tidemark.js'

/** A line of --json, as far as tests look at it. */
type Told = Readonly<Record<string, unknown>>

function linesOf({ stdout }: Outcome): readonly Told[] {
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Told)
}

describe('flags of tidemark sync --all-databases', () => {
  const { at } = useTemporaryDirectory()
  let leader: TestLeader

  before(async () => {
    leader = await startTestLeader()
    for (const name of ['a', 'b', 'c']) await makeDatabase(leader.store, name, 4)
  })

  after(() => leader.close())

  const words = (...flags: readonly string[]): readonly string[] => [
    ...['sync', leader.url, `store:${at('copy')}`, '--all-databases'],
    ...flags,
  ]

  it('goes on after it was interrupted, with what was not complete', async () => {
    const first = await runInProcess(words('--json'), {
      onLine: (line, run) => {
        const { kind, database } = JSON.parse(line) as Told
        if (kind === 'database-started' && database === 'b') run.interrupt()
      },
    })
    assert.equal(first.exitCode, 130, first.stderr)
    assert.match(first.stderr, /run the same command again to go on/)
    const second = await runInProcess(words('--json'))
    assert.equal(second.exitCode, 0, second.stderr)
    const begun = linesOf(second).filter(({ kind }) => kind === 'database-started')
    const ways = new Map(begun.map(({ database, isIncremental }) => [database, isIncremental]))
    assert.equal(ways.get('a'), true)
    assert.deepEqual(await statesOf(at('copy')), await statesOf(leader.store.path))
  })

  it('tells what an incremental run would do, and does nothing', async () => {
    const flags = ['--incremental', '--dry-run']
    const first = await runInProcess(words(...flags))
    assert.equal(first.exitCode, 0, first.stderr)
    assert.match(first.stdout, /database b \(new\)\n.*\n(things|links) +create/)
    assert.match(first.stdout, /nothing was done to store:/)
    assert.ok(!existsSync(at('copy')))

    await runInProcess(words())
    const { store } = leader
    const a = store.database('a') ?? assert.fail()
    const links = store.collection(a, 'links') ?? assert.fail()
    await store.dropDatabase('b')
    await store.dropCollection(links)
    const before = await statesOf(at('copy'))
    const told = linesOf(await runInProcess(words(...flags, '--json', '--delete-extra')))
    const databases = told.filter(({ kind }) => kind === 'planned-database')
    assert.deepEqual(
      databases.map(({ database, action }) => [database, action]),
      [
        ['_system', 'compare'],
        ['a', 'compare'],
        ['c', 'compare'],
        ['b', 'drop'],
      ],
    )
    assert.deepEqual(
      told.filter(({ kind }) => kind === 'planned-drop'),
      [{ kind: 'planned-drop', database: 'a', what: 'collection', name: 'links' }],
    )
    const ofC = told.filter(({ kind, database }) => kind === 'planned' && database === 'c')
    assert.deepEqual(
      ofC.map(({ collection, action }) => [collection, action]),
      [
        ['things', 'nothing'],
        ['links', 'nothing'],
      ],
    )
    const inWords = await runInProcess(words(...flags))
    assert.match(inWords.stdout, /\ndatabase b: keep, since the source has none of that name\n/)
    const dropping = await runInProcess(words(...flags, '--delete-extra'))
    assert.match(dropping.stdout, /\ncollection links: drop\n/)
    assert.deepEqual(await statesOf(at('copy')), before)
    const copied = await runInProcess(words('--incremental'))
    assert.match(copied.stdout, /\nkept: database "b", which is not at the source; --delete-extra /)
  })

  const refused: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['collections', ['--collections', 'c'], /and choose collections: the same name/],
    ['exclusions', ['--exclude', 'c'], /and choose collections: the same name/],
    ['--on-gap alone', ['--on-gap', 'resync'], /take --on-gap without --follow/],
    ['--until alone', ['--until', 'caught-up'], /take --until without --follow/],
    ['--follow with --dry-run', ['--follow', '--dry-run'], /with --dry-run nothing is done/],
    ['--create-database', ['--create-database'], /those that are missing are made anyway/],
    ['--dry-run alone', ['--dry-run'], /without --incremental everything is copied/],
  ]
  for (const [title, flags, message] of refused) {
    it(`refuses ${title}`, async () => {
      const { exitCode, stderr } = await runInProcess(words(...flags))
      assert.equal(exitCode, 2)
      assert.match(stderr, message)
    })
  }

  it('refuses addresses that are of one database', async () => {
    const ends: readonly (readonly [string, string, RegExp])[] = [
      [`${leader.url}/_db/a`, 'store:x', /_db\/a: it names one of them; leave the name out/],
      ['store:y#a', 'store:x', /store:y#a: it names one of them/],
      [leader.url, 'store:x#a', /store:x#a: it names one of them/],
      [leader.url, 'http://root:secret@h:1', /into http:\/\/h:1: the target must be a store/],
      ['store:x', 'store:x', /into the same store/],
    ]
    for (const [source, target, message] of ends) {
      const { exitCode, stderr } = await runInProcess(['sync', source, target, '--all-databases'])
      assert.equal(exitCode, 2, source)
      assert.match(stderr, message)
      assert.ok(!stderr.includes('secret'))
    }
  })

  it('refuses the dump of one database', async () => {
    const flags = ['--all-databases', '--incremental', '--dry-run']
    await writeSampleDump(at('dump'), [{ name: 'things', count: 1 }])
    for (const words of [
      ['sync', at('dump'), `store:${at('new')}`, '--all-databases'],
      ['sync', at('dump'), `store:${at('new')}`, ...flags],
      ['inventory', at('dump'), '--all-databases'],
    ]) {
      const { exitCode, stderr } = await runInProcess(words)
      assert.equal(exitCode, 2)
      assert.match(stderr, /all databases of dir:.*dump: it is the dump of one; name the directory/)
    }
    assert.equal(existsSync(at('new')), false)
  })

  it('copies and lists the databases of a tree of dumps', async () => {
    await writeSampleDump(at('dumps/_system'), [{ name: 'things', count: 3 }])
    await writeSampleDump(at('dumps/77'), [{ name: 'orders', count: 5 }])
    await writeFile(at('dumps/_system/dump.json'), '{"database":"_system"}')
    await writeFile(at('dumps/77/dump.json'), '{"database":"shop"}')
    const store = `store:${at('copy')}`
    for (const flags of [[], ['--incremental']]) {
      const copied = await runInProcess(['sync', at('dumps'), store, '--all-databases', ...flags])
      assert.equal(copied.exitCode, 0, copied.stderr)
    }
    const lists = await Promise.all(
      [at('dumps'), store].map(async (replica) => {
        const { stdout } = await runInProcess(['inventory', replica, '--all-databases', '--json'])
        return stdout.match(/"database":"\w+","collection":"\w+"/g)
      }),
    )
    assert.deepEqual(lists[0], [
      '"database":"_system","collection":"things"',
      '"database":"shop","collection":"orders"',
    ])
    assert.deepEqual(lists[1], lists[0])
    const { exitCode } = await runInProcess(['diff', at('dumps/77'), `${store}#shop`])
    assert.equal(exitCode, 0)
  })

  it('refuses --delete-extra without --all-databases', async () => {
    const { exitCode, stderr } = await runInProcess(['sync', 'a', 'store:b', '--delete-extra'])
    assert.equal(exitCode, 2)
    assert.match(stderr, /Cannot take --delete-extra without --all-databases/)
  })
})

describe('tidemark inventory --all-databases', () => {
  let leader: TestLeader

  before(async () => {
    leader = await startTestLeader()
    await makeDatabase(leader.store, 'shop', 4)
  })

  after(() => leader.close())

  it('lists every database of a server and of a store', async () => {
    const tell = async (address: string): Promise<readonly Told[]> =>
      linesOf(await runInProcess(['inventory', address, '--all-databases', '--json']))
    const ofServer = await tell(leader.url)
    assert.deepEqual(
      ofServer.map(({ kind, database, collection, view }) => [kind, database, collection ?? view]),
      [
        ['collection', 'shop', 'things'],
        ['collection', 'shop', 'links'],
        ['view', 'shop', 'found'],
      ],
    )
    const ofStore = await tell(`store:${leader.store.path}`)
    assert.deepEqual(
      ofStore.map(({ database, collection }) => [database, collection]),
      ofServer.map(({ database, collection }) => [database, collection]),
    )
    const { stdout } = await runInProcess(['inventory', leader.url, '--all-databases'])
    assert.match(stdout, /^http:.* \(_system\)\n[^]*\nhttp:.*\/_db\/shop \(shop\)\n/)
  })

  it('refuses an address that names one', async () => {
    const address = `${leader.url}/_db/shop`
    const { exitCode, stderr } = await runInProcess(['inventory', address, '--all-databases'])
    assert.equal(exitCode, 2)
    assert.match(stderr, /it names one of them/)
  })
})

describe('--dbserver', () => {
  const coordinator: Script['intercept'] = ({ name, query }, response) => {
    if (!name.includes('/_api/replication/') || query['DBserver'] === 'PRMR-1') return false
    const errorMessage = 'need "DBserver" parameter'
    return sendJson(response, { error: true, code: 400, errorNum: 400, errorMessage }, 400)
  }

  it('is advised where a coordinator is read without it', async () => {
    await withLeader({ intercept: coordinator }, async ({ source }) => {
      for (const command of ['inventory', 'checksum', 'tree']) {
        const { exitCode, stderr } = await runInProcess([command, source.address])
        assert.equal(exitCode, 1)
        assert.match(stderr, /it is a coordinator of a cluster.*\nhint: --dbserver ID tells which /)
        const named = await runInProcess([command, source.address, '--dbserver', 'PRMR-1'])
        assert.equal(named.exitCode, 0, named.stderr)
      }
    })
  })

  it('reaches every command that reads servers', async () => {
    await withLeader({ intercept: coordinator }, async ({ source, calls }) => {
      const { address } = source
      const commands = [
        ['sync', address, 'store:/dev/null/none'],
        ['diff', address, address],
        ['tail', address],
      ]
      for (const command of commands) {
        calls.length = 0
        await runInProcess([...command, '--dbserver', 'PRMR-1'])
        assert.ok(calls.length > 0)
        const asked = calls.filter(({ name }) => /_api\/(replication|wal)\//.test(name))
        assert.ok(
          asked.every(({ query }) => query['DBserver'] === 'PRMR-1'),
          command[0],
        )
      }
    })
  })

  it('is refused where no server is read', async () => {
    for (const command of [
      ['inventory', 'dump'],
      ['diff', 'dump', 'store:x'],
      ['sync', 'dump', 'store:x'],
    ]) {
      const { exitCode, stderr } = await runInProcess([...command, '--dbserver', 'PRMR-1'])
      assert.equal(exitCode, 2)
      assert.match(stderr, /Cannot take --dbserver: dir:dump.* is read, which is no server/)
    }
    const { exitCode } = await runInProcess(['inventory', 'http://h', '--dbserver', ''])
    assert.equal(exitCode, 2)
  })
})
