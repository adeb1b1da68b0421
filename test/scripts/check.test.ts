/*
 * The check decides whether a change is right, so its own decisions are tested: what each way of
 * going wrong counts as, and that a command which does not end is ended.
 */
import assert from 'node:assert/strict'

interface Counts {
  readonly passed: number
  readonly failed: number
}
type Ending = 'exited' | 'timeLimit' | 'stayedOpen'
interface Run {
  readonly exitCode: number | null
  readonly ending: Ending
}
type Verdict = Counts & { readonly reasons: readonly string[] }
type StepResult = Verdict & { readonly complete: boolean; readonly output: string }
interface VerdictModule {
  parseCounts: (text: string | undefined) => Counts | undefined
  judgeTests: (run: Run & { counts: Counts | undefined }) => Verdict
  judgeCommand: (run: Run) => Verdict
  missingNeed: (
    step: { needs?: readonly string[] },
    broken: ReadonlySet<string>,
  ) => string | undefined
  parseArguments: (
    args: readonly string[],
    known: readonly string[],
  ) => { names: readonly string[]; mochaArguments: readonly string[] }
  joinResults: (parts: readonly StepResult[]) => StepResult
  formatCounts: (results: readonly Counts[]) => string
}
interface RunCommandOptions {
  readonly limitMs: number
  readonly isDone?: () => boolean
  readonly graceMs?: number
}
interface RunCommandModule {
  runCommand: (
    command: readonly string[],
    options: RunCommandOptions,
  ) => Promise<Run & { output: string }>
}
interface StepsModule {
  readonly STEPS: readonly { readonly name: string; readonly needs?: readonly string[] }[]
}

/** Scripts are not built; they lie in the root, three levels above this file's built form. */
async function importScript(path: string): Promise<unknown> {
  return (await import(new URL(`../../../scripts/${path}`, import.meta.url).href)) as unknown
}

const {
  joinResults,
  parseCounts,
  judgeTests,
  judgeCommand,
  missingNeed,
  parseArguments,
  formatCounts,
} = (await importScript('check/verdict.js')) as VerdictModule
const { runCommand } = (await importScript('check/run-command.js')) as RunCommandModule
const { STEPS } = (await importScript('check/steps.js')) as StepsModule

describe('parseCounts()', () => {
  it('reads what the reporter writes', () => {
    assert.deepEqual(parseCounts('{"passed":12,"failed":3}'), { passed: 12, failed: 3 })
  })

  const refused = [
    undefined,
    '',
    '{"passed":12',
    '{}',
    'null',
    '{"passed":"1","failed":0}',
    '{"passed":-1,"failed":0}',
    '{"passed":1.5,"failed":0}',
  ]
  for (const text of refused) {
    it(`takes ${text === undefined ? 'nothing' : `'${text}'`} for no counts`, () => {
      assert.equal(parseCounts(text), undefined)
    })
  }
})

describe('joinResults()', () => {
  const good: StepResult = { passed: 5, failed: 0, reasons: [], complete: true, output: 'a' }
  const bad: StepResult = { passed: 2, failed: 1, reasons: ['why'], complete: false, output: 'b' }

  it('adds what passed and failed, and is complete when all parts are', () => {
    const joined = { passed: 7, failed: 1, reasons: ['why'], complete: false, output: 'ab' }
    assert.deepEqual(joinResults([good, bad]), joined)
    assert.equal(joinResults([good, good]).complete, true)
  })
})

describe('judgeTests()', () => {
  const good = { passed: 5, failed: 0 }
  const rows: readonly (readonly [string, Run & { counts: Counts | undefined }, Counts])[] = [
    ['all passed', { counts: good, exitCode: 0, ending: 'exited' }, good],
    [
      'two tests failed',
      { counts: { passed: 5, failed: 2 }, exitCode: 2, ending: 'exited' },
      { passed: 5, failed: 2 },
    ],
    [
      'a file that throws while loading',
      { counts: undefined, exitCode: 1, ending: 'exited' },
      { passed: 0, failed: 1 },
    ],
    [
      'a test that leaves the process as if all were well',
      { counts: undefined, exitCode: 0, ending: 'exited' },
      { passed: 0, failed: 1 },
    ],
    [
      'no test at all',
      { counts: { passed: 0, failed: 0 }, exitCode: 0, ending: 'exited' },
      { passed: 0, failed: 1 },
    ],
    [
      'an error after the last test',
      { counts: good, exitCode: 7, ending: 'exited' },
      { passed: 5, failed: 1 },
    ],
    [
      'a signal after the last test',
      { counts: good, exitCode: null, ending: 'exited' },
      { passed: 5, failed: 1 },
    ],
    [
      'an open handle',
      { counts: good, exitCode: null, ending: 'stayedOpen' },
      { passed: 5, failed: 1 },
    ],
    [
      'an open handle and a failed test',
      { counts: { passed: 4, failed: 1 }, exitCode: null, ending: 'stayedOpen' },
      { passed: 4, failed: 2 },
    ],
    [
      'a test that never ends',
      { counts: undefined, exitCode: null, ending: 'timeLimit' },
      { passed: 0, failed: 1 },
    ],
  ]
  for (const [title, run, expected] of rows) {
    it(`counts ${title} as ${formatCounts([expected])}`, () => {
      const { passed, failed, reasons } = judgeTests(run)
      assert.deepEqual({ passed, failed }, expected)
      assert.equal(reasons.length, failed - (run.counts?.failed ?? 0))
    })
  }
})

