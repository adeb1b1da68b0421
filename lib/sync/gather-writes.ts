import { IN_FLIGHT_BYTES_MAX } from '../core/index.js'
import type { DumpedChunk } from '../replica/index.js'
import { readAhead } from '../streams/index.js'
import { gatherDumped } from './gather-dumped.js'

/** Bytes that one write into the target should have. */
const WRITE_BYTES = 1024 * 1024

/**
 * What a source may hold of the memory of a copy: one write is being gathered, one is fetched, one is
 * applied, and the last quarter is left.
 */
export function sourceShare(maxInFlightBytes: number = IN_FLIGHT_BYTES_MAX): number {
  return maxInFlightBytes / 4
}

/** Joins what a source gives into chunks that are worth a write, one of them ahead of the consumer. */
export function gatherWrites(
  dumped: AsyncIterable<DumpedChunk>,
  share: number,
): AsyncGenerator<DumpedChunk> {
  return readAhead(gatherDumped(dumped, Math.min(share, WRITE_BYTES)))
}
