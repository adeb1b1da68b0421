import assert from 'node:assert/strict'
import { mergeMap, of, type MonoTypeOperatorFunction, type Observable } from 'rxjs'
import {
  filterCollections,
  filterDatabases,
  filterOperations,
} from '../../../lib/sync/tail/filters.js'
import type { TailChunk } from '../../../lib/sync/tail/tail-item.js'
import { line, namesOf, tailChunkOf } from '../../support/tail-chunks.js'

const names = namesOf({ c: 'one', e: 'two' })

/** Ticks of the lines that stay. */
function ticksAfter(
  filter: MonoTypeOperatorFunction<TailChunk>,
  lines: readonly string[],
): number[] {
  const ticks: number[] = []
  const chunk = tailChunkOf(lines, { names })
  of<TailChunk>(chunk)
    .pipe(filter)
    .subscribe((left) => {
      assert.equal(left.tick, chunk.tick)
      for (const { tick } of left.markers.markers()) ticks.push(Number(tick))
    })
  return ticks
}

const LINES = [
  line.begin(1, 1),
  line.put(2, 'a', { cuid: 'c' }),
  line.put(3, 'a', { cuid: 'e' }),
  line.put(4, 'a', { cuid: 'later' }),
  line.remove(5, 'a', { cuid: 'e', db: 'other' }),
  line.truncate(6, { cuid: 'c' }),
  line.create(7, 'new', { cuid: 'made' }),
  line.put(8, 'a', { cuid: 'made' }),
  line.unknown(9),
  line.commit(10, 1),
]

describe('filterCollections', () => {
  it('keeps what is listed, and what nobody has named', () => {
    const kept = ticksAfter(filterCollections({ collections: ['one'] }), LINES)
    assert.deepEqual(kept, [1, 2, 4, 6, 9, 10])
    assert.deepEqual(ticksAfter(filterCollections({ collections: ['c'] }), LINES), kept)
  })

  it('leaves out what is excluded, by name or globallyUniqueId', () => {
    const kept = ticksAfter(filterCollections({ exclude: ['two', 'later', 'new'] }), LINES)
    assert.deepEqual(kept, [1, 2, 6, 9, 10])
  })
})

describe('filterDatabases', () => {
  it('keeps what is listed', () => {
    assert.deepEqual(ticksAfter(filterDatabases(['other']), LINES), [1, 5, 10])
  })
})

describe('filterOperations', () => {
  it('filters what follows too, also behind a chunk of which everything stayed', () => {
    const rest = (): Observable<TailChunk> => of(tailChunkOf(LINES))
    const seen: number[] = []
    of<TailChunk>(tailChunkOf([line.remove(0, 'a')], { rest }))
      .pipe(
        filterOperations(['remove']),
        mergeMap((chunk) => chunk.rest()),
      )
      .subscribe(({ markers }) => {
        for (const { tick } of markers.markers()) seen.push(Number(tick))
      })
    assert.deepEqual(seen, [1, 5, 10])
  })

  it('keeps the kinds that are listed, and frames', () => {
    assert.deepEqual(ticksAfter(filterOperations(['insert']), LINES), [1, 2, 3, 4, 8, 10])
    assert.deepEqual(ticksAfter(filterOperations(['remove', 'unknown']), LINES), [1, 5, 9, 10])
  })
})
