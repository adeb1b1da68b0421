import assert from 'node:assert/strict'
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  openDirectory,
  openDirectoryTree,
  type DirectoryDatabases,
  type DirectoryTree,
  type DirectoryTreeOptions,
} from '../../../lib/directory/index.js'
import { useTemporaryDirectory } from '../../support/temporary-directory.js'
import {
  CREATED_AT,
  definitionOf,
  hashesOf,
  linesOf,
  namesIn,
  ORIGIN,
  readLines,
  writeCollections,
  writeDump,
} from '../support/written-dump.js'

const PARTIAL = '.tidemark-partial'
const DATABASES = ['_system', 'shop', 'größe', '../up']

async function withTree(
  path: string,
  options: DirectoryTreeOptions,
  use: (databases: DirectoryDatabases, tree: DirectoryTree) => Promise<void>,
): Promise<void> {
  const tree = await openDirectoryTree(path, { createdAt: CREATED_AT, ...options })
  try {
    await use(await tree.openGlobal(), tree)
  } finally {
    await tree.close()
  }
}

/** Copies one database with a document, or keeps what there is of it. */
async function copyDatabase(databases: DirectoryDatabases, name: string): Promise<boolean> {
  const target = databases.target(name)
  const isKept = await target.keepCollection('c')
  const properties = { id: String(100 + DATABASES.indexOf(name)), name, isSystem: false }
  const copy = await target.beginCopy({ ...ORIGIN, database: { name, properties } })
  if (isKept) await copy.replaceCollection(definitionOf('c'))
  else await writeCollections(copy, { c: linesOf(0, 2) })
  await copy.finish()
  await target.close()
  return isKept
}

async function writeTree(
  path: string,
  names: readonly string[],
  options: DirectoryTreeOptions = {},
): Promise<readonly boolean[]> {
  const kept: boolean[] = []
  await withTree(path, options, async (databases) => {
    await databases.noteCopy({ serverId: '42', complete: [] })
    for (const name of names) kept.push(await copyDatabase(databases, name))
    await databases.noteCopy(undefined)
  })
  return kept
}

