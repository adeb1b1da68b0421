import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gunzipSync, gzipSync } from 'node:zlib'
import { useTemporaryDirectory } from '../support/temporary-directory.js'

const EXAMPLE = fileURLToPath(new URL('../../examples/filter-dump.js', import.meta.url))
const run = promisify(execFile)

describe('examples/filter-dump', () => {
  const directory = useTemporaryDirectory()

  it('leaves out keys with a prefix and keeps the other bytes', async () => {
    const lines = ['{"_key":"a", "n":1.0}\r\n', '{"_key":"test-1"}\n', '{"_key":"b"}']
    await writeFile(directory.at('in.gz'), gzipSync(lines.join('')))
    await run(process.execPath, [EXAMPLE, directory.at('in.gz'), directory.at('out.gz'), 'test-'])
    const kept = gunzipSync(await readFile(directory.at('out.gz'))).toString()
    assert.equal(kept, `${lines[0] ?? ''}${lines[2] ?? ''}`)
  })

  it('says how it is used', async () => {
    await assert.rejects(run(process.execPath, [EXAMPLE]), { code: 2 })
  })
})
