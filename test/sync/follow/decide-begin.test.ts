import assert from 'node:assert/strict'
import { decideBegin, type FollowWish } from '../../../lib/sync/follow/decide-begin.js'
import { positionAt } from './support/positions.js'

const WISH: FollowWish = {
  source: 'http://leader',
  database: 'shop',
  selection: {},
  incremental: false,
}

describe('decideBegin()', () => {
  it('copies where there is no position', () => {
    assert.deepEqual(decideBegin(undefined, WISH), { kind: 'copy' })
  })

  it('goes on from a position, with --incremental too', () => {
    const position = positionAt(5n)
    for (const incremental of [false, true]) {
      assert.deepEqual(decideBegin(position, { ...WISH, incremental }), {
        kind: 'go-on',
        position,
      })
    }
  })

  it('goes on when the same collections are named in another order', () => {
    const position = positionAt(5n, { selection: { collections: ['a', 'b'] } })
    const selection = { collections: ['b', 'a'] }
    assert.equal(decideBegin(position, { ...WISH, selection }).kind, 'go-on')
  })

  it('refuses a position of another database, with --incremental too', () => {
    for (const database of ['other', undefined]) {
      for (const incremental of [false, true]) {
        assert.throws(
          () => decideBegin(positionAt(5n, { database }), { ...WISH, incremental }),
          (error: Error) =>
            /^Cannot follow http:\/\/leader: the target follows (database "other"|all databases) /.test(
              error.message,
            ) && (error as NodeJS.ErrnoException).code === 'ERR_FOLLOW_DATABASE',
        )
      }
    }
  })

  it('refuses other collections than those of the position', () => {
    assert.throws(() => decideBegin(positionAt(5n, { selection: { collections: ['a'] } }), WISH), {
      code: 'ERR_FOLLOW_SELECTION',
      source: 'http://leader',
      message: /follows only "a", and all collections is asked for/,
    })
  })

  it('brings other collections up to date where an incremental copy is asked for', () => {
    const position = positionAt(5n, { selection: { collections: ['a'] } })
    assert.deepEqual(decideBegin(position, { ...WISH, incremental: true }), { kind: 'copy' })
  })
})
