import { formatExactJson } from '../streams/index.js'
import type { JsonObject } from '../wire/index.js'
import { StoreError } from './store-error.js'

const U64_MAX = 2n ** 64n - 1n
const INCREMENT_MAX = 65_536n
const TYPES = ['traditional', 'autoincrement', 'uuid', 'padded'] as const

/** How a collection makes keys. */
export interface KeyOptions {
  readonly type: (typeof TYPES)[number]
  /** Whether documents may come with keys of their own. */
  readonly allowsUserKeys: boolean
  /** Of `autoincrement`: keys are the offset and whole increments above it. */
  readonly increment: bigint
  readonly offset: bigint
  /** The highest key of `autoincrement` that was known when the definition was made. */
  readonly last: bigint
}

/** Reads the `keyOptions` of a collection's parameters; what no generator can have is the default. */
export function readKeyOptions({ keyOptions }: JsonObject): KeyOptions {
  const given = isObject(keyOptions) ? keyOptions : {}
  const increment = wholeNumber(given['increment']) ?? 1n
  return {
    type: TYPES.find((type) => type === given['type']) ?? 'traditional',
    allowsUserKeys: given['allowUserKeys'] !== false,
    increment: increment === 0n ? 1n : increment,
    offset: wholeNumber(given['offset']) ?? 0n,
    last: wholeNumber(given['lastValue']) ?? 0n,
  }
}

/**
 * Checks the `keyOptions` of a collection that is to be made, where there are some.
 *
 * @throws StoreError `ERR_KEY_OPTIONS_INVALID` for an unknown type, and an `increment` or `offset`
 *   that is out of its bounds or belongs to another type
 */
export function checkKeyOptions({ keyOptions }: JsonObject): void {
  if (keyOptions === undefined || keyOptions === null) return
  if (!isObject(keyOptions)) throw refused('they are no object')
  const { type = 'traditional' } = keyOptions
  if (!TYPES.some((known) => known === type)) throw refused('their type is unknown')
  checkCounting(keyOptions, type === 'autoincrement')
}

function checkCounting({ increment, offset }: JsonObject, counts: boolean): void {
  if (increment === undefined && offset === undefined) return
  if (!counts) throw refused('only "autoincrement" counts')
  if (increment !== undefined && !isIncrement(wholeNumber(increment))) {
    throw refused(`"increment" is not 1 to ${INCREMENT_MAX}`)
  }
  if (offset !== undefined && wholeNumber(offset) === undefined) {
    throw refused('"offset" is no whole number of 64 bits')
  }
}

function isIncrement(step: bigint | undefined): boolean {
  return step !== undefined && step > 0n && step <= INCREMENT_MAX
}

/** A whole number of 64 bits, whatever kind of value holds it. */
function wholeNumber(value: unknown): bigint | undefined {
  const text = typeof value === 'string' ? value : formatExactJson(value ?? null)
  if (!/^\d{1,20}$/.test(text)) return undefined
  const number = BigInt(text)
  return number > U64_MAX ? undefined : number
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function refused(reason: string): StoreError {
  const message = `Cannot make keys with the given options: ${reason}`
  return new StoreError('ERR_KEY_OPTIONS_INVALID', message)
}
