import assert from 'node:assert/strict'
import { LINE_BYTES_MAX } from '../../../lib/core/index.js'
import type { BuildAnswer } from '../../../lib/merkle/build/build-task.js'
import { readAnswer } from '../../../lib/merkle/build/read-answer.js'
import { emptyState } from '../../../lib/merkle/build/tree-slot.js'
import { createTreeShape, TreeBuildError, TreeError } from '../../../lib/merkle/index.js'
import { LineTooLongError } from '../../../lib/streams/index.js'
import { DumpLineError } from '../../../lib/wire/index.js'

const state = emptyState(createTreeShape({ depth: 2, rangeMin: 2n ** 60n }))
const place = { lineNumber: 7, byteOffset: 70, source: 'a.json' }

/** What an answer becomes that has been in another thread. */
function errorOf(answer: BuildAnswer): unknown {
  try {
    readAnswer(structuredClone(answer), state)
  } catch (error) {
    return error
  }
  return assert.fail('it was an error')
}

describe('readAnswer()', () => {
  it('gives the state of a task that is done', () => {
    const done = { ...state, count: 3, hash: 5n }
    assert.deepEqual(readAnswer({ kind: 'done', state: done }, state), done)
  })

  it('makes the errors of lines', () => {
    const answer = { kind: 'bad-line', reason: 'it is bad', isTooLong: false, place } as const
    const error = errorOf(answer)
    assert.ok(error instanceof DumpLineError)
    assert.equal(error.message, 'Cannot read dump line 7 of a.json (from byte 70): it is bad')
    const tooLong = errorOf({ ...answer, isTooLong: true })
    assert.ok(tooLong instanceof LineTooLongError)
    assert.deepEqual(
      [tooLong.lineBytesMax, tooLong.lineNumber, tooLong.byteOffset, tooLong.source],
      [LINE_BYTES_MAX, 7, 70, 'a.json'],
    )
  })

  it('makes the error of a file, with its cause', () => {
    const cause = Object.assign(new Error('EIO: so it was'), { code: 'EIO' })
    const error = errorOf({ kind: 'bad-file', path: 'a.json', reason: 'so it was', cause })
    assert.ok(error instanceof TreeBuildError)
    assert.equal(error.message, 'Cannot build a tree from "a.json": so it was')
    assert.deepEqual([error.path, error.reason], ['a.json', 'so it was'])
    assert.equal((error.cause as Error).message, 'EIO: so it was')
  })

  it('makes the error of a tree that cannot grow', () => {
    const low = errorOf({ kind: 'unfit', lowest: 1n, highest: 2n ** 60n })
    assert.ok(low instanceof TreeError)
    assert.equal(low.code, 'ERR_TREE_UNDERFLOW')
    const high = errorOf({ kind: 'unfit', lowest: 2n ** 60n, highest: 2n ** 64n - 1n })
    assert.ok(high instanceof TreeError)
    assert.equal(high.code, 'ERR_TREE_OVERFLOW')
  })

  it('does not believe that a tree cannot grow which can', () => {
    const { lowest, highest } = { lowest: 2n ** 60n, highest: 2n ** 60n + 1n }
    assert.ok(errorOf({ kind: 'unfit', lowest, highest }) instanceof assert.AssertionError)
  })

  it('takes a task that was stopped for a failure', () => {
    assert.ok(errorOf({ kind: 'stopped' }) instanceof TreeBuildError)
  })
})