describe('openDirectoryTree()', () => {
  const { at } = useTemporaryDirectory()

  it('writes a directory for each database, which can be read again', async () => {
    await writeTree(at('tree'), DATABASES)
    assert.deepEqual(await namesIn(at('tree')), ['102', '103', '_system', 'shop'])
    assert.deepEqual(await namesIn(at('.')), ['tree'])
    const source = await openDirectory(at('tree'))
    const snapshot = await source.openGlobalSnapshot?.()
    assert.deepEqual(snapshot?.databases, ['_system', '../up', 'größe', 'shop'])
    for (const name of snapshot.databases) {
      const inner = await snapshot.source(name).openSnapshot()
      const { properties, collections } = await inner.inventory()
      assert.equal(properties?.['name'], name)
      assert.equal(collections.length, 1)
    }
  })

  it('writes each database as a directory of its own would be', async () => {
    await writeTree(at('tree'), ['shop'])
    await writeDump(
      at('alone'),
      { c: linesOf(0, 2) },
      { database: { name: 'shop', properties: { id: '101', name: 'shop', isSystem: false } } },
    )
    assert.deepEqual(await hashesOf(at('tree/shop')), await hashesOf(at('alone')))
  })

  it('tells databases apart that differ in upper and lower case alone', async () => {
    await writeTree(at('tree'), ['Shop', 'shop'])
    const names = await namesIn(at('tree'))
    assert.equal(names.length, 2)
    assert.notEqual(names[0]?.toLowerCase(), names[1]?.toLowerCase())
  })

  it('shows nothing until all databases are there', async () => {
    await withTree(at('tree'), {}, async (databases) => {
      await copyDatabase(databases, '_system')
      assert.deepEqual(await namesIn(at('tree')), [PARTIAL])
      await assert.rejects(openDirectory(at('tree')), { code: 'ERR_DIRECTORY' })
    })
    await assert.rejects(openDirectory(at('tree')), { code: 'ERR_DIRECTORY' })
  })

  it('goes on with what is complete, and ends in the same bytes', async () => {
    await writeTree(at('whole'), DATABASES)
    await withTree(at('tree'), {}, async (databases) => {
      await copyDatabase(databases, '_system')
      await copyDatabase(databases, 'größe')
    })
    await assert.rejects(writeTree(at('tree'), DATABASES), { fault: 'unfinished' })
    assert.deepEqual(await writeTree(at('tree'), DATABASES, { continues: true }), [
      true,
      false,
      true,
      false,
    ])
    assert.deepEqual(await hashesOf(at('tree')), await hashesOf(at('whole')))
  })

  it('removes dumps of databases that there are no more', async () => {
    await writeTree(at('tree'), ['_system', 'gone', 'left'])
    await writeDump(at('tree/backup'), { c: [] })
    await writeFile(at('tree/left/mine.txt'), 'mine')
    await writeTree(at('tree'), ['_system', 'shop'], { overwrite: true })
    assert.deepEqual(await namesIn(at('tree')), ['_system', 'backup', 'left', 'shop'])
    assert.deepEqual(await namesIn(at('tree/left')), ['mine.txt'])
    assert.deepEqual(await readLines(at('tree/backup'), 'c'), [])
  })

  it('removes a dump of one database where a tree is to be', async () => {
    await writeDump(at('tree'), { c: linesOf(0, 1) })
    await assert.rejects(writeTree(at('tree'), ['_system']), { fault: 'not-empty' })
    await writeTree(at('tree'), ['_system'], { overwrite: true })
    assert.deepEqual(await namesIn(at('tree')), ['_system'])
  })

  it('is gone on with where it was cut off while files got their places', async () => {
    await writeTree(at('whole'), DATABASES)
    const options = { overwrite: true, continues: true }
    for (const blocked of ['shop/dump.json', 'shop/tidemark.json', '102/ENCRYPTION']) {
      const path = at(blocked.replace('/', ' '))
      await writeTree(path, ['_system', 'gone'])
      await mkdir(join(path, blocked, 'in the way'), { recursive: true })
      await assert.rejects(writeTree(path, DATABASES, options), { code: 'ERR_OUTPUT_FILE' })
      await assert.rejects(openDirectory(path), { code: 'ERR_DIRECTORY' })
      await rm(join(path, blocked), { recursive: true })
      const kept = await writeTree(path, DATABASES, { continues: true })
      assert.deepEqual(new Set(kept), new Set([true]))
      assert.deepEqual(await hashesOf(path), await hashesOf(at('whole')), blocked)
    }
  })

  it('moves and removes nothing where links lead', async () => {
    await writeTree(at('other'), ['shop'])
    await mkdir(at('tree'))
    await symlink(at('other/shop'), at('tree/shop'))
    await assert.rejects(writeTree(at('tree'), ['_system', 'shop'], { overwrite: true }), {
      code: 'ERR_OUTPUT_FILE',
      message: `Cannot write file "${at('tree/shop')}": it is a symbolic link`,
    })
    assert.deepEqual(await readLines(at('other/shop'), 'c'), linesOf(0, 2))
    await rm(at('tree/shop'))
    assert.deepEqual(await writeTree(at('tree'), ['_system', 'shop'], { continues: true }), [
      true,
      true,
    ])
  })

  it('goes on with nothing that a link leads to', async () => {
    await withTree(at('tree'), {}, async (databases) => {
      await copyDatabase(databases, '_system')
    })
    await writeDump(at('mine'), { c: linesOf(0, 1) })
    await symlink(at('mine'), at(`tree/${PARTIAL}/${'a'.repeat(32)}`))
    await assert.rejects(openDirectoryTree(at('tree'), { continues: true }), {
      fault: 'inaccessible',
    })
    assert.deepEqual(await readLines(at('mine'), 'c'), linesOf(0, 1))
  })

  it('leaves no part of an earlier dump to be taken for one, however it is gone on with', async () => {
    const cutOff = async (path: string): Promise<void> => {
      await writeTree(path, ['_system'])
      await writeDump(join(path, 'shop'), { a: linesOf(0, 1), c: linesOf(0, 1) })
      await rm(join(path, 'shop/tidemark.json'))
      await mkdir(join(path, 'shop/tidemark.json/in the way'), { recursive: true })
      const options = { overwrite: true }
      await assert.rejects(writeTree(path, ['_system', 'shop'], options), {
        code: 'ERR_OUTPUT_FILE',
      })
      await rm(join(path, 'shop/tidemark.json'), { recursive: true })
      // It takes back what has its place, and is cut off again.
      await withTree(path, { continues: true }, () => Promise.resolve())
      assert.notDeepEqual(await namesIn(join(path, 'shop')), [])
      await assert.rejects(openDirectory(join(path, 'shop')), { code: 'ERR_DIRECTORY' })
    }
    await cutOff(at('tree'))
    await writeTree(at('tree'), ['_system'], { continues: true })
    assert.deepEqual(await namesIn(at('tree')), ['_system'])
    await cutOff(at('one'))
    await writeDump(at('one'), { c: [] }, { overwrite: true })
    assert.ok(!(await namesIn(at('one'))).includes('shop'))
  })

  it('takes all databases alone', async () => {
    await withTree(at('tree'), {}, async (databases, tree) => {
      const refusal = { code: 'ERR_DIRECTORY_TARGET', fault: 'unsuitable' }
      assert.equal(tree.address, `dir:${at('tree')}`)
      await assert.rejects(tree.beginCopy(ORIGIN), refusal)
      await assert.rejects(tree.openSnapshot(), refusal)
      await assert.rejects(databases.dropDatabase('x'), refusal)
      await assert.rejects(databases.dropCollection('x', 'c'), refusal)
      await assert.rejects(databases.dropView('x', 'v'), refusal)
      assert.equal(await tree.unfinishedCopy(), undefined)
      assert.equal(await databases.unfinishedCopy(), undefined)
      assert.deepEqual(await databases.databases(), [])
      assert.equal(databases.target('shop').database, 'shop')
      assert.equal(databases.target('shop'), databases.target('shop'))
    })
    assert.deepEqual(await namesIn(at('.')), [])
  })

  it('refuses progress that is damaged', async () => {
    await withTree(at('tree'), {}, async (databases) => {
      await copyDatabase(databases, '_system')
    })
    const [draft = ''] = (await namesIn(at(`tree/${PARTIAL}`))).filter((name) => name.length === 32)
    const file = at(`tree/${PARTIAL}/${draft}/progress.json`)
    await writeFile(file, (await readFile(file, 'utf8')).slice(1))
    await assert.rejects(openDirectoryTree(at('tree'), { continues: true }), {
      code: 'ERR_DUMP_FILE',
    })
  })
})
