import type { RandomSource } from './random-source.js'

/** What maskings draw from. */
export interface MaskingRun {
  /** Seed of hashes: the same for all of a run, so that equal texts stay equal. */
  readonly seed: bigint
  /** Random numbers of the document that is being masked. */
  readonly random: RandomSource
}

/** Gives what comes in the place of a leaf. */
export type Masking = (value: unknown, run: MaskingRun) => unknown
