import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { createVerifyView } from '../../lib/cli/progress/verify-view.js'
import { writeManifest } from '../directory/support/with-manifest.js'
import { dataFileName, writeSampleDump } from '../support/sample-dump.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'
import { runInProcess } from './support/run-in-process.js'

describe('tidemark verify', () => {
  const { at } = useTemporaryDirectory()

  beforeEach(() => writeSampleDump(at('dump'), [{ name: 'things', count: 10 }]))

  it('tells what it read of a dump in which nothing is wrong', async () => {
    await writeManifest(at('dump'))
    const outcome = await runInProcess(['verify', at('dump')])
    assert.deepEqual(outcome, {
      exitCode: 0,
      stdout: '1 collection, 10 documents: 0 errors, 0 warnings\n',
      stderr: '',
    })
  })

  it('tells findings, and ends with 3 for errors only', async () => {
    await writeFile(at('dump/left.data.json'), '')
    const wrong = await runInProcess(['verify', `dir:${at('dump')}`])
    assert.equal(wrong.exitCode, 3)
    const [line, end] = wrong.stdout.split('\n')
    assert.ok(line?.startsWith(`${at('dump/left.data.json')}: error: no structure file tells of`))
    assert.match(line ?? '', / \[data-unclaimed\]; /)
    assert.equal(end, '1 collection, 10 documents: 1 error, 0 warnings')
    assert.match(wrong.stderr, /^note: ".*dump" has no manifest/)
    await writeSampleDump(at('other'), [])
    await writeFile(at('other/odd.view.json'), '{"name":"v","type":"arangosearch"}')
    const odd = await runInProcess(['verify', at('other')])
    assert.deepEqual([odd.exitCode, odd.stdout.endsWith('0 errors, 1 warning\n')], [0, true])
  })

  it('writes JSON lines', async () => {
    await writeManifest(at('dump'))
    await writeFile(at(`dump/${dataFileName('things')}`), 'damaged')
    const { exitCode, stdout } = await runInProcess(['verify', at('dump'), '--json'])
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>)
    assert.equal(exitCode, 3)
    assert.deepEqual(
      events.map(({ kind, code = null }) => [kind, code]),
      [
        ['started', null],
        ['finding', 'file-size'],
        ['finding', 'data-damaged'],
        ['finished', null],
      ],
    )
  })

  it('tells names of files without what would break a line', async () => {
    // The second one is an order too, in one character, to terminals that take those.
    await writeFile(at('dump/a\u001b[2J\n\u009b2Jb.view.json'), '{')
    const { stdout } = await runInProcess(['verify', at('dump')])
    const name = '/a\\u{1b}[2J\\u{a}\\u{9b}2Jb.view.json'
    assert.ok(stdout.includes(`${name}: error: it is not JSON [view]; `))
  })

  it('is what other commands hint at that read a damaged dump', async () => {
    const data = at(`dump/${dataFileName('things')}`)
    for (const damaged of [Buffer.from('damaged'), gzipSync('{"_key":\n')]) {
      await writeFile(data, damaged)
      const { exitCode, stderr } = await runInProcess(['checksum', at('dump'), '--workers', '0'])
      assert.equal(exitCode, 1)
      assert.ok(
        stderr.endsWith(
          `\nhint: "tidemark verify ${at('dump')}" tells all that is wrong with the files of the dump\n`,
        ),
        stderr,
      )
    }
  })

  it('counts the databases of a tree', async () => {
    for (const name of ['_system', 'shop']) {
      await writeSampleDump(at(`all/${name}`), [{ name: 'things', count: 3 }])
    }
    const { exitCode, stdout } = await runInProcess(['verify', at('all')])
    assert.equal(exitCode, 0)
    assert.equal(stdout, '2 databases, 2 collections, 6 documents: 0 errors, 0 warnings\n')
  })

  it('refuses what is no directory of a dump', async () => {
    const store = await runInProcess(['verify', 'store:x'])
    assert.deepEqual([store.exitCode, store.stderr.includes('it is no dump directory')], [2, true])
    const missing = await runInProcess(['verify', at('none')])
    assert.deepEqual([missing.exitCode, missing.stderr.includes('it does not exist')], [1, true])
  })

  it('ends when it is interrupted', async () => {
    const { exitCode, stderr } = await runInProcess(['verify', at('dump')], {
      onStart: (run) => {
        setImmediate(() => {
          run.interrupt()
        })
      },
    })
    assert.equal(exitCode, 130, stderr)
  })
})

describe('createVerifyView', () => {
  const progress = { kind: 'progress', file: 'd/c.data.json', readBytes: 500_000 } as const

  async function shown(isTTY: boolean): Promise<string> {
    let nowMs = 0
    const stderr = Object.assign(new PassThrough(), { isTTY })
    const view = createVerifyView({ stderr }, () => nowMs)
    for (let step = 0; step < 4; step += 1) {
      nowMs += 1000
      view.update({ ...progress, totalBytes: 2_000_000 })
    }
    view.clear()
    stderr.end()
    return text(stderr)
  }

  it('tells a line every two seconds', async () => {
    assert.equal(
      await shown(false),
      '  25 % of 2.0 MB, 250.0 kB/s, d/c.data.json\n  25 % of 2.0 MB, 125.0 kB/s, d/c.data.json\n',
    )
  })

  it('keeps one line of a terminal, and takes it away', async () => {
    const said = await shown(true)
    assert.equal(said.match(/25 % of 2.0 MB/g)?.length, 4)
    assert.ok(said.endsWith('\r\u001B[K'))
  })
})
