import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gunzipSync, gzipSync } from 'node:zlib'
import { dataFileName, writeSampleDump } from '../support/sample-dump.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'

const EXAMPLE = fileURLToPath(new URL('../../examples/compare-dumps.js', import.meta.url))

describe('examples/compare-dumps', () => {
  const { at } = useTemporaryDirectory()

  it('says which revisions differ', async () => {
    const same = { name: 'same', count: 500, isEdge: true }
    await writeSampleDump(at('a'), [
      { name: 'gone', count: 1 },
      { name: 'more', count: 1000 },
      same,
    ])
    await writeSampleDump(at('b'), [{ name: 'more', count: 1001 }, { name: 'new', count: 1 }, same])
    const { stdout } = await promisify(execFile)(process.execPath, [EXAMPLE, at('a'), at('b')])
    const lines = stdout.trimEnd().split('\n')
    assert.equal(lines.length, 5)
    assert.equal(lines[0], `gone: only in ${at('a')}`)
    assert.equal(lines[1], 'more: 1000 and 1001 documents, 1 ranges')
    assert.match(lines[2] ?? '', /^ {2}_[\w-]+ to _[\w-]+$/)
    assert.equal(lines[3], 'same: 500 and 500 documents, 0 ranges')
    assert.equal(lines[4], `new: only in ${at('b')}`)
  })

  it('compares on one grid where a revision is too old for the start', async () => {
    for (const directory of ['a', 'b'])
      await writeSampleDump(at(directory), [{ name: 'c', count: 3 }])
    const file = at(`b/${dataFileName('c')}`)
    const lines = gunzipSync(await readFile(file)).toString()
    // Of 1970, as revisions of old dumps are.
    await writeFile(file, gzipSync(`${lines}{"_key":"old","_rev":"1234"}\n`))
    const { stdout } = await promisify(execFile)(process.execPath, [EXAMPLE, at('a'), at('b')])
    const [counts, range, ...rest] = stdout.trimEnd().split('\n')
    assert.equal(counts, 'c: 3 and 4 documents, 1 ranges')
    assert.match(range ?? '', /^ {2}(-+)? to /)
    assert.deepEqual(rest, [])
  })
})
