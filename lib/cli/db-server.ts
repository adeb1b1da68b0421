import { InvalidArgumentError, type Command } from 'commander'
import { formatAddress, parseAddress } from '../replica/index.js'
import type { CommandContext } from './context.js'
import type { RunCommand } from './options.js'
import { UsageError } from './usage-error.js'

const DESCRIPTION = 'of a cluster, read the server of this id; the address is that of a coordinator'

/** Flag of every command that reads servers. */
export interface DbServerFlag {
  readonly dbserver?: string | undefined
}

/** Adds the flag that says which server of a cluster is read. */
export function withDbServer(command: Command): Command {
  return command.option('--dbserver <id>', DESCRIPTION, toServerId)
}

/**
 * Runs a command so that it reads the server of a cluster that the flag names.
 *
 * @param addresses - of the replicas that the command reads; one of them has to be a server
 */
export function runOnServer(
  run: RunCommand,
  { dbserver }: DbServerFlag,
  addresses: readonly string[],
  work: (context: CommandContext) => Promise<number>,
): Promise<void> {
  return run((context) => {
    if (dbserver === undefined) return work(context)
    assertServer(addresses)
    return work({ ...context, dbServer: dbserver })
  })
}

function assertServer(addresses: readonly string[]): void {
  const replicas = addresses.map(parseAddress)
  if (replicas.some(({ kind }) => kind === 'remote')) return
  const names = replicas.map(formatAddress).join(' and ')
  throw new UsageError(`Cannot take --dbserver: ${names} is read, which is no server`)
}

function toServerId(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('Not the id of a server.')
  return text
}
