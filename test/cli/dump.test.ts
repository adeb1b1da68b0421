import assert from 'node:assert/strict'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { Writable } from 'node:stream'
import { startTestLeader, type TestLeader } from '../server/support/test-leader.js'
import { FIVE, makeFive } from '../support/five-databases.js'
import { writeSampleDump } from '../support/sample-dump.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'
import { runInProcess } from './support/run-in-process.js'

describe('tidemark dump', () => {
  const { at } = useTemporaryDirectory()
  const store = (): string => `store:${at('store')}#shop`

  async function succeed(...words: string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await runInProcess(words)
    assert.equal(exitCode, 0, stderr)
    return stdout + stderr
  }

  const dump = (...words: string[]): Promise<string> => succeed('dump', ...words)

  async function refused(exitCode: number, ...words: string[]): Promise<string> {
    const outcome = await runInProcess(['dump', ...words])
    assert.equal(outcome.exitCode, exitCode, outcome.stderr)
    assert.equal(outcome.stdout, '')
    return outcome.stderr
  }

  const endings = async (path: string): Promise<readonly string[]> => {
    const names = await readdir(path)
    return [...new Set(names.map((name) => name.replace(/^.*_[0-9a-f]{32}/, '…')))].sort()
  }

  /** A store with two collections and one of the system. */
  async function fill(): Promise<void> {
    await writeSampleDump(at('sample'), [
      { name: 'a', count: 30 },
      { name: 'b', count: 20, isEdge: true },
      { name: '_graphs', count: 1 },
    ])
    await succeed('restore', at('sample'), store(), '--include-system')
  }

  it('writes what can be restored, of every form, with flags of either spelling', async () => {
    await fill()
    const forms: readonly (readonly [flags: readonly string[], endings: readonly string[]])[] = [
      [[], ['….data.json.gz']],
      [['--no-compress'], ['….data.json']],
      [['--compress-output', 'false'], ['….data.json']],
      [['--envelope', '--format', '3.8'], ['….data.json.gz']],
      [['--split-files=true'], ['….0.data.json.gz']],
      [['--vpack'], ['….data.vpack.gz']],
      [['--dump-vpack', 'true', '--no-compress'], ['….data.vpack']],
      [['--dump-data=false'], []],
    ]
    for (const [index, [flags, data]] of forms.entries()) {
      const path = at(`dump-${index}`)
      const said = await dump(store(), path, ...flags)
      assert.match(said, /copied to dir:.*: 2 collections/)
      const all = [...data, '….structure.json', 'ENCRYPTION', 'dump.json', 'tidemark.json']
      assert.deepEqual(await endings(path), all.sort(), flags.join(' '))
      if (data.length === 0) continue
      assert.match(await succeed('diff', store(), path), /equal\n$/, flags.join(' '))
    }
  }).timeout(60_000)

  it('takes what is chosen', async () => {
    await fill()
    await dump(store(), at('one'), '--collection', 'a', '--progress=false')
    assert.deepEqual(
      (await readdir(at('one'))).filter((name) => name.startsWith('b_')),
      [],
    )
    assert.match(await refused(2, store(), at('x'), '--output-directory', at('y')), /a third end/)
    await dump(store(), '--ignore-collection', 'a', '--output-directory', at('three'))
    assert.deepEqual(
      (await readdir(at('three'))).filter((name) => name.startsWith('a_')),
      [],
    )
    for (const [name, flag] of [
      ['four', '--include-system'],
      ['five', '--include-system-collections'],
    ] as const) {
      await dump(store(), at(name), flag)
      assert.equal((await readdir(at(name))).filter((one) => one.startsWith('_graphs_')).length, 2)
    }
  })

  it('replaces a directory only when told to, and leaves nothing of the old one', async () => {
    await fill()
    await dump(store(), at('dump'))
    assert.match(await refused(1, store(), at('dump')), /it is not empty/)
    await dump(store(), at('dump'), '--overwrite', '--no-compress', '--collection', 'a')
    const names = await readdir(at('dump'))
    assert.equal(names.filter((name) => name.includes('.data.')).length, 1)
    assert.match(await refused(1, store(), at('dump'), '--continue'), /the dump in it is complete/)
  })

  it('converts a directory', async () => {
    await writeSampleDump(at('sample'), [{ name: 'a', count: 30 }])
    await dump(at('sample'), at('dump'), '--envelope', '--no-compress')
    const [name] = (await readdir(at('dump'))).filter((one) => one.endsWith('.data.json'))
    const text = await readFile(at(`dump/${name ?? ''}`), 'utf8')
    assert.match(text, /^\{"type":2300,"data":\{"_key":"k0"/)
    assert.match(await succeed('diff', at('sample'), at('dump')), /equal\n$/)
  })

  it('makes nothing where the source cannot be read', async () => {
    assert.match(
      await refused(1, `store:${at('none')}`, at('dump')),
      /Cannot open the store .*: there is none/,
    )
    assert.deepEqual(await readdir(at('.')), [])
  })

  it('keeps what is complete of a dump that failed, and says how to go on', async () => {
    await mkdir(at('broken'))
    for (const name of ['a', 'b']) {
      const structure = { indexes: [], parameters: { name, type: 2 } }
      await writeFile(at(`broken/${name}.structure.json`), JSON.stringify(structure))
      await writeFile(at(`broken/${name}.data.json`), '{"_key":"1","_rev":"_kmX5mm6-A-"}\n')
    }
    await writeFile(at('broken/b.data.json'), '{"_key":"1"}\n{"_key":\n')
    const said = await refused(1, at('broken'), at('dump'), '--threads', '1')
    assert.match(said, /Cannot finish the dump of dir:.* into dir:.*b\.data\.json/)
    assert.match(said, /\(1 collection complete: --continue goes on with that\)/)
    assert.deepEqual(await readdir(at('dump')), ['.tidemark-partial'])
    assert.match(await refused(1, at('broken'), at('dump')), /an unfinished dump is in it/)
    const otherwise = await refused(1, at('broken'), at('dump'), '--continue', '--no-compress')
    assert.match(otherwise, /Cannot write dump directory/)
    await writeFile(at('broken/b.data.json'), '{"_key":"1","_rev":"_kmX5mm6-A-"}\n')
    await dump(at('broken'), at('dump'), '--continue')
    assert.match(await succeed('diff', at('broken'), at('dump')), /equal\nwarning/)
  })

  it('masks as a maskings file says, and transforms before that', async () => {
    await fill()
    const rules = { a: { type: 'masked', maskings: [{ path: 'fill', type: 'email' }] } }
    await writeFile(at('maskings.json'), JSON.stringify(rules))
    const flags = ['--maskings', at('maskings.json'), '--transform', 'set:index=7']
    await dump(store(), at('masked'), ...flags, '--no-compress')
    const names = await readdir(at('masked'))
    assert.deepEqual(
      names.filter((name) => name.startsWith('b_')),
      [],
    )
    const data = names.find((name) => name.endsWith('.data.json')) ?? ''
    const [line = ''] = (await readFile(at(`masked/${data}`), 'utf8')).split('\n')
    const { index, fill: filling } = JSON.parse(line) as { index: number; fill: string }
    assert.equal(index, 7)
    assert.match(filling, /@.*\.invalid$/)
    const missing = await refused(1, store(), at('none'), '--maskings', at('nothing.json'))
    assert.match(missing, /nothing\.json/)
    assert.ok(!(await readdir(at('.'))).includes('none'))
  })

  describe('to stdout', () => {
    const lines = async (...words: string[]): Promise<readonly string[]> => {
      const { exitCode, stdout, stderr } = await runInProcess(['dump', ...words])
      assert.equal(exitCode, 0, stderr)
      assert.equal(stderr, '')
      return stdout.split('\n').slice(0, -1)
    }

    it('writes the documents of one collection, bare or enveloped', async () => {
      await fill()
      const bare = await lines(store(), '-', '--collection', 'a')
      assert.equal(bare.length, 30)
      assert.match(bare[0] ?? '', /^\{"_key":"k0","_id":"a\/k0","_rev":"/)
      const enveloped = await lines(store(), '-', '--collections', 'a', '--envelope')
      assert.deepEqual(
        enveloped,
        bare.map((line) => `{"type":2300,"data":${line}}`),
      )
      assert.deepEqual(
        await lines('--output-directory', '-', at('sample'), '--collection', 'a'),
        bare,
      )
    })

    it('is quiet when nobody reads on', async () => {
      await fill()
      const closed = new Writable({
        write(_block, _encoding, done) {
          done(Object.assign(new Error('closed'), { code: 'EPIPE' }))
        },
      })
      const words = ['dump', store(), '-', '--collection', 'a']
      const { exitCode, stderr } = await runInProcess(words, { stdout: closed })
      assert.deepEqual([exitCode, stderr], [0, ''])
    })
  })

  const usage: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['a typo', ['STORE', 'DIR', '--colection', 'a'], /unknown option '--colection'/],
    ['no source', [], /the address of the database is missing/],
    ['no directory', ['STORE'], /the directory is missing/],
    ['another end', ['STORE', 'STORE'], /it is no directory/],
    ['a format that is none', ['STORE', 'DIR', '--format', '3.9'], /3\.8, 3\.12/],
    ['enveloped VelocyPack', ['STORE', 'DIR', '--vpack', '--envelope'], /no envelope/],
    ['VelocyPack of old', ['STORE', 'DIR', '--vpack', '--format', '3.8'], /since 3\.12/],
    ['masking of nothing', ['STORE', 'DIR', '--maskings', 'f', '--dump-data=no'], /to mask/],
    ['chosen of all', ['STORE', 'DIR', '--all-databases', '--collection', 'a'], /each database/],
    ['all of one', ['STORE', 'DIR', '--all-databases'], /it names one of them/],
    ['threads without transforms', ['STORE', 'DIR', '--parallel', '2'], /without --transform/],
    ['lines of all collections', ['STORE', '-'], /name one with --collection/],
    ['lines of two', ['STORE', '-', '--collections', 'a,b'], /name one with --collection/],
    ['files of lines', ['STORE', '-', '--collection', 'a', '--split-files'], /--split-files/],
    ['masked lines', ['STORE', '-', '--collection', 'a', '--maskings', 'f'], /tidemark pipe/],
    [
      'a secret',
      ['DIR', '--server.endpoint', 'tcp://x', '--server.password', 'p'],
      /TIDEMARK_PASS/,
    ],
    ['a database of nothing', ['STORE', 'DIR', '--server.database', 'x'], /no --server\.endpoint/],
  ]
  for (const [title, words, message] of usage) {
    it(`refuses ${title} before anything is made`, async () => {
      const places: Readonly<Record<string, string>> = { DIR: at('dump'), STORE: store() }
      const said = await refused(2, ...words.map((word) => places[word] ?? word))
      assert.match(said, message)
      assert.equal(said.trimEnd().split('\n').length, 1)
      assert.deepEqual(await readdir(at('.')), [])
    })
  }

  describe('of a server', () => {
    let leader: TestLeader
    before(async () => {
      leader = await startTestLeader()
      await makeFive(leader.store)
    })
    after(() => leader.close())

    it('takes the address, or the flags of arangodump', async () => {
      const flags = ['--server.endpoint', leader.url.replace('http', 'tcp')]
      await dump(...flags, '--server.database', 'alpha', at('dump'), '--threads', '3')
      assert.match(await succeed('diff', `${leader.url}/_db/alpha`, at('dump')), /equal\n$/)
      const metadata = JSON.parse(await readFile(at('dump/dump.json'), 'utf8')) as object
      assert.equal((metadata as { database: string }).database, 'alpha')
    })

    it('writes all databases, which are restored into a store', async () => {
      const said = await dump(leader.url, at('all'), '--all-databases')
      assert.match(said, /all databases are in dir:.*: 6 databases/)
      const names = await readdir(at('all'))
      assert.equal(names.length, FIVE.length + 1)
      assert.ok(names.includes('alpha') && !names.includes('hä 100 %'))
      await succeed('restore', at('all'), `store:${at('copy')}`, '--all-databases')
      for (const name of [FIVE[3], '_system']) {
        const database = encodeURIComponent(name)
        const copy = `store:${at('copy')}#${database}`
        assert.match(await succeed('diff', `${leader.url}/_db/${database}`, copy), /equal\n$/, name)
      }
    })

    it('writes all databases, which are restored into another server', async () => {
      await dump(leader.url, at('all'), '--all-databases')
      const other = await startTestLeader()
      try {
        const order: string[] = []
        const words = ['restore', at('all'), other.url, '--all-databases', '--json']
        // Our server makes no views.
        const { exitCode, stderr } = await runInProcess([...words, '--threads', '2'], {
          onLine: (line) => {
            const event = JSON.parse(line) as { kind: string; database?: string }
            if (event.kind === 'database-started') order.push(event.database ?? '')
          },
        })
        assert.equal(exitCode, 0, stderr)
        assert.equal(order.at(-1), '_system')
        for (const name of [FIVE[3], FIVE[4], '_system']) {
          const path = `/_db/${encodeURIComponent(name)}`
          const ends = [leader.url + path, other.url + path]
          assert.match(await succeed('diff', ...ends), /equal\n$/, name)
        }
      } finally {
        await other.close()
      }
    })
  })
})
