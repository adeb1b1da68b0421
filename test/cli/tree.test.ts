import assert from 'node:assert/strict'
import { execFile, type ChildProcess } from 'node:child_process'
import { readdir, readFile, watch, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gunzipSync, gzipSync } from 'node:zlib'
import { buildTree, decodeTree, parseTree, type MerkleTree } from '../../lib/merkle/index.js'
import { decodeRevision } from '../../lib/values/index.js'
import { dataFileName, writeSampleDump } from '../support/sample-dump.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'
import { MAIN } from './support/program-file.js'
import { runInProcess } from './support/run-in-process.js'
import { ROOT, runTidemark, startServe, type Outcome } from './support/run-tidemark.js'

/** What `tidemark tree --json` tells of a collection. */
interface TreeLine {
  readonly database: string | null
  readonly collection: string
  readonly count: number
  readonly hash: string
  readonly rangeMin: string
  readonly rangeMax: string
  readonly initialRangeMin: string
  readonly depth: number
  readonly populated: number
}

const execute = promisify(execFile)
const COUNTS = { things: 3000, empty: 0 }

function linesOf({ stdout }: Outcome): TreeLine[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as TreeLine)
}

/** Sends SIGINT as soon as a file begins to grow in the directory. */
async function interruptWhenWriting(child: ChildProcess, directory: string): Promise<void> {
  for await (const { filename } of watch(directory, { persistent: false })) {
    if (filename?.endsWith('.tmp') !== true) continue
    child.kill('SIGINT')
    return
  }
}

async function readForm(path: string): Promise<{ form: string; tree: MerkleTree }> {
  return parseTree([await readFile(path)])
}

