import assert from 'node:assert/strict'
import { Turns } from '../../../lib/merkle/build/turns.js'

const never = new AbortController().signal

/** Something that goes on until it is told to end. */
function heldOpen(): { readonly use: () => Promise<void>; end: () => void; isBegun: boolean } {
  let end: () => void = () => undefined
  const over = new Promise<void>((resolve) => (end = resolve))
  const held = {
    isBegun: false,
    use: () => {
      held.isBegun = true
      return over
    },
    end,
  }
  return held
}

describe('Turns', () => {
  it('lets so many at a time go on, and the next when one ends', async () => {
    const turns = new Turns(2)
    const all = [heldOpen(), heldOpen(), heldOpen(), heldOpen()]
    const running = all.map(({ use }) => turns.run(use, never))
    const begun = (): readonly boolean[] => all.map(({ isBegun }) => isBegun)
    await Promise.resolve()
    assert.deepEqual(begun(), [true, true, false, false])
    all[1]?.end()
    await running[1]
    await Promise.resolve()
    assert.deepEqual(begun(), [true, true, true, false])
    for (const { end } of all) end()
    await Promise.all(running)
    assert.deepEqual(begun(), [true, true, true, true])
  })

  it('gives what is done, or its error, and goes on', async () => {
    const turns = new Turns(1)
    const mistake = new Error('a mistake')
    await assert.rejects(
      turns.run(() => Promise.reject(mistake), never),
      mistake,
    )
    assert.equal(await turns.run(() => Promise.resolve(7), never), 7)
  })

  it('stops waiting when the signal says so, and does not lose the turn', async () => {
    const turns = new Turns(1)
    const first = heldOpen()
    const running = turns.run(first.use, never)
    const stop = new AbortController()
    const reason = new Error('enough')
    const given = heldOpen()
    const waiting = turns.run(given.use, stop.signal)
    const last = turns.run(() => Promise.resolve('last'), never)
    stop.abort(reason)
    await assert.rejects(waiting, reason)
    first.end()
    await running
    assert.equal(await last, 'last')
    assert.equal(given.isBegun, false)
    await assert.rejects(turns.run(given.use, stop.signal), reason)
  })

  it('leaves alone what has begun', async () => {
    const turns = new Turns(1)
    const stop = new AbortController()
    const first = heldOpen()
    const running = turns.run(first.use, stop.signal)
    await Promise.resolve()
    stop.abort(new Error('enough'))
    first.end()
    await running
  })
})
