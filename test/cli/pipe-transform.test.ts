import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { Readable, Writable } from 'node:stream'
import { hostileDump } from '../support/hostile-lines.js'
import { blocksOf } from '../support/streams.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'
import { runInProcess } from './support/run-in-process.js'
import type { Outcome } from './support/run-tidemark.js'

const BLOCK_BYTES = 64 * 1024

async function pipe(input: string | Buffer, ...flags: string[]): Promise<Outcome> {
  const blocks = blocksOf(Buffer.from(input), BLOCK_BYTES)
  return runInProcess(['pipe', ...flags], { stdin: Readable.from(blocks) })
}

function* endless(): Generator<Buffer> {
  for (;;) yield Buffer.from('{"n":1}\n'.repeat(1000))
}

function closedPipe(): Error {
  return Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })
}

describe('tidemark pipe --transform', () => {
  const { at } = useTemporaryDirectory()

  async function transform(name: string, document: string): Promise<string> {
    const path = at(`${name}.mjs`)
    await writeFile(path, `export default { document(document, context) { ${document} } }\n`)
    return path
  }

  it('leaves untouched lines as the bytes that came', async () => {
    const input = hostileDump()
    const same = await transform('same', 'return document')
    const { exitCode, stdout, stderr } = await pipe(input, '--transform', same)
    assert.deepEqual([exitCode, stderr], [0, ''])
    // Blank lines hold no document.
    const lines = input.toString().split(/(?<=\n)/)
    assert.equal(stdout, lines.filter((line) => line.trim() !== '').join(''))
  })

  it('runs several in their order, on lines that need no key', async () => {
    const first = await transform('first', 'return { ...document, n: document.n + 1 }')
    const second = await transform('second', 'return document.n > 2 ? { n: document.n * 2 } : null')
    const flags = ['--transform', first, '--transform', second]
    const { exitCode, stdout, stderr } = await pipe('{"n":1}\n{"n":2}\n{"n":3}\n', ...flags)
    assert.deepEqual([exitCode, stdout, stderr], [0, '{"n":6}\n{"n":8}\n', ''])
  })

  it('transforms between other formats', async () => {
    const double = await transform('double', 'document.n *= 2; return document')
    const flags = ['--in', 'csv', '--types', 'auto', '--out', 'json', '--transform', double]
    const { exitCode, stdout } = await pipe('_key,n\na,1\nb,2\n', ...flags)
    assert.equal(exitCode, 0)
    assert.deepEqual(JSON.parse(stdout), [
      { _key: 'a', n: 2 },
      { _key: 'b', n: 4 },
    ])
  })

  it('tells transforms what the flags say of the collection', async () => {
    const told = await transform('told', 'return { c: context.collection, t: context.type }')
    const named = ['--transform', told, '--collection', 'knows', '--edge']
    assert.equal((await pipe('{}\n', ...named)).stdout, '{"c":"knows","t":"edge"}\n')
    assert.equal((await pipe('{}\n', '--transform', told)).stdout, '{}\n')
  })

  it('lets transforms leave a collection out or alone', async () => {
    const path = at('plan.mjs')
    const rules = '({ name }) => (name === "out" ? false : { data: name })'
    await writeFile(path, `export default { document: () => null, collection: ${rules} }\n`)
    const outcomes = ['out', 'none', 'unchanged', 'transform'].map(async (name) => {
      const flags = ['--transform', path, '--collection', name]
      return (await pipe('{"n":1.0}\n', ...flags)).stdout
    })
    assert.deepEqual(await Promise.all(outcomes), ['', '', '{"n":1.0}\n', ''])
  })

  it('writes what is routed into files, which are seen once all went well', async () => {
    const byType = await transform(
      'by-type',
      'if (document.bad) throw new Error("no"); ' +
        'return document.t ? context.route(document.t, { n: document.n }) : document',
    )
    const input = '{"t":"a","n":1}\n{"n":2}\n{"t":"b","n":3}\n{"t":"a","n":4}\n'
    const flags = ['--transform', byType, '--routes', at('routes')]
    const { exitCode, stdout, stderr } = await pipe(input, ...flags)
    assert.deepEqual([exitCode, stdout, stderr], [0, '{"n":2}\n', ''])
    assert.deepEqual((await readdir(at('routes'))).sort(), ['a.jsonl', 'b.jsonl'])
    assert.equal(await readFile(at('routes/a.jsonl'), 'utf8'), '{"n":1}\n{"n":4}\n')
    const failed = await pipe('{"t":"c","n":1}\n{"bad":true}\n', ...flags)
    assert.equal(failed.exitCode, 1)
    assert.deepEqual((await readdir(at('routes'))).sort(), ['a.jsonl', 'b.jsonl'])
  })

  it('shows none of the files where nobody read to the end', async () => {
    const both = await transform('both', 'return [context.route("a", document), document]')
    const stdin = Readable.from(endless())
    let left = 20
    const stdout = new Writable({
      write(_block, _encoding, done) {
        left -= 1
        setImmediate(() => {
          done(left > 0 ? null : closedPipe())
        })
      },
    })
    const flags = ['--transform', both, '--routes', at('cut')]
    const { exitCode, stderr } = await runInProcess(['pipe', ...flags], { stdin, stdout })
    assert.deepEqual([exitCode, stderr], [0, ''])
    assert.deepEqual(await readdir(at('cut')), [])
  })

  it('refuses to route where nothing takes it', async () => {
    const away = await transform('away', 'return context.route(document.t, {})')
    const alone = await pipe('{"t":"a"}\n', '--transform', away)
    assert.equal(alone.exitCode, 2)
    assert.match(alone.stderr, /Cannot send a document to collection "a": --routes DIR/)
    for (const name of ['../a', '.', 'a/b', '']) {
      const flags = ['--transform', away, '--routes', at('none')]
      const { exitCode } = await pipe(`{"t":"${name}"}\n`, ...flags)
      assert.notEqual(exitCode, 0, name)
    }
    assert.equal(existsSync(at('none')), false)
    const many = Array.from({ length: 300 }, (_, index) => `{"t":"c${index}"}\n`)
    const flags = ['--transform', away, '--routes', at('many')]
    const { exitCode, stderr } = await pipe(many.join(''), ...flags)
    assert.equal(exitCode, 2)
    assert.match(stderr, /there are 256 already/)
    assert.deepEqual(await readdir(at('many')), [])
  })

  it('tells of the document that a transform failed at', async () => {
    const picky = await transform(
      'picky',
      'if (document.n > 1) throw new Error("no"); return document',
    )
    const input = '{"_key":"a","n":1}\n{"_key":"b","n":2}\n{"_key":"c","n":0}\n'
    const flags = ['--transform', picky, '--collection', 'people']
    const { exitCode, stdout, stderr } = await pipe(input, ...flags)
    assert.deepEqual([exitCode, stdout], [1, ''])
    for (const part of ['picky', 'people', '"b"']) assert.ok(stderr.includes(part), stderr)
    const skipped = await pipe(input, ...flags, '--on-error', 'dead-letter', at('dead.jsonl'))
    assert.deepEqual([skipped.exitCode, skipped.stdout], [0, input.replace(/.*"b".*\n/, '')])
    assert.match(skipped.stderr, /^warning: 1 document left out/)
    assert.match(await readFile(at('dead.jsonl'), 'utf8'), /"b"/)
  })

  it('warns of numbers that lost digits, and keeps them where asked to', async () => {
    const touch = await transform('touch', 'return { ...document, copy: document.list[0] }')
    const input = '{"_key":"a","list":[12345678901234567890, 1.10]}\n'
    const native = await pipe(input, '--transform', touch)
    assert.equal(native.exitCode, 0)
    assert.match(native.stderr, /^warning: 1 changed document holds numbers that lost digits/)
    const exact = await pipe(input, '--transform', touch, '--numbers', 'exact')
    assert.equal(exact.stderr, '')
    assert.match(exact.stdout, /12345678901234567890/)
  })

  it('refuses flags that need others', async () => {
    const cases = [
      ['--routes', 'x'],
      ['--on-error', 'skip'],
      ['--transform', 'no-such-thing'],
      ['--transform', at('no.mjs')],
    ]
    for (const flags of cases) {
      const { exitCode, stderr } = await pipe('', ...flags)
      assert.notEqual(exitCode, 0, flags.join(' '))
      assert.match(stderr, /^tidemark: Cannot .+\n$/)
    }
  })
})
