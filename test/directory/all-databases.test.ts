import assert from 'node:assert/strict'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DirectoryError, openDirectory } from '../../lib/directory/index.js'
import { formatPartialState } from '../../lib/directory/partial-dump.js'
import type { GlobalSnapshot, ReplicaNotice } from '../../lib/replica/index.js'
import { structureOf, withFiles, type Files } from '../support/dump-directory.js'

const TREE: Files = {
  'shop/dump.json': '{"database":"shop"}',
  'shop/c.structure.json': structureOf('c'),
  'shop/c.data.json': '{"_key":"1"}\n',
  '_system/dump.json': '{"database":"_system"}',
  '77/dump.json': '{"database":"Straße","properties":{"name":"Straße"}}',
  '78/dump.json': '{"properties":{"name":"größer"}}',
  'old/c.structure.json': structureOf('c'),
}

async function openAll(path: string): Promise<GlobalSnapshot> {
  const source = await openDirectory(path)
  assert.ok(source.openGlobalSnapshot !== undefined)
  return source.openGlobalSnapshot()
}

describe('openDirectory, all databases', () => {
  it('tells the databases by the names that they have, _system first', async () => {
    await withFiles(TREE, async (path) => {
      const source = await openDirectory(path)
      const snapshot = await openAll(path)
      assert.deepEqual(
        [source.address, source.database, snapshot.tick, snapshot.serverId],
        [`dir:${path}`, undefined, undefined, undefined],
      )
      assert.deepEqual(
        snapshot.databases,
        ['_system', 'größer', 'old', 'shop', 'Straße'].sort(byRank),
      )
      await snapshot.close()
      await source.close()
    })
  })

  it('reads each database', async () => {
    await withFiles(TREE, async (path) => {
      const all = await openAll(path)
      const counts: [string | undefined, string, number][] = []
      for (const name of all.databases) {
        const source = all.source(name)
        const { collections } = await (await source.openSnapshot()).inventory()
        counts.push([source.database, source.address, collections.length])
      }
      assert.deepEqual(counts.sort(), [
        ['Straße', `dir:${join(path, '77')}`, 0],
        ['_system', `dir:${join(path, '_system')}`, 0],
        ['größer', `dir:${join(path, '78')}`, 0],
        ['old', `dir:${join(path, 'old')}`, 1],
        ['shop', `dir:${join(path, 'shop')}`, 1],
      ])
      assert.throws(() => all.source('other'), RangeError)
    })
  })

  it('does not take one of them for the whole', async () => {
    await withFiles(TREE, async (path) => {
      const source = await openDirectory(path)
      await assert.rejects(
        source.openSnapshot(),
        (error) =>
          error instanceof DirectoryError &&
          /holds dumps of databases such as ".*77": name one of them, or ask for all/.test(
            error.message,
          ),
      )
    })
  })

  it('warns of directories without a dump, and passes over files', async () => {
    await withFiles({ ...TREE, 'empty/notes.txt': '', 'readme.txt': '' }, async (path) => {
      const notices: ReplicaNotice[] = []
      const source = await openDirectory(path)
      source.onNotice = (notice) => notices.push(notice)
      await source.openGlobalSnapshot?.()
      assert.deepEqual(notices, [
        { kind: 'warning', message: `Left out "${join(path, 'empty')}": there is no dump in it` },
      ])
    })
  })

  it('refuses two dumps of one database, and an encrypted one', async () => {
    await withFiles({ ...TREE, 'twice/dump.json': '{"database":"shop"}' }, async (path) => {
      await assert.rejects(openAll(path), /twice": it is of database "shop", as ".*shop" is$/)
    })
    await withFiles({ ...TREE, 'shop/ENCRYPTION': 'aes-256-ctr' }, async (path) => {
      await assert.rejects(openAll(path), /shop": its files are encrypted/)
    })
  })

  it('refuses a tree in which a dump is not finished, whichever', async () => {
    for (const file of ['.tidemark-partial/x', 'shop2/.tidemark-partial/x']) {
      await withFiles({ ...TREE, [file]: '' }, async (path) => {
        await assert.rejects(
          openDirectory(path),
          /a dump into it was not finished.* with --continue to go on/,
        )
      })
    }
    await withFiles({ ...TREE, 'shop/.tidemark-partial/x': '' }, async (path) => {
      assert.equal((await openAll(path)).databases.length, 5)
    })
  })

  it('reads the earlier dump as long as a newer one is only being made', async () => {
    const file = '.tidemark-partial/directory.json'
    const state = { isBroken: false, overwrites: true, parts: [] }
    await withFiles({ ...TREE, [file]: formatPartialState(state) }, async (path) => {
      assert.equal((await openAll(path)).databases.length, 5)
    })
    await withFiles({ [file]: formatPartialState(state) }, async (path) => {
      await assert.rejects(openDirectory(path), /was not finished/)
    })
  })

  it('refuses a tree whose files are on their way, and databases of it that are not whole', async () => {
    const part = { from: 'x', names: ['dump.json'] }
    const parts = ['old', 'shop'].map((to) => ({ ...part, to }))
    const text = formatPartialState({ isBroken: true, overwrites: true, parts })
    await withFiles({ ...TREE, '.tidemark-partial/directory.json': text }, async (path) => {
      await assert.rejects(openDirectory(path), /was not finished/)
      await assert.rejects(
        openDirectory(join(path, 'old')),
        /old": a dump into it was not finished/,
      )
      assert.equal((await openDirectory(join(path, 'shop'))).database, 'shop')
    })
  })

  it('refuses a link that leads out of the tree', async () => {
    await withFiles({ ...TREE, 'dumps/a/x': '' }, async (path) => {
      await mkdir(join(path, 'outside'))
      await writeFile(join(path, 'outside', 'dump.json'), '{"database":"a"}')
      await symlink(join(path, 'outside'), join(path, 'dumps', 'b'))
      await assert.rejects(
        openDirectory(join(path, 'dumps')),
        /leads out of the directory around it/,
      )
      await symlink(join(path, 'outside'), join(path, 'inside'))
      await assert.rejects(openAll(path), /outside": it is of database "a"|inside/)
    })
  })

  it('stops when its signal is aborted', async () => {
    await withFiles(TREE, async (path) => {
      const source = await openDirectory(path)
      const signal = AbortSignal.abort(new Error('enough'))
      await assert.rejects(source.openGlobalSnapshot?.({ signal }) ?? Promise.resolve(), /enough/)
    })
  })
})

function byRank(a: string, b: string): number {
  return Number(b === '_system') - Number(a === '_system') || (a < b ? -1 : 1)
}
