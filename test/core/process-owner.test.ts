import assert from 'node:assert/strict'
import { currentOwner, isAlive } from '../../lib/core/index.js'

describe('isAlive()', () => {
  it('knows this process by pid, start and boot', () => {
    const owner = currentOwner()
    assert.equal(owner.pid, process.pid)
    assert.equal(isAlive(owner), true)
    assert.equal(isAlive({ pid: process.pid }), true)
    assert.equal(isAlive({ ...owner, bootId: 'another boot' }), false)
    assert.equal(isAlive({ pid: 2 ** 22 + 1 }), false)
  })

  it('knows that a pid was given to another process', () => {
    const owner = currentOwner()
    if (owner.startTime === undefined) return
    assert.equal(isAlive({ ...owner, startTime: '1' }), false)
  })
})
