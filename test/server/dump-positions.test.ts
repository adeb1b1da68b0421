import assert from 'node:assert/strict'
import { DumpPositions } from '../../lib/server/dump-positions.js'
import { revision } from '../../lib/values/index.js'

describe('DumpPositions', () => {
  it('begins before the first document and keeps each collection apart', async () => {
    const positions = new DumpPositions()
    const first = await positions.hold(1)
    assert.equal(first.after, undefined)
    first.release(revision(5n))
    assert.equal((await positions.hold(1)).after, 5n)
    assert.equal((await positions.hold(2)).after, undefined)
  })

  it('stays where it was when it is given back without a revision', async () => {
    const positions = new DumpPositions()
    ;(await positions.hold(1)).release(revision(5n))
    ;(await positions.hold(1)).release()
    assert.equal((await positions.hold(1)).after, 5n)
  })

  it('is held by one at a time, in the order of asking', async () => {
    const positions = new DumpPositions()
    const order: string[] = []
    const first = await positions.hold(1)
    const second = positions.hold(1).then((held) => {
      order.push(`second after ${String(held.after)}`)
      held.release(revision(8n))
    })
    const third = positions.hold(1).then((held) => order.push(`third after ${String(held.after)}`))
    order.push('first done')
    first.release(revision(5n))
    await Promise.all([second, third])
    assert.deepEqual(order, ['first done', 'second after 5', 'third after 8'])
  })
})
