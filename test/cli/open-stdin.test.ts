import assert from 'node:assert/strict'
import { openSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { openStdin } from '../../lib/cli/open-stdin.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'
import { runInProcess } from './support/run-in-process.js'

describe('openStdin()', () => {
  const { at } = useTemporaryDirectory()

  it('is that of the process', async () => {
    const file = await open(at('file'), 'w')
    assert.equal(openStdin(file.fd), process.stdin)
    await file.close()
  })

  for (const flags of [[], ['--out', 'json'], ['--in', 'json'], ['--transform', 'keys:a*']]) {
    it(`lets pipe ${flags.join(' ')} fail where it is a directory, instead of writing nothing`, async () => {
      // The stream closes it.
      const stdin = openStdin(openSync(at('.'), 'r'))
      const { exitCode, stderr } = await runInProcess(['pipe', ...flags], { stdin })
      assert.equal(exitCode, 1)
      assert.match(stderr, /Cannot read stdin: it is a directory/)
    })
  }
})
