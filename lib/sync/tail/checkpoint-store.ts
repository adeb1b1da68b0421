import type { LogPosition } from '../../replica/index.js'

/** Where a follower keeps how far it has come, so that it goes on from there when started anew. */
export interface CheckpointStore {
  /** The position that was saved last; undefined when there is none yet. */
  load(): Promise<LogPosition | undefined>
  /**
   * Replaces the position, as a whole or not at all. It is durable when the promise resolves; calls
   * take effect in their order.
   */
  save(position: LogPosition): Promise<void>
}
