import { writeFileSync } from 'node:fs'
import Mocha from 'mocha'

const { EVENT_RUN_END } = Mocha.Runner.constants
/** How long a run may take to end before the reporter names what keeps it alive. */
const OPEN_HANDLE_DELAY_MS = 3000

/**
 * Mocha's `spec`, which also leaves the counts in the file that `TIDEMARK_TEST_COUNTS` names, for
 * `scripts/check.js`: there the file says that the tests are over, even if the process stays.
 */
export default class CountingReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options)
    // This process is measured from its start on. Those that tests start, and threads, would only be
    // slower for it: what they run is run in this process too.
    delete process.env['NODE_V8_COVERAGE']
    delete process.env['TIDEMARK_TEST_PART']
    runner.once(EVENT_RUN_END, () => {
      const countsFile = process.env['TIDEMARK_TEST_COUNTS']
      if (countsFile === undefined) return
      const { passes: passed, failures: failed } = this.stats
      writeFileSync(countsFile, JSON.stringify({ passed, failed }))
      setTimeout(nameOpenHandles, OPEN_HANDLE_DELAY_MS).unref()
    })
  }
}

function nameOpenHandles(): void {
  const open = process.getActiveResourcesInfo()
  console.log(`Still open after the last test: ${open.join(', ')}`)
}
