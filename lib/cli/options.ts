import { InvalidArgumentError, type Command } from 'commander'
import { splitPaths } from '../sync/index.js'
import type { CommandContext } from './context.js'

/** Runs a command with the flags that were read; the number it resolves to is the exit code. */
export type RunCommand = (work: (context: CommandContext) => Promise<number>) => Promise<void>

/** Adds the flags that choose collections. */
export function withSelection(command: Command): Command {
  return command
    .option('--collections <names>', 'only these, separated by commas', toNames)
    .option('--exclude <names>', 'not these, separated by commas', toNames)
    .option('--include-system', 'also collections whose name begins with _')
}

/** Reads names that are separated by commas. */
export function toNames(text: string): readonly string[] {
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  if (names.length === 0) throw new InvalidArgumentError('Name at least one collection.')
  return names
}

/** Reads paths to attributes, separated by commas. */
export function toPaths(text: string): readonly string[] {
  try {
    return splitPaths(text)
  } catch (error) {
    throw new InvalidArgumentError((error as RangeError).message)
  }
}

/** Reads a whole number from 1 on. */
export function toLimit(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError('Not a whole number from 1 on.')
  return Number(text)
}

/** Gathers the hosts of a flag that may be given several times. */
export function toHosts(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text]
}

/** Reads a whole number from 0 to 9999. */
export function toCount(text: string): number {
  if (!/^\d{1,4}$/.test(text)) throw new InvalidArgumentError('Not a whole number from 0 to 9999.')
  return Number(text)
}

/** Reads a port; 0 takes a free one. */
export function toPort(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65535) {
    throw new InvalidArgumentError('Not a port, 0 to 65535.')
  }
  return Number(text)
}
