import assert from 'node:assert/strict'
import { readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { MANIFEST_FILE, verifyDirectory } from '../../../lib/directory/index.js'
import { structureOf } from '../../support/dump-directory.js'
import { dataFileName, writeSampleDump } from '../../support/sample-dump.js'
import { useTemporaryDirectory } from '../../support/temporary-directory.js'
import { verifyAll } from '../support/findings-of.js'
import { writeManifest } from '../support/with-manifest.js'

const THINGS = dataFileName('things')
const STRUCTURE = THINGS.replace('.data.json.gz', '.structure.json')

describe('verifyDirectory with a manifest', () => {
  const { at } = useTemporaryDirectory()

  beforeEach(async () => {
    await writeSampleDump(at('dump'), [
      { name: 'things', count: 30 },
      { name: 'links', count: 20, isEdge: true },
      { name: 'empty', count: 0 },
    ])
    await writeFile(at('dump/v.view.json'), '{"name":"v","type":"arangosearch"}')
    await writeManifest(at('dump'))
  })

  async function findings(): Promise<readonly string[]> {
    return (await verifyAll(at('dump'))).short
  }

  it('finds nothing in what is as it was written, and reads every file', async () => {
    const { short, events, finished } = await verifyAll(at('dump'))
    assert.deepEqual(short, [])
    assert.deepEqual(events[0], { kind: 'started', path: at('dump'), hasManifest: true })
    assert.deepEqual([finished.collections, finished.documents], [3, 50])
    const progress = events.filter((event) => event.kind === 'progress')
    assert.equal(new Set(progress.map(({ file }) => file)).size, 8)
    const last = progress.at(-1)
    assert.equal(last?.readBytes, last?.totalBytes)
  })

  it('names files that are missing', async () => {
    for (const name of [THINGS, STRUCTURE, 'dump.json', 'v.view.json']) {
      const path = join(at('dump'), name)
      const content = await readFile(path)
      await rm(path)
      const short = await findings()
      assert.equal(short[0], `file-missing ${name}`)
      await writeFile(path, content)
    }
    assert.deepEqual(await findings(), [])
  })

  it('names files that do not belong there, and does not read them', async () => {
    await writeFile(at('dump/notes.txt'), '')
    await writeFile(at('dump/lost.structure.json'), '{')
    await writeFile(at(`dump/${THINGS.slice(0, -'.gz'.length)}`), '{')
    await writeFile(at('dump/w.view.json'), '{')
    await writeFile(at('dump/ENCRYPTION'), 'none')
    assert.deepEqual(await findings(), [
      'file-extra ENCRYPTION',
      'file-extra lost.structure.json',
      'file-extra notes.txt (warning)',
      `file-extra ${THINGS.slice(0, -'.gz'.length)}`,
      'file-extra w.view.json',
    ])
  })

  it('tells sizes and digests that differ, and what is wrong inside', async () => {
    const path = at(`dump/${THINGS}`)
    const text = gunzipSync(await readFile(path)).toString()
    await writeFile(path, gzipSync(text.replace('"index":7', '"index":8'), { level: 9 }))
    assert.deepEqual(await findings(), [`file-size ${THINGS}`])
    await writeManifest(at('dump'))
    const good = await readFile(path)
    await writeFile(path, Buffer.concat([good.subarray(0, -9), Buffer.alloc(9)]))
    assert.deepEqual(await findings(), [`file-digest ${THINGS}`, `data-damaged ${THINGS}`])
  })

  it('tells counts and trees that differ, though the files are those of the manifest', async () => {
    await rm(at(`dump/${MANIFEST_FILE}`))
    await writeManifest(at('dump'), ({ collections, ...others }) => ({
      ...others,
      collections: collections.map((one) =>
        one.name === 'things'
          ? { ...one, documents: 31 }
          : { ...one, tree: one.tree && { ...one.tree, hash: one.tree.hash ^ 1n } },
      ),
    }))
    const { findings: found, short } = await verifyAll(at('dump'))
    assert.deepEqual(short.toSorted(), [
      `count ${THINGS}`,
      `tree ${dataFileName('empty')}`,
      `tree ${dataFileName('links')}`,
    ])
    const count = found.find(({ code }) => code === 'count')
    assert.match(count?.message ?? '', /30 documents and 0 removals, not 31 and 0 as the manifest/)
  })

  it('relies on nothing that a damaged manifest says, and checks the form of all files', async () => {
    const path = at(`dump/${MANIFEST_FILE}`)
    const text = await readFile(path, 'utf8')
    await writeFile(at(`dump/${STRUCTURE}`), '{')
    for (const damaged of [
      text.replace('"documents": 30', '"documents": 31'),
      text.replaceAll('\n', ''),
      text.slice(0, -1),
      '',
    ]) {
      await writeFile(path, damaged)
      assert.deepEqual(await findings(), [
        `manifest-damaged ${MANIFEST_FILE}`,
        `structure ${STRUCTURE}`,
      ])
    }
  })

  it('tells of a manifest of a later version, or without an attribute', async () => {
    const path = at(`dump/${MANIFEST_FILE}`)
    await writeManifest(at('dump'), (manifest) => ({ ...manifest, format: '9' as '3.12' }))
    assert.deepEqual(await findings(), [`manifest-damaged ${MANIFEST_FILE}`])
    await writeFile(path, Buffer.of(0xff))
    const { findings: found } = await verifyAll(at('dump'))
    assert.equal(found[0]?.message, 'it is not UTF-8')
  })

  it('ends at any point when its signal is aborted', async () => {
    const { events } = await verifyAll(at('dump'))
    const progressCount = events.filter(({ kind }) => kind === 'progress').length
    for (let count = 1; count < progressCount; count += 1) {
      const stop = new AbortController()
      const read = async () => {
        let seen = 0
        for await (const { kind } of verifyDirectory(at('dump'), { signal: stop.signal })) {
          if (kind === 'progress') seen += 1
          if (seen === count) stop.abort(new Error('enough'))
        }
      }
      await assert.rejects(read(), /^Error: enough$/)
    }
  })

  it('does not follow a link out of the directory', async () => {
    await writeFile(at('outside'), structureOf('things'))
    await rm(at(`dump/${STRUCTURE}`))
    await symlink(at('outside'), at(`dump/${STRUCTURE}`))
    const { short, findings: found } = await verifyAll(at('dump'))
    assert.equal(short[0], `file-unreadable ${STRUCTURE}`)
    assert.match(found[0]?.message ?? '', /symbolic link that leads out/)
  })
})
