import type { OperationOptions } from '../replica/index.js'
import type { Tick } from '../values/index.js'

/** What of the log is to go: what is too old, and of the rest what is too much. */
export interface TrimLogOptions extends OperationOptions {
  /** Markers older than this go, by the time of their ticks, in milliseconds. */
  readonly ageMaxMs?: number | undefined
  /** The oldest markers go until the log takes no more bytes of the data file than this. */
  readonly bytesMax?: number | undefined
  /** Nothing above this tick goes. */
  readonly through: Tick
}

/** What went out of the log. */
export interface TrimLogResult {
  readonly markers: number
  /** Bytes of their records. */
  readonly bytes: number
}
