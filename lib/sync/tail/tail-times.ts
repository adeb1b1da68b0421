import { TAIL_CHUNK_BYTES_MAX } from '../../core/index.js'
import type { TailOptions } from './tail-options.js'

const IDLE_MIN_MS = 1000
const IDLE_MAX_MS = 2500
/** Below this a follower would be a burden (client notes, 3.5). */
const IDLE_FLOOR_MS = 250
const WAIT_MS = 30_000

/** The figures of {@link TailOptions}, each of them given. */
export interface TailTimes {
  readonly idleMinMs: number
  readonly idleMaxMs: number
  readonly waitMs: number
}

/**
 * Fills in the figures that are left out.
 *
 * @throws RangeError when one is out of range
 */
export function readTailTimes({
  idleMs = {},
  waitMs = WAIT_MS,
  chunkBytes,
}: TailOptions): TailTimes {
  const { min = IDLE_MIN_MS } = idleMs
  const { max = Math.max(min, IDLE_MAX_MS) } = idleMs
  assertRange(min, IDLE_FLOOR_MS, 'idleMs.min')
  assertRange(max, min, 'idleMs.max')
  assertRange(waitMs, 0, 'waitMs')
  if (chunkBytes !== undefined) {
    assertRange(chunkBytes, 1, 'chunkBytes')
    if (chunkBytes > TAIL_CHUNK_BYTES_MAX) {
      throw new RangeError(
        `Cannot follow a log: chunkBytes must be at most ${TAIL_CHUNK_BYTES_MAX}`,
      )
    }
  }
  return { idleMinMs: min, idleMaxMs: max, waitMs }
}

function assertRange(value: number, min: number, name: string): void {
  if (Number.isSafeInteger(value) && value >= min) return
  throw new RangeError(`Cannot follow a log: ${name} must be a whole number of ${min} or more`)
}
