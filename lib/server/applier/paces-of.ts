import type { FollowingOptions } from '../../sync/index.js'
import type { ApplierConfig } from './applier-config.js'

const SECOND_MS = 1000
const KIB = 1024
/** Bounds of pauses (client notes, 3.5). */
const IDLE_MS_MIN = 250
const IDLE_MS_MAX = 60_000
/** Bounds of answers (client notes, 1.6, and server notes, section 9). */
const CHUNK_BYTES_MIN = 16 * KIB
const CHUNK_BYTES_MAX = 128 * KIB * KIB
/** How long a leader of tidemark may wait for news. */
const WAIT_MS_MAX = 30_000

/** How often a background follower asks, and for how much at one time. */
export function pacesOf(
  config: ApplierConfig,
): Pick<FollowingOptions, 'idleMs' | 'waitMs' | 'chunkBytes'> {
  return { idleMs: idleOf(config), waitMs: waitOf(config), chunkBytes: chunkOf(config) }
}

/** Milliseconds between two looks at a log without news; they grow only with adaptive polling. */
function idleOf({ idleMinWaitTime, idleMaxWaitTime, adaptivePolling }: ApplierConfig) {
  const min = toIdleMs(Math.min(idleMinWaitTime, idleMaxWaitTime))
  return { min, max: adaptivePolling ? toIdleMs(idleMaxWaitTime) : min }
}

function toIdleMs(seconds: number): number {
  return Math.min(Math.max(Math.ceil(seconds * SECOND_MS), IDLE_MS_MIN), IDLE_MS_MAX)
}

/** Well below what is taken for silence. */
function waitOf({ requestTimeout }: ApplierConfig): number {
  if (requestTimeout <= 0) return WAIT_MS_MAX
  return Math.min(WAIT_MS_MAX, Math.floor((requestTimeout * SECOND_MS) / 2))
}

/** Undefined leaves it to the client. */
function chunkOf({ chunkSize }: ApplierConfig): number | undefined {
  if (chunkSize === 0) return undefined
  return Math.min(Math.max(Math.ceil(chunkSize), CHUNK_BYTES_MIN), CHUNK_BYTES_MAX)
}
