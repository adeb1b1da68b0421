import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { writeText } from '../../lib/cli/write-text.js'

describe('writeText()', () => {
  const { signal } = new AbortController()

  it('goes on at once while there is room', async () => {
    const out = new PassThrough({ highWaterMark: 10 })
    await writeText(out, 'abc\n', signal)
    assert.equal(String(out.read()), 'abc\n')
  })

  it('waits until what was written is read', async () => {
    const out = new PassThrough({ highWaterMark: 4 })
    let isDone = false
    const written = writeText(out, 'abcdefgh\n', signal).then(() => (isDone = true))
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve()
    assert.equal(isDone, false)
    assert.equal(String(out.read()), 'abcdefgh\n')
    await written
  })

  it('ends with the reason of the signal, or with the error of the stream', async () => {
    const controller = new AbortController()
    const stuck = writeText(new PassThrough({ highWaterMark: 1 }), 'abc', controller.signal)
    const reason = new Error('enough')
    controller.abort(reason)
    await assert.rejects(stuck, reason)
    const out = new PassThrough({ highWaterMark: 1 })
    const failing = writeText(out, 'abc', signal)
    const error = new Error('broken pipe')
    out.destroy(error)
    await assert.rejects(failing, error)
  })
})
