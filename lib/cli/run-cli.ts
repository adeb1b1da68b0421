import { CommanderError, type Command } from 'commander'
import { AddressError } from '../replica/index.js'
import { UnknownCollectionError } from '../sync/index.js'
import type { CommandContext } from './context.js'
import type { Environment } from './credentials.js'
import { describeError } from './describe-error.js'
import { EXIT_CODE } from './exit-code.js'
import { hintFor } from './hints.js'
import { createProgram, isHelpShown } from './program.js'
import { UsageError } from './usage-error.js'

/** The process that a command line runs in. */
export interface CliProcess extends Pick<CommandContext, 'stdout' | 'stderr' | 'retryDelayMs'> {
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
  const program = createProgram(cli.version, async (work) => {
    exitCode = await work(context)
  })
  prepare(program, cli)
  try {
    await program.parseAsync(commandLine, { from: 'user' })
    // What was done counts, but not where nobody has read of it.
    return interruptions.find(({ isQuiet }) => isQuiet)?.exitCode ?? exitCode
  } catch (error) {
    if (isHelpShown(error)) return EXIT_CODE.fine
    if (error instanceof CommanderError) return EXIT_CODE.usage
    const { verbose = false } = program.opts<{ verbose?: boolean }>()
    return tellError(error, { interruption: interruptions[0], verbose, stderr: cli.stderr })
  } finally {
    release()
  }
}

interface ErrorTelling extends Pick<CliProcess, 'stderr'> {
  readonly interruption: Interruption | undefined
  readonly verbose: boolean
}

/** Tells why a command failed, and gives its exit code. */
function tellError(error: unknown, { interruption, verbose, stderr }: ErrorTelling): number {
  if (interruption?.isQuiet === true) return interruption.exitCode
  stderr.write(describeError(error, verbose))
  stderr.write(hintFor(error))
  return interruption?.exitCode ?? exitCodeOf(error)
}

function exitCodeOf(error: unknown): number {
  const isUsage = [UsageError, AddressError, UnknownCollectionError].some(
    (kind) => error instanceof kind,
  )
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