describe('tidemark tree', () => {
  const { at } = useTemporaryDirectory()

  beforeEach(() =>
    writeSampleDump(
      at('dump'),
      Object.entries(COUNTS).map(([name, count]) => ({ name, count })),
    ),
  )

  /** The tree of the sample's collection `things`, built from its revisions in this process. */
  async function thingsTree(): Promise<MerkleTree> {
    const text = gunzipSync(await readFile(join(at('dump'), dataFileName('things')))).toString()
    const revisions = [...text.matchAll(/"_rev":"([^"]+)"/g)].map(([, rev = '']) =>
      decodeRevision(rev),
    )
    return buildTree(BigUint64Array.from(revisions), {
      workers: 0,
      initialRangeMin: revisions[0] ?? 0n,
    })
  }

  async function run(commandLine: readonly string[], environment = {}): Promise<Outcome> {
    const outcome = await runInProcess(['tree', ...commandLine], { environment })
    assert.equal(outcome.exitCode, 0, outcome.stderr)
    return outcome
  }

  it('shows a table of the collections', async () => {
    const { stdout, stderr } = await run([at('dump')])
    const tree = await thingsTree()
    const [titles, empty, things, ...rest] = stdout.split('\n').map((line) => line.split(/ +/))
    assert.deepEqual(titles, ['collection', 'documents', 'depth', 'populated', 'range', 'hash'])
    assert.deepEqual(empty?.slice(0, 4), ['empty', '0', '6', '0'])
    const populated = tree.populatedCount.toLocaleString('en-US')
    assert.deepEqual(things?.slice(0, 4), ['things', '3,000', '6', populated])
    assert.match(things[4] ?? '', /^[-\w]{11}\.\.[-\w]{11}$/)
    assert.equal(things[5], tree.hash.toString())
    assert.deepEqual(rest, [['']])
    assert.equal(stderr, '')
  })

  it('tells one JSON object a collection, with threads and without', async () => {
    const tree = await thingsTree()
    for (const workers of ['0', '2']) {
      const lines = linesOf(await run([at('dump'), '--json', '--workers', workers]))
      assert.deepEqual(
        lines.map(({ collection }) => collection),
        ['empty', 'things'],
      )
      const things = lines[1]
      assert.ok(things !== undefined)
      assert.deepEqual(Object.keys(things), [
        'database',
        'collection',
        'count',
        'hash',
        'rangeMin',
        'rangeMax',
        'initialRangeMin',
        'depth',
        'populated',
      ])
      const { rangeMin, rangeMax, initialRangeMin, ...others } = things
      assert.deepEqual(others, {
        database: 'sample',
        collection: 'things',
        count: 3000,
        hash: tree.hash.toString(),
        depth: 6,
        populated: tree.populatedCount,
      })
      const bounds = [rangeMin, rangeMax, initialRangeMin]
      assert.deepEqual(bounds.map(decodeRevision), [
        tree.rangeMin,
        tree.rangeMax,
        tree.initialRangeMin,
      ])
      assert.ok(bounds.every(({ length }) => length === 11))
    }
  })

  it('gives equal trees of a directory, a store and a server', async () => {
    const loaded = await runInProcess(['sync', at('dump'), `store:${at('store')}#db`])
    assert.equal(loaded.exitCode, 0, loaded.stderr)
    const leader = await startServe(at('store'))
    try {
      const addresses = [at('dump'), `store:${at('store')}#db`, `${leader.url}/_db/db`]
      const told = []
      for (const address of addresses) {
        const lines = linesOf(await run([address, '--json'], ROOT))
        told.push(lines.map(({ collection, count, hash }) => ({ collection, count, hash })))
      }
      assert.equal(told[0]?.length, 2)
      assert.deepEqual(told[1], told[0])
      assert.deepEqual(told[2], told[0])
    } finally {
      assert.equal(await leader.stop(), 0)
    }
  })

  it('takes the collections that are named, and says which there are', async () => {
    const lines = linesOf(await run([at('dump'), 'things', '--json']))
    assert.deepEqual(
      lines.map(({ collection }) => collection),
      ['things'],
    )
    const { exitCode, stderr } = await runInProcess(['tree', at('dump'), 'nope', 'things'])
    assert.equal(exitCode, 2)
    for (const part of ['"nope"', 'empty, things']) assert.ok(stderr.includes(part), stderr)
  })

  it('writes a tree in each form', async () => {
    const expected = await thingsTree()
    const forms = { documented: 'documented', current: 'current', onlyPopulated: 'onlyPopulated' }
    for (const [form, read] of Object.entries(forms)) {
      await run([at('dump'), 'things', '--out', at(form), '--form', form])
      const { form: found, tree } = await readForm(at(form))
      assert.equal(found, read)
      assert.deepEqual(tree.leaves, expected.leaves)
    }
    const { nodes } = JSON.parse(await readFile(at('documented'), 'utf8')) as {
      nodes: readonly { readonly hash: string }[]
    }
    assert.ok(nodes.every(({ hash }) => hash.length === 11))
    await run([at('dump'), 'things', '--out', at('binary'), '--form', 'binary'])
    const binary = decodeTree(await readFile(at('binary')))
    assert.deepEqual(binary.shape, expected.shape)
    assert.deepEqual(binary.leaves, expected.leaves)
    const { stdout } = await run([at('dump'), 'things', '--out', at('default')])
    assert.match(stdout, /^things +3,000 /m)
    assert.equal((await readForm(at('default'))).form, 'current')
    const files = (await readdir(at('.'))).sort()
    const written = ['binary', 'current', 'default', 'documented', 'dump', 'onlyPopulated']
    assert.deepEqual(files, written)
  })

  it('calls usage what is usage', async () => {
    const commandLines = [
      [],
      [at('dump'), '--out', at('out')],
      [at('dump'), 'things', 'empty', '--out', at('out')],
      [at('dump'), 'things', '--form', 'current'],
      [at('dump'), 'things', '--out', at('out'), '--form', 'xml'],
      [at('dump'), '--workers', 'many'],
      ['ftp://x'],
    ]
    for (const commandLine of commandLines) {
      const { exitCode, stdout, stderr } = await runInProcess(['tree', ...commandLine])
      assert.equal(exitCode, 2, commandLine.join(' '))
      assert.equal(stdout, '')
      assert.match(stderr, /^tidemark: .+\n$/)
    }
    assert.deepEqual(await readdir(at('.')), ['dump'])
  })

  it('names what it cannot read or write, and leaves no file behind', async () => {
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [[at('absent')], /absent/],
      [[at('dump'), 'things', '--out', at('absent/out')], /absent\/out": there is no such dir/],
      [[at('absent'), 'things', '--out', at('out')], /absent/],
    ]
    for (const [commandLine, message] of cases) {
      const { exitCode, stderr } = await runInProcess(['tree', ...commandLine])
      assert.equal(exitCode, 1, stderr)
      assert.match(stderr, /^tidemark: Cannot .+\n$/)
      assert.match(stderr, message)
    }
    assert.deepEqual(await readdir(at('.')), ['dump'])
  })

  it('says that the disk took no more, and leaves no file behind', async () => {
    // Files of this shell end at 100 blocks of 512 bytes, as if the disk were full.
    const shell = ['-c', 'ulimit -f 100; exec "$0" "$@"', process.execPath, MAIN]
    const command = [...shell, 'tree', at('dump'), 'things', '--out', at('out')]
    await assert.rejects(execute('sh', command), (error: unknown) => {
      const { code, stderr } = error as { code: number; stderr: string }
      assert.equal(code, 1)
      assert.match(stderr, /^tidemark: Cannot write file ".*\/out": it is larger than files may be/)
      return true
    })
    assert.deepEqual(await readdir(at('.')), ['dump'])
  })

  it('has written the file before it says so to a pipe that nobody reads', async () => {
    const shell = '"$0" "$@" --json | true; ls "$(dirname "$OUT")"'
    const commandLine = ['tree', at('dump'), 'things', '--out', at('out'), '--form', 'documented']
    const { stdout } = await execute('sh', ['-c', shell, process.execPath, MAIN, ...commandLine], {
      env: { ...process.env, OUT: at('out') },
    })
    assert.equal(stdout, 'dump\nout\n')
  })

  it('does not replace the file that its own output goes to', async () => {
    await writeFile(at('log'), 'kept\n')
    const shell = '"$0" "$@" >> "$LOG"'
    const commandLine = ['tree', at('dump'), 'things', '--out', '/dev/stdout']
    const command = execute('sh', ['-c', shell, process.execPath, MAIN, ...commandLine], {
      env: { ...process.env, LOG: at('log') },
    })
    await assert.rejects(command, /the output of this command goes there/)
    assert.equal(await readFile(at('log'), 'utf8'), 'kept\n')
  })

  it('names file and line of a broken line', async () => {
    const file = join(at('dump'), dataFileName('things'))
    const lines = gunzipSync(await readFile(file))
      .toString()
      .split('\n')
    lines[1233] = '{"_key":"k1233","_rev":'
    await writeFile(file, gzipSync(lines.join('\n')))
    for (const workers of ['0', '2']) {
      const commandLine = ['tree', at('dump'), 'things', '--workers', workers, '--out', at('out')]
      const { exitCode, stdout, stderr } = await runInProcess(commandLine)
      assert.equal(exitCode, 1, stderr)
      assert.equal(stdout, '')
      assert.ok(stderr.includes(`line 1234 of ${file}`), stderr)
    }
    assert.deepEqual(await readdir(at('.')), ['dump'])
  })

  it('warns of removals that it passes over', async () => {
    const file = join(at('dump'), dataFileName('things'))
    const text = gunzipSync(await readFile(file)).toString()
    await writeFile(file, gzipSync(`${text}{"type":2302,"data":{"_key":"k1"}}\n`))
    const outcome = await run([at('dump'), 'things', '--json'])
    assert.equal(linesOf(outcome)[0]?.count, 3000)
    assert.match(outcome.stderr, /^warning: "things" holds 1 removal, which a tree passes over/)
  })

  it('ends with 130 at Ctrl-C, and leaves no file behind', async () => {
    await writeSampleDump(at('large'), [{ name: 'things', count: 200_000 }])
    const out = at('out')
    const commandLine = ['tree', at('large'), 'things', '--workers', '0', '--out', out]
    const { exitCode, stderr, stdout } = await runTidemark(commandLine, {
      onStart: (child) => void interruptWhenWriting(child, at('.')),
    })
    assert.equal(exitCode, 130, stderr)
    assert.equal(stdout, '')
    assert.deepEqual((await readdir(at('.'))).sort(), ['dump', 'large'])
  })
})
