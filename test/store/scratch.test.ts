import assert from 'node:assert/strict'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname } from 'node:path'
import { openScratch, type Scratch, type ScratchTable } from '../../lib/store/index.js'
import { collectAll } from '../support/streams.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'
import { withCode } from './support/with-code.js'

const KEY_BYTES_MAX = 1978

function keyOf(number: number): Buffer {
  const key = Buffer.alloc(8)
  // Scattered over the whole order.
  key.writeUInt32BE(Math.imul(number, 0x9e37_79b1) >>> 0)
  key.writeUInt32BE(number, 4)
  return key
}

async function putAll(table: ScratchTable, count: number): Promise<void> {
  for (let number = 0; number < count; number += 1) {
    await table.put(keyOf(number), Buffer.from(`value ${number}`))
  }
}

describe('openScratch()', () => {
  const directory = useTemporaryDirectory()
  const opened: Scratch[] = []
  afterEach(async () => {
    for (const scratch of opened.splice(0)) await scratch.close()
  })

  async function open(): Promise<Scratch> {
    const scratch = await openScratch({ directory: directory.at('.') })
    opened.push(scratch)
    return scratch
  }

  async function openTable(name = 't'): Promise<ScratchTable> {
    return (await open()).table(name)
  }

  it('makes a directory of its own that only the user can read, and removes it', async () => {
    const scratch = await open()
    const other = await open()
    assert.notEqual(scratch.path, other.path)
    assert.equal(statSync(scratch.path).mode & 0o777, 0o700)
    await scratch.table('a').put(keyOf(1), Buffer.from('x'))
    await scratch.close()
    await scratch.close()
    assert.ok(!existsSync(scratch.path))
    assert.ok(existsSync(other.path))
    await other.close()
    assert.deepEqual(readdirSync(directory.at('.')), [])
  })

  it("takes the system's directory for temporary files unless told", async () => {
    const scratch = await openScratch()
    opened.push(scratch)
    assert.equal(dirname(scratch.path), tmpdir())
  })

  it('says why it cannot be made', async () => {
    const where = directory.at('missing')
    await assert.rejects(openScratch({ directory: where }), {
      code: 'ERR_STORE_FAILED',
      message: `Cannot make a scratch index in ${where}: ENOENT`,
    })
  })

  it('puts, replaces, gives and deletes, before and after it writes', async () => {
    const table = await openTable()
    const key = Buffer.from('key')
    for (const isWritten of [false, true]) {
      const settle = (): void => {
        if (isWritten) assert.equal(typeof table.size, 'number')
      }
      assert.equal(table.get(key), undefined)
      await table.put(key, Buffer.from('a'))
      settle()
      assert.equal(table.get(key)?.toString(), 'a')
      await table.put(key, Buffer.from('bb'))
      settle()
      assert.equal(table.get(key)?.toString(), 'bb')
      assert.equal(table.size, 1)
      await table.delete(key)
      settle()
      assert.equal(table.get(key), undefined)
      await table.delete(key)
      assert.equal(table.size, 0)
    }
  })

  it('copies what it is given, and keeps what it gave', async () => {
    const table = await openTable()
    const key = Buffer.from('key')
    const value = Buffer.from('value')
    await table.put(key, value)
    key.fill(0)
    value.fill(0)
    assert.equal(table.size, 1)
    const given = table.get(Buffer.from('key'))
    await putAll(table, 10_000)
    for (let number = 0; number < 100; number += 1) table.get(keyOf(number))
    assert.equal(given?.toString(), 'value')
  })

  it('has tables that know nothing of each other', async () => {
    const scratch = await open()
    await scratch.table('a').put(keyOf(1), Buffer.from('a'))
    await scratch.table('b').put(keyOf(2), Buffer.from('b'))
    assert.equal(scratch.table('a').get(keyOf(1))?.toString(), 'a')
    assert.equal(scratch.table('b').get(keyOf(1)), undefined)
    scratch.table('a').clear()
    assert.equal(scratch.table('a').size, 0)
    assert.equal(scratch.table('b').size, 1)
    await scratch.table('a').put(keyOf(3), Buffer.from('c'))
    assert.equal(scratch.table('a').size, 1)
  })

  it('forgets with clear() what is written and what waits', async () => {
    const table = await openTable()
    await putAll(table, 5000)
    assert.equal(table.size, 5000)
    await table.put(Buffer.from('waits'), Buffer.from('x'))
    table.clear()
    assert.equal(table.get(Buffer.from('waits')), undefined)
    assert.equal(table.get(keyOf(1)), undefined)
    assert.deepEqual(await collectAll(table.entries()), [])
  })

  it('gives entries in the order of bytes, with the longer key behind its beginning', async () => {
    const table = await openTable()
    const keys = ['b', 'a', 'ab', 'é', 'a\0', '\xff\xff', '\0', 'B'].map((text) =>
      Buffer.from(text),
    )
    for (const key of keys) await table.put(key, Buffer.from(key).reverse())
    const expected = keys.toSorted((a, b) => a.compare(b))
    const entries = await collectAll(table.entries())
    assert.deepEqual(
      entries.map(({ key }) => key),
      expected,
    )
    for (const { key, value } of entries) assert.deepEqual(value, Buffer.from(key).reverse())
    assert.deepEqual(await collectAll(table.keys()), expected)
  })

  it('gives ranges with both ends, across slices', async () => {
    const table = await openTable()
    await putAll(table, 6000)
    const keys = Array.from({ length: 6000 }, (_, number) => keyOf(number)).sort((a, b) =>
      a.compare(b),
    )
    for (const [first, last] of [
      [0, 5999],
      [1, 1],
      [10, 2500],
      [2999, 5999],
    ] as const) {
      const range = { from: keys[first], through: keys[last] }
      const expected = keys.slice(first, last + 1)
      assert.deepEqual(await collectAll(table.keys(range)), expected)
      const entries = await collectAll(table.entries(range))
      assert.deepEqual(
        entries.map(({ key }) => key),
        expected,
      )
    }
    assert.equal((await collectAll(table.keys({ from: keys[5990] }))).length, 10)
    assert.equal((await collectAll(table.keys({ through: keys[9] }))).length, 10)
    assert.deepEqual(await collectAll(table.keys({ from: keys[9], through: keys[3] })), [])
  })

  it('shows what is written while it is read, where reading has not come by', async () => {
    const table = await openTable()
    for (let number = 0; number < 3000; number += 1) {
      await table.put(Buffer.from(`k${10_000 + number}`), Buffer.from('x'))
    }
    const seen: string[] = []
    for await (const { key } of table.entries()) {
      seen.push(key.toString())
      if (seen.length > 1) continue
      await table.put(Buffer.from('a'), Buffer.from('x'))
      await table.put(Buffer.from('z'), Buffer.from('x'))
      await table.delete(Buffer.from('k12999'))
    }
    assert.equal(seen.length, 3000)
    assert.deepEqual([seen[0], seen.at(-1)], ['k10000', 'z'])
  })

  it('leaves the event loop free while it is read and written', async () => {
    const table = await openTable()
    let turns = 0
    let isDone = false
    const turn = (): void => {
      turns += 1
      if (!isDone) setImmediate(turn)
    }
    setImmediate(turn)
    await putAll(table, 30_000)
    assert.ok(turns >= 7, `${turns} turns while writing`)
    const before = turns
    for await (const { key } of table.entries()) assert.equal(key.length, 8)
    isDone = true
    assert.ok(turns - before >= 29, `${turns - before} turns while reading`)
  })

  it('ends reading when nobody wants more, and can be written to afterwards', async () => {
    const table = await openTable()
    await putAll(table, 3000)
    for await (const { key } of table.entries()) {
      assert.equal(key.length, 8)
      break
    }
    await putAll(table, 9000)
    assert.equal(table.size, 9000)
  })

  it('takes keys and values from the shortest to the longest', async () => {
    const table = await openTable()
    const long = Buffer.alloc(KEY_BYTES_MAX, 'k')
    await table.put(long, Buffer.alloc(0))
    await table.put(Buffer.from('k'), Buffer.alloc(3000, 1))
    assert.equal(table.size, 2)
    assert.equal(table.get(long)?.length, 0)
    assert.deepEqual(table.get(Buffer.from('k')), Buffer.alloc(3000, 1))
    for (const length of [0, KEY_BYTES_MAX + 1]) {
      const key = Buffer.alloc(length)
      assert.throws(() => table.get(key), RangeError)
      assert.throws(() => table.put(key, Buffer.alloc(2)), RangeError)
      assert.throws(() => table.put(key, Buffer.alloc(2_000_000)), RangeError)
      assert.throws(() => table.delete(key), RangeError)
    }
    assert.equal(table.size, 2)
  })

  it('takes a value of 64 MiB, and gives it with the entries', async () => {
    const table = await openTable()
    const value = Buffer.alloc(64 * 1024 * 1024)
    for (let offset = 0; offset < value.length; offset += 4096) value.writeUInt32BE(offset, offset)
    await table.put(Buffer.from('b'), Buffer.from('small'))
    await table.put(Buffer.from('a'), value)
    await table.put(Buffer.from('c'), value.subarray(0, 3 * 1024 * 1024))
    assert.ok(table.get(Buffer.from('a'))?.equals(value))
    const lengths: number[] = []
    for await (const entry of table.entries()) lengths.push(entry.value.length)
    assert.deepEqual(lengths, [value.length, 5, 3 * 1024 * 1024])
  })

  it('refuses everything once it is closed, reading that had begun too', async () => {
    const scratch = await open()
    const table = scratch.table('t')
    await putAll(table, 2500)
    const reading = table.entries()[Symbol.asyncIterator]()
    await reading.next()
    await scratch.close()
    const closed = withCode('ERR_STORE_CLOSED')
    assert.throws(() => scratch.table('t'), closed)
    assert.throws(() => table.get(keyOf(1)), closed)
    assert.throws(() => table.put(keyOf(1), Buffer.alloc(1)), closed)
    assert.throws(() => table.put(keyOf(1), Buffer.alloc(2_000_000)), closed)
    assert.throws(() => table.delete(keyOf(1)), closed)
    assert.throws(() => table.size, closed)
    assert.throws(() => {
      table.clear()
    }, closed)
    await assert.rejects(collectAll(table.keys()), closed)
    const readOn = async (): Promise<void> => {
      for (let left = 2500; left > 0; left -= 1) await reading.next()
    }
    await assert.rejects(readOn(), closed)
  })

  it('goes on after a failed write, and removes the directory', async () => {
    const scratch = await open()
    const table = scratch.table('t')
    await table.put(keyOf(1), Buffer.from('x'))
    const wrong = { length: 2_000_000 } as Buffer
    assert.throws(() => table.put(keyOf(2), wrong), withCode('ERR_STORE_FAILED'))
    assert.equal(table.size, 1)
    await table.put(keyOf(2), Buffer.from('y'))
    assert.equal(table.get(keyOf(2))?.toString(), 'y')
    await scratch.close()
    assert.ok(!existsSync(scratch.path))
  })
})
