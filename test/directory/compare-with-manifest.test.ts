import assert from 'node:assert/strict'
import { readdir, rm, truncate, writeFile } from 'node:fs/promises'
import { openSnapshotOf } from '../support/dump-directory.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'
import { linesOf, writeDump } from './support/written-dump.js'

describe('openDirectory, beside a manifest', () => {
  const { at } = useTemporaryDirectory()

  async function warningsOf(path: string): Promise<readonly string[]> {
    const { snapshot, notices } = await openSnapshotOf(path)
    await snapshot.close()
    return notices.map(({ message }) => message.replaceAll(path, 'DIR'))
  }

  it('says nothing of a dump that is whole, and of one without a manifest', async () => {
    await writeDump(at('dump'), { a: linesOf(0, 3), b: [] })
    assert.deepEqual(await warningsOf(at('dump')), [])
    for (const name of await readdir(at('dump'))) {
      if (/^a_|^tidemark/.test(name)) await rm(at(`dump/${name}`))
    }
    assert.deepEqual(await warningsOf(at('dump')), [])
  })

  it('warns of a collection that is gone, and of the last part of one', async () => {
    await writeDump(at('dump'), { a: [], b: linesOf(0, 20) }, { gzip: false, splitBytes: 900 })
    const names = (await readdir(at('dump'))).sort()
    const last = names.findLast((name) => /^b_.*data/.test(name)) ?? ''
    const gone = [...names.filter((name) => name.startsWith('a_')), last]
    assert.match(last, /\.1\.data/)
    for (const name of gone) await rm(at(`dump/${name}`))
    const expected = gone.map((name) => `There is no "DIR/${name}", of which tidemark.json tells`)
    assert.deepEqual(await warningsOf(at('dump')), expected)
  })

  it('warns of a file of another size, and of a manifest that says nothing', async () => {
    await writeDump(at('dump'), { b: linesOf(0, 1) }, { gzip: false })
    const name = (await readdir(at('dump'))).find((one) => one.includes('.data.')) ?? ''
    await truncate(at(`dump/${name}`))
    const [warning, ...others] = await warningsOf(at('dump'))
    assert.deepEqual(others, [])
    assert.match(warning ?? '', /^"DIR\/b_.*" has 0 bytes, and not \d\d as tidemark.json tells$/)
    await writeFile(at('dump/tidemark.json'), '{}')
    const told = (await warningsOf(at('dump'))).join()
    assert.match(told, /^What "DIR\/tidemark.json" tells of the dump is not known: /)
  })
})
