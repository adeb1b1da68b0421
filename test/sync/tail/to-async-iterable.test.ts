import assert from 'node:assert/strict'
import { toAsyncIterable } from '../../../lib/sync/tail/to-async-iterable.js'
import { ItemSource, turn, type NamedItem } from './support/tail-items.js'

type Result = IteratorResult<NamedItem, undefined>

function nameOf({ done, value }: Result): string | undefined {
  return done === true ? undefined : value.name
}

describe('toAsyncIterable()', () => {
  it('holds an item until the next one is asked for', async () => {
    const source = new ItemSource()
    const iterator = toAsyncIterable(source.item$)[Symbol.asyncIterator]()
    assert.equal(source.subscribed, 0)
    const first = iterator.next()
    source.emit('a')
    source.emit('b')
    assert.equal(nameOf(await first), 'a')
    assert.deepEqual(source.held, ['a', 'b'])
    assert.equal(nameOf(await iterator.next()), 'b')
    assert.deepEqual(source.held, ['b'])
    const last = iterator.next()
    assert.deepEqual(source.held, [])
    source.complete()
    assert.equal((await last).done, true)
    assert.equal((await iterator.next()).done, true)
  })

  it('gives what came before an error, then the error, then the end', async () => {
    const source = new ItemSource()
    const iterator = toAsyncIterable(source.item$)[Symbol.asyncIterator]()
    const first = iterator.next()
    source.emit('a')
    source.emit('b')
    source.fail(new Error('gone'))
    assert.equal(nameOf(await first), 'a')
    assert.equal(nameOf(await iterator.next()), 'b')
    await assert.rejects(iterator.next(), { message: 'gone' })
    assert.equal((await iterator.next()).done, true)
    assert.equal(source.subscribed, 1)
  })

  it('unsubscribes when its loop is left', async () => {
    const source = new ItemSource()
    const names: string[] = []
    const loop = (async () => {
      for await (const { name } of toAsyncIterable(source.item$)) {
        names.push(name)
        if (name === 'b') break
      }
    })()
    for (const name of ['a', 'b', 'c']) source.emit(name)
    await loop
    assert.deepEqual([names, source.held, source.ended], [['a', 'b'], [], 1])
  })

  it('ends a step that waits when it is closed', async () => {
    const source = new ItemSource()
    const iterator = toAsyncIterable(source.item$)[Symbol.asyncIterator]()
    const waiting = iterator.next()
    await turn()
    await iterator.return?.()
    assert.equal((await waiting).done, true)
    assert.equal(source.ended, 1)
  })

  it('does not subscribe once it is closed', async () => {
    const source = new ItemSource()
    const iterator = toAsyncIterable(source.item$)[Symbol.asyncIterator]()
    await iterator.return?.()
    assert.equal((await iterator.next()).done, true)
    assert.equal(source.subscribed, 0)
  })

  it('serves steps that are asked for ahead, in order', async () => {
    const source = new ItemSource()
    const iterator = toAsyncIterable(source.item$)[Symbol.asyncIterator]()
    const steps = [iterator.next(), iterator.next()]
    source.emit('a')
    source.emit('b')
    const results = await Promise.all(steps)
    assert.deepEqual(results.map(nameOf), ['a', 'b'])
    assert.deepEqual(source.held, ['b'])
  })
})
