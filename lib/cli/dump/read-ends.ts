import { UsageError } from '../usage-error.js'
import type { DirectoryFlags } from './dump-flags.js'
import { endpointAddress } from './endpoint-address.js'

/** The replica and the directory that a command works with. */
export interface DumpEnds {
  readonly replica: string
  readonly directory: string
}

/** Where the words of a command line stand that name both ends. */
export interface EndsGiven {
  /** For messages: `dump`. */
  readonly command: string
  /** The words, in order; a flag takes the place of one of them. */
  readonly words: readonly (string | undefined)[]
  /** Which word comes first. */
  readonly first: 'replica' | 'directory'
  /** From `--output-directory` or `--input-directory`. */
  readonly directory: string | undefined
}

/**
 * Reads which replica and which directory are meant, by words or by flags of arangodump.
 *
 * @throws UsageError when one is missing, or there is one too many
 */
export function readEnds(
  { command, words, first, directory }: EndsGiven,
  flags: DirectoryFlags,
): DumpEnds {
  const left = words.filter((word) => word !== undefined)
  const given = { replica: endpointAddress(flags), directory }
  const order = first === 'replica' ? (['replica', 'directory'] as const) : ORDER_OF_RESTORE
  const ends: Partial<Record<keyof DumpEnds, string>> = {}
  for (const end of order) {
    const value = given[end] ?? left.shift()
    if (value === undefined) throw new UsageError(`Cannot ${command}: ${MISSING[end]}`)
    ends[end] = value
  }
  if (left.length > 0) {
    throw new UsageError(`Cannot ${command}: "${left[0] ?? ''}" names a third end`)
  }
  return ends as DumpEnds
}

const ORDER_OF_RESTORE = ['directory', 'replica'] as const
const MISSING: Readonly<Record<keyof DumpEnds, string>> = {
  replica: 'the address of the database is missing',
  directory: 'the directory is missing',
}
