import { CommanderError, type Command } from 'commander'
import type { CommandContext } from './context.js'
import type { Environment } from './credentials.js'
import { describeError } from './describe-error.js'
import { tieSwitches } from './dump/switches.js'
import { EXIT_CODE } from './exit-code.js'
import { isHelpShown } from './base-program.js'
import { loadProgram } from './load-program.js'
import { joinDeadLetter } from './transform-flags.js'

/** The process that a command line runs in. */
export interface CliProcess extends Pick<
  CommandContext,
  'openStdin' | 'stdout' | 'stderr' | 'retryDelayMs'
> {
  readonly environment: Environment
  readonly version: string
  /** Calls the listener when the command is to end early; returns what takes it away again. */
  onInterrupt(listener: (interruption: Interruption) => void): () => void
}

/** Why a command is to end early, and how. */
export interface Interruption {
  readonly reason: string
  readonly exitCode: number
  /** Nothing is said about it: there is nobody to tell, or it was told. */
  readonly isQuiet: boolean
}

/**
 * Runs a command line.
 *
 * @param commandLine - the words after the program's name
 * @returns the exit code: 0 fine, 1 failed, 2 usage, 3 differences found, 130 interrupted
 */
export async function runCli(commandLine: readonly string[], cli: CliProcess): Promise<number> {
  const controller = new AbortController()
  const { signal } = controller
  const interruptions: Interruption[] = []
  const release = cli.onInterrupt((interruption) => {
    interruptions.push(interruption)
    controller.abort(new DOMException(interruption.reason, 'AbortError'))
  })
  let exitCode: number = EXIT_CODE.fine
  const context: CommandContext = { ...cli, signal }
  const program = await loadProgram(commandLine, cli.version, async (work) => {
    exitCode = await work(context)
  })
  prepare(program, cli)
  try {
    await program.parseAsync(joinDeadLetter(tieSwitches(commandLine)), { from: 'user' })
    // What was done counts, but not where nobody has read of it.
    return interruptions.find(({ isQuiet }) => isQuiet)?.exitCode ?? exitCode
  } catch (error) {
    if (isHelpShown(error)) return EXIT_CODE.fine
    if (error instanceof CommanderError) return EXIT_CODE.usage
    const { verbose = false } = program.opts<{ verbose?: boolean }>()
    return await tellError(error, { interruption: interruptions[0], verbose, stderr: cli.stderr })
  } finally {
    release()
  }
}

interface ErrorTelling extends Pick<CliProcess, 'stderr'> {
  readonly interruption: Interruption | undefined
  readonly verbose: boolean
}

/** Tells why a command failed, and gives its exit code. */
async function tellError(
  error: unknown,
  { interruption, verbose, stderr }: ErrorTelling,
): Promise<number> {
  if (interruption?.isQuiet === true) return interruption.exitCode
  stderr.write(describeError(error, verbose))
  // What hints look at is loaded by those only who failed.
  stderr.write((await import('./hints.js')).hintFor(error, verbose))
  return interruption?.exitCode ?? exitCodeOf(error)
}

/** Codes of errors that tell of the command line; their classes would load half of the library. */
const USAGE_CODES: ReadonlySet<unknown> = new Set([
  'ERR_USAGE',
  'ERR_ADDRESS',
  'ERR_UNKNOWN_COLLECTION',
  'ERR_UNKNOWN_VIEW',
])

function exitCodeOf(error: unknown): number {
  const isUsage = error instanceof Error && 'code' in error && USAGE_CODES.has(error.code)
  return isUsage ? EXIT_CODE.usage : EXIT_CODE.failed
}

function prepare(program: Command, { stdout, stderr }: CliProcess): void {
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      outputError: (text, write) => {
        write(describeUsage(text, command === program ? '' : `${command.name()} `))
      },
    })
  }
}

/** What commander says of a command line, as one line that reads as those of other errors do. */
function describeUsage(text: string, command: string): string {
  const said = text
    .trim()
    .replace(/^error: /, '')
    .replaceAll(/\s*\n\s*/g, ' ')
  return `tidemark: ${said.replace(/\.$/, '')}; "tidemark ${command}--help" tells more\n`
}
