#!/usr/bin/env node
import { createRequire } from 'node:module'
import { isClosedOutputWatched } from './closed-output.js'
import { describeError } from './describe-error.js'
import { EXIT_CODE } from './exit-code.js'
import { runCli } from './run-cli.js'

const { version } = createRequire(import.meta.url)('tidemark/package.json') as { version: string }
const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/** The first signal asks for a clean end, the second one ends at once. */
function onInterrupt(listener: (signal: NodeJS.Signals) => void): () => void {
  let count = 0
  const listen = (signal: NodeJS.Signals): void => {
    count += 1
    if (count > 1) process.exit(EXIT_CODE.interrupted)
    listener(signal)
  }
  for (const signal of SIGNALS) process.on(signal, listen)
  return () => {
    for (const signal of SIGNALS) process.off(signal, listen)
  }
}

const { stdout, stderr, env: environment } = process
stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (isClosedOutputWatched(stdout)) return
  // Nothing to say to who reads no further, but what ends in the middle is neither fine nor equal.
  if (error.code === 'EPIPE') process.exit(EXIT_CODE.failed)
  throw error
})
process.on('unhandledRejection', (error) => {
  // lmdb tells of a disk that refuses a commit by a promise that nobody can get hold of.
  const isCommit = error instanceof Error && 'commitError' in error
  const reason = 'its disk refused the write (no space left?); a copy stays marked as unfinished'
  const told = isCommit ? new Error(`Cannot write to the store: ${reason}`) : error
  stderr.write(describeError(told, process.argv.includes('--verbose')))
  process.exit(EXIT_CODE.failed)
})
process.exitCode = await runCli(process.argv.slice(2), {
  stdout,
  stderr,
  environment,
  version,
  onInterrupt,
})