describe('judgeCommand()', () => {
  it('counts nothing for a command that went well', () => {
    const verdict = judgeCommand({ exitCode: 0, ending: 'exited' })
    assert.deepEqual(verdict, { passed: 0, failed: 0, reasons: [] })
  })

  const failures: readonly Run[] = [
    { exitCode: 1, ending: 'exited' },
    { exitCode: null, ending: 'exited' },
    { exitCode: null, ending: 'timeLimit' },
  ]
  for (const run of failures) {
    it(`counts one failure for ${JSON.stringify(run)}`, () => {
      assert.equal(judgeCommand(run).failed, 1)
    })
  }
})

describe('missingNeed()', () => {
  it('names the step that is needed and broken', () => {
    assert.equal(missingNeed({ needs: ['build'] }, new Set(['format', 'build'])), 'build')
  })

  it('lets a step run that needs none of the broken ones', () => {
    assert.equal(missingNeed({ needs: ['build'] }, new Set(['format'])), undefined)
    assert.equal(missingNeed({}, new Set(['build'])), undefined)
  })
})

describe('parseArguments()', () => {
  const known = ['build', 'tests', 'docs']

  it('takes every step when none is named', () => {
    assert.deepEqual(parseArguments([], known), { names: known, mochaArguments: [] })
  })

  it('hands what follows the names to mocha, even if it is named like a step', () => {
    const args = ['build', 'tests', '-g', 'docs']
    const expected = { names: ['build', 'tests'], mochaArguments: ['-g', 'docs'] }
    assert.deepEqual(parseArguments(args, known), expected)
  })
})

describe('formatCounts()', () => {
  it('adds up the steps', () => {
    const results = [
      { passed: 7, failed: 1 },
      { passed: 0, failed: 1 },
    ]
    assert.equal(formatCounts(results), '7 passed, 2 failed')
    assert.equal(formatCounts([]), '0 passed, 0 failed')
  })
})

describe('STEPS', () => {
  it('runs every step after those that it needs', () => {
    const names = STEPS.map((step) => step.name)
    for (const [index, { needs = [] }] of STEPS.entries()) {
      for (const need of needs) assert.ok(names.slice(0, index).includes(need))
    }
  })
})

describe('runCommand()', () => {
  const FOREVER = [process.execPath, '-e', 'setInterval(() => {}, 1000)']

  it('gives the exit code and all output', async () => {
    const script = 'console.log("out"); console.error("err"); process.exitCode = 3'
    const run = await runCommand([process.execPath, '-e', script], { limitMs: 4000 })
    assert.deepEqual([run.exitCode, run.ending], [3, 'exited'])
    assert.deepEqual(run.output.trim().split('\n').sort(), ['err', 'out'])
  })

  it('kills a command at its time limit', async () => {
    const run = await runCommand(FOREVER, { limitMs: 50 })
    assert.deepEqual([run.exitCode, run.ending], [null, 'timeLimit'])
  })

  it('kills a command that stays although it is done', async () => {
    const run = await runCommand(FOREVER, { limitMs: 4000, isDone: () => true, graceMs: 10 })
    assert.deepEqual([run.exitCode, run.ending], [null, 'stayedOpen'])
  })

  it('does not wait for a process that the command left behind', async () => {
    const script = `require('node:child_process').spawn(process.execPath,
      ['-e', 'setTimeout(() => {}, 60000)'], { stdio: 'inherit' }).unref()`
    const run = await runCommand([process.execPath, '-e', script], { limitMs: 4000 })
    assert.deepEqual([run.exitCode, run.ending], [0, 'exited'])
  })

  it('rejects when there is no such command', async () => {
    const run = runCommand(['./no-such-command'], { limitMs: 4000 })
    await assert.rejects(run, { code: 'ENOENT' })
  })
})
