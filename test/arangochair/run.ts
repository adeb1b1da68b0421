// Has arangochair 4 follow a leader without authentication: npm run check:arangochair
// The package is AGPL-3.0, and so none that this one depends on: it is installed into a temporary
// directory, only for this check, and removed with it.
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { formatCounts, runChecks } from './checks.js'
import { loadChair } from './chair.js'

const PACKAGE = 'arangochair@4'
const execute = promisify(execFile)

const directory = await mkdtemp(join(tmpdir(), 'tidemark-arangochair-'))
try {
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefix', directory]
  await execute('npm', ['install', ...flags, PACKAGE], { cwd: directory })
  const counts = await runChecks(loadChair(directory), join(directory, 'leader'))
  process.exitCode = counts.failed === 0 ? 0 : 1
  console.log(formatCounts(counts))
} catch (error) {
  console.error(error)
  process.exitCode = 1
  console.log(formatCounts({ passed: 0, failed: 1 }))
} finally {
  await rm(directory, { recursive: true, force: true })
}
