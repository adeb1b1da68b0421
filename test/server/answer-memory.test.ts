import assert from 'node:assert/strict'
import { AnswerMemory } from '../../lib/server/answer-memory.js'

describe('AnswerMemory', () => {
  it('gives as much as there is, to all answers together', () => {
    const memory = new AnswerMemory(100)
    const [one, other] = [memory.begin(), memory.begin()]
    assert.equal(one.take(60), true)
    assert.equal(other.take(41), false)
    assert.equal(memory.freeBytes, 40)
    assert.equal(other.takeUpTo(50), 40)
    assert.equal(one.takeUpTo(1), 0)
  })

  it('gives more than there is only by force', () => {
    const memory = new AnswerMemory(10)
    const held = memory.begin()
    held.force(25)
    assert.equal(memory.freeBytes, -15)
    assert.equal(held.takeUpTo(5), 0)
    assert.equal(memory.freeBytes, -15)
  })

  it('takes all of an answer back, once', () => {
    const memory = new AnswerMemory(10)
    const held = memory.begin()
    held.take(3)
    held.takeUpTo(2)
    held.force(20)
    held.release()
    held.release()
    assert.equal(memory.freeBytes, 10)
  })
})
