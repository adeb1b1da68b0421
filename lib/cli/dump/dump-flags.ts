import { InvalidArgumentError, Option, type Command } from 'commander'
import type { CollectionSelection } from '../../sync/index.js'
import { toNames } from '../options.js'
import { SECRET_FLAGS, type EndpointFlags } from './endpoint-address.js'
import { toSwitch, type Switch } from './switches.js'

/** Collections that may be under way at one time. */
const THREADS_MAX = 64
/** Flags that `tidemark dump` and `tidemark restore` have in common. */
export interface DirectoryFlags extends EndpointFlags {
  /** Each time the flag is given, one more. */
  readonly collection?: readonly string[] | undefined
  /** As `collection`, separated by commas. */
  readonly collections?: readonly string[] | undefined
  readonly exclude?: readonly string[] | undefined
  readonly ignoreCollection?: readonly string[] | undefined
  readonly includeSystem?: boolean | undefined
  readonly includeSystemCollections?: boolean | undefined
  readonly allDatabases?: boolean | undefined
  readonly continue?: boolean | undefined
  readonly overwrite?: boolean | undefined
  readonly threads?: number | undefined
  readonly progress?: boolean | undefined
  readonly json?: boolean | undefined
}

/** A switch, with or without a value. */
export function switchOption(flag: Switch, description: string): Option {
  return new Option(`${flag} [bool]`, description).argParser(toSwitch)
}

/** Adds the flags that both commands have. */
export function withDirectoryFlags(command: Command): Command {
  command
    .option('--collection <name>', 'only this one; may be given again', toList)
    .option('--collections <names>', 'only these, separated by commas', toNames)
    .addOption(switchOption('--include-system', 'also collections whose name begins with _'))
    .addOption(switchOption('--include-system-collections', 'the same').hideHelp())
    .addOption(switchOption('--all-databases', 'every database, each in a directory of its own'))
    .option('--threads <number>', 'collections that are under way at one time', toThreads)
    .addOption(switchOption('--progress', 'tell how far it is (default: true)'))
    .option('--json', 'tell what happens as one JSON object a line')
    .option('--server.endpoint <url>', 'the server, instead of its address')
    .option('--server.database <name>', 'the database of --server.endpoint')
    .option('--server.username <name>', 'who asks --server.endpoint')
  // Commander shows a value that it refuses, so this is refused later.
  for (const flag of SECRET_FLAGS) {
    command.addOption(new Option(`--${flag} [value]`).argParser(() => true).hideHelp())
  }
  return command
}

/** Which collections the flags choose. */
export function selectionOf(flags: DirectoryFlags): CollectionSelection {
  const only = [...(flags.collection ?? []), ...(flags.collections ?? [])]
  const exclude = [...(flags.exclude ?? []), ...(flags.ignoreCollection ?? [])]
  const includeSystem = flags.includeSystem ?? flags.includeSystemCollections
  return {
    ...(only.length === 0 ? {} : { collections: [...new Set(only)] }),
    ...(exclude.length === 0 ? {} : { exclude: [...new Set(exclude)] }),
    ...(includeSystem === undefined ? {} : { includeSystem }),
  }
}

/** Gathers a flag that may be given again. */
export function toList(text: string, before: readonly string[] = []): readonly string[] {
  if (text === '') throw new InvalidArgumentError('Not a name.')
  return [...before, text]
}

function toThreads(text: string): number {
  const threads = /^\d{1,2}$/.test(text) ? Number(text) : 0
  if (threads >= 1 && threads <= THREADS_MAX) return threads
  throw new InvalidArgumentError(`Not a whole number from 1 to ${THREADS_MAX}.`)
}
