import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { noticeLine, printable } from '../../lib/cli/printable.js'
import { createLinesView } from '../../lib/cli/progress/lines-view.js'
import { createQuietView } from '../../lib/cli/progress/quiet-view.js'
import { StatusLine } from '../../lib/cli/progress/status-line.js'

const HOSTILE = 'a\u001b]0;x\u0007\u009b2J\n\u202eb'
const SHOWN = 'a\\u{1b}]0;x\\u{7}\\u{9b}2J\\u{a}\\u{202e}b'

describe('printable()', () => {
  it('shows what would steer a terminal, and leaves all else', () => {
    assert.equal(printable(HOSTILE), SHOWN)
    assert.equal(printable('größe 東京 😀 \\'), 'größe 東京 😀 \\')
  })

  it('is used of all that replicas tell', () => {
    const warning = { kind: 'warning', message: HOSTILE } as const
    const line = `warning: ${SHOWN}\n`
    assert.equal(noticeLine(warning), line)
    for (const createView of [createLinesView, createQuietView]) {
      const out = new PassThrough()
      createView(out).show(warning)
      assert.equal(String(out.read()), line)
    }
    const out = new PassThrough()
    const status = new StatusLine(out)
    status.say(HOSTILE)
    status.update(HOSTILE)
    assert.equal(String(out.read()), `${SHOWN}\n\r\u001b[K${SHOWN}`)
  })
})
