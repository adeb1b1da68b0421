import assert from 'node:assert/strict'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { openDirectory, openDirectoryTarget, readManifest } from '../../../lib/directory/index.js'
import { chunkOf } from '../../support/chunk.js'
import { useTemporaryDirectory } from '../../support/temporary-directory.js'
import {
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

describe('openDirectoryTarget()', () => {
  const { at } = useTemporaryDirectory()

  it('makes the directory, and writes what can be read again', async () => {
    const path = at('a/b/dump')
    await writeDump(path, { c: linesOf(0, 3), empty: [] })
    assert.deepEqual(await readLines(path, 'c'), linesOf(0, 3))
    assert.deepEqual(await readLines(path, 'empty'), [])
    assert.equal((await stat(path)).mode & 0o7, 0)
    const { mode } = await stat(join(path, `c_${HASH_OF_C}.data.json.gz`))
    assert.equal(mode & 0o117, 0)
  })

  it('warns of numbers that VelocyPack cannot hold', async () => {
    const told: string[] = []
    await withDirectoryTarget(at('dump'), { vpack: true }, async (target) => {
      target.onNotice = ({ message }) => told.push(message)
      const copy = await target.beginCopy(ORIGIN)
      const line = '{"_key":"x","n":0.1234567890123456789}'
      await writeCollections(copy, { exact: linesOf(0, 3), rounded: [...linesOf(0, 3), line] })
      await copy.finish()
    })
    const reason = 'lost digits: VelocyPack cannot hold them'
    assert.deepEqual(told, [`Numbers of 1 document of collection "rounded" ${reason}`])
  })

  it('shows nothing of a dump until it is finished', async () => {
    const path = at('dump')
    await withDirectoryTarget(path, {}, async (target) => {
      const copy = await target.beginCopy(ORIGIN)
      await writeCollections(copy, { c: linesOf(0, 3) })
      assert.deepEqual(await namesIn(path), [PARTIAL])
      await assert.rejects(openDirectory(path), { code: 'ERR_DIRECTORY' })
      await copy.finish()
    })
    assert.equal((await namesIn(path)).includes(PARTIAL), false)
  })

  it('tells of each file and collection in the manifest', async () => {
    const path = at('dump')
    await writeDump(path, { c: linesOf(0, 3), empty: [] }, { splitBytes: 70 })
    const manifest = readManifest(await readFile(join(path, 'tidemark.json'), 'utf8'), 'x')
    const { files, collections, ...others } = manifest
    assert.deepEqual(others, {
      database: 'shop',
      serverId: '42',
      tick: 1234n,
      format: '3.12',
      useEnvelope: false,
      useVPack: false,
    })
    const hashes = await hashesOf(path)
    delete hashes['tidemark.json']
    assert.deepEqual(Object.fromEntries(files.map(({ name, sha256 }) => [name, sha256])), hashes)
    for (const { name, bytes } of files) assert.equal((await stat(join(path, name))).size, bytes)
    assert.deepEqual(
      collections.map(({ name, data, documents, removals, tree }) => {
        return { name, files: data.length, documents, removals, count: tree?.count }
      }),
      [
        { name: 'c', files: 3, documents: 3, removals: 0, count: 3 },
        { name: 'empty', files: 1, documents: 0, removals: 0, count: 0 },
      ],
    )
  })

  it('write() counts what it wrote', async () => {
    await withDirectoryTarget(at('dump'), {}, async (target) => {
      const copy = await target.beginCopy(ORIGIN)
      const into = await copy.replaceCollection(definitionOf('c'))
      const lines = linesOf(0, 5)
      const result = { removals: 0, replacedRevisions: 0, futureRevisions: 0 }
      assert.deepEqual(await into.write(chunkOf(lines.slice(0, 2))), {
        ...result,
        documents: 2,
        bytes: lines.slice(0, 2).join('').length,
      })
      assert.equal((await into.write(chunkOf(lines.slice(2)))).documents, 3)
    })
  })

  it('writes several collections, and several chunks of one, at one time', async () => {
    const path = at('dump')
    const names = ['a', 'b', 'c']
    await withDirectoryTarget(path, {}, async (target) => {
      const copy = await target.beginCopy(ORIGIN)
      const all = await Promise.all(names.map((name) => copy.replaceCollection(definitionOf(name))))
      await Promise.all(
        all.flatMap((into, first) =>
          Array.from({ length: 10 }, (_, index) =>
            into.write(chunkOf(linesOf(first + 3 * index, 1))),
          ),
        ),
      )
      await copy.finish()
    })
    for (const [first, name] of names.entries()) {
      const expected = Array.from({ length: 10 }, (_, index) => linesOf(first + 3 * index, 1)[0])
      assert.deepEqual(await readLines(path, name), expected)
    }
  })

  it('gives the same bytes however the lines come', async () => {
    const lines = linesOf(0, 4000)
    const forms = [{}, { vpack: true }, { splitBytes: 30_000 }, { envelope: true, gzip: false }]
    for (const [index, options] of forms.entries()) {
      const [one, other] = [at(`one${index}`), at(`other${index}`)]
      await writeDump(one, { c: lines }, options)
      await withDirectoryTarget(other, options, async (target) => {
        const copy = await target.beginCopy(ORIGIN)
        const into = await copy.replaceCollection(definitionOf('c'))
        for (let first = 0; first < lines.length; first += 7) {
          await into.write(chunkOf(lines.slice(first, first + 7)))
        }
        await copy.finish()
      })
      assert.deepEqual(await hashesOf(one), await hashesOf(other))
    }
  })

  it('splits data between documents, at as many bytes as were asked for', async () => {
    const lines = linesOf(0, 100)
    const long = `{"_key":"long","_rev":"_fTLMP5y---","text":"${'x'.repeat(2000)}"}`
    const given = [...lines, long, ...linesOf(100, 20)]
    await writeDump(at('dump'), { c: given }, { splitBytes: 1000, gzip: false })
    const texts: string[] = []
    for (let part = 0; ; part += 1) {
      const file = join(at('dump'), `c_${HASH_OF_C}.${part}.data.json`)
      const text = await readFile(file, 'utf8').catch(() => undefined)
      if (text === undefined) break
      assert.ok(text.length <= 1000 || text === `${long}\n`, file)
      texts.push(text)
    }
    assert.ok(texts.length > 8)
    assert.equal(texts.join(''), given.map((line) => `${line}\n`).join(''))
    assert.deepEqual(await readLines(at('dump'), 'c'), given)
  })

  it('writes no data where only structures are wanted', async () => {
    await writeDump(at('dump'), { c: linesOf(0, 3) }, { structureOnly: true })
    const names = await namesIn(at('dump'))
    assert.deepEqual(
      names,
      ['ENCRYPTION', `c_${HASH_OF_C}.structure.json`, 'dump.json', 'tidemark.json'].sort(),
    )
  })

  it('keeps removals in an envelope alone', async () => {
    const removal = '{"type":2302,"data":{"_key":"k0"}}'
    await writeDump(at('enveloped'), { c: [...linesOf(0, 1), removal] }, { envelope: true })
    assert.deepEqual(await readLines(at('enveloped'), 'c'), [...linesOf(0, 1), 'removal of k0'])
    await assert.rejects(writeDump(at('bare'), { c: [removal] }), {
      code: 'ERR_DIRECTORY_TARGET',
      fault: 'unsuitable',
      message:
        `Cannot write dump directory "${at('bare')}": collection "c" has removals, ` +
        'which only data files with an envelope can hold',
    })
    await assert.rejects(writeDump(at('vpack'), { c: [removal] }, { vpack: true }), {
      fault: 'unsuitable',
    })
  })

  it('keeps documents without a revision as they are', async () => {
    const lines = ['{"_key":"a"}', '{"_key":"b","_rev":5}']
    await writeDump(at('dump'), { c: lines })
    assert.deepEqual(await readLines(at('dump'), 'c'), lines)
    const manifest = readManifest(await readFile(at('dump/tidemark.json'), 'utf8'), 'x')
    assert.equal(manifest.collections[0]?.tree, undefined)
  })

  it('replaces and drops collections of the same copy', async () => {
    await withDirectoryTarget(at('dump'), {}, async (target) => {
      const copy = await target.beginCopy(ORIGIN)
      await writeCollections(copy, { c: linesOf(0, 3), d: linesOf(0, 1), e: [] })
      await writeCollections(copy, { c: linesOf(5, 2) })
      await copy.dropCollection('d')
      await copy.dropCollection('none')
      await copy.finish()
    })
    assert.deepEqual(await readLines(at('dump'), 'c'), linesOf(5, 2))
    await assert.rejects(readLines(at('dump'), 'd'), /there is no d/)
  })

  it('begins anew where a copy is begun a second time', async () => {
    await withDirectoryTarget(at('dump'), {}, async (target) => {
      const first = await target.beginCopy(ORIGIN)
      await (await first.replaceCollection(definitionOf('old'))).write(chunkOf(linesOf(0, 1)))
      const second = await target.beginCopy(ORIGIN)
      await writeCollections(second, { c: linesOf(0, 1) })
      await second.finish()
    })
    assert.equal(
      (await namesIn(at('dump'))).some((name) => name.startsWith('old')),
      false,
    )
  })

  it('is a target of whole copies alone', async () => {
    await writeDump(at('dump'), { c: linesOf(0, 1) })
    await withDirectoryTarget(at('dump'), { overwrite: true }, async (target) => {
      assert.equal(target.address, `dir:${at('dump')}`)
      assert.equal(target.database, '_system')
      target.describeDatabase({ name: 'other' })
      assert.equal(target.database, 'other')
      assert.equal(await target.unfinishedCopy(), undefined)
      const copy = await target.beginCopy(ORIGIN)
      const refusal = { code: 'ERR_DIRECTORY_TARGET', fault: 'unsuitable' }
      await assert.rejects(copy.openCollection(definitionOf('c')), refusal)
      await assert.rejects(copy.openSnapshot(), refusal)
      assert.equal(await copy.fillCollection('c'), undefined)
      const into = await copy.replaceCollection(definitionOf('c'))
      assert.equal(await copy.fillCollection('c'), into)
      await into.createIndexes([])
      const { collections } = await (await target.openSnapshot()).inventory()
      assert.equal(collections.length, 1)
    })
  })

  it('ends with the signal', async () => {
    const controller = new AbortController()
    const { signal } = controller
    await withDirectoryTarget(at('dump'), { signal }, async (target) => {
      const copy = await target.beginCopy(ORIGIN)
      const into = await copy.replaceCollection(definitionOf('c'))
      await into.write(chunkOf(linesOf(0, 1)))
      controller.abort(new Error('stopped'))
      await assert.rejects(into.write(chunkOf(linesOf(1, 1))), /stopped/)
      await assert.rejects(copy.finish(), /stopped/)
    })
  })

  it('refuses options that do not go together', async () => {
    const refused = [
      { vpack: true, format: '3.8' },
      { vpack: true, envelope: true },
      { splitBytes: 0 },
      { splitBytes: 1.5 },
    ] as const
    for (const options of refused) {
      await assert.rejects(openDirectoryTarget(at('dump'), options), RangeError)
    }
    assert.deepEqual(await namesIn(at('.')), [])
  })
})
