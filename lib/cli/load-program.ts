import type { Command } from 'commander'
import { createBaseProgram } from './base-program.js'
import { addPipe } from './commands/pipe-options.js'
import type { RunCommand } from './options.js'

/**
 * Makes the program that understands a command line. `pipe` stands between other programs and is
 * started often, so it does without all that the other commands load: that takes a third of a second.
 */
export async function loadProgram(
  commandLine: readonly string[],
  version: string,
  run: RunCommand,
): Promise<Command> {
  if (commandLine.find((word) => !word.startsWith('-')) === 'pipe') {
    const program = createBaseProgram(version)
    addPipe(program, run)
    return program
  }
  return (await import('./program.js')).createProgram(version, run)
}
