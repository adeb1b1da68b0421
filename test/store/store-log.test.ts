import assert from 'node:assert/strict'
import type { ChangeLog, ChangeLogOptions, LogAnswer, Source } from '../../lib/replica/index.js'
import { openStoreSource, type Store } from '../../lib/store/index.js'
import { tick, type Tick } from '../../lib/values/index.js'
import type { Marker } from '../../lib/wire/index.js'
import { collectAll } from '../support/streams.js'
import { makeCollection, systemOf } from './support/documents.js'
import { makeHistory, readLines } from './support/log.js'
import { useStore } from './support/use-store.js'
import { withCode } from './support/with-code.js'

const START = { from: tick(0n), lastScanned: tick(0n) }
const LONG_MS = 60_000

/** The lines of an answer, which must be what the answer says of them. */
async function linesOf({ chunks, lastIncluded }: LogAnswer): Promise<string[]> {
  const found = await collectAll(chunks)
  const markers: Marker[] = found.flatMap((chunk) => [...chunk.markers()])
  assert.equal(markers.at(-1)?.tick ?? 0n, lastIncluded)
  return found.flatMap(({ buffer }) => buffer.toString().split(/(?<=\n)/))
}

describe('Source.openLog() of a store', () => {
  const { open, path } = useStore()
  const sources: Source[] = []
  afterEach(async () => {
    for (const source of sources.splice(0)) await source.close()
  })

  async function openLog(options?: ChangeLogOptions, database = '_system'): Promise<ChangeLog> {
    const source = await openStoreSource(path(), database)
    sources.push(source)
    const log = source.openLog?.(options)
    assert.ok(log !== undefined)
    return log
  }

  it('tells whose log it is, and how far it goes', async () => {
    const store = await open()
    await makeCollection(store)
    const log = await openLog()
    assert.deepEqual([log.address, log.database], [`store:${path()}`, '_system'])
    const { firstTick, ...state } = await log.state()
    const { serverId, lastTick } = store
    assert.deepEqual(state, { serverId, lastTick, canWait: true })
    assert.ok(firstTick !== undefined && firstTick > 0n && firstTick < lastTick)
    await log.close()
  })

  it('gives what the snapshot gives of the database, from a tick on', async () => {
    const store = await open()
    await makeHistory(store)
    const all = await readLines(store, {
      databaseId: systemOf(store).id,
      system: { includeSystem: false },
    })
    const log = await openLog()
    const answer = await log.read(START)
    const { lastTick } = store
    assert.deepEqual(await linesOf(answer), all)
    assert.deepEqual(
      [answer.lastTick, answer.lastScanned, answer.fromPresent, answer.checkMore],
      [lastTick, lastTick, true, answer.lastIncluded < lastTick],
    )
    const from = tickOf(all[3])
    assert.deepEqual(await linesOf(await log.read({ ...START, from })), all.slice(4))
  })

  it('takes system collections in only where asked to', async () => {
    const store = await open()
    const graphs = store.collection(systemOf(store), '_graphs')
    assert.ok(graphs)
    await store.createCollection(systemOf(store), { name: '_jobs', type: 2 })
    const without = await openLog()
    assert.equal((await without.read(START)).lastIncluded, 0n)
    assert.deepEqual(await without.collections(), [])
    const withSystem = await openLog({ includeSystem: true })
    const lines = await linesOf(await withSystem.read(START))
    assert.equal(lines.filter((line) => line.includes('"_graphs"')).length, 1)
    assert.equal(lines.filter((line) => line.includes('"_jobs"')).length, 0)
    const names = (await withSystem.collections()).map(({ name }) => name)
    assert.deepEqual(names, ['_analyzers', '_aqlfunctions', '_graphs', '_users'])
  })

  it('gives answers that end after about chunkBytes, in as many chunks as it takes', async () => {
    const store = await open()
    const c = await makeCollection(store)
    const before = store.lastTick
    for (let index = 0; index < 10; index += 1) await store.insert(c, '{"text":"xxxxxxxxxx"}')
    const log = await openLog({ chunkBytes: 700 })
    const lines: string[] = []
    const answers: boolean[] = []
    for (let from = before; ;) {
      const answer = await log.read({ ...START, from })
      lines.push(...(await linesOf(answer)))
      answers.push(answer.checkMore)
      assert.equal(answer.lastScanned, answer.lastIncluded)
      from = answer.lastIncluded
      if (!answer.checkMore) break
    }
    assert.deepEqual(lines, await readLines(store, { after: before }))
    assert.ok(answers.length > 2)
  })

  it('answers at the end with nothing, and with how far it looked', async () => {
    const store = await open()
    await makeCollection(store)
    const { lastTick } = store
    const log = await openLog()
    for (const from of [lastTick, tick(lastTick + 5n)]) {
      const answer = await log.read({ ...START, from, waitMs: 1 })
      assert.deepEqual(await linesOf(answer), [])
      const { checkMore, lastIncluded, lastScanned } = answer
      assert.deepEqual([checkMore, lastIncluded, lastScanned], [false, 0n, lastTick])
    }
  })

  it('waits for the first marker that is wanted', async () => {
    const store = await open()
    const other = await store.createDatabase('other')
    const inOther = await store.createCollection(other, { name: 'o', type: 2 })
    const c = await makeCollection(store)
    const log = await openLog()
    const waiting = log.read({ ...START, from: store.lastTick, waitMs: LONG_MS })
    let isThere = false
    void waiting.then(() => (isThere = true))
    const { tick: foreign } = await store.insert(inOther, '{}')
    // Sees that commit as the waiting one does, and comes back before it.
    const seen = await (await openLog({}, 'other')).read({ ...START, from: tick(foreign - 1n) })
    assert.deepEqual([seen.lastIncluded, isThere], [foreign, false])
    const { tick: wanted } = await store.insert(c, '{}')
    const answer = await waiting
    assert.deepEqual([answer.lastIncluded, answer.lastScanned], [wanted, wanted])
    assert.equal((await linesOf(answer)).length, 1)
  })

  it('gives up waiting with its signal, and with the source', async () => {
    const store = await open()
    const log = await openLog()
    const abort = new AbortController()
    const request = { ...START, from: store.lastTick, waitMs: LONG_MS }
    const waiting = log.read(request, { signal: abort.signal })
    const closed = log.read(request)
    abort.abort(new Error('enough'))
    await assert.rejects(waiting, { message: 'enough' })
    await Promise.all([
      assert.rejects(closed, withCode('ERR_STORE_CLOSED')),
      ...sources.splice(0).map((source) => source.close()),
    ])
  })

  it('gives the log of all databases, and of none but _system', async () => {
    const store = await open()
    await makeHistory(store)
    const shop = await store.createDatabase('shop')
    await store.createCollection(shop, { name: 's', type: 2 })
    const log = await openLog({ isGlobal: true })
    assert.equal(log.database, undefined)
    const lines = await linesOf(await log.read(START))
    assert.deepEqual(lines, await readLines(store, { system: { includeSystem: false } }))
    assert.ok(lines.some((line) => line.includes('"type":1100')))
    const collections = await log.collections()
    assert.deepEqual(
      collections.map(({ databaseName, name }) => [databaseName, name]),
      [
        ['_system', 'renamed "c"'],
        ['shop', 's'],
      ],
    )
    assert.equal(collections[1]?.globallyUniqueId, guidOf(store, 's'))
    await assert.rejects(openLog({ isGlobal: true }, 'shop'), RangeError)
  })

  it('tells whether markers are missing', async () => {
    const store = await open()
    const c = await makeCollection(store)
    const { tick: removed } = await store.insert(c, '{}')
    const { tick: kept } = await store.insert(c, '{}')
    await store.trimLog({ bytesMax: 0, through: removed })
    const log = await openLog()
    const before = await log.read({ ...START, from: tick(removed - 1n) })
    assert.deepEqual([before.fromPresent, before.lastIncluded], [false, kept])
    assert.equal((await log.read({ ...START, from: removed })).fromPresent, true)
  })

  it('refuses sizes that are none', async () => {
    await open()
    for (const chunkBytes of [0, -1, 1.5, NaN, 2 ** 40]) {
      await assert.rejects(openLog({ chunkBytes }), RangeError)
    }
  })

  it('fails once the database is gone', async () => {
    const store = await open()
    await store.createDatabase('shop')
    const log = await openLog({}, 'shop')
    await store.dropDatabase('shop')
    await assert.rejects(log.read(START), withCode('ERR_DATABASE_NOT_FOUND'))
    await assert.rejects(log.collections(), withCode('ERR_DATABASE_NOT_FOUND'))
  })
})

function tickOf(line = ''): Tick {
  return tick(BigInt(/"tick":"(\d+)"/.exec(line)?.[1] ?? 0))
}

function guidOf(store: Store, name: string): string | undefined {
  const shop = store.database('shop')
  return shop && store.collection(shop, name)?.definition.globallyUniqueId
}
