import assert from 'node:assert/strict'
import { Command, InvalidArgumentError } from 'commander'
import { toAge, toSize, withLogFlags } from '../../lib/cli/log-flags.js'
import { runInProcess } from './support/run-in-process.js'

describe('withLogFlags()', () => {
  function read(...words: readonly string[]): unknown {
    const command = withLogFlags(new Command('serve'))
    return command.parse(words, { from: 'user' }).opts()
  }

  it('keeps a week and 4 GB unless told otherwise', () => {
    assert.deepEqual(read(), { logAge: 7 * 24 * 3600 * 1000, logSize: 4e9 })
  })

  it('shows what is kept as one would write it', () => {
    const help = withLogFlags(new Command('serve')).helpInformation()
    assert.match(help, /--log-age.*\(default:\s+7d\)/s)
    assert.match(help, /--log-size.*\(default:\s+4gb\)/s)
  })

  it('reads ages in seconds to days, and sizes in powers of 1000', () => {
    const ages = ['90s', '30m', '12h', '1D', 'none'].map(toAge)
    assert.deepEqual(ages, [90_000, 1_800_000, 43_200_000, 86_400_000, Infinity])
    const sizes = ['1kb', '500mb', '4GB', '2tb', 'None'].map(toSize)
    assert.deepEqual(sizes, [1e3, 5e8, 4e9, 2e12, Infinity])
    assert.deepEqual(read('--log-age', '1h', '--log-size', 'none'), {
      logAge: 3_600_000,
      logSize: Infinity,
    })
  })

  it('refuses everything else', () => {
    for (const text of ['', '7', 'd', '0d', '-1d', '1.5d', '7w', '1 d', '7days', '1toString']) {
      assert.throws(() => toAge(text), InvalidArgumentError, text)
    }
    for (const text of ['', '4', '0gb', '4g', '4gib', '-4gb', '1234567gb']) {
      assert.throws(() => toSize(text), InvalidArgumentError, text)
    }
  })

  it('is part of tidemark serve', async () => {
    const { exitCode, stderr } = await runInProcess(['serve', '--store', 'x', '--log-age', 'soon'])
    assert.equal(exitCode, 2)
    assert.match(stderr, /--log-age.*Not an age/)
  })
})
