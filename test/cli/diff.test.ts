import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gunzipSync, gzipSync } from 'node:zlib'
import { watchAnonymousMemory, type MemoryWatch } from '../support/anonymous-memory.js'
import { dataFileName, writeSampleDump } from '../support/sample-dump.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'
import { MAIN } from './support/program-file.js'
import { runInProcess, type InProcessOptions } from './support/run-in-process.js'
import {
  interruptOnce,
  ROOT,
  runTidemark,
  startServe,
  type Outcome,
  type RunOptions,
} from './support/run-tidemark.js'

const MEGABYTES_MAX = 250
const execute = promisify(execFile)

/** Changes the lines of a collection of a dump directory. */
async function editDump(
  path: string,
  name: string,
  edit: (lines: string[]) => string[],
): Promise<void> {
  const file = join(path, dataFileName(name))
  const text = gunzipSync(await readFile(file)).toString()
  const lines = edit(text.split('\n').filter((line) => line !== ''))
  await writeFile(file, gzipSync(lines.map((line) => `${line}\n`).join(''), { level: 1 }))
}

function linesOf({ stdout }: Outcome): unknown[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown)
}

describe('tidemark diff', () => {
  const { at } = useTemporaryDirectory()

  beforeEach(async () => {
    const collections = [
      { name: 'things', count: 300 },
      { name: 'empty', count: 0 },
    ]
    await writeSampleDump(at('a'), collections)
    await writeSampleDump(at('b'), collections)
  })

  async function diff(
    commandLine: readonly string[],
    expectedCode: number,
    options: InProcessOptions = {},
  ): Promise<Outcome> {
    const outcome = await runInProcess(['diff', ...commandLine], options)
    assert.equal(outcome.exitCode, expectedCode, outcome.stderr)
    return outcome
  }

  /** Changes one document, takes one away and adds one; the changed one gets a new revision. */
  async function editB(): Promise<void> {
    await editDump(at('b'), 'things', (lines) => [
      ...lines.slice(0, 10),
      (lines[10] ?? '')
        .replace('"index":10', '"index":{"x y":[1]}')
        .replace(/"_rev":"..../, '"_rev":"_zzz'),
      ...lines.slice(12),
      '{"_key":"new","_rev":"_zzzzzzz---"}',
    ])
  }

  it('says that two directories are equal', async () => {
    for (const by of ['revision', 'content']) {
      const { stdout } = await diff([at('a'), at('b'), '--by', by], 0)
      assert.match(stdout, new RegExp(`^things +equal +${by} +0 +0 +0 `, 'm'))
      assert.match(stdout, /^empty +equal /m)
      assert.match(stdout, /\nequal\n$/)
      assert.equal((await diff([at('a'), at('b'), '--by', by, '--json'], 0)).stdout, '')
    }
  })

  it('tells differences to a person, and what was read', async () => {
    await editB()
    const { stdout, stderr } = await diff([at('a'), at('b')], 3)
    const [changed, gone, come] = stdout.split('\n')
    assert.equal(changed, 'things/k10 differs: _rev, index')
    assert.equal(gone, 'things/k11 is only in A')
    assert.equal(come, 'things/new is only in B')
    assert.match(stdout, /^things +different +revision +1 +1 +1 +\d+ +\d+ +4 +[\d.]+ kB$/m)
    assert.match(stdout, /\n3 differences\n$/)
    assert.doesNotMatch(stderr, /hint/)
  })

  it('tells one object a difference with --json, and no more', async () => {
    await editB()
    await writeSampleDump(at('b'), [{ name: 'other', count: 1 }])
    const outcome = await diff([at('a'), at('b'), '--json'], 3)
    assert.deepEqual(linesOf(outcome), [
      { collection: 'things', key: 'k10', kind: 'different', paths: ['_rev', 'index'] },
      { collection: 'things', key: 'k11', kind: 'onlyInA' },
      { collection: 'things', key: 'new', kind: 'onlyInB' },
      { collection: 'other', key: null, kind: 'collectionOnlyInB' },
    ])
    const shown = await diff([at('a'), at('b'), '--collections', 'other'], 3)
    assert.match(shown.stdout, /^other +only in B$/m)
    const turned = await diff([at('b'), at('a'), '--json', '--collections', 'other'], 3)
    assert.equal(turned.stdout, '{"collection":"other","key":null,"kind":"collectionOnlyInA"}\n')
  })

  it('compares by content, ignores names, and stops at a limit', async () => {
    await editB()
    const content = await diff([at('a'), at('b'), '--by', 'content', '--json'], 3)
    assert.deepEqual(linesOf(content)[0], {
      collection: 'things',
      key: 'k10',
      kind: 'different',
      paths: ['index'],
    })
    const ignoring = [
      at('a'),
      at('b'),
      '--by',
      'content',
      '--ignore',
      'index."x y",index',
      '--json',
    ]
    assert.equal(linesOf(await diff(ignoring, 3)).length, 2)
    const limited = await diff([at('a'), at('b'), '--limit', '2', '--json'], 3)
    assert.equal(linesOf(limited).length, 2)
    assert.match(limited.stderr, /^stopped after 2 differences: there may be more$/m)
    const shown = await diff([at('a'), at('b'), '--limit', '1'], 3)
    assert.match(shown.stdout, /^things +different, stopped /m)
    assert.match(shown.stdout, /\nstopped after 1 difference: there may be more\n$/)
  })

  it('hints at --by content where revisions alone differ', async () => {
    await editDump(at('b'), 'things', (lines) => [
      (lines[0] ?? '').replace(/"_rev":"..../, '"_rev":"_zzz'),
      ...lines.slice(1),
    ])
    const { stderr } = await diff([at('a'), at('b')], 3)
    assert.match(stderr, /^hint: .*"things" differ in _rev alone/m)
    await diff([at('a'), at('b'), '--by', 'content'], 0)
  })

  it('compares a store with a server', async () => {
    await editB()
    for (const [dump, store] of [
      ['a', 'store-a'],
      ['b', 'store-b'],
    ] as const) {
      const { exitCode, stderr } = await runInProcess(['sync', at(dump), `store:${at(store)}`])
      assert.equal(exitCode, 0, stderr)
    }
    const leader = await startServe(at('store-b'))
    try {
      const environment = {
        TIDEMARK_TARGET_USERNAME: ROOT['TIDEMARK_USERNAME'] ?? '',
        TIDEMARK_TARGET_PASSWORD: ROOT['TIDEMARK_PASSWORD'] ?? '',
      }
      const commandLine = [`store:${at('store-a')}`, leader.url, '--json']
      const outcome = await diff(commandLine, 3, { environment })
      assert.equal(linesOf(outcome).length, 3)
    } finally {
      await leader.stop()
    }
  })

  it('calls usage what is usage, and names what it cannot read', async () => {
    const both = [at('a'), at('b')]
    const commandLines = [
      [at('a')],
      [...both, '--by', 'name'],
      [...both, '--limit', '0'],
      [...both, '--limit', 'x'],
      [...both, '--ignore', 'a b'],
      [...both, '--collections', 'absent'],
    ]
    for (const commandLine of commandLines) {
      const { stdout, stderr } = await diff(commandLine, 2)
      assert.equal(stdout, '')
      assert.match(stderr, /^tidemark: .+\n$/)
    }
    const misspelt = await diff([...both, '--byy', 'content'], 2)
    const tells = '"tidemark diff --help" tells more'
    assert.equal(
      misspelt.stderr,
      `tidemark: unknown option '--byy' (Did you mean --by?); ${tells}\n`,
    )
    const choice = await diff([...both, '--by', 'name'], 2)
    assert.ok(choice.stderr.endsWith(`choices are revision, content; ${tells}\n`), choice.stderr)
    const { stderr } = await diff([at('a'), at('absent')], 1)
    assert.match(stderr, /^tidemark: Cannot .*absent/)
  })

  it('shows names so that a terminal takes no orders from them', async () => {
    await editDump(at('b'), 'things', (lines) => [
      ...lines,
      '{"_key":"a\\u001b[2J\\u009b b","_rev":"_zzzzzzz---"}',
    ])
    const { stdout } = await diff([at('a'), at('b')], 3)
    assert.equal(stdout.split('\n')[0], 'things/"a\\u001b[2J\\u{9b} b" is only in B')
  })
})

const describeOnLinux = existsSync('/proc/self/status') ? describe : describe.skip

describeOnLinux('tidemark diff of many differences', () => {
  const { at } = useTemporaryDirectory()

  /** Two dumps of which no document is the same; the keys of B come in another order. */
  async function writeDumps(count: number, fillBytes = 2000): Promise<void> {
    await writeSampleDump(at('a'), [{ name: 'things', count, fillBytes }])
    await writeSampleDump(at('b'), [{ name: 'things', count: 1 }])
    const file = gunzipSync(await readFile(join(at('a'), dataFileName('things')))).toString()
    await editDump(at('b'), 'things', () =>
      file
        .split('\n')
        .filter((line) => line !== '')
        .reverse()
        .map((line, index) =>
          line
            .replace(/"_rev":"../, '"_rev":"_m')
            .replace('"index":', '"i":')
            // Half of the keys are on one side only.
            .replace('"_key":"', index % 2 === 0 ? '"_key":"' : '"_key":"n'),
        ),
    )
  }

  async function run(
    commandLine: readonly string[],
    options: RunOptions = {},
  ): Promise<Outcome & { readonly peakMegabytes: number }> {
    const watches: MemoryWatch[] = []
    const outcome = await runTidemark(commandLine, {
      environment: { NODE_OPTIONS: '--max-old-space-size=96' },
      ...options,
      onStart: (child) => {
        watches.push(watchAnonymousMemory(child))
        options.onStart?.(child)
      },
    })
    for (const watch of watches) watch.stop()
    return { ...outcome, peakMegabytes: watches[0]?.peakMegabytes ?? 0 }
  }

  it('needs no more memory than it may, by revision and by content', async () => {
    await writeDumps(30_000)
    for (const side of ['a', 'b']) {
      const { exitCode, stderr } = await runInProcess([
        'sync',
        at(side),
        `store:${at(`store-${side}`)}`,
      ])
      assert.equal(exitCode, 0, stderr)
    }
    for (const by of ['revision', 'content']) {
      const stores = [`store:${at('store-a')}`, `store:${at('store-b')}`]
      const outcome = await run(['diff', ...stores, '--by', by, '--json'])
      assert.equal(outcome.exitCode, 3, outcome.stderr)
      const count = (kind: string): number =>
        outcome.stdout.match(new RegExp(`"kind":"${kind}"`, 'g'))?.length ?? 0
      assert.deepEqual(['different', 'onlyInA', 'onlyInB'].map(count), [15_000, 15_000, 15_000])
      const { peakMegabytes } = outcome
      assert.ok(peakMegabytes > 0 && peakMegabytes < MEGABYTES_MAX, `${by}: ${peakMegabytes} MB`)
    }
  }).timeout(300_000)

  it('leaves no directory behind at Ctrl-C, and where nobody reads on', async () => {
    // Some megabytes to tell: more than a pipe takes before somebody reads.
    await writeDumps(20_000, 100)
    await mkdir(at('tmp'))
    const environment = { NODE_OPTIONS: '--max-old-space-size=96', TMPDIR: at('tmp') }
    for (const by of ['revision', 'content']) {
      const commandLine = ['diff', at('a'), at('b'), '--by', by, '--json']
      const { exitCode, stderr } = await run(commandLine, { environment, onLine: interruptOnce() })
      assert.equal(exitCode, 130, stderr)
      assert.deepEqual(await readdir(at('tmp')), [])
      const script = '{ "$0" "$@"; echo "ended with $?" >&2; } | head -n 1'
      const shell = ['-c', script, process.execPath, MAIN]
      const ended = await execute('sh', [...shell, ...commandLine], {
        env: { ...process.env, ...environment },
      })
      assert.match(ended.stdout, /^\{"collection":"things",.*\}\n$/)
      assert.match(ended.stderr, /^ended with 1$/m)
      assert.doesNotMatch(ended.stderr, /tidemark:/)
      assert.deepEqual(await readdir(at('tmp')), [])
    }
  }).timeout(240_000)
})
