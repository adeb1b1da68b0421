import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { runInProcess } from '../cli/support/run-in-process.js'

const EXAMPLE = fileURLToPath(new URL('../../examples/redact-cards.js', import.meta.url))

describe('examples/redact-cards', () => {
  it('hides card numbers at any depth and keeps all other bytes', async () => {
    const lines = [
      '{"_key":"1","n":1.10,"pay":{"card":"4111 1111 1111 1111","list":["x 5500005555555559."]}}\n',
      '{"_key":"2", "id":"4111111111111112", "time":"20240229123000123456", "n":1e2}\n',
    ]
    const { exitCode, stdout, stderr } = await runInProcess(['pipe', '--transform', EXAMPLE], {
      stdin: Readable.from([Buffer.from(lines.join(''))]),
    })
    assert.deepEqual([exitCode, stderr], [0, ''])
    const redacted =
      '{"_key":"1","n":1.10,"pay":{"card":"************1111","list":["x ************5559."]}}\n'
    assert.equal(stdout, `${redacted}${lines[1] ?? ''}`)
  })
})
