import { InvalidArgumentError, Option, type Command } from 'commander'
import type { CollectionSelection } from '../../sync/index.js'
import { toNames } from '../options.js'
import { UsageError } from '../usage-error.js'
import { toSwitch, type Switch } from './switches.js'

/** Collections that may be under way at one time. */
const THREADS_MAX = 64
/** Known from arangodump, and refused: who lists the processes of a machine reads command lines. */
const SECRETS = {
  'server.password': 'server.password',
  'server.ask-password': 'server.askPassword',
  'server.jwt-secret-keyfile': 'server.jwtSecretKeyfile',
} as const
const SECRET_FLAGS = [
  'server.password',
  'server.ask-password',
  'server.jwt-secret-keyfile',
] as const

/** Flags that `tidemark dump` and `tidemark restore` have in common. */
export interface DirectoryFlags {
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
  readonly 'server.endpoint'?: string | undefined
  readonly 'server.database'?: string | undefined
  readonly 'server.username'?: string | undefined
  readonly 'server.password'?: true | undefined
  readonly 'server.askPassword'?: true | undefined
  readonly 'server.jwtSecretKeyfile'?: true | undefined
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

/**
 * The address of the server that flags of arangodump name.
 *
 * @returns undefined without `--server.endpoint`
 * @throws UsageError when they do not name one, and for flags that tell secrets
 */
export function endpointAddress(flags: DirectoryFlags): string | undefined {
  const endpoint = flags['server.endpoint']
  const database = flags['server.database']
  const username = flags['server.username']
  const secret = SECRET_FLAGS.find((name) => flags[SECRETS[name]] !== undefined)
  if (secret !== undefined) {
    const reason = 'set TIDEMARK_PASSWORD or TIDEMARK_JWT, or the same with _FILE, instead'
    throw new UsageError(`Cannot take --${secret}, as others may read a command line: ${reason}`)
  }
  if (endpoint === undefined) {
    if (database === undefined && username === undefined) return undefined
    throw new UsageError('Cannot take --server.database or --server.username: no --server.endpoint')
  }
  const match = /^(?:(http|https|tcp|ssl|http\+tcp|http\+ssl|vst|h2):\/\/)?([^/@]+)\/?$/.exec(
    endpoint,
  )
  const [, scheme = 'tcp', host] = match ?? []
  if (host === undefined || scheme === 'vst' || scheme === 'h2') {
    const form = 'tcp://HOST:PORT, ssl://HOST:PORT, http://HOST:PORT or https://HOST:PORT'
    throw new UsageError(`Cannot take --server.endpoint "${endpoint}": it is none of ${form}`)
  }
  const isSecure = scheme === 'https' || scheme.endsWith('ssl')
  const user = username === undefined ? '' : `${encodeURIComponent(username)}@`
  const path = database === undefined ? '' : `/_db/${encodeURIComponent(database)}`
  return `http${isSecure ? 's' : ''}://${user}${host}${path}`
}
