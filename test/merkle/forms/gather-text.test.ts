import assert from 'node:assert/strict'
import { gatherText } from '../../../lib/merkle/forms/gather-text.js'

const PIECE_LENGTH = 65_536

function lengthsOf(parts: Iterable<string>): number[] {
  return Array.from(gatherText(parts), ({ length }) => length)
}

describe('gatherText()', () => {
  it('gives nothing for nothing', () => {
    assert.deepEqual(lengthsOf([]), [])
    assert.deepEqual(lengthsOf(['', '']), [])
  })

  it('joins parts in order', () => {
    assert.deepEqual([...gatherText(['a', '', 'bc', 'd'])], ['abcd'])
  })

  it('gives a piece away when it is long enough, and no empty one at the end', () => {
    const part = 'x'.repeat(PIECE_LENGTH / 4)
    assert.deepEqual(lengthsOf([part, part, part, part]), [PIECE_LENGTH])
    assert.deepEqual(lengthsOf([part, part, part, part, 'x']), [PIECE_LENGTH, 1])
    assert.deepEqual(lengthsOf(['x', part, part, part, part]), [PIECE_LENGTH + 1])
  })

  it('asks for parts only as they are needed', () => {
    let asked = 0
    function* give(): Generator<string> {
      for (;;) {
        asked += 1
        yield 'x'.repeat(PIECE_LENGTH / 2)
      }
    }
    const pieces = gatherText(give())
    assert.equal(asked, 0)
    pieces.next()
    assert.equal(asked, 2)
    pieces.return(undefined)
  })
})
