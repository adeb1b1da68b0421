import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describeWithShared, sharedUrl } from './support/shared.js'
import { useTemporaryDirectory } from './support/temporary-directory.js'
import { runVectors, type FileReport } from './vectors/run-vectors.js'

const TREE = {
  name: 'one key',
  args: { depth: 2, rangeMin: '0', rangeMax: '64', initialRangeMin: '0' },
  ops: [{ op: 'insert', keys: { kind: 'list', keys: ['5'], order: 'given' } }],
}

async function collect(directory: string): Promise<readonly FileReport[]> {
  const reports: FileReport[] = []
  for await (const report of runVectors(directory)) reports.push(report)
  return reports
}

describe('runVectors()', () => {
  const { at } = useTemporaryDirectory()

  async function failuresOf(vectors: object): Promise<readonly string[]> {
    await writeFile(at('one.json'), JSON.stringify(vectors))
    const [report] = await collect(at('.'))
    return report?.failures ?? []
  }

  it('passes what is right', async () => {
    const expected = { populatedLeaves: 1, leaves: [[5, 1, '12161962213042174405']] }
    assert.deepEqual(await failuresOf({ pairs: [['0', '12161962213042174405']] }), [])
    const failures = await failuresOf({ cases: [{ ...TREE, expected }] })
    assert.equal(failures.length, 1, 'the hash told is that of 0')
    assert.match(failures[0] ?? '', /^one key, leaves: /)
  })

  it('fails for a tree that is not as told', async () => {
    const failures = await failuresOf({ cases: [{ ...TREE, expected: { populatedLeaves: 2 } }] })
    assert.match(failures.join(), /^one key, populatedLeaves: /)
  })

  it('fails for a step that throws though none is told', async () => {
    const args = { ...TREE.args, depth: 1 }
    const failures = await failuresOf({ cases: [{ ...TREE, args, expected: {} }] })
    assert.match(failures.join(), /^one key, steps: TreeError/)
  })

  it('fails for a field and for a part that nobody checks', async () => {
    const failures = await failuresOf({ cases: [{ ...TREE, expected: { colour: 'red' } }] })
    assert.match(failures.join(), /^one key, colour: no check is known/)
    assert.match((await failuresOf({ colours: [] })).join(), /no check is known for: colours/)
  })

  it('fails for a file that is not JSON', async () => {
    await writeFile(at('one.json'), '{')
    const [report] = await collect(at('.'))
    assert.match(report?.failures.join() ?? '', /^the file: SyntaxError/)
  })

  it('fails for a file that holds nothing to check', async () => {
    assert.deepEqual(await failuresOf({ notes: [], cases: [] }), [
      'the file: Error: it holds no vectors',
    ])
  })
})

describe('npm run vectors', () => {
  const { at } = useTemporaryDirectory()
  const RUN = fileURLToPath(new URL('vectors/run.js', import.meta.url))

  function run(commandLine: readonly string[]): Promise<{ stdout: string }> {
    // As npm does: in the directory of the package, and telling where it was called.
    const env = { ...process.env, npm_lifecycle_event: 'vectors', INIT_CWD: at('.') }
    return promisify(execFile)(process.execPath, [RUN, ...commandLine], { env })
  }

  beforeEach(async () => {
    await mkdir(at('good'))
    await mkdir(at('empty'))
    await writeFile(at('good/one.json'), '{"pairs":[["0","12161962213042174405"]]}')
  })

  it('ends with what passed and failed, for a path from where npm was called too', async () => {
    for (const directory of [at('good'), 'good']) {
      const { stdout } = await run([directory])
      assert.match(stdout, /\n1 passed, 0 failed\n$/)
    }
  })

  it('fails without vectors', async () => {
    for (const directory of ['empty', 'absent']) {
      await assert.rejects(
        run([directory]),
        ({ code, stdout }: { code: number; stdout: string }) => {
          assert.equal(code, 1)
          assert.match(stdout, /\n0 passed, 1 failed\n$/)
          return true
        },
      )
    }
    await assert.rejects(run([]), { code: 2 })
  })
})

describeWithShared('the vectors of the original algorithm', () => {
  it('all pass', async function () {
    this.timeout(240_000)
    const reports = await collect(fileURLToPath(sharedUrl('vectors/merkle')))
    assert.deepEqual(
      reports.flatMap(({ name, failures }) => failures.map((failure) => `${name}: ${failure}`)),
      [],
    )
    assert.ok(reports.length >= 10)
    for (const { name, passed } of reports) assert.ok(passed > 0, `${name} checked nothing`)
  })
})
