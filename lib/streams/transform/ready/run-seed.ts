import { randomBytes } from 'node:crypto'
import type { TransformSetup } from './ready-made.js'

/** Variable of the environment that makes maskings the same in each run. */
export const SEED_VARIABLE = 'TIDEMARK_MASKINGS_SEED'

/**
 * A setup with a seed for all that is random, new unless one is set: threads that make transforms each
 * by their own have to agree on it, or equal texts would become different ones.
 */
export function withRunSeed({ cwd, environment }: TransformSetup): TransformSetup {
  const seed = randomBytes(8).readBigUInt64LE().toString()
  return {
    cwd,
    environment: { ...environment, [SEED_VARIABLE]: environment[SEED_VARIABLE] ?? seed },
  }
}
