import type { VerifyProgress } from './verify-event.js'

/** Slots of the two sets of fingerprints, of 8 bytes each: 64 MB, for 2.9 million documents a part. */
const FINGERPRINT_SLOTS_MAX = 2 ** 22

/** How {@link verifyDirectory} checks. */
export interface VerifyOptions {
  /** Ends the check with the signal's reason. */
  readonly signal?: AbortSignal | undefined
  /**
   * Slots of each of two sets in which keys and revisions are looked for that come twice, 8 bytes each; a
   * power of two. Collections of more documents than two thirds of it are read several times. Default:
   * 4,194,304.
   */
  readonly fingerprintSlotsMax?: number | undefined
}

/** What all parts of one check share: its options, and how far it is. */
export class VerifyRun {
  readonly signal: AbortSignal | undefined
  readonly fingerprintSlotsMax: number
  #readBytes = 0
  #totalBytes = 0

  constructor({ signal, fingerprintSlotsMax = FINGERPRINT_SLOTS_MAX }: VerifyOptions) {
    this.signal = signal
    this.fingerprintSlotsMax = fingerprintSlotsMax
  }

  /** Says that so many bytes more are going to be read. */
  expect(bytes: number): void {
    this.#totalBytes += bytes
  }

  /** Notes that bytes of a file were read. */
  progress(file: string, bytes: number): VerifyProgress {
    this.#readBytes += bytes
    const totalBytes = Math.max(this.#totalBytes, this.#readBytes)
    return { kind: 'progress', file, readBytes: this.#readBytes, totalBytes }
  }
}
