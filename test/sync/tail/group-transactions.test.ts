import assert from 'node:assert/strict'
import { concat, firstValueFrom, from, map, of, take, throwError, toArray } from 'rxjs'
import type { GroupOptions } from '../../../lib/sync/tail/group-options.js'
import { groupTransactions } from '../../../lib/sync/tail/group-transactions.js'
import { TailError } from '../../../lib/sync/tail/tail-error.js'
import type { TailChunk, TailGroup } from '../../../lib/sync/tail/tail-item.js'
import { tick } from '../../../lib/values/index.js'
import { MarkerLineError, UnknownMarkerError } from '../../../lib/wire/index.js'
import { line, tailChunkOf, type FakeTailChunkOptions } from '../../support/tail-chunks.js'

/** What a group told while it was emitted. */
interface SeenGroup extends Pick<
  TailGroup,
  'transactionId' | 'markerCount' | 'bytes' | 'position'
> {
  readonly isLevel: boolean
  readonly lines: readonly string[]
}

function see(group: TailGroup): SeenGroup {
  const { transactionId, markerCount, bytes, position, leader } = group
  const lines = [...group.chunks()].flatMap((chunk) =>
    Array.from({ length: chunk.lineCount }, (_, index) => chunk.lineBytes(index).toString().trim()),
  )
  return { transactionId, markerCount, bytes, position, isLevel: leader.isLevel, lines }
}

/** The groups of chunks, as they were when they were emitted, and the error at the end. */
async function group(
  chunks: readonly TailChunk[],
  options?: GroupOptions,
): Promise<{ readonly groups: SeenGroup[]; readonly error: unknown }> {
  const groups: SeenGroup[] = []
  let error: unknown
  await new Promise<void>((resolve) => {
    from(chunks)
      .pipe(groupTransactions(options))
      .subscribe({
        next: (one) => groups.push(see(one)),
        error: (reason) => {
          error = reason
          resolve()
        },
        complete: resolve,
      })
  })
  return { groups, error }
}

async function groupLines(
  lines: readonly string[],
  options?: GroupOptions,
  chunkOptions?: FakeTailChunkOptions,
): Promise<SeenGroup[]> {
  const { groups, error } = await group([tailChunkOf(lines, chunkOptions)], options)
  if (error !== undefined) throw error as Error
  return groups
}

/** The shape of groups: the transaction, and the ticks of their lines. */
function shapeOf(groups: readonly SeenGroup[]): unknown[] {
  return groups.map(({ transactionId, lines }) => [
    transactionId,
    ...lines.map((text) => Number((JSON.parse(text) as { tick: string }).tick)),
  ])
}

