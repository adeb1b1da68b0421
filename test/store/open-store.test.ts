import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, rename, symlink, writeFile } from 'node:fs/promises'
import { relative } from 'node:path'
import { open as openLmdb } from 'lmdb'
import { openStore } from '../../lib/store/index.js'
import { documents, linesOf, makeCollection, systemOf } from './support/documents.js'
import { useStore } from './support/use-store.js'
import { withCode } from './support/with-code.js'

const HOLDER = new URL('./support/hold-store.js', import.meta.url)

describe('openStore()', () => {
  const { path, open } = useStore()

  it('makes a store with a server id, _system and a first tick', async () => {
    const store = await open()
    assert.match(store.serverId, /^[1-9]\d{0,14}$/)
    assert.ok(store.lastTick > 0n)
    assert.deepEqual(store.databases(), [{ id: 1, name: '_system' }])
  })

  it('keeps server id, last tick and data over a close', async () => {
    const first = await open()
    const collection = await makeCollection(first)
    await first.applyChunk(collection, documents(3))
    const { serverId, lastTick } = first
    const lines = await linesOf(first, collection)
    await first.close()
    const second = await open({ create: false })
    assert.equal(second.serverId, serverId)
    assert.equal(second.lastTick, lastTick)
    assert.deepEqual(await linesOf(second, collection), lines)
  })

  it('goes on with ids and ticks above those of an earlier life, whatever the wall clock', async () => {
    const first = await open()
    const { id } = await makeCollection(first)
    const { lastTick } = first
    await first.close()
    const second = await open({ now: () => 1000 })
    const made = await makeCollection(second, { name: 'd' })
    assert.ok(made.id > id)
    assert.ok(second.lastTick > lastTick)
  })

  it('refuses a store that is not there, for reading and without create', async () => {
    await assert.rejects(openStore(path(), { mode: 'read' }), withCode('ERR_STORE_NOT_FOUND'))
    await assert.rejects(openStore(path(), { mode: 'write' }), withCode('ERR_STORE_NOT_FOUND'))
  })

  it('refuses files that are no store', async () => {
    await mkdir(path())
    await writeFile(`${path()}/data.mdb`, 'x'.repeat(100_000))
    for (const mode of ['read', 'write'] as const) {
      await assert.rejects(openStore(path(), { mode, create: true }), withCode('ERR_STORE_FORMAT'))
    }
    await writeFile(`${path()}-file`, 'text')
    await assert.rejects(
      openStore(`${path()}-file`, { mode: 'read' }),
      withCode('ERR_STORE_FORMAT'),
    )
  })

  it('refuses the LMDB files of something else and leaves them as they are', async () => {
    const other = openLmdb({ path: path(), noSubdir: false })
    await other.put('other', 1)
    await other.close()
    for (const mode of ['read', 'write'] as const) {
      await assert.rejects(openStore(path(), { mode, create: true }), withCode('ERR_STORE_FORMAT'))
    }
    const again = openLmdb({ path: path(), noSubdir: false })
    assert.deepEqual([...again.getKeys()], ['other'])
    await again.close()
  })

  it('refuses an unknown format version', async () => {
    await (await open()).close()
    const root = openLmdb({ path: path(), noSubdir: false })
    const meta = root.openDB<string, string>({ name: 'meta', encoding: 'string' })
    await meta.put('format', '{"version":4}')
    await root.close()
    for (const mode of ['read', 'write'] as const) {
      await assert.rejects(open({ mode }), (error) => {
        assert.ok(withCode('ERR_STORE_FORMAT')(error))
        assert.match(String(error), /it is of format 4, not 1 to 3$/)
        return true
      })
    }
  })

  it('takes an empty file as no store yet', async () => {
    await mkdir(path())
    await writeFile(`${path()}/data.mdb`, '')
    await assert.rejects(open({ create: false }), withCode('ERR_STORE_NOT_FOUND'))
    assert.ok((await open()).lastTick > 0n)
  })

  it('refuses a second writer in the process, by whatever path', async () => {
    await open()
    const link = `${path()}-link`
    await symlink(path(), link)
    for (const other of [path(), `${path()}/`, link, relative(process.cwd(), path())]) {
      const opening = openStore(other, { mode: 'write', create: true })
      await assert.rejects(opening, withCode('ERR_STORE_LOCKED'))
    }
  })

  it('gives a closed store to the next writer', async () => {
    const first = await open()
    await first.close()
    await first.close()
    assert.ok(await open())
  })

  it('reads beside the writer of the same process, and after it', async () => {
    const writer = await open()
    const collection = await makeCollection(writer)
    const reader = await open({ mode: 'read' })
    await writer.applyChunk(collection, documents(5))
    assert.equal((await linesOf(reader, collection)).length, 5)
    assert.equal(reader.lastTick, writer.lastTick)
    await writer.close()
    assert.equal((await linesOf(reader, collection)).length, 5)
  })

  it('refuses to write while the process has the files open for reading only', async () => {
    await (await open()).close()
    const reader = await open({ mode: 'read' })
    await assert.rejects(open(), withCode('ERR_STORE_LOCKED'))
    await reader.close()
    assert.ok(await open())
  })

  it('refuses writes in mode read', async () => {
    await open()
    const reader = await open({ mode: 'read' })
    await assert.rejects(reader.createDatabase('x'), withCode('ERR_STORE_READ_ONLY'))
    await assert.rejects(makeCollection(reader), withCode('ERR_STORE_READ_ONLY'))
  })

  it('refuses everything once it is closed', async () => {
    const store = await open()
    const collection = await makeCollection(store)
    const system = systemOf(store)
    await store.close()
    await assert.rejects(store.insert(collection, '{}'), withCode('ERR_STORE_CLOSED'))
    await assert.rejects(store.openSnapshot(), withCode('ERR_STORE_CLOSED'))
    assert.throws(() => store.collections(system), withCode('ERR_STORE_CLOSED'))
    assert.throws(() => store.getMeta('x'), withCode('ERR_STORE_CLOSED'))
  })

  describe('with another process', () => {
    it('refuses a second writer, lets readers in, and replaces a dead owner', async () => {
      const child = fork(HOLDER, [path()], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
      const exited = once(child, 'exit')
      try {
        await once(child, 'message')
        await assert.rejects(open(), withCode('ERR_STORE_LOCKED'))
        const reader = await open({ mode: 'read' })
        const collection = reader.collection(systemOf(reader), 'held')
        assert.ok(collection)
        const before = collection.documents
        assert.equal((await linesOf(reader, collection)).length, before)
        child.send('write more')
        await once(child, 'message')
        assert.ok((await linesOf(reader, collection)).length > before)
        await reader.close()
      } finally {
        child.kill('SIGKILL')
        await exited
      }
      const store = await open()
      assert.ok(store.collection(systemOf(store), 'held'))
    })
  })

  it('is told by its place, not by its name', async () => {
    const store = await open()
    await store.close()
    await rename(path(), `${path()}-moved`)
    const moved = await openStore(`${path()}-moved`, { mode: 'write' })
    assert.equal(moved.serverId, store.serverId)
    await moved.close()
  })
})
