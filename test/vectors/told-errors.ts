import assert from 'node:assert/strict'
import type { TreeError } from 'tidemark/merkle'

/** How a vector tells an error: the class and the text of the original. */
export interface ToldError {
  readonly type: string
  readonly message: string
}

/** Words of the original's texts, and our code of the same error. */
const CODES: readonly (readonly [RegExp, TreeError['code']])[] = [
  [/a depth >= 2/, 'ERR_TREE_DEPTH'],
  [/larger than rangeMin/, 'ERR_TREE_RANGE'],
  [/power of 2/, 'ERR_TREE_WIDTH'],
  [/each bucket/, 'ERR_TREE_NARROW'],
  [/divisible/, 'ERR_TREE_GRID'],
  [/overflow in rangeMax/, 'ERR_TREE_OVERFLOW'],
  [/underflow in rangeMin/, 'ERR_TREE_UNDERFLOW'],
  [/out of current range/, 'ERR_TREE_OUT_OF_RANGE'],
  [/not present/, 'ERR_TREE_NOT_PRESENT'],
  [/same depth/, 'ERR_TREE_DEPTHS'],
  [/same rangeMin/, 'ERR_TREE_ORIGINS'],
  [/less than range minimum/, 'ERR_TREE_BELOW_RANGE'],
]

/** Asserts that an error is the one told. */
export function assertTold(error: unknown, { message }: ToldError): void {
  const known = CODES.find(([words]) => words.test(message))
  assert.ok(known !== undefined, `no code is known for: ${message}`)
  const code = (error as { code?: unknown } | undefined)?.code
  assert.equal(code, known[1], `threw ${String(error)}`)
}
