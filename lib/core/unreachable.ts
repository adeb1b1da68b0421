import assert from 'node:assert/strict'

/**
 * Ends an exhaustive `switch`: the compiler refuses it while a variant is not handled.
 *
 * @param value - what is left of the union: nothing
 * @param what - the name of the union, for the message
 * @throws AssertionError when a value outside the union arrives after all
 */
export function unreachable(value: never, what: string): never {
  assert.fail(`Unexpected ${what}: ${String(value)}`)
}
