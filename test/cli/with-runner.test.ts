import assert from 'node:assert/strict'
import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import type { CommandContext } from '../../lib/cli/context.js'
import type { TransformFlags } from '../../lib/cli/transform-flags.js'
import { UsageError } from '../../lib/cli/usage-error.js'
import { withRunner } from '../../lib/cli/with-runner.js'
import { OutputFileError } from '../../lib/core/index.js'
import type { CollectionInfo, TransformRunner } from '../../lib/streams/index.js'
import { TransformSetupError } from '../../lib/streams/index.js'
import { chunkOf } from '../support/chunk.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'

const PEOPLE: CollectionInfo = {
  database: 'd',
  name: 'people',
  type: 'document',
  isSystem: false,
  parameters: {},
  indexes: [],
}
const MODULE = `export default {
  document(document) {
    if (document.bad) throw new Error('it is bad')
    return document.grow ? { ...document, n: document.n } : document
  },
}
`

describe('withRunner()', () => {
  const { at } = useTemporaryDirectory()

  async function run<Result>(
    flags: TransformFlags,
    work: (runner: TransformRunner | undefined) => Promise<Result>,
  ): Promise<{ result: Result; stderr: string }> {
    const stderr = new PassThrough()
    const context: CommandContext = {
      stdout: new PassThrough(),
      stderr,
      environment: {},
      signal: new AbortController().signal,
    }
    const result = await withRunner(context, flags, work)
    stderr.end()
    return { result, stderr: await text(stderr) }
  }

  async function makeModule(): Promise<string> {
    await mkdir(at(''), { recursive: true })
    await writeFile(at('bad.mjs'), MODULE)
    return at('bad.mjs')
  }

  const transform =
    (...lines: string[]) =>
    async (runner: TransformRunner | undefined): Promise<string> => {
      assert.ok(runner !== undefined)
      const { chunks } = await runner.transform(chunkOf(lines), PEOPLE)
      return chunks.map(({ buffer }) => buffer.toString()).join('')
    }

  it('gives no runner where no transform is asked for', async () => {
    const { result, stderr } = await run({}, (runner) => Promise.resolve(runner === undefined))
    assert.equal(result, true)
    assert.equal(stderr, '')
  })

  it('refuses flags that are about transforms where there is none', async () => {
    const never = (): Promise<never> => assert.fail('nothing is to be done')
    for (const [flag, flags] of [
      ['--parallel', { parallel: 2 }],
      ['--on-error', { onError: { policy: 'skip' } }],
      ['--numbers', { numbers: 'exact' }],
    ] as const) {
      await assert.rejects(run(flags, never), (error) => {
        assert.ok(error instanceof UsageError)
        return error.message.startsWith(`Cannot take ${flag} without --transform`)
      })
    }
  })

  it('writes dead letters as they came, for their owner alone, and tells how many', async () => {
    const file = at('letters')
    const flags: TransformFlags = {
      transform: [await makeModule()],
      onError: { policy: 'skip', deadLetterFile: file },
    }
    const bad = '{"_key":"2","n":1.0,"bad":true, "big":12345678901234567890}'
    const { result, stderr } = await run(flags, transform('{"_key":"1"}', `${bad} `))
    assert.equal(result, '{"_key":"1"}\n')
    assert.equal(stderr, `warning: 1 document left out: a transform failed; it is in ${file}\n`)
    const written = await readFile(file, 'utf8')
    assert.ok(written.endsWith(`"document":${bad}}\n`), written)
    const letter = JSON.parse(written) as Record<string, unknown>
    assert.deepEqual(Object.keys(letter), [
      'collection',
      'key',
      'line',
      'transform',
      'error',
      'document',
    ])
    assert.deepEqual(
      [letter['collection'], letter['key'], letter['line'], letter['transform']],
      ['people', '2', 2, 'bad.mjs'],
    )
    assert.match(String(letter['error']), /it is bad/)
    assert.equal((await stat(file)).mode & 0o777, 0o600)
  })

  it('writes over no letters, and takes an empty file', async () => {
    const file = at('letters')
    const flags: TransformFlags = {
      transform: [await makeModule()],
      onError: { policy: 'skip', deadLetterFile: file },
    }
    await writeFile(file, '')
    await chmod(file, 0o644)
    await run(flags, transform('{"_key":"2","bad":true}'))
    assert.equal((await stat(file)).mode & 0o777, 0o600)
    const before = await readFile(file, 'utf8')
    await assert.rejects(
      run(flags, () => assert.fail('nothing is to be done')),
      (error) => error instanceof OutputFileError && error.message.includes('it exists'),
    )
    assert.equal(await readFile(file, 'utf8'), before)
  })

  it('makes no file for a transform that is not there', async () => {
    const flags: TransformFlags = {
      transform: [at('none.js')],
      onError: { policy: 'skip', deadLetterFile: at('letters') },
    }
    await assert.rejects(run(flags, transform()), TransformSetupError)
    await assert.rejects(stat(at('letters')), { code: 'ENOENT' })
  })

  it('names a place that takes no file', async () => {
    const flags: TransformFlags = {
      transform: [await makeModule()],
      onError: { policy: 'skip', deadLetterFile: at('none/letters') },
    }
    await assert.rejects(run(flags, transform()), OutputFileError)
  })

  it('tells of numbers that lost digits, whatever the end is', async () => {
    const flags: TransformFlags = { transform: [await makeModule()] }
    const stderr = new PassThrough()
    const context: CommandContext = {
      stdout: new PassThrough(),
      stderr,
      environment: {},
      signal: new AbortController().signal,
    }
    await assert.rejects(
      withRunner(context, flags, async (runner) => {
        assert.ok(runner !== undefined)
        Object.assign(runner, { counts: { ...runner.counts, harmed: 2 } })
        await transform('{"_key":"2","bad":true}')(runner)
      }),
      /it is bad|threw/,
    )
    stderr.end()
    assert.match(await text(stderr), /^warning: 2 changed documents hold numbers that lost digits/)
  })
})
