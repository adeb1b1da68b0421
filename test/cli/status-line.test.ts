import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { StatusLine } from '../../lib/cli/progress/status-line.js'

const ERASE = '\r\u001B[K'

function createTerminal(columns?: number): PassThrough & { columns?: number | undefined } {
  return Object.assign(new PassThrough(), { columns })
}

describe('StatusLine', () => {
  it('writes one line again and again, and takes it away', () => {
    const out = createTerminal()
    const line = new StatusLine(out)
    line.update('one')
    line.update('two')
    line.clear()
    line.clear()
    assert.equal(String(out.read()), `${ERASE}one${ERASE}two${ERASE}`)
  })

  it('keeps the line below those that stay', () => {
    const out = createTerminal()
    const line = new StatusLine(out)
    line.say('first')
    line.update('now')
    line.say('second')
    assert.equal(String(out.read()), `first\n${ERASE}now${ERASE}second\nnow`)
  })

  it('cuts the line where the terminal ends, between characters', () => {
    const out = createTerminal(4)
    new StatusLine(out).update('ab😀de')
    assert.equal(String(out.read()), `${ERASE}ab😀`)
    for (const unknown of [undefined, 0]) {
      const wide = createTerminal(unknown)
      new StatusLine(wide).update('x'.repeat(200))
      assert.equal(String(wide.read()).length, ERASE.length + 79)
    }
  })
})
