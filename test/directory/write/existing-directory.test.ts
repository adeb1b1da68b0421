import assert from 'node:assert/strict'
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openDirectory, openDirectoryTarget } from '../../../lib/directory/index.js'
import { formatPartialState, statePath } from '../../../lib/directory/partial-dump.js'
import { chunkOf } from '../../support/chunk.js'
import { useTemporaryDirectory } from '../../support/temporary-directory.js'
import {
  contentOf,
  definitionOf,
  hashesOf,
  linesOf,
  namesIn,
  ORIGIN,
  readLines,
  withDirectoryTarget,
  writeCollections,
  writeDump,
} from '../support/written-dump.js'

const HASH_OF_C = '4a8a08f09d37b73795649038408b5f33'
const PARTIAL = '.tidemark-partial'

describe('openDirectoryTarget(), what is there already', () => {
  const { at } = useTemporaryDirectory()

  it('refuses a directory with anything in it, unless it is to be overwritten', async () => {
    await mkdir(at('dump'))
    await writeFile(at('dump/notes.txt'), 'mine')
    for (const options of [{}, { continues: true }]) {
      await assert.rejects(writeDump(at('dump'), {}, options), {
        fault: 'not-empty',
        message: `Cannot write dump directory "${at('dump')}": it is not empty, and was not to be overwritten`,
      })
    }
    assert.deepEqual(await namesIn(at('dump')), ['notes.txt'])
    await writeDump(at('dump'), { c: [] }, { overwrite: true })
    assert.equal(await readFile(at('dump/notes.txt'), 'utf8'), 'mine')
  })

  it('takes an empty directory, and a new file system', async () => {
    await mkdir(at('dump/lost+found'), { recursive: true })
    await writeDump(at('dump'), { c: linesOf(0, 1) })
    assert.deepEqual(await readLines(at('dump'), 'c'), linesOf(0, 1))
  })

  it('refuses to go on with a complete dump, and says so', async () => {
    await writeDump(at('dump'), { c: [] })
    const before = await hashesOf(at('dump'))
    await assert.rejects(writeDump(at('dump'), {}, { continues: true }), { fault: 'complete' })
    assert.deepEqual(await hashesOf(at('dump')), before)
  })

  it('refuses a file, and links that lead elsewhere', async () => {
    await writeFile(at('file'), '')
    await assert.rejects(openDirectoryTarget(at('file')), {
      fault: 'inaccessible',
      message: `Cannot write dump directory "${at('file')}": it is not a directory`,
    })
    await assert.rejects(openDirectoryTarget(at('file/below')), { fault: 'inaccessible' })
    await mkdir(at('dump'))
    await mkdir(at('elsewhere'))
    await symlink(at('elsewhere'), at(`dump/${PARTIAL}`))
    await assert.rejects(openDirectoryTarget(at('dump')), { fault: 'inaccessible' })
  })

  it('writes nothing where links of somebody else lead', async () => {
    await writeFile(at('mine'), 'mine')
    for (const name of ['directory.json.tmp', 'progress.json.tmp', 'dump.json']) {
      const path = at(`with ${name}`)
      await mkdir(join(path, PARTIAL), { recursive: true })
      await symlink(at('mine'), join(path, PARTIAL, name))
      await writeDump(path, { c: linesOf(0, 1) })
      assert.deepEqual(await readLines(path, 'c'), linesOf(0, 1))
    }
    assert.equal(await readFile(at('mine'), 'utf8'), 'mine')
  })

  it('takes nothing back that is no file of a dump, nor from where links lead', async () => {
    await mkdir(at(`dump/${PARTIAL}`), { recursive: true })
    await writeFile(at('dump/notes.txt'), 'mine')
    const note = (to: string, name: string): Promise<void> => {
      const parts = [{ from: '', to, names: [name] }]
      const state = formatPartialState({ isBroken: true, overwrites: false, parts })
      return writeFile(statePath(at('dump')), state)
    }
    await note('', 'notes.txt')
    await writeDump(at('dump'), { c: [] }, { overwrite: true })
    assert.equal(await readFile(at('dump/notes.txt'), 'utf8'), 'mine')

    await writeDump(at('mine'), { c: [] })
    const before = await hashesOf(at('mine'))
    await mkdir(at(`dump/${PARTIAL}`))
    await symlink(at('mine'), at('dump/shop'))
    await note('shop', 'dump.json')
    await assert.rejects(openDirectoryTarget(at('dump'), { overwrite: true }), {
      code: 'ERR_OUTPUT_FILE',
    })
    assert.deepEqual(await hashesOf(at('mine')), before)
  })

  it('does not read without end what another has left', async () => {
    await mkdir(at(`dump/${PARTIAL}`), { recursive: true })
    await symlink('/dev/zero', at(`dump/${PARTIAL}/directory.json`))
    await symlink('/dev/zero', at(`dump/${PARTIAL}/owner.json`))
    const refusal = { code: 'ERR_DUMP_FILE', message: /symbolic link that leads out/ }
    await assert.rejects(openDirectoryTarget(at('dump'), { overwrite: true }), refusal)
    await assert.rejects(openDirectory(at('dump')), { code: 'ERR_DIRECTORY' })
  })

  it('replaces a dump, and leaves nothing of it', async () => {
    const stale = ['c.data.json', `c_${HASH_OF_C}.0.data.json.gz`, 'x.view.json', 'continue.json']
    await writeDump(at('dump'), { old: linesOf(0, 3), c: linesOf(0, 3) }, { gzip: false })
    for (const name of stale) await writeFile(at(`dump/${name}`), 'stale')
    await writeDump(at('dump'), { c: linesOf(7, 2) }, { overwrite: true })
    await writeDump(at('fresh'), { c: linesOf(7, 2) })
    assert.deepEqual(await hashesOf(at('dump')), await hashesOf(at('fresh')))
  })

  it('leaves the old dump whole until the new one is', async () => {
    await writeDump(at('dump'), { c: linesOf(0, 3) })
    const before = await hashesOf(at('dump'))
    await withDirectoryTarget(at('dump'), { overwrite: true }, async (target) => {
      const copy = await target.beginCopy(ORIGIN)
      await writeCollections(copy, { c: linesOf(5, 2) })
      assert.deepEqual(await readLines(at('dump'), 'c'), linesOf(0, 3))
    })
    assert.deepEqual(await readLines(at('dump'), 'c'), linesOf(0, 3))
    for (const [name, hash] of Object.entries(before)) {
      assert.equal((await hashesOf(at('dump')))[name], hash)
    }
  })

  it('takes back what it made where nothing is worth going on with', async () => {
    await withDirectoryTarget(at('new'), {}, async (target) => {
      const copy = await target.beginCopy(ORIGIN)
      await (await copy.replaceCollection(definitionOf('c'))).write(chunkOf(linesOf(0, 1)))
    })
    assert.deepEqual(await namesIn(at('.')), [])
    await mkdir(at('old'))
    await withDirectoryTarget(at('old'), {}, () => Promise.resolve())
    assert.deepEqual(await namesIn(at('old')), [])
  })

  it('is written by one at a time', async () => {
    await withDirectoryTarget(at('dump'), {}, async (target) => {
      const copy = await target.beginCopy(ORIGIN)
      for (const options of [{}, { continues: true }, { overwrite: true }]) {
        await assert.rejects(writeDump(at('dump'), {}, options), {
          code: 'ERR_DIRECTORY_TARGET',
          fault: 'in-use',
          message: `Cannot write dump directory "${at('dump')}": process ${process.pid} is writing into it`,
        })
      }
      await copy.finish()
    })
  })

  it('takes the place of a process that is gone', async () => {
    await mkdir(at(`dump/${PARTIAL}`), { recursive: true })
    for (const owner of [{ pid: 2 ** 22 + 1 }, { pid: process.pid, startTime: '1' }, 'garbage']) {
      await writeFile(at(`dump/${PARTIAL}/owner.json`), JSON.stringify(owner))
      await writeDump(at('dump'), { c: [] }, { overwrite: true })
      await mkdir(at(`dump/${PARTIAL}`))
    }
    assert.equal(await contentOf(at('dump/ENCRYPTION')).then(String), 'none')
  })
})
