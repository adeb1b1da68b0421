import assert from 'node:assert/strict'
import { TailCursor } from '../../../lib/sync/tail/tail-cursor.js'
import { parseTick, tick } from '../../../lib/values/index.js'
import { parseMarkerLine } from '../../../lib/wire/index.js'
import { recordedAnswers, type RecordedAnswer } from '../../support/recorded-answers.js'
import { describeWithShared } from '../../support/shared.js'
import { headOf } from './support/fake-feed.js'

function cursorAt(from: bigint, lastTick = 100n): TailCursor {
  const [log, lastScanned] = ['fake:shop', tick(0n)]
  return new TailCursor({ log, from: tick(from), lastScanned, lastTick: tick(lastTick) })
}

/** Takes a whole answer, and tells what comes of it. */
function after(cursor: TailCursor, head: Parameters<typeof headOf>[0], lines: bigint[] = []) {
  cursor.begin(headOf(head))
  for (const line of lines) cursor.take(tick(line), tick(line))
  const asksAtOnce = cursor.end()
  const { from, lastScanned } = cursor.request(0)
  return { from, lastScanned, isLevel: cursor.isLevel, asksAtOnce }
}

describe('TailCursor', () => {
  const rows: [string, Parameters<typeof after>[1], bigint[], object][] = [
    [
      'goes on behind the last marker',
      { lastIncluded: 40n, lastScanned: 60n, checkMore: true },
      [35n, 40n],
      { from: 40n, lastScanned: 60n, isLevel: false, asksAtOnce: true },
    ],
    [
      'is level when there is no more, and asks again at once after work',
      { lastIncluded: 40n, lastScanned: 40n, lastTick: 40n },
      [40n],
      { from: 40n, lastScanned: 40n, isLevel: true, asksAtOnce: true },
    ],
    [
      'goes on to where others wrote, but for the last',
      { lastScanned: 100n },
      [],
      { from: 99n, lastScanned: 100n, isLevel: true, asksAtOnce: false },
    ],
    [
      'asks on at once where the leader has not come to its end',
      { lastScanned: 90n, lastTick: 120n },
      [],
      { from: 89n, lastScanned: 90n, isLevel: false, asksAtOnce: true },
    ],
    [
      'stays where it is when the log was looked at to below it',
      { lastScanned: 29n },
      [],
      { from: 30n, lastScanned: 29n, isLevel: true, asksAtOnce: false },
    ],
    [
      'does not believe that there is more when nothing came',
      { checkMore: true },
      [],
      { from: 30n, lastScanned: 0n, isLevel: true, asksAtOnce: false },
    ],
    [
      'asks again for markers that were announced and did not come',
      { lastIncluded: 42n, lastScanned: 42n },
      [40n],
      { from: 40n, lastScanned: 42n, isLevel: false, asksAtOnce: true },
    ],
    [
      'is not level when none of the announced markers came',
      { lastIncluded: 42n, lastScanned: 42n },
      [],
      { from: 30n, lastScanned: 42n, isLevel: false, asksAtOnce: false },
    ],
  ]
  for (const [title, head, lines, expected] of rows) {
    it(title, () => {
      assert.deepEqual(after(cursorAt(30n), head, lines), expected)
    })
  }

  it('tells the newest tick from the head on', () => {
    const cursor = cursorAt(30n)
    cursor.begin(headOf({ lastTick: 200n }))
    assert.equal(cursor.lastTick, 200n)
  })

  it('ends no answer that has not begun', () => {
    assert.equal(cursorAt(1n).end(), false)
  })

  it('refuses ticks that do not rise from chunk to chunk', () => {
    for (const [first, last] of [
      [30n, 31n],
      [29n, 29n],
      [33n, 32n],
    ] as const) {
      const cursor = cursorAt(30n)
      cursor.begin(headOf())
      const take = (): void => {
        cursor.take(tick(first), tick(last))
      }
      assert.throws(take, { code: 'ERR_TICK_BACKWARDS' })
    }
  })

  it('refuses gaps, and logs that end below it, with the numbers of the original', () => {
    const begin = (head: Parameters<typeof headOf>[0]): unknown => {
      const cursor = cursorAt(30n)
      cursor.begin(headOf(head))
      return cursor
    }
    assert.throws(() => begin({ fromPresent: false }), {
      code: 'ERR_TAIL_GAP',
      errorNum: 1414,
      message:
        'Cannot follow the log of fake:shop: markers behind tick 30 are no longer in it; ' +
        'copy the data anew, an incremental sync will do, and follow from there',
    })
    assert.throws(() => begin({ lastTick: 29n }), {
      code: 'ERR_TICK_BACKWARDS',
      errorNum: undefined,
    })
  })

  it('does without what is missing right behind where it began, if it may', () => {
    const begin = (from: bigint, mayLack?: boolean): TailCursor => {
      const start = {
        log: 'fake:shop',
        from: tick(from),
        lastScanned: tick(0n),
        lastTick: tick(9n),
      }
      const cursor = new TailCursor({ ...start, mayLack })
      cursor.begin(headOf({ fromPresent: false, lastIncluded: 5n, checkMore: true }))
      return cursor
    }
    for (const cursor of [begin(0n), begin(3n, true)]) {
      cursor.take(tick(5n), tick(5n))
      cursor.end()
      assert.throws(
        () => {
          cursor.begin(headOf({ fromPresent: false }))
        },
        { code: 'ERR_TAIL_GAP' },
      )
    }
    assert.throws(() => begin(0n, false), { code: 'ERR_TAIL_GAP' })
  })
})

describeWithShared('TailCursor, of recorded answers', () => {
  /** The answer's own `from`, and what its headers and lines lead to. */
  function replay({ url, headers, lines }: RecordedAnswer) {
    const from = parseTick(/from=(\d+)/.exec(url)?.[1] ?? '')
    const header = (name: string): string => headers[`x-arango-replication-${name}`] ?? ''
    const head = {
      checkMore: header('checkmore') === 'true',
      fromPresent: header('frompresent') === 'true',
      lastIncluded: parseTick(header('lastincluded')),
      lastScanned: parseTick(header('lastscanned')),
      lastTick: parseTick(header('lasttick')),
    }
    const cursor = cursorAt(from, head.lastTick)
    const ticks = lines.map((line) => parseMarkerLine(Buffer.from(line)).tick)
    return { from, head, answer: after(cursor, head, [...new Set(ticks)]) }
  }

  const recordings = recordedAnswers(/RestWalAccessTailing/)

  it('has answers with markers and without', () => {
    assert.ok(recordings.filter(({ status }) => status === 200).length >= 6)
    assert.ok(recordings.filter(({ status }) => status === 204).length >= 3)
  })

  for (const recording of recordings) {
    it(`leads to the right request after ${recording.file}`, () => {
      const { from, head, answer } = replay(recording)
      const isEmpty = recording.status === 204
      // The empty ones were looked at to below where they began, or just there.
      assert.equal(answer.from, isEmpty ? from : head.lastIncluded)
      assert.equal(answer.lastScanned, head.lastScanned)
      assert.equal(answer.isLevel, !head.checkMore)
      assert.equal(answer.asksAtOnce, !isEmpty)
    })
  }

  it('knows the one that was looked at to below its begin', () => {
    const file = 'docs-3.12-RestWalAccessTailingEmpty_single.txt'
    const [recording] = recordings.filter((one) => one.file === file)
    assert.ok(recording)
    const expected = { from: 184777n, lastScanned: 184776n, isLevel: true, asksAtOnce: false }
    assert.deepEqual(replay(recording).answer, expected)
  })
})
