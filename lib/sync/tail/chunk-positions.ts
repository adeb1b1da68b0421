import { map, type OperatorFunction } from 'rxjs'
import type { LogPosition } from '../../replica/index.js'
import type { TailChunk } from './tail-item.js'

/** A chunk, and what to save once all its markers are dealt with. */
export interface PositionedChunk extends TailChunk {
  readonly position: LogPosition
}

/**
 * Tells with each chunk what to save, for `checkpointTo`, where markers are taken one by one as they
 * come. Whoever puts transactions together has positions of its groups instead: reading on from one
 * of these would begin inside of a transaction.
 */
export function chunkPositions(): OperatorFunction<TailChunk, PositionedChunk> {
  return map((chunk) => {
    const { markers, tick, leader, names } = chunk
    const { serverId, database } = leader
    return {
      markers,
      tick,
      leader,
      names,
      position: { serverId, database, tick, resumeTick: tick, openTransactions: [] },
      hold: () => chunk.hold(),
      rest: () => chunk.rest(),
    }
  })
}
