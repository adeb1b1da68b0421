// What the outcome of commands means: pure, so that it can be tested without running any.

/**
 * How a command ended: by itself, killed at its time limit, or killed because it stayed alive after
 * it had said that it was done.
 *
 * @typedef {'exited' | 'timeLimit' | 'stayedOpen'} Ending
 */

/** @typedef {{ passed: number, failed: number }} Counts */

/** @typedef {Counts & { reasons: string[] }} Verdict */

/** @typedef {Verdict & { complete: boolean, output: string }} StepResult */

/**
 * Reads what the reporter wrote when mocha was done.
 *
 * @param {string | undefined} text - undefined when nothing was written
 * @returns {Counts | undefined} undefined when these are no counts
 */
export function parseCounts(text) {
  try {
    const { passed, failed } = /** @type {Partial<Counts>} */ (JSON.parse(text ?? ''))
    return isCount(passed) && isCount(failed) ? { passed, failed } : undefined
  } catch {
    return undefined
  }
}

/**
 * @param {unknown} value
 * @returns {value is number}
 */
function isCount(value) {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

/**
 * Counts a run of the tests, so that everything which went wrong is at least one failure.
 *
 * @param {{ counts: Counts | undefined, exitCode: number | null, ending: Ending }} run
 * @returns {Verdict}
 */
export function judgeTests({ counts, exitCode, ending }) {
  const { passed, failed } = counts ?? { passed: 0, failed: 0 }
  const reasons = testTroubles(counts, exitCode, ending)
  return { passed, failed: failed + reasons.length, reasons }
}

/**
 * What went wrong with a run apart from the tests that failed in it: one thing at most.
 *
 * @param {Counts | undefined} counts
 * @param {number | null} exitCode
 * @param {Ending} ending
 * @returns {string[]}
 */
function testTroubles(counts, exitCode, ending) {
  if (ending === 'timeLimit') return ['the tests were stopped at their time limit']
  if (ending === 'stayedOpen') return ['mocha did not end after its last test: a handle is open']
  if (counts === undefined)
    return ['mocha ended without counts: a file failed while loading, or left']
  if (counts.passed + counts.failed === 0) return ['no test ran']
  if (exitCode !== 0 && counts.failed === 0) {
    return [`every test passed, but mocha ended with ${String(exitCode ?? 'a signal')}`]
  }
  return []
}

/**
 * Joins the parts of one step: it is complete when all of them are.
 *
 * @param {readonly StepResult[]} parts
 * @returns {StepResult}
 */
export function joinResults(parts) {
  return {
    passed: parts.reduce((sum, { passed }) => sum + passed, 0),
    failed: parts.reduce((sum, { failed }) => sum + failed, 0),
    reasons: parts.flatMap(({ reasons }) => reasons),
    complete: parts.every(({ complete }) => complete),
    output: parts.map(({ output }) => output).join(''),
  }
}

/**
 * Counts a step that is not tests: silent when it is right, one failure when it is not.
 *
 * @param {{ exitCode: number | null, ending: Ending }} run
 * @returns {Verdict}
 */
export function judgeCommand({ exitCode, ending }) {
  if (ending !== 'exited') return { passed: 0, failed: 1, reasons: ['stopped at its time limit'] }
  return { passed: 0, failed: exitCode === 0 ? 0 : 1, reasons: [] }
}

/**
 * The steps that can't run because one that they need did not succeed.
 *
 * @param {{ needs?: readonly string[] }} step
 * @param {ReadonlySet<string>} broken - names of steps that left nothing to build upon
 * @returns {string | undefined} the name of the first one missed
 */
export function missingNeed({ needs = [] }, broken) {
  return needs.find((name) => broken.has(name))
}

/**
 * Splits the arguments: names of steps first, then what mocha gets.
 *
 * @param {readonly string[]} args
 * @param {readonly string[]} known - the names of all steps
 * @returns {{ names: readonly string[], mochaArguments: readonly string[] }} all names when none is given
 */
export function parseArguments(args, known) {
  const end = args.findIndex((argument) => !known.includes(argument))
  const names = args.slice(0, end < 0 ? args.length : end)
  return { names: names.length > 0 ? names : known, mochaArguments: args.slice(names.length) }
}

/**
 * The last line of a check.
 *
 * @param {readonly Counts[]} results
 * @returns {string}
 */
export function formatCounts(results) {
  const passed = results.reduce((sum, result) => sum + result.passed, 0)
  const failed = results.reduce((sum, result) => sum + result.failed, 0)
  return `${String(passed)} passed, ${String(failed)} failed`
}
