#!/usr/bin/env node
import { createRequire } from 'node:module'
import { removeTemporaries } from '../core/index.js'
import { isClosedOutputWatched } from './closed-output.js'
import { describeError } from './describe-error.js'
import { EXIT_CODE } from './exit-code.js'
import { openStdin } from './open-stdin.js'
import { runCli, type Interruption } from './run-cli.js'

const { version } = createRequire(import.meta.url)('tidemark/package.json') as { version: string }
const SIGNALS = ['SIGINT', 'SIGTERM'] as const
/** Node's exit code where something is awaited that nothing can bring about any more. */
const UNSETTLED = 13
/** How long a command has to end after a failure that it does not know of. */
const GRACE_MS = 5000

const { stdout, stderr, env: environment } = process
/** Ends the command that runs; nobody's before and after. */
let interrupt: (interruption: Interruption) => void = () => undefined
let signals = 0

/** The first signal asks for a clean end, the second one ends at once. */
function onSignal(signal: NodeJS.Signals): void {
  signals += 1
  if (signals > 1) dieOf(signal)
  else
    interrupt({
      reason: `Interrupted by ${signal}`,
      exitCode: EXIT_CODE.interrupted,
      isQuiet: false,
    })
}

/**
 * Ends the process now, by the signal itself: `process.exit` waits for the threads of the process,
 * and one of them that is in the middle of a write to a store waits for JavaScript, so it would wait
 * for ever. Shells tell the same exit code, 130 for SIGINT.
 */
function dieOf(signal: NodeJS.Signals): void {
  removeTemporaries()
  for (const name of SIGNALS) process.off(name, onSignal)
  process.kill(process.pid, signal)
}

/** Ends the command as a signal does, but as failed and without another word. */
function fail(reason: string): void {
  process.exitCode = EXIT_CODE.failed
  interrupt({ reason, exitCode: EXIT_CODE.failed, isQuiet: true })
}

for (const signal of SIGNALS) process.on(signal, onSignal)
stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (isClosedOutputWatched(stdout)) return
  // Nothing to say to who reads no further, but what ends in the middle is neither fine nor equal.
  if (error.code !== 'EPIPE') throw error
  fail('Nobody reads the output any more')
})
process.on('unhandledRejection', (error) => {
  // lmdb tells of a disk that refuses a commit by a promise that nobody can get hold of.
  const isCommit = error instanceof Error && 'commitError' in error
  const reason = 'its disk refused the write (no space left?); a copy stays marked as unfinished'
  const told = isCommit ? new Error(`Cannot write to the store: ${reason}`) : error
  stderr.write(describeError(told, process.argv.includes('--verbose')))
  fail('Something failed')
  // Whoever waits for that write waits for ever, but no thread does.
  setTimeout(() => process.exit(EXIT_CODE.failed), GRACE_MS).unref()
})
let isEnded = false
// A transform may end the process, or wait for what never comes: neither is a command that is fine.
process.on('exit', (code) => {
  if (isEnded || (code !== EXIT_CODE.fine && code !== UNSETTLED)) return
  process.exitCode = EXIT_CODE.failed
  stderr.write(describeError('Cannot finish the command: its process was ended meanwhile', false))
})
const exitCode = await runCli(process.argv.slice(2), {
  openStdin,
  stdout,
  stderr,
  environment,
  version,
  onInterrupt(listener) {
    interrupt = listener
    return () => {
      interrupt = () => undefined
    }
  },
})
isEnded = true
// A failure of the output may be older.
process.exitCode ??= exitCode
