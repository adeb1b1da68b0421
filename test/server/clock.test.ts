import assert from 'node:assert/strict'
import { once } from 'node:events'
import { systemClock } from '../../lib/server/clock.js'

describe('systemClock', () => {
  it('does not call at once what is planned for later than a timer can wait', async () => {
    let calls = 0
    const warnings: string[] = []
    const note = ({ name }: Error): void => {
      warnings.push(name)
    }
    process.on('warning', note)
    const planned = systemClock.plan(() => (calls += 1), 60 * 24 * 3600 * 1000)
    const later = new EventTarget()
    systemClock.plan(() => later.dispatchEvent(new Event('later')), 5)
    const keepAlive = setInterval(() => undefined, 1000)
    await once(later, 'later')
    clearInterval(keepAlive)
    planned.cancel()
    process.off('warning', note)
    assert.deepEqual([calls, warnings], [0, []])
  })
})
