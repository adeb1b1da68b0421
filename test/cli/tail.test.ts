import assert from 'node:assert/strict'
import { linesOf, keysOf, useTailLeader } from './support/tail-leader.js'
import { runInProcess } from './support/run-in-process.js'

describe('tidemark tail', () => {
  const { url, store, address, collection, put, tail, transact } = useTailLeader()

  it('writes an object for each change, and ends where nothing is left', async () => {
    await put('a', 'k1')
    const a = collection('a')
    await store().remove(a, 'k1')
    await store().truncateCollection(a)
    await store().createIndex(a, { type: 'persistent', fields: ['n'] })
    await store().dropCollection(a)
    const lines = linesOf(await tail())
    assert.deepEqual(
      lines.map(({ kind }) => kind),
      ['create-collection', 'put', 'remove', 'truncate', 'create-index', 'drop-collection'],
    )
    const [, insert, removal] = lines
    const { _rev: rev, ...document } = insert?.document ?? {}
    assert.deepEqual(document, { _key: 'k1', _id: 'a/k1', n: 1.5 })
    assert.deepEqual(insert, {
      id: `${store().serverId}-${insert?.tick ?? ''}`,
      kind: 'put',
      tick: insert?.tick,
      database: 'shop',
      collection: 'a',
      key: 'k1',
      rev,
      document: insert?.document,
    })
    assert.deepEqual([removal?.key, removal?.rev, removal?.document], ['k1', rev, undefined])
    assert.deepEqual(new Set(lines.map(({ collection }) => collection)), new Set(['a']))
  })

  it('leaves the bytes of documents alone', async () => {
    await put('a')
    const a = collection('a')
    const odd = '"n":12345678901234567890.10,"x":1.0,"x":2,"s":"\\u00fc"'
    await store().put(a, `{"_key":"k",${odd}}`)
    assert.ok((await tail()).stdout.includes(odd))
  })

  it('tells of chosen collections only', async () => {
    await put('a', 'k1')
    await put('b', 'k2')
    await put('c', 'k3')
    const only = linesOf(await tail(['--collections', 'a,c', '--exclude', 'c']))
    assert.deepEqual(keysOf(only), [undefined, 'k1'])
    const without = linesOf(await tail(['--exclude', 'a,b']))
    assert.deepEqual(keysOf(without), [undefined, 'k3'])
  })

  it('begins behind a tick, at the start, or now', async () => {
    await put('a', 'k1', 'k2', 'k3')
    const all = linesOf(await tail(['--from', 'start']))
    assert.equal(all.length, 4)
    const behind = linesOf(await tail(['--from', all[2]?.tick ?? '']))
    assert.deepEqual(keysOf(behind), ['k3'])
    assert.equal((await tail(['--from', 'now'])).stdout, '')
  })

  it('tells committed transactions alone, each change with the id of its own', async () => {
    await transact()
    const lines = linesOf(await tail()).filter(({ tid }) => tid !== undefined)
    assert.deepEqual(
      lines.map(({ kind, key }) => [kind, key]),
      [
        ['put', 't1'],
        ['put', 't2'],
        ['remove', 't1'],
      ],
    )
    assert.equal(new Set(lines.map(({ tid }) => tid)).size, 1)
  })

  it('writes a line for each transaction with --transactions', async () => {
    await transact()
    await put('a', 'alone1', 'alone2')
    const [made, whole, ...alone] = linesOf(await tail(['--transactions']))
    assert.deepEqual(
      made?.changes?.map(({ kind }) => kind),
      ['create-collection'],
    )
    assert.deepEqual(keysOf(whole?.changes ?? []), ['t1', 't2', 't1'])
    assert.equal(whole?.database, 'shop')
    assert.equal(whole.id, `${store().serverId}-${whole.tick}`)
    for (const { tid, tick } of whole.changes ?? []) {
      assert.equal(tid, whole.tid)
      assert.ok(BigInt(tick) <= BigInt(whole.tick))
    }
    assert.deepEqual(
      alone.map(({ tid, changes }) => [tid, keysOf(changes ?? [])]),
      [
        [undefined, ['alone1']],
        [undefined, ['alone2']],
      ],
    )
  })

  it('writes the lines as the leader sent them with --raw', async () => {
    await transact()
    await put('a', 'k1')
    const answer = await fetch(`${address()}/_api/wal/tail?from=0&includeSystem=false`)
    const { stdout } = await tail(['--raw'])
    assert.equal(stdout, await answer.text())
    assert.match(stdout, /"type":2200/)
  })

  it('writes the lines of a transaction as one with --raw --transactions', async () => {
    await transact()
    await put('a', 'k1')
    const whole = await tail(['--raw', '--transactions'])
    const lines = linesOf(whole)
    assert.deepEqual(
      lines.map(({ markers }) => markers?.map(({ type }) => type)),
      [[2000], [2300, 2300, 2302], [2300]],
    )
    const raw = (await tail(['--raw'])).stdout.split('\n').filter((line) => line !== '')
    const framed = raw.filter((line) => !/"type":220[01]/.test(line))
    assert.equal(framed.length, 5)
    for (const line of framed) assert.ok(whole.stdout.includes(line), line)
  })

  it('reads a store as it reads a server', async () => {
    await put('a', 'k1', 'k2')
    const { stdout } = await tail()
    const local = await runInProcess(['tail', `store:${store().path}#shop`])
    assert.deepEqual([local.exitCode, local.stdout], [0, stdout])
  })

  it('follows all databases, and only from _system', async () => {
    await put('a', 'k1')
    const all = await runInProcess(['tail', url(), '--all-databases'])
    assert.equal(all.exitCode, 0, all.stderr)
    const lines = linesOf(all)
    assert.ok(lines.some(({ kind, database }) => kind === 'create-database' && database === 'shop'))
    assert.ok(lines.some(({ key, database }) => key === 'k1' && database === 'shop'))
    const refused = await runInProcess(['tail', address(), '--all-databases'])
    assert.deepEqual([refused.exitCode, refused.stdout], [2, ''])
  })
})
