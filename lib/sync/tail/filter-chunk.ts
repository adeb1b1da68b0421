import { map, type MonoTypeOperatorFunction, type Observable } from 'rxjs'
import { LineRanges, type MarkerChunk } from '../../streams/index.js'
import { MarkerHeadScanner } from '../../wire/index.js'
import { changeKindOf } from './change-kind.js'
import type { ChangeKind, TailChunk } from './tail-item.js'

/** One marker whose head was scanned. */
export interface MarkerLine {
  readonly markers: MarkerChunk
  readonly index: number
  readonly head: MarkerHeadScanner
  readonly kind: ChangeKind
}

/**
 * Leaves markers out of the chunks of a tail. Those that frame transactions always stay, or who puts
 * transactions together would not know of them; a chunk of which nothing stays is passed on empty,
 * since it tells how far the log is read.
 *
 * Errors: MarkerLineError.
 *
 * @param openChunk - called for each chunk; what it returns tells whether a marker stays
 */
export function filterMarkers(
  openChunk: (chunk: TailChunk) => (line: MarkerLine) => boolean,
): MonoTypeOperatorFunction<TailChunk> {
  const filter = (chunk$: Observable<TailChunk>): Observable<TailChunk> =>
    chunk$.pipe(map((chunk) => filterChunk(chunk, openChunk(chunk), filter)))
  return filter
}

function filterChunk(
  chunk: TailChunk,
  stays: (line: MarkerLine) => boolean,
  again: MonoTypeOperatorFunction<TailChunk>,
): TailChunk {
  const { markers, tick, leader, names } = chunk
  const head = new MarkerHeadScanner()
  const kept = new LineRanges()
  for (let index = 0; index < markers.lineCount; index += 1) {
    if (!markers.scanHead(index, head)) continue
    const kind = changeKindOf(head.type)
    if (kind === 'frame' || stays({ markers, index, head, kind })) kept.add(index)
  }
  return {
    markers: kept.lineCount === markers.lineCount ? markers : markers.pick(kept),
    tick,
    leader,
    names,
    hold: () => chunk.hold(),
    // Who goes on behind this chunk goes on with the same filter.
    rest: () => again(chunk.rest()),
  }
}
