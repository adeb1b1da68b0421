// Runs the checks and ends with the line `N passed, N failed`, whatever happens before it.
//
//   node scripts/check.js                            every step
//   node scripts/check.js build tests [-g pattern]   these steps; the rest is for mocha
import { fileURLToPath } from 'node:url'
import { runChecks, runTests } from './check/run-step.js'
import { STEPS } from './check/steps.js'
import { formatCounts, missingNeed, parseArguments } from './check/verdict.js'

process.chdir(fileURLToPath(new URL('../', import.meta.url)))

const known = STEPS.map((step) => step.name)
const { names, mochaArguments } = parseArguments(process.argv.slice(2), known)
const coverage = names.includes('coverage')
/** @type {Set<string>} */
const broken = new Set()
/** @type {import('./check/verdict.js').Counts[]} */
const results = []

for (const step of STEPS.filter(({ name }) => names.includes(name))) {
  const missing = missingNeed(step, broken)
  if (missing === undefined) results.push(await check(step))
  else {
    broken.add(step.name)
    console.log(`${step.name}: left out, it needs ${missing}`)
  }
}

process.exitCode = results.some(({ failed }) => failed > 0) ? 1 : 0
console.log(formatCounts(results))

/**
 * Runs one step and tells about it.
 *
 * @param {import('./check/steps.js').Step} step
 * @returns {Promise<import('./check/verdict.js').Counts>}
 */
async function check(step) {
  if (step.tests) console.log(`${step.name}: running`)
  const start = performance.now()
  const result = await (
    step.tests ? runTests(step, { mochaArguments, coverage }) : runChecks(step)
  ).catch(failedToRun)
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  if (!result.complete) broken.add(step.name)
  if (result.failed > 0) console.log(result.output.trimEnd())
  console.log(`${step.name}: ${result.failed === 0 ? 'ok' : 'FAILED'}, ${seconds} s`)
  for (const reason of result.reasons) console.log(`  ${reason}`)
  return result
}

/**
 * @param {unknown} error
 * @returns {import('./check/run-step.js').StepResult}
 */
function failedToRun(error) {
  const reasons = [`it could not be run: ${String(error)}`]
  return { passed: 0, failed: 1, complete: false, output: '', reasons }
}
