import assert from 'node:assert/strict'
import { describeError } from '../../lib/cli/describe-error.js'

describe('describeError()', () => {
  it('is one line', () => {
    assert.equal(
      describeError(new Error('Cannot read\n  this'), false),
      'tidemark: Cannot read this\n',
    )
    assert.equal(describeError('text', false), 'tidemark: text\n')
  })

  it('has nothing that a terminal would obey, in stacks neither', () => {
    const error = new Error('Cannot read "a\u001b[2J"')
    assert.equal(describeError(error, false), 'tidemark: Cannot read "a\\u{1b}[2J"\n')
    assert.doesNotMatch(describeError(error, true), /\u001b/)
  })

  it('shows stacks, codes and causes when asked', () => {
    const cause = Object.assign(new Error('inner'), { code: 'ERR_INNER' })
    const text = describeError(new Error('outer', { cause }), true)
    assert.match(text, /^tidemark: outer\n/)
    assert.match(text, /Error: outer\n {4}at /)
    assert.match(text, /caused by Error: inner\n {4}at [^]*\[ERR_INNER\]\n$/)
  })
})
