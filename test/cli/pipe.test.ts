import assert from 'node:assert/strict'
import { Readable, Writable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { hostileBytes, hostileDocuments } from '../support/hostile-lines.js'
import { blocksOf } from '../support/streams.js'
import { runInProcess } from './support/run-in-process.js'
import type { Outcome } from './support/run-tidemark.js'

const BLOCK_BYTES = 64 * 1024

async function pipe(input: string | Buffer, ...flags: string[]): Promise<Outcome> {
  const blocks = blocksOf(Buffer.from(input), BLOCK_BYTES)
  return runInProcess(['pipe', ...flags], { stdin: Readable.from(blocks) })
}

async function piped(input: string | Buffer, ...flags: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await pipe(input, ...flags)
  assert.deepEqual([exitCode, stderr], [0, ''])
  return stdout
}

/** Takes the bytes of an output. */
function gather(): { out: Writable; bytes: () => Buffer } {
  const blocks: Buffer[] = []
  const out = new Writable({
    write(block: Buffer, _encoding, done) {
      blocks.push(block)
      done()
    },
  })
  return { out, bytes: () => Buffer.concat(blocks) }
}

describe('tidemark pipe', () => {
  it('passes any bytes without changing one', async () => {
    const input = hostileBytes()
    const { out, bytes } = gather()
    const stdin = Readable.from(blocksOf(input, BLOCK_BYTES))
    const { exitCode, stderr } = await runInProcess(['pipe'], { stdin, stdout: out })
    assert.deepEqual([exitCode, stderr], [0, ''])
    assert.ok(bytes().equals(input))
    assert.equal(out.writableEnded, false, 'others may write there')
  })

  it('passes nothing', async () => {
    assert.equal(await piped(''), '')
  })

  it('brings lines through a JSON array and back without changing one', async () => {
    const lines = hostileDocuments().map((line) => `${line.trim()}\n`)
    const array = await piped(lines.join('\r\n\n'), '--out', 'json')
    assert.equal((JSON.parse(array) as unknown[]).length, lines.length)
    assert.equal(await piped(array, '--in', 'json'), lines.join(''))
  })

  it('reads and writes tables', async () => {
    const lines = '{"_key":"1","n":1.10,"t":"1","o":{"a":"x"}}\n{"_key":"2","n":null}\n'
    assert.equal(await piped(lines, '--out', 'csv'), CSV)
    assert.equal(await piped(CSV, '--in', 'csv', '--out', 'tsv', '--types', 'auto'), TSV)
    const fields = ['--fields', 'o.a, _key', '--null', '', '--crlf', '--delimiter', ';']
    assert.equal(await piped(lines, '--out', 'csv', ...fields), 'o.a;_key\r\nx;1\r\n;2\r\n')
    const risky = '{"a":"=1"}\n'
    assert.equal(await piped(risky, '--out', 'csv', '--safe-formulas'), "a\n'=1\n")
    assert.equal(await piped('1;2\n', '--in', 'csv', '--fields', 'a, b', '--delimiter', ';'), AB)
    const table = ['--in', 'csv', '--in-fields', 'a,b', '--out', 'tsv', '--fields', 'b']
    assert.equal(await piped('x,y\n', ...table), 'b\ny\n')
  })

  it('keeps the last document of each key', async () => {
    const input = '{"_key":"a","n":1.0}\n{"_key":"b"}\n{"_key":"a","n":2.0}\n'
    assert.equal(await piped(input, '--deduplicate'), '{"_key":"b"}\n{"_key":"a","n":2.0}\n')
  })

  it('says what is wrong with the input', async () => {
    const cases: [input: string, flags: string[], said: string][] = [
      ['{', ['--in', 'json'], 'Cannot read a JSON array, item 1 of stdin: expected an array'],
      [
        'a\n"b',
        ['--in', 'csv'],
        'Cannot read CSV, line 2 of stdin: the text ends inside of quotes',
      ],
      [
        '{"a":1}\n[]\n',
        ['--out', 'csv'],
        'Cannot write a row, line 2 of stdin: expected an object',
      ],
    ]
    for (const [input, flags, said] of cases) {
      const { exitCode, stderr } = await pipe(input, ...flags)
      assert.equal(exitCode, 1, said)
      assert.ok(stderr.startsWith(`tidemark: ${said}`), stderr)
      assert.equal(stderr.split('\n').length, 2, 'one line')
    }
  })

  it('refuses flags that do not fit', async () => {
    const cases = [
      ['--in', 'xml'],
      ['--delimiter', ',,'],
      ['--delimiter', '"'],
      ['--out', 'csv', '--fields', 'a..b'],
      ['--types', 'guess'],
      ['somewhere'],
    ]
    for (const flags of cases) {
      const { exitCode, stderr } = await pipe('', ...flags)
      assert.equal(exitCode, 2, flags.join(' '))
      assert.match(stderr, /^tidemark: .+\n$/)
    }
  })

  it('tells of an input that cannot be read', async () => {
    for (const flags of [[], ['--out', 'json']]) {
      const stdin = new Readable({
        read() {
          this.destroy(Object.assign(new Error('EISDIR: ...'), { code: 'EISDIR' }))
        },
      })
      const { exitCode, stderr } = await runInProcess(['pipe', ...flags], { stdin })
      assert.deepEqual([exitCode, stderr], [1, 'tidemark: Cannot read stdin: it is a directory\n'])
    }
    const { exitCode, stderr } = await runInProcess(['pipe'])
    assert.deepEqual([exitCode, stderr], [1, 'tidemark: Cannot read stdin: there is none\n'])
  })

  it('tells of an output that cannot be written', async () => {
    for (const flags of [[], ['--in', 'lines', '--out', 'json']]) {
      const { exitCode, stderr } = await runInProcess(['pipe', ...flags], {
        stdin: Readable.from(blocksOf(Buffer.from('{}\n'.repeat(100_000)), BLOCK_BYTES)),
        stdout: failingWith('ENOSPC'),
      })
      assert.deepEqual(
        [exitCode, stderr],
        [1, 'tidemark: Cannot write to stdout: there is no space left on its disk\n'],
      )
    }
  })

  it('is quiet when nobody reads on', async () => {
    for (const flags of [[], ['--out', 'json']]) {
      const stdin = Readable.from(endless())
      const stdout = failingWith('EPIPE')
      const { exitCode, stderr } = await runInProcess(['pipe', ...flags], { stdin, stdout })
      assert.deepEqual([exitCode, stderr], [0, ''])
      assert.equal(stdin.destroyed, true)
    }
  })

  it('ends when it is interrupted, wherever it waits', async () => {
    const silent = new Readable({ read: () => undefined })
    const stuck = new Writable({ highWaterMark: 1, write: () => undefined })
    for (const [stdin, stdout] of [
      [silent, gather().out],
      [Readable.from(endless()), stuck],
    ] as const) {
      const { exitCode, stderr } = await runInProcess(['pipe'], {
        stdin,
        stdout,
        onStart: ({ interrupt }) => {
          void setImmediate().then(() => {
            interrupt()
          })
        },
      })
      assert.deepEqual([exitCode, stderr], [130, 'tidemark: Interrupted by SIGINT\n'])
      assert.equal(stdin.destroyed, true)
    }
  })
})

const CSV = '_key,n,t,o\n1,1.10,"1","{""a"":""x""}"\n2,null,,\n'
const TSV = '_key\tn\tt\to\n1\t1.10\t"1"\t"{""a"":""x""}"\n2\tnull\t\t\n'
const AB = '{"a":"1","b":"2"}\n'

function failingWith(code: string): Writable {
  const out = new Writable({
    write(_block, _encoding, done) {
      done(Object.assign(new Error(`${code}: write`), { code }))
    },
  })
  // As the process listens to its stdout.
  out.on('error', () => undefined)
  return out
}

function* endless(): Generator<Buffer> {
  const block = Buffer.from('{"_key":"a"}\n'.repeat(1000))
  for (;;) yield block
}
