import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runCommand } from './run-command.js'
import { joinResults, judgeCommand, judgeTests, parseCounts } from './verdict.js'

/** @typedef {import('./verdict.js').StepResult} StepResult */

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
 * Runs mocha: all files in two processes at a time, which halves the wait, or in one what arguments
 * choose. The reporter leaves the counts in a file, which no output of a test can be mistaken for.
 * Coverage is written as c8 does it, for a step of its own: then a missed threshold can be told from
 * a failed test.
 *
 * @param {import('./steps.js').Step} step
 * @param {{ mochaArguments: readonly string[], coverage: boolean }} options
 * @returns {Promise<StepResult>}
 */
export async function runTests({ command }, { mochaArguments, coverage }) {
  const folder = await mkdtemp(join(tmpdir(), 'tidemark-check-'))
  try {
    if (coverage) await rm(COVERAGE_FOLDER, { recursive: true, force: true })
    /** @type {Record<string, string>} */
    const env = coverage ? { NODE_V8_COVERAGE: join(process.cwd(), COVERAGE_FOLDER, 'tmp') } : {}
    if (mochaArguments.length > 0) {
      return await runMocha([...command, ...mochaArguments], join(folder, 'all.json'), { env })
    }
    const parts = ['1/2', '2/2'].map((part, index) => ({
      counts: join(folder, `${String(index)}.json`),
      // One shows its output while it comes, the other when it has ended.
      options: { env: { ...env, TIDEMARK_TEST_PART: part }, live: index === 0 },
    }))
    return joinResults(
      await Promise.all(parts.map(({ counts, options }) => runMocha(command, counts, options))),
    )
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * @param {readonly [string, ...string[]]} command
 * @param {string} countsFile
 * @param {{ env: Record<string, string>, live?: boolean }} options
 * @returns {Promise<StepResult>}
 */
async function runMocha(command, countsFile, { env, live = true }) {
  const run = await runCommand(command, {
    limitMs: TESTS_LIMIT_MS,
    live,
    env: { ...env, TIDEMARK_TEST_COUNTS: countsFile },
    isDone: () => existsSync(countsFile),
  })
  if (!live) process.stdout.write(run.output)
  const counts = parseCounts(await readFile(countsFile, 'utf8').catch(() => undefined))
  const complete = counts !== undefined && run.ending === 'exited'
  return { ...judgeTests({ ...run, counts }), complete, output: '' }
}
