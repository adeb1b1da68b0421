import assert from 'node:assert/strict'
import { groupTransactions } from '../../../lib/sync/tail/group-transactions.js'
import { TailError } from '../../../lib/sync/tail/tail-error.js'
import { MarkerLineError, UnknownMarkerError } from '../../../lib/wire/index.js'
import { group, groupLines, shapeOf } from '../../support/seen-groups.js'
import { line, tailChunkOf } from '../../support/tail-chunks.js'

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
})
