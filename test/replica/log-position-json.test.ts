import assert from 'node:assert/strict'
import fc from 'fast-check'
import { formatPosition, parsePosition, type LogPosition } from '../../lib/replica/index.js'
import { tick } from '../../lib/values/index.js'
import { WireFormatError } from '../../lib/wire/index.js'

const MAX = 2n ** 64n - 1n
const anyTick = fc.bigInt(0n, MAX).map(tick)
const anyPosition: fc.Arbitrary<LogPosition> = fc
  .record({
    serverId: fc.bigInt(1n, 2n ** 48n).map(String),
    database: fc.option(fc.string({ unit: 'grapheme', minLength: 1 }), { nil: undefined }),
    ticks: fc.tuple(anyTick, anyTick),
    openTransactions: fc.array(anyTick, { maxLength: 4 }),
  })
  .map(({ ticks: [a, b], ...rest }) => ({
    ...rest,
    tick: a > b ? a : b,
    resumeTick: a > b ? b : a,
  }))

const WRITTEN = {
  serverId: '41873120939',
  database: 'shop',
  tick: '18446744073709551615',
  resumeTick: '9007199254740993',
  openTransactions: ['9007199254740995'],
}

describe('formatPosition()', () => {
  it('writes ids and ticks as text, and all databases as null', () => {
    const position: LogPosition = {
      serverId: '7',
      database: undefined,
      tick: tick(MAX),
      resumeTick: tick(2n ** 53n + 1n),
      openTransactions: [tick(2n ** 53n + 3n)],
    }
    assert.equal(
      formatPosition(position),
      '{"serverId":"7","database":null,"tick":"18446744073709551615",' +
        '"resumeTick":"9007199254740993","openTransactions":["9007199254740995"]}',
    )
  })

  it('is undone by parsePosition()', () => {
    fc.assert(
      fc.property(anyPosition, (position) => {
        assert.deepEqual(parsePosition(formatPosition(position)), position)
      }),
    )
  })
})

describe('parsePosition()', () => {
  it('reads which collections a position is of', () => {
    const selections = [
      { collections: ['a', 'b'] },
      { exclude: ['logs'], includeSystem: true },
      { includeSystem: true, includeFoxxQueues: true },
      { collections: [] },
    ]
    for (const selection of selections) {
      const position = parsePosition(JSON.stringify({ ...WRITTEN, selection }))
      assert.deepEqual(position.selection, selection)
      assert.equal(formatPosition(position), JSON.stringify({ ...WRITTEN, selection }))
    }
    for (const selection of [7, { collections: 'a' }, { exclude: [1] }, { includeSystem: 'yes' }]) {
      const text = JSON.stringify({ ...WRITTEN, selection })
      assert.throws(() => parsePosition(text), WireFormatError)
    }
  })

  it('passes over attributes that it does not know', () => {
    const position = parsePosition(JSON.stringify({ ...WRITTEN, later: [1] }))
    assert.equal(formatPosition(position), JSON.stringify(WRITTEN))
  })

  const { database: _database, ...nameless } = WRITTEN
  const { openTransactions: _open, ...closed } = WRITTEN
  const refused: readonly [string, unknown, string][] = [
    ['what is no object', [], ''],
    ['a missing server id', { ...WRITTEN, serverId: undefined }, 'serverId'],
    ['a server id that is no number', { ...WRITTEN, serverId: '7x' }, 'serverId'],
    ['a server id that is not text', { ...WRITTEN, serverId: 7 }, 'serverId'],
    ['a missing database, which is not all of them', nameless, 'database'],
    ['a database that is not text', { ...WRITTEN, database: 1 }, 'database'],
    ['a tick as a number', { ...WRITTEN, tick: 7 }, 'tick'],
    ['a tick of more than 64 bits', { ...WRITTEN, tick: '18446744073709551616' }, 'tick'],
    ['a missing tick', { ...WRITTEN, resumeTick: undefined }, 'resumeTick'],
    ['reading on behind the tick', { ...WRITTEN, tick: '9007199254740992' }, 'resumeTick'],
    ['missing transactions', closed, 'openTransactions'],
    [
      'a transaction as a number',
      { ...WRITTEN, openTransactions: ['1', 2] },
      'openTransactions[1]',
    ],
  ]
  for (const [what, value, path] of refused) {
    it(`refuses ${what}`, () => {
      assert.throws(
        () => parsePosition(JSON.stringify(value)),
        (error) => error instanceof WireFormatError && error.path === path,
      )
    })
  }

  it('refuses every text that was cut off', () => {
    const text = JSON.stringify(WRITTEN)
    for (let end = 0; end < text.length; end += 1) {
      assert.throws(() => parsePosition(text.slice(0, end)), { code: 'ERR_WIRE_FORMAT' })
    }
  })
})
