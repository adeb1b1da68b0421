import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openDirectory, openDirectoryTarget } from '../../../lib/directory/index.js'
import { chunkOf } from '../../support/chunk.js'
import { useTemporaryDirectory } from '../../support/temporary-directory.js'
import {
  CREATED_AT,
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

const PARTIAL = '.tidemark-partial'
/** A disk that is always full. */
const FULL = '/dev/full'
const OPTIONS = { continues: true, splitBytes: 900 }
const COLLECTIONS = { a: linesOf(0, 20), b: linesOf(20, 3), c: [], d: linesOf(30, 20) }
const SOURCE = { count: 20, hash: 2n ** 64n - 5n, initialRangeMin: 2n ** 61n, collectionId: '17' }

/** Writes some of the collections, and begins another one, as a run that is cut off then. */
async function cutOff(path: string, names: readonly (keyof typeof COLLECTIONS)[]): Promise<void> {
  const target = await openDirectoryTarget(path, { createdAt: CREATED_AT, ...OPTIONS })
  const copy = await target.beginCopy(ORIGIN)
  target.noteSource('a', SOURCE)
  for (const name of names) await writeCollections(copy, { [name]: COLLECTIONS[name] })
  const begun = await copy.replaceCollection(definitionOf('d'))
  await begun.write(chunkOf(linesOf(0, 50)))
  await target.close()
}

/** Goes on as a command does: keeps what is complete, and writes the rest. */
async function goOn(path: string, options: object = OPTIONS): Promise<readonly string[]> {
  const kept: string[] = []
  await withDirectoryTarget(path, options, async (target) => {
    for (const { name } of target.completedCollections()) {
      if (await target.keepCollection(name)) kept.push(name)
    }
    const copy = await target.beginCopy(ORIGIN)
    for (const [name, lines] of Object.entries(COLLECTIONS)) {
      if (kept.includes(name)) await copy.replaceCollection(definitionOf(name))
      else await writeCollections(copy, { [name]: lines })
    }
    await copy.replaceView({
      name: 'v',
      type: 'arangosearch',
      globallyUniqueId: 'h/9',
      properties: { name: 'v', id: '9' },
    })
    await copy.finish()
  })
  return kept
}

/** Name of the first data file of a collection. */
async function dataFileOf(path: string, name: string): Promise<string | undefined> {
  return (await namesIn(path)).find(
    (file) => file.startsWith(`${name}_`) && file.includes('.data.'),
  )
}

/** What a run that nothing cuts off makes. */
async function hashesOfWhole(path: string): Promise<Record<string, string>> {
  await goOn(path)
  return hashesOf(path)
}

describe('openDirectoryTarget() that continues', () => {
  const { at } = useTemporaryDirectory()

  it('keeps what is complete, and ends in the same bytes', async () => {
    const whole = await hashesOfWhole(at('whole'))
    for (const names of [[], ['a'], ['a', 'b'], ['a', 'b', 'c']] as const) {
      const path = at(`cut ${names.length}`)
      await cutOff(path, names)
      assert.deepEqual(await goOn(path), names)
      assert.deepEqual(await hashesOf(path), whole)
    }
  })

  it('completedCollections() tells what was written, and what the source was like', async () => {
    await cutOff(at('dump'), ['a', 'c'])
    await withDirectoryTarget(at('dump'), OPTIONS, (target) => {
      const [a, ...others] = target.completedCollections()
      assert.deepEqual([a?.name, a?.documents, a?.removals, a?.tree?.count], ['a', 20, 0, 20])
      assert.deepEqual(a?.source, SOURCE)
      const tree = { count: 0, hash: 0n }
      assert.deepEqual(others, [{ name: 'c', documents: 0, removals: 0, tree, source: undefined }])
      return Promise.resolve()
    })
  })

  it('drops what the new run does not keep, nor write anew', async () => {
    await cutOff(at('dump'), ['a', 'b'])
    await withDirectoryTarget(at('dump'), OPTIONS, async (target) => {
      assert.equal(await target.keepCollection('a'), true)
      assert.equal(await target.keepCollection('none'), false)
      const copy = await target.beginCopy(ORIGIN)
      await copy.finish()
    })
    assert.deepEqual(await readLines(at('dump'), 'a'), COLLECTIONS.a)
    assert.equal(
      (await namesIn(at('dump'))).some((name) => name.startsWith('b_')),
      false,
    )
  })

  it('keepCollection() looks at every byte of the files', async () => {
    await cutOff(at('dump'), ['a'])
    const partial = at(`dump/${PARTIAL}`)
    const files = (await readdir(partial)).filter((name) => name.startsWith('a_'))
    assert.ok(files.length > 1)
    for (const name of files) {
      const file = join(partial, name)
      const bytes = await readFile(file)
      const harms = [
        () => rm(file),
        () => truncate(file, bytes.length - 1),
        () =>
          writeFile(
            file,
            bytes.map((byte, index) => (index === 12 ? byte ^ 1 : byte)),
          ),
      ]
      for (const harm of harms) {
        await harm()
        await withDirectoryTarget(at('dump'), OPTIONS, async (target) => {
          assert.equal(await target.keepCollection('a'), false, name)
        })
        await writeFile(file, bytes)
      }
    }
    await withDirectoryTarget(at('dump'), OPTIONS, async (target) => {
      assert.equal(await target.keepCollection('a'), true)
    })
  })

  it('refuses to write into what was kept', async () => {
    await cutOff(at('dump'), ['a'])
    await withDirectoryTarget(at('dump'), OPTIONS, async (target) => {
      await target.keepCollection('a')
      const copy = await target.beginCopy(ORIGIN)
      const into = await copy.replaceCollection(definitionOf('a'))
      await assert.rejects(into.write(chunkOf(linesOf(0, 1))), {
        fault: 'unsuitable',
        message: /the data of collection "a" was kept as it is$/,
      })
      await into.createIndexes([])
      await into.finish?.()
    })
  })

  it('takes the newest definition of what it keeps', async () => {
    await cutOff(at('dump'), ['a'])
    await withDirectoryTarget(at('dump'), OPTIONS, async (target) => {
      await target.keepCollection('a')
      const copy = await target.beginCopy(ORIGIN)
      await copy.replaceCollection(definitionOf('a', { waitForSync: true }))
      await copy.finish()
    })
    const snapshot = await (await openDirectory(at('dump'))).openSnapshot()
    const { collections } = await snapshot.inventory()
    assert.equal(collections[0]?.definition.parameters['waitForSync'], true)
  })

  it('refuses to go on with another kind of dump, and leaves it as it is', async () => {
    await cutOff(at('dump'), ['a'])
    const before = await hashesOf(at('dump'))
    const others = [
      [{ gzip: false }, 'gzip true, not false'],
      [{ format: '3.8' }, 'format 3.12, not 3.8'],
      [{ splitBytes: undefined }, 'splitBytes 900, not undefined'],
      [{ envelope: true }, 'envelope false, not true'],
      [{ vpack: true }, 'vpack false, not true'],
      [{ structureOnly: true }, 'structureOnly false, not true'],
    ] as const
    for (const [options, difference] of others) {
      await assert.rejects(openDirectoryTarget(at('dump'), { ...OPTIONS, ...options }), {
        fault: 'different',
        message: `Cannot write dump directory "${at('dump')}": the unfinished dump in it was begun with ${difference}`,
      })
    }
    assert.deepEqual(await hashesOf(at('dump')), before)
  })

  it('refuses to go on with the data of another server or database', async () => {
    await cutOff(at('dump'), ['a'])
    const others = [
      { ...ORIGIN, serverId: '43' },
      { ...ORIGIN, database: { name: 'other', properties: undefined } },
    ]
    for (const origin of others) {
      await withDirectoryTarget(at('dump'), OPTIONS, async (target) => {
        await assert.rejects(target.beginCopy(origin), {
          fault: 'different',
          message: /the unfinished dump in it is of another server or database$/,
        })
      })
    }
    assert.deepEqual(await goOn(at('dump')), ['a'])
  })

  it('goes on after the disk was full', async function () {
    if (!existsSync(FULL)) this.skip()
    const whole = await hashesOfWhole(at('whole'))
    const path = at('dump')
    await withDirectoryTarget(path, OPTIONS, async (target) => {
      const copy = await target.beginCopy(ORIGIN)
      await writeCollections(copy, { a: COLLECTIONS.a })
      const into = await copy.replaceCollection(definitionOf('d'))
      await symlink(FULL, join(path, PARTIAL, (await dataFileOf(at('whole'), 'd')) ?? ''))
      const full = { code: 'ERR_OUTPUT_FILE', message: /there is no space left on its disk$/ }
      await assert.rejects(into.write(chunkOf(COLLECTIONS.d)), full)
      await assert.rejects(copy.finish(), full)
    })
    await assert.rejects(openDirectory(path), { code: 'ERR_DIRECTORY' })
    assert.equal(await dataFileOf(join(path, PARTIAL), 'd'), undefined)
    assert.deepEqual(await goOn(path), ['a'])
    assert.deepEqual(await hashesOf(path), whole)
  })

  it('is needed where a dump is unfinished, unless it is to be overwritten', async () => {
    await cutOff(at('dump'), ['a'])
    await assert.rejects(writeDump(at('dump'), {}), {
      fault: 'unfinished',
      message: `Cannot write dump directory "${at('dump')}": an unfinished dump is in it, to be continued or overwritten`,
    })
    await writeDump(at('dump'), { x: linesOf(0, 1) }, { overwrite: true })
    await writeDump(at('fresh'), { x: linesOf(0, 1) })
    assert.deepEqual(await hashesOf(at('dump')), await hashesOf(at('fresh')))
  })

  it('says what is damaged in what it would go on with', async () => {
    for (const name of ['progress.json', 'directory.json']) {
      await cutOff(at(name), ['a'])
      const file = at(`${name}/${PARTIAL}/${name}`)
      await writeFile(file, `${await readFile(file, 'utf8')} `)
      await assert.rejects(openDirectoryTarget(at(name), OPTIONS), {
        code: 'ERR_DUMP_FILE',
        message: new RegExp(`^Cannot read dump file "${file}": it is damaged`),
      })
    }
  })
})

describe('openDirectoryTarget(), a dump that is cut off while it gets its places', () => {
  const { at } = useTemporaryDirectory()

  it('is no dump, and is gone on with, wherever that was', async () => {
    const whole = await hashesOfWhole(at('whole'))
    for (const [index, blocked] of someOf(Object.keys(whole)).entries()) {
      const path = at(blocked)
      if (index % 2 === 0) await writeDump(path, { a: linesOf(5, 5), old: [] }, { gzip: false })
      else await mkdir(path)
      await blockAndTry(path, blocked, { ...OPTIONS, overwrite: true })
      await assert.rejects(openDirectory(path), { code: 'ERR_DIRECTORY' }, blocked)
      assert.deepEqual(await goOn(path), Object.keys(COLLECTIONS))
      assert.deepEqual(await hashesOf(path), whole, blocked)
    }
  })

  it('is replaced by another one, with nothing of either dump left', async () => {
    const path = at('dump')
    await writeDump(path, { old: linesOf(0, 2) })
    await blockAndTry(path, 'tidemark.json', { ...OPTIONS, overwrite: true })
    await assert.rejects(writeDump(path, {}), { fault: 'unfinished' })
    await withDirectoryTarget(path, { overwrite: true }, async (target) => {
      const copy = await target.beginCopy(ORIGIN)
      await assert.rejects(openDirectory(path), { code: 'ERR_DIRECTORY' })
      await writeCollections(copy, { x: linesOf(0, 1) })
      await copy.finish()
    })
    await writeDump(at('fresh'), { x: linesOf(0, 1) })
    assert.deepEqual(await hashesOf(path), await hashesOf(at('fresh')))
  })
})

/** The first and the last that are given their places, and some in between. */
function someOf(names: readonly string[]): readonly string[] {
  const others = names.filter((name) => name !== 'dump.json')
  return ['dump.json', ...others.filter((_, index) => index % 3 === 0)]
}

/** Has the giving of places fail at one of the files, where there is a directory in its stead. */
async function blockAndTry(path: string, blocked: string, options: object): Promise<void> {
  await rm(join(path, blocked), { force: true })
  await mkdir(join(path, blocked, 'in the way'), { recursive: true })
  await assert.rejects(goOn(path, options), { code: /ERR_OUTPUT_FILE|ERR_DIRECTORY_TARGET/ })
  await rm(join(path, blocked), { recursive: true })
}
