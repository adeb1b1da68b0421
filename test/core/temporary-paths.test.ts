import assert from 'node:assert/strict'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { forgetTemporary, noteTemporary, removeTemporaries } from '../../lib/core/index.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'

describe('removeTemporaries()', () => {
  const { at } = useTemporaryDirectory()
  const isWatching = (): boolean => process.listeners('exit').includes(removeTemporaries)

  it('removes what was noted and not forgotten, directories whole', async () => {
    await mkdir(at('directory/inner'), { recursive: true })
    for (const name of ['directory/inner/file', 'noted', 'kept', 'done']) {
      await writeFile(at(name), name)
    }
    for (const name of ['directory', 'noted', 'done', 'missing']) noteTemporary(at(name))
    forgetTemporary(at('done'))
    removeTemporaries()
    assert.deepEqual((await readdir(at('.'))).sort(), ['done', 'kept'])
  })

  it('is called at the end of the process only while there is something to remove', () => {
    assert.equal(isWatching(), false)
    noteTemporary(at('a'))
    noteTemporary(at('b'))
    forgetTemporary(at('a'))
    assert.equal(isWatching(), true)
    assert.equal(process.listeners('exit').filter((one) => one === removeTemporaries).length, 1)
    forgetTemporary(at('b'))
    assert.equal(isWatching(), false)
  })
})
