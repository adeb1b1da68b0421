import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runCommand } from './run-command.js'
import { judgeCommand, judgeTests, parseCounts } from './verdict.js'

/** @typedef {import('./verdict.js').Verdict & { complete: boolean, output: string }} StepResult */

const MINUTE_MS = 60_000
const STEP_LIMIT_MS = 10 * MINUTE_MS
const TESTS_LIMIT_MS = 17 * MINUTE_MS
const COVERAGE_FOLDER = 'coverage'

/**
 * Runs a step that is not tests.
 *
 * @param {import('./steps.js').Step} step
 * @returns {Promise<StepResult>}
 */
export async function runChecks({ command }) {
  const run = await runCommand(command, { limitMs: STEP_LIMIT_MS })
  const verdict = judgeCommand(run)
  return { ...verdict, complete: verdict.failed === 0, output: run.output }
}

/**
 * Runs mocha. Its reporter leaves the counts in a file, which no output of a test can be mistaken
 * for. Coverage is written as c8 does it, for a step of its own: then a missed threshold can be
 * told from a failed test.
 *
 * @param {import('./steps.js').Step} step
 * @param {{ mochaArguments: readonly string[], coverage: boolean }} options
 * @returns {Promise<StepResult>}
 */
export async function runTests({ command }, { mochaArguments, coverage }) {
  const folder = await mkdtemp(join(tmpdir(), 'tidemark-check-'))
  const countsFile = join(folder, 'counts.json')
  try {
    if (coverage) await rm(COVERAGE_FOLDER, { recursive: true, force: true })
    const run = await runCommand([...command, ...mochaArguments], {
      limitMs: TESTS_LIMIT_MS,
      live: true,
      env: {
        TIDEMARK_TEST_COUNTS: countsFile,
        ...(coverage && { NODE_V8_COVERAGE: join(process.cwd(), COVERAGE_FOLDER, 'tmp') }),
      },
      isDone: () => existsSync(countsFile),
    })
    const counts = parseCounts(await readFile(countsFile, 'utf8').catch(() => undefined))
    const complete = counts !== undefined && run.ending === 'exited'
    return { ...judgeTests({ ...run, counts }), complete, output: '' }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
