import assert from 'node:assert/strict'
import { Command } from 'commander'
import { joinDeadLetter, withTransforms } from '../../lib/cli/transform-flags.js'

describe('withTransforms()', () => {
  function read(...words: readonly string[]): unknown {
    const command = withTransforms(new Command('dump <source> <dir>'))
    command.exitOverride().configureOutput({ writeErr: () => undefined })
    command.argument('[source]').argument('[dir]')
    return command.parse(joinDeadLetter(words), { from: 'user' }).opts()
  }

  it('asks for nothing by itself', () => {
    assert.deepEqual(read(), {})
  })

  it('keeps transforms in the order in which they were given', () => {
    const flags = read(
      '--transform',
      './a.js',
      'in',
      '--transform=project:a,b',
      '--transform',
      './a.js',
    )
    assert.deepEqual(flags, { transform: ['./a.js', 'project:a,b', './a.js'] })
  })

  it('reads what to do with errors', () => {
    const [stop, skip] = [{ policy: 'stop' }, { policy: 'skip' }]
    assert.deepEqual(read('--on-error', 'stop'), { onError: stop })
    assert.deepEqual(read('--on-error=skip'), { onError: skip })
    const file = { onError: { policy: 'skip', deadLetterFile: 'bad docs.jsonl' } }
    assert.deepEqual(read('--on-error', 'dead-letter', 'bad docs.jsonl', 'source', 'dir'), file)
    assert.deepEqual(read('source', '--on-error=dead-letter', 'bad docs.jsonl'), file)
    assert.deepEqual(read('--on-error', 'dead-letter bad docs.jsonl'), file)
  })

  it('refuses a dead letter without a file, and other ways', () => {
    for (const words of [
      ['--on-error', 'dead-letter'],
      ['--on-error', 'dead-letter', '--parallel', '2'],
      ['--on-error=dead-letter', ''],
      ['--on-error', 'continue', 'file'],
      ['--on-error', 'skip file'],
    ]) {
      assert.throws(() => read(...words), /stop, skip, or dead-letter and a file/, words.join(' '))
    }
  })

  it('bounds threads', () => {
    assert.deepEqual(read('--parallel', '64'), { parallel: 64 })
    for (const text of ['0', '65', '1.5', '-1', 'x', '']) {
      assert.throws(() => read('--parallel', text), /whole number from 1 to 64/, text)
    }
  })

  it('knows two forms of numbers, and no empty transform', () => {
    assert.deepEqual(read('--numbers', 'exact'), { numbers: 'exact' })
    assert.throws(() => read('--numbers', 'text'), /native, exact/)
    assert.throws(() => read('--transform', ' '), /module or a ready-made/)
  })
})

describe('joinDeadLetter()', () => {
  it('leaves everything else as it is', () => {
    for (const words of [
      [],
      ['dump', 'dead-letter', 'file'],
      ['--on-error', 'skip', 'file'],
      ['--transform', '--on-error', 'x', 'dead-letter', 'file'],
      ['--', '--on-error', 'dead-letter', 'file'],
    ]) {
      assert.deepEqual(joinDeadLetter(words), words)
    }
  })

  it('joins one word alone', () => {
    const words = ['--on-error', 'dead-letter', 'a', 'b']
    assert.deepEqual(joinDeadLetter(words), ['--on-error', 'dead-letter a', 'b'])
  })
})
