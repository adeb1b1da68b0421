import assert from 'node:assert/strict'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { lastValueFrom, take, toArray } from 'rxjs'
import { observePull } from '../../../lib/streams/index.js'

async function* numbers(count: number, log: string[]): AsyncGenerator<number> {
  try {
    for (let number = 0; number < count; number += 1) {
      await nextTurn()
      log.push(`pulled ${number}`)
      yield number
    }
  } finally {
    log.push('closed')
  }
}

const double = (number: number): number => number * 2

describe('observePull()', () => {
  it('emits nothing and completes for an empty source', async () => {
    const all = await lastValueFrom(observePull(() => numbers(0, []), double).pipe(toArray()))
    assert.deepEqual(all, [])
  })

  it('asks for the next item only when the last one was handled', async () => {
    const log: string[] = []
    const handle = async (number: number): Promise<number> => {
      await nextTurn()
      log.push(`handled ${number}`)
      return number
    }
    await lastValueFrom(observePull(() => numbers(3, log), handle).pipe(toArray()))
    assert.deepEqual(log, [
      'pulled 0',
      'handled 0',
      'pulled 1',
      'handled 1',
      'pulled 2',
      'handled 2',
      'closed',
    ])
  })

  it('opens the source once for each subscription', async () => {
    let opened = 0
    const open = (): AsyncGenerator<number> => {
      opened += 1
      return numbers(2, [])
    }
    const doubled$ = observePull(open, double).pipe(toArray())
    assert.deepEqual(await lastValueFrom(doubled$), [0, 2])
    assert.deepEqual(await lastValueFrom(doubled$), [0, 2])
    assert.equal(opened, 2)
  })

  it('closes the source when the subscriber leaves', async () => {
    const log: string[] = []
    const first = await lastValueFrom(observePull(() => numbers(9, log), double).pipe(take(1)))
    assert.equal(first, 0)
    while (!log.includes('closed')) await nextTurn()
    assert.ok(log.filter((line) => line.startsWith('pulled')).length <= 2)
  })

  it('passes on what the source and the handler throw', async () => {
    const failure = new Error('no more')
    const fail = (): never => {
      throw failure
    }
    const log: string[] = []
    await assert.rejects(lastValueFrom(observePull(() => numbers(2, log), fail)), failure)
    assert.deepEqual(log, ['pulled 0', 'closed'])
    await assert.rejects(lastValueFrom(observePull(fail, double)), failure)
  })

  it('ends with the reason of the outer signal', async () => {
    const controller = new AbortController()
    const reason = new Error('enough')
    const handle = (number: number): number => {
      controller.abort(reason)
      return number
    }
    const pulled$ = observePull(() => numbers(2, []), handle, controller.signal)
    await assert.rejects(lastValueFrom(pulled$), reason)
  })
})
