import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { writeSampleDump } from '../support/sample-dump.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'

const EXAMPLE = fileURLToPath(new URL('../../examples/copy-database.js', import.meta.url))

describe('examples/copy-database', () => {
  const { at } = useTemporaryDirectory()

  it('copies a directory into a store', async () => {
    await writeSampleDump(at('dump'), [{ name: 'things', count: 10 }])
    const { stdout } = await promisify(execFile)(process.execPath, [
      EXAMPLE,
      at('dump'),
      at('copy'),
      'shop',
    ])
    assert.match(stdout, /^things: 10 documents\nall: 10 documents, \d+ bytes\n$/)
  })
})
