import assert from 'node:assert/strict'
import fc from 'fast-check'
import { selectLines } from '../../../lib/sync/patch/select-lines.js'
import { chunkOf } from '../../support/chunk.js'
import { linesOf } from '../../support/streams.js'

describe('selectLines()', () => {
  it('gives the lines and their numbers', () => {
    const texts = ['a', 'bb', '', 'dddd', 'e']
    fc.assert(
      fc.property(fc.subarray([0, 1, 2, 3, 4], { minLength: 1 }), (lines) => {
        const chosen = selectLines(chunkOf(texts, 'file'), lines)
        assert.deepEqual(
          linesOf([chosen]),
          lines.map((line) => `${texts[line] ?? ''}\n`),
        )
        assert.deepEqual(
          lines.map((_, index) => chosen.lineNumber(index)),
          lines.map((line) => line + 1),
        )
        assert.equal(chosen.source, 'file')
      }),
    )
  })

  it('copies nothing where the lines follow each other', () => {
    const chunk = chunkOf(['a', 'b', 'c'])
    assert.equal(selectLines(chunk, [0, 1, 2]), chunk)
    assert.equal(selectLines(chunk, [1, 2]).buffer.buffer, chunk.buffer.buffer)
    assert.notEqual(selectLines(chunk, [0, 2]).buffer, chunk.buffer)
  })
})
