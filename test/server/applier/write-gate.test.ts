import assert from 'node:assert/strict'
import type { FollowTarget, Target, TargetCopy } from '../../../lib/replica/index.js'
import { guardTarget, WriteGate } from '../../../lib/server/applier/write-gate.js'

/** A promise that is settled from outside. */
function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined
  const promise = new Promise<void>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}

describe('WriteGate', () => {
  it('waits for what has passed, and lets nothing pass then', async () => {
    const gate = new WriteGate()
    const [first, second] = [deferred(), deferred()]
    const running = gate.pass(() => first.promise)
    const failing = gate.pass(() => second.promise.then(() => Promise.reject(new Error('no'))))
    let isClosed = false
    const closing = gate.close().then(() => {
      isClosed = true
    })
    let hasRun = false
    const late = gate.pass(() => {
      hasRun = true
      return Promise.resolve()
    })
    await assert.rejects(late, /the run has ended/)
    assert.equal(hasRun, false)
    first.resolve()
    await running
    assert.equal(isClosed, false)
    second.resolve()
    await assert.rejects(failing, /no/)
    await closing
    assert.ok(isClosed)
  })
})

describe('guardTarget()', () => {
  /** A target that tells what is asked of it. */
  function createTarget(calls: string[]): Target {
    const note =
      (name: string, result?: unknown) =>
      (...parameters: unknown[]): Promise<unknown> => {
        calls.push([name, ...parameters].join(' '))
        return Promise.resolve(result)
      }
    const copy = {
      replaceCollection: note('replace', { write: note('write') }),
      finish: note('finish'),
    }
    const inner = { beginCopy: note('begin', copy) }
    return {
      address: 'store:x',
      database: 'x',
      keepsMark: false,
      fitsDefinition: () => true,
      beginCopy: note('begin', copy),
      openFollow: note('follow', { apply: note('apply') }),
      openGlobal: note('global', { target: () => inner }),
    } as unknown as Target
  }

  const ORIGIN = { address: 'a', serverId: '1', tick: undefined }

  it('lets everything pass as it is, until the gate is closed', async () => {
    const calls: string[] = []
    const gate = new WriteGate()
    const target = guardTarget(createTarget(calls), gate)
    assert.deepEqual([target.address, target.keepsMark], ['store:x', false])
    assert.equal(target.fitsDefinition?.({} as never, {} as never), true)
    const copy: TargetCopy = await target.beginCopy(ORIGIN)
    const collection = await copy.replaceCollection({} as never)
    const followed = (await target.openFollow?.()) as FollowTarget
    const all = await target.openGlobal?.()
    const inner = await all?.target('y').beginCopy(ORIGIN)
    await collection.write('chunk' as never)
    await gate.close()
    const before = calls.length
    for (const late of [
      () => collection.write('chunk' as never),
      () => copy.finish(),
      () => inner?.finish(),
      () => followed.apply([], {} as never),
      () => target.beginCopy(ORIGIN),
    ]) {
      await assert.rejects(async () => late(), /the run has ended/)
    }
    assert.equal(calls.length, before)
    assert.ok(calls.includes('write chunk'))
  })
})
