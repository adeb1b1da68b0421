import { PassThrough, type Readable, type Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { createInterface } from 'node:readline'
import { runCli, type Interruption } from '../../../lib/cli/run-cli.js'
import type { Outcome } from './run-tidemark.js'

/** How a command is run inside this process. */
export interface InProcessOptions {
  readonly environment?: Readonly<Record<string, string>> | undefined
  /** What is piped in; without it there is no stdin. */
  readonly stdin?: Readable | undefined
  /** Where results go; what is written there is not in the outcome then. */
  readonly stdout?: Writable | undefined
  /** Sees each line of stdout as it comes. */
  readonly onLine?: ((line: string, run: CommandRun) => void) | undefined
  /** Sees each piece of stderr as it comes. */
  readonly onError?: ((text: string, run: CommandRun) => void) | undefined
  /** Sees the run before it begins. */
  readonly onStart?: ((run: CommandRun) => void) | undefined
}

/** A command that is under way. */
interface CommandRun {
  /** As Ctrl-C, unless told otherwise. */
  readonly interrupt: (interruption?: Interruption) => void
}

/** Waiting for a server that is gone takes half a minute otherwise. */
const RETRY_DELAY_MS = 10
const CTRL_C: Interruption = { reason: 'Interrupted by SIGINT', exitCode: 130, isQuiet: false }

/** Runs `tidemark` inside this process: as a process of its own does, without the time to start it. */
export async function runInProcess(
  commandLine: readonly string[],
  { environment = {}, stdin, stdout, onLine, onError, onStart }: InProcessOptions = {},
): Promise<Outcome> {
  let listener: ((interruption: Interruption) => void) | undefined
  const run: CommandRun = { interrupt: (interruption = CTRL_C) => listener?.(interruption) }
  const out = new PassThrough()
  const stderr = new PassThrough()
  const said = text(out)
  const complained = text(stderr)
  if (onLine !== undefined) {
    const lines = new PassThrough()
    out.on('data', (chunk: Buffer) => lines.write(chunk))
    createInterface({ input: lines }).on('line', (line) => {
      onLine(line, run)
    })
  }
  if (onError !== undefined) {
    stderr.on('data', (chunk: Buffer) => {
      onError(chunk.toString(), run)
    })
  }
  onStart?.(run)
  const exitCode = await runCli(commandLine, {
    openStdin: stdin === undefined ? undefined : () => stdin,
    stdout: stdout ?? out,
    stderr,
    environment,
    retryDelayMs: RETRY_DELAY_MS,
    version: '0',
    onInterrupt(given) {
      listener = given
      return () => {
        listener = undefined
      }
    },
  })
  out.end()
  stderr.end()
  return { exitCode, stdout: await said, stderr: await complained }
}
