import { InvalidArgumentError } from 'commander'
import type { JsonObject } from '../../wire/index.js'

/** What a flag says, of one collection or of all that are not named. */
export interface ShardingValue {
  /** Undefined: of all collections. */
  readonly collection: string | undefined
  readonly value: number | string
}

/** Flags that say how collections of a cluster are spread. */
export interface ShardingFlags {
  readonly numberOfShards?: readonly ShardingValue[] | undefined
  readonly replicationFactor?: readonly ShardingValue[] | undefined
  readonly writeConcern?: readonly ShardingValue[] | undefined
}

const PROPERTIES = ['numberOfShards', 'replicationFactor', 'writeConcern'] as const

/** Reads `N` or `COLLECTION=N`; the flag may be given again. */
export function toSharding(
  text: string,
  before: readonly ShardingValue[] = [],
): readonly ShardingValue[] {
  return [...before, readValue(text, (value) => toPositive(value))]
}

/** As {@link toSharding}, and knows `satellite`. */
export function toReplicationFactor(
  text: string,
  before: readonly ShardingValue[] = [],
): readonly ShardingValue[] {
  const read = (value: string): number | string =>
    value === 'satellite' ? value : toPositive(value)
  return [...before, readValue(text, read)]
}

/** Tells whether one of the flags was given. */
export function hasSharding(flags: ShardingFlags): boolean {
  return PROPERTIES.some((property) => flags[property] !== undefined)
}

/**
 * The properties with which a collection is made: the last flag counts that names it, else the last
 * one that names none. A system collection has to be named.
 */
export function shardingOf(flags: ShardingFlags, collection: string): JsonObject {
  const chosen = PROPERTIES.flatMap((property) => {
    const values = flags[property] ?? []
    const own = values.findLast((one) => one.collection === collection)
    const all = collection.startsWith('_')
      ? undefined
      : values.findLast((one) => one.collection === undefined)
    const value = own ?? all
    return value === undefined ? [] : [[property, value.value] as const]
  })
  return Object.fromEntries(chosen)
}

function readValue(text: string, read: (value: string) => number | string): ShardingValue {
  // A name may have a "=" in it, a number has none.
  const equals = text.lastIndexOf('=')
  const collection = equals < 0 ? undefined : text.slice(0, equals)
  if (collection === '') throw new InvalidArgumentError('No name before "=".')
  return { collection, value: read(text.slice(equals + 1)) }
}

function toPositive(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Say N or COLLECTION=N, with a whole number from 1 on.')
}
