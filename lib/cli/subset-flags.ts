import { InvalidArgumentError, Option, type Command } from 'commander'
import type { Source } from '../replica/index.js'
import { subsetSource, type SubsetDirection } from '../sync/index.js'
import { toNames } from './options.js'
import { UsageError } from './usage-error.js'

const STEPS = 1

/** Flags of commands that copy a part of a database. */
export interface SubsetFlags {
  /** Ids of the documents to begin at. */
  readonly subset?: readonly string[] | undefined
  /** Default: 1. */
  readonly steps?: number | undefined
  /** Default: `any`. */
  readonly direction?: SubsetDirection | undefined
  /** Edge collections that are followed. */
  readonly along?: readonly string[] | undefined
  /** Collections that have nothing to do with edges are kept whole. */
  readonly keepOthers?: boolean | undefined
}

/** Adds the flags that choose a part of a database. */
export function withSubset(command: Command): Command {
  return command
    .option('--subset <ids>', 'only what edges reach from COLLECTION/KEY,…', toIds)
    .option('--steps <number>', 'with --subset: over so many edges (default: 1)', toSteps)
    .addOption(
      new Option(
        '--direction <way>',
        'with --subset: from _from to _to, the other way, or both (default: "any")',
      ).choices(['out', 'in', 'any']),
    )
    .option('--along <names>', 'with --subset: over these edge collections alone', toNames)
    .option('--keep-others', 'with --subset: all of what has nothing to do with edges')
}

/**
 * The part of a source that the flags ask for, or all of it.
 *
 * @throws UsageError for flags that mean nothing without `--subset`
 */
export function subsetOf(source: Source, flags: SubsetFlags): Source {
  const { subset: start, steps = STEPS, direction, along: edges, keepOthers } = flags
  if (start !== undefined)
    return subsetSource(source, { start, steps, direction, edges, keepOthers })
  assertNoSubset(flags)
  return source
}

function assertNoSubset({ steps, direction, along, keepOthers }: SubsetFlags): void {
  const given = [
    ...(steps === undefined ? [] : ['--steps']),
    ...(direction === undefined ? [] : ['--direction']),
    ...(along === undefined ? [] : ['--along']),
    ...(keepOthers === undefined ? [] : ['--keep-others']),
  ]
  const [flag] = given
  if (flag !== undefined) throw new UsageError(`Cannot take ${flag} without --subset`)
}

/** A comma without a slash behind it is part of a key. */
function toIds(text: string, before: readonly string[] = []): readonly string[] {
  const ids: string[] = []
  for (const part of text.split(',')) {
    const last = ids.length - 1
    if (part.includes('/') || last < 0) ids.push(part)
    else ids[last] = `${ids[last] ?? ''},${part}`
  }
  if (ids.every((id) => /^[^/]+\/[^/]+$/.test(id))) return [...before, ...ids]
  throw new InvalidArgumentError('Not ids such as people/anna,people/bert.')
}

function toSteps(text: string): number {
  if (/^\d{1,4}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Not a whole number from 0 to 9999.')
}
