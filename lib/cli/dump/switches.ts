import { InvalidArgumentError } from 'commander'

/** Commands whose switches may be given a value, as those of arangodump and arangorestore are. */
const COMMANDS: ReadonlySet<string> = new Set(['dump', 'restore'])
const TRUE = 'true'
const VALUES: ReadonlyMap<string, boolean> = new Map([
  [TRUE, true],
  ['false', false],
  ['on', true],
  ['off', false],
  ['yes', true],
  ['no', false],
  ['1', true],
  ['0', false],
])

/** The switches of both commands; each is on without a value. */
export const SWITCHES = [
  '--all-databases',
  '--cleanup-duplicate-attributes',
  '--compress-output',
  '--continue',
  '--create-collection',
  '--create-database',
  '--dump-data',
  '--dump-views',
  '--dump-vpack',
  '--envelope',
  '--force-same-database',
  '--import-data',
  '--include-system',
  '--include-system-collections',
  '--overwrite',
  '--parallel-dump',
  '--progress',
  '--split-files',
  '--vpack',
] as const

/** One of {@link SWITCHES}. */
export type Switch = (typeof SWITCHES)[number]

/**
 * Ties switches to their values: `--overwrite false` becomes `--overwrite=false`, and `--overwrite`
 * before anything else `--overwrite=true`, so that it does not take a path for its value.
 *
 * @param commandLine - the words behind the program's name
 */
export function tieSwitches(commandLine: readonly string[]): readonly string[] {
  const command = commandLine.find((word) => !word.startsWith('-'))
  if (command === undefined || !COMMANDS.has(command)) return commandLine
  const words: string[] = []
  for (let index = 0; index < commandLine.length; index += 1) {
    const word = commandLine[index] as string
    // What stands behind "--" is no option.
    if (word === '--') return [...words, ...commandLine.slice(index)]
    if (!isSwitch(word)) {
      words.push(word)
      continue
    }
    const value = commandLine[index + 1]?.toLowerCase()
    const isTold = value !== undefined && VALUES.has(value)
    words.push(`${word}=${isTold ? value : TRUE}`)
    if (isTold) index += 1
  }
  return words
}

/** Reads the value of a switch. */
export function toSwitch(text: string): boolean {
  const value = VALUES.get(text.toLowerCase())
  if (value === undefined) throw new InvalidArgumentError('Say true or false.')
  return value
}

function isSwitch(word: string): word is Switch {
  return (SWITCHES as readonly string[]).includes(word)
}
