import assert from 'node:assert/strict'
import { concat, firstValueFrom, from, map, of, take, throwError, toArray } from 'rxjs'
import { groupTransactions } from '../../../lib/sync/tail/group-transactions.js'
import type { TailGroup } from '../../../lib/sync/tail/tail-item.js'
import { group, see, shapeOf } from '../../support/seen-groups.js'
import { line, tailChunkOf } from '../../support/tail-chunks.js'

describe('groupTransactions() as an operator', () => {
  it('holds a chunk as long as one of its groups is held', () => {
    const chunk = tailChunkOf([
      line.put(1, 'a'),
      line.begin(2, 2),
      line.put(3, 'b', { id: 2 }),
      line.commit(4, 2),
    ])
    const releases: (() => void)[] = []
    of(chunk)
      .pipe(groupTransactions())
      .subscribe((one) => releases.push(one.hold()))
    assert.equal(releases.length, 2)
    assert.equal(chunk.holdCount, 2)
    releases[0]?.()
    releases[0]?.()
    assert.equal(chunk.holdCount, 1)
    releases[1]?.()
    assert.equal(chunk.holdCount, 0)
  })

  it('lets a chunk go at once where nobody holds a group', async () => {
    const chunk = tailChunkOf([line.put(1, 'a')])
    await group([chunk])
    assert.deepEqual([chunk.holdCount, chunk.holdTotal], [0, 1])
  })

  it('emits nothing after its subscriber has left', () => {
    const chunk = tailChunkOf([
      line.put(1, 'a'),
      line.begin(2, 2),
      line.put(3, 'b', { id: 2 }),
      line.commit(4, 2),
    ])
    const seen: TailGroup[] = []
    of(chunk)
      .pipe(groupTransactions(), take(1))
      .subscribe((one) => seen.push(one))
    assert.equal(seen.length, 1)
    assert.equal(chunk.holdCount, 0)
  })

  it('keeps the states of two subscriptions apart', async () => {
    const lines = [line.begin(1, 1), line.put(2, 'a', { id: 1 }), line.commit(3, 1)]
    const groups$ = from(
      [lines.slice(0, 2), lines.slice(2)].map((piece) => tailChunkOf(piece)),
    ).pipe(
      groupTransactions(),
      map((one) => shapeOf([see(one)])),
      toArray(),
    )
    const [one, other] = await Promise.all([firstValueFrom(groups$), firstValueFrom(groups$)])
    assert.deepEqual(one, [[[1n, 2]]])
    assert.deepEqual(other, one)
  })

  it('passes the end of an empty tail and errors of the tail on', async () => {
    assert.deepEqual(await group([]), { groups: [], error: undefined })
    const failed$ = concat(
      of(tailChunkOf([line.put(1, 'a')])),
      throwError(() => new Error('gone')),
    )
    const seen: unknown[] = []
    failed$.pipe(groupTransactions()).subscribe({
      next: (one) => seen.push(one.markerCount),
      error: (error: unknown) => seen.push((error as Error).message),
    })
    assert.deepEqual(seen, [1, 'gone'])
  })
})
