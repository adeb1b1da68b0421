import { InvalidArgumentError, Option, type Command } from 'commander'
import type { ErrorPolicy } from '../streams/index.js'

/** More threads than any machine gains by. */
const PARALLEL_MAX = 64
const ON_ERROR = '--on-error'
const DEAD_LETTER = 'dead-letter'
const REFUSAL = 'Say stop, skip, or dead-letter and a file.'

/** What `--on-error` says. */
interface OnErrorFlag {
  readonly policy: ErrorPolicy
  /** The file that takes the documents that are left out. */
  readonly deadLetterFile?: string | undefined
}

/** Flags of every command that transforms documents. */
export interface TransformFlags {
  /** Paths of modules and names of ready-made transforms, in the order in which they run. */
  readonly transform?: readonly string[] | undefined
  /** Threads that transform; without it this one does. */
  readonly parallel?: number | undefined
  /** Default: stop. */
  readonly onError?: OnErrorFlag | undefined
  /** Default: `native`. */
  readonly numbers?: 'native' | 'exact' | undefined
}

/** Adds the flags of transforms. */
export function withTransforms(command: Command): Command {
  return command
    .option('--transform <spec>', 'a module, or NAME[:ARGUMENT]; may be given again', toSpecs)
    .option('--parallel <number>', 'transform in so many threads, order kept', toThreads)
    .option(
      `${ON_ERROR} <how>`,
      'of a transform: stop, skip, or dead-letter FILE (default: stop)',
      toOnError,
    )
    .addOption(
      new Option(
        '--numbers <form>',
        'what transforms get for numbers that JavaScript cannot hold (default: "native")',
      ).choices(['native', 'exact']),
    )
}

/**
 * Makes one word of `dead-letter FILE` behind `--on-error`, since an option takes one value.
 *
 * @param commandLine - the words behind the program's name
 */
export function joinDeadLetter(commandLine: readonly string[]): readonly string[] {
  const words: string[] = []
  for (const word of commandLine) {
    // What stands behind "--" is no option.
    const isFile = !word.startsWith('-') && asksForFile(words)
    if (isFile) words.push(`${words.pop() ?? ''} ${word}`)
    else words.push(word)
  }
  return words
}

function asksForFile(words: readonly string[]): boolean {
  if (words.includes('--')) return false
  const last = words.at(-1)
  return (
    last === `${ON_ERROR}=${DEAD_LETTER}` || (last === DEAD_LETTER && words.at(-2) === ON_ERROR)
  )
}

function toSpecs(text: string, before: readonly string[] = []): readonly string[] {
  if (text.trim() === '') throw new InvalidArgumentError('Name a module or a ready-made transform.')
  return [...before, text]
}

function toThreads(text: string): number {
  const threads = /^\d{1,2}$/.test(text) ? Number(text) : 0
  if (threads >= 1 && threads <= PARALLEL_MAX) return threads
  throw new InvalidArgumentError(`Not a whole number from 1 to ${PARALLEL_MAX}.`)
}

function toOnError(text: string): OnErrorFlag {
  if (text === 'stop' || text === 'skip') return { policy: text }
  const file = text.startsWith(`${DEAD_LETTER} `) ? text.slice(DEAD_LETTER.length + 1) : ''
  if (file !== '') return { policy: 'skip', deadLetterFile: file }
  throw new InvalidArgumentError(REFUSAL)
}
