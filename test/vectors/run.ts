// Checks test vectors through the public API: node dist/test/vectors/run.js DIR
import { resolve } from 'node:path'
import { runVectors } from './run-vectors.js'

const USAGE_EXIT_CODE = 2
const { npm_lifecycle_event: script, INIT_CWD: calledIn = '.' } = process.env
/** npm runs scripts in the package's directory, wherever it was called. */
const CALLED_IN = script === 'vectors' ? calledIn : '.'

const [directory, ...rest] = process.argv.slice(2)
if (directory === undefined || rest.length > 0) {
  console.error('usage: npm run vectors -- DIR')
  process.exitCode = USAGE_EXIT_CODE
} else {
  await run(resolve(CALLED_IN, directory))
}

async function run(path: string): Promise<void> {
  let passed = 0
  let failed = 0
  try {
    for await (const report of runVectors(path)) {
      console.log(`${report.name}: ${report.passed} passed, ${report.failures.length} failed`)
      for (const failure of report.failures) console.log(`  ${failure}`)
      passed += report.passed
      failed += report.failures.length
    }
  } catch (error) {
    console.log(`Cannot read ${path}: ${(error as Error).message}`)
    failed += 1
  }
  if (passed + failed === 0) {
    console.log(`Cannot check ${path}: it holds no vectors`)
    failed = 1
  }
  console.log(`${passed} passed, ${failed} failed`)
  if (failed > 0) process.exitCode = 1
}