describe('groupTransactions', () => {
  it('gives a transaction whole, without its begin and commit', async () => {
    const lines = [line.begin(5, 5), line.put(6, 'a', { id: 5 }), line.remove(7, 'b', { id: 5 })]
    const [one, ...rest] = await groupLines([...lines, line.commit(8, 5)])
    assert.deepEqual(rest, [])
    assert.deepEqual(one?.lines, lines.slice(1))
    assert.equal(one.transactionId, 5n)
    assert.equal(one.markerCount, 2)
    assert.equal(one.bytes, lines.slice(1).join('\n').length + 1)
    assert.deepEqual(one.position, {
      serverId: '77',
      database: 'd',
      tick: 8n,
      resumeTick: 8n,
      openTransactions: [],
    })
  })

  it('drops aborted transactions, and those still open at the end', async () => {
    const groups = await groupLines([
      line.begin(1, 1),
      line.put(2, 'a', { id: 1 }),
      line.abort(3, 1),
      line.begin(4, 4),
      line.put(5, 'b', { id: 4 }),
      line.commit(6, 4),
      line.begin(7, 7),
      line.put(8, 'c', { id: 7 }),
    ])
    assert.deepEqual(shapeOf(groups), [[4n, 5]])
  })

  it('keeps transactions open across chunks', async () => {
    const chunks = [
      [line.begin(1, 1), line.put(1, 'a', { id: 1 })],
      [line.put(2, 'b', { id: 1 })],
      [line.put(3, 'c', { id: 1 }), line.commit(3, 1), line.put(4, 'd')],
    ].map((lines) => tailChunkOf(lines))
    const { groups, error } = await group(chunks)
    assert.equal(error, undefined)
    assert.deepEqual(shapeOf(groups), [
      [1n, 1, 2, 3],
      [undefined, 4],
    ])
  })

  it('takes interleaved transactions apart, in the order of their commits', async () => {
    const groups = await groupLines([
      line.begin(1, 1),
      line.put(2, 'a', { id: 1 }),
      line.begin(3, 3),
      line.put(4, 'a', { id: 3 }),
      line.put(5, 's'),
      line.put(6, 'b', { id: 1 }),
      line.commit(7, 3),
      line.put(8, 's'),
      line.commit(9, 1),
    ])
    assert.deepEqual(shapeOf(groups), [
      [undefined, 5],
      [3n, 4],
      [undefined, 8],
      [1n, 2, 6],
    ])
    assert.deepEqual(
      groups.map(({ position }) => [position.tick, position.resumeTick, position.openTransactions]),
      [
        [5n, 0n, [1n, 3n]],
        [7n, 0n, [1n]],
        [8n, 0n, [1n]],
        [9n, 9n, []],
      ],
    )
  })

  it('passes definitions and truncates on where they stand, inside of transactions too', async () => {
    const groups = await groupLines([
      line.create(1, 'n'),
      line.begin(2, 2),
      line.put(3, 'a', { id: 2 }),
      line.truncate(4),
      line.commit(5, 2),
    ])
    assert.deepEqual(shapeOf(groups), [
      [undefined, 1],
      [undefined, 4],
      [2n, 3],
    ])
  })

  it('drops an older transaction when one of its id begins', async () => {
    const groups = await groupLines([
      line.begin(1, 9),
      line.put(2, 'a', { id: 9 }),
      line.begin(3, 9),
      line.put(4, 'b', { id: 9 }),
      line.commit(5, 9),
    ])
    assert.deepEqual(shapeOf(groups), [[9n, 4]])
  })

  for (const [what, lines] of [
    ['an operation', [line.put(2, 'secret', { id: 7 })]],
    ['a commit', [line.commit(2, 7)]],
    ['an abort', [line.abort(2, 7)]],
  ] as const) {
    it(`refuses ${what} of a transaction that never began, after what was before it`, async () => {
      const { groups, error } = await group([tailChunkOf([line.put(1, 'a'), ...lines])])
      assert.deepEqual(shapeOf(groups), [[undefined, 1]])
      assert.ok(error instanceof TailError)
      assert.equal(error.code, 'ERR_TRANSACTION_UNKNOWN')
      assert.match(error.message, /^Cannot group the marker of tick 2: its transaction 7 /)
      assert.doesNotMatch(error.message, /secret/)
    })
  }

  it('names the line that is no marker, and not what it holds', async () => {
    const { groups, error } = await group([
      tailChunkOf([line.put(1, 'a'), '{"secret":1}'], { tick: 1n }),
    ])
    assert.deepEqual(shapeOf(groups), [[undefined, 1]])
    assert.ok(error instanceof MarkerLineError)
    assert.deepEqual([error.lineNumber, error.source], [2, 'log'])
    assert.doesNotMatch(error.message, /secret/)
  })

  it('keeps markers of unknown types, and refuses them where asked', async () => {
    const lines = [line.put(1, 'a'), line.unknown(2)]
    assert.deepEqual(shapeOf(await groupLines(lines)), [[undefined, 1, 2]])
    const { groups, error } = await group([tailChunkOf(lines)], { unknownTypes: 'refuse' })
    assert.deepEqual(shapeOf(groups), [[undefined, 1]])
    assert.ok(error instanceof UnknownMarkerError)
    assert.deepEqual([error.type, error.tick], [2102, 2n])
  })

  it('tells how far the log is read where no group does', async () => {
    const aborted = [line.begin(4, 4), line.put(5, 'a', { id: 4 }), line.abort(6, 4)]
    const open = [line.begin(11, 11), line.put(12, 'b', { id: 11 })]
    const { groups } = await group([
      tailChunkOf([], { tick: 3n }),
      tailChunkOf(aborted),
      tailChunkOf([line.put(7, 'a')], { tick: 9n }),
      tailChunkOf(open),
      tailChunkOf([], { tick: 20n }),
    ])
    assert.deepEqual(shapeOf(groups), [
      [undefined],
      [undefined],
      [undefined, 7],
      [undefined],
      [undefined],
    ])
    assert.deepEqual(
      groups.map(({ position }) => [position.tick, position.resumeTick, position.openTransactions]),
      [
        [3n, 3n, []],
        [6n, 6n, []],
        [7n, 7n, []],
        [9n, 9n, []],
        [20n, 9n, [11n]],
      ],
    )
  })

  it('does not deliver transactions of which nothing is left', async () => {
    const groups = await groupLines([
      line.put(1, 'a'),
      line.begin(2, 2),
      line.commit(3, 2),
      line.put(4, 'b'),
    ])
    assert.deepEqual(shapeOf(groups), [[undefined, 1, 4]])
  })

  it('says that the follower is level with the last group of a chunk only', async () => {
    const lines = [
      line.put(1, 'a'),
      line.begin(2, 2),
      line.put(3, 'b', { id: 2 }),
      line.commit(4, 2),
    ]
    const groups = await groupLines(lines, {}, { leader: { isLevel: true } })
    assert.deepEqual(
      groups.map(({ isLevel }) => isLevel),
      [false, true],
    )
  })

  it('leaves out what ended at or below the position it goes on from', async () => {
    // At 6, 1 is open and 2 has ended; 2 began below where 1 did.
    const lines = [
      line.put(4, 'b', { id: 2 }),
      line.begin(5, 1),
      line.put(5, 'a', { id: 1 }),
      line.commit(6, 2),
      line.put(6, 's'),
      line.commit(6, 1),
      line.put(7, 's'),
    ]
    const after = { tick: tick(6n), openTransactions: [tick(1n)] }
    assert.deepEqual(shapeOf(await groupLines(lines, { after })), [
      [1n, 5],
      [undefined, 7],
    ])
    assert.deepEqual(shapeOf(await groupLines(lines, { after: tick(6n) })), [[undefined, 7]])
  })

  it('gives no position below the one it goes on from', async () => {
    const after = tick(6n)
    const { groups } = await group([tailChunkOf([], { tick: 5n }), tailChunkOf([], { tick: 6n })], {
      after,
    })
    assert.deepEqual(
      groups.map(({ position }) => position.tick),
      [6n],
    )
  })

  it('refuses more open transactions than allowed', async () => {
    const lines = [line.begin(1, 1), line.begin(2, 2), line.begin(3, 3)]
    const { error } = await group([tailChunkOf(lines)], { openTransactionsMax: 2 })
    assert.ok(error instanceof TailError)
    assert.equal(error.code, 'ERR_TRANSACTIONS_OPEN')
    assert.equal(
      error.message,
      'Cannot group transactions: more than 2 are open at one time; raise openTransactionsMax',
    )
    const again = [line.begin(1, 1), line.begin(2, 2), line.begin(3, 2)]
    assert.equal((await group([tailChunkOf(again)], { openTransactionsMax: 2 })).error, undefined)
  })

  it('refuses limits that are none at the call', () => {
    assert.throws(() => groupTransactions({ bytesMax: 0 }), RangeError)
    assert.throws(() => groupTransactions({ openTransactionsMax: 1.5 }), RangeError)
  })

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
