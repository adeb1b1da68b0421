import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { useTemporaryDirectory } from '../support/temporary-directory.js'
import { soakKills } from './kill.js'
import { soakSlowConsumer } from './slow.js'

const SEED = 1
const POINTS = 3
const MINUTES = 0.1
const ANONYMOUS_MEGABYTES_MAX = 300

describe(`Soaks of seed ${SEED}, short ones`, () => {
  const { at } = useTemporaryDirectory()

  it('lose nothing and do nothing twice when processes are killed', async () => {
    const options = { directory: at('.'), points: POINTS, seed: SEED }
    const { kills, changes, events } = await soakKills(options)
    assert.ok(kills >= POINTS)
    assert.ok(changes > 50 && events > 50)
  }).timeout(240_000)

  it('keep a slow consumer within its memory, and ask no more than it takes', async function () {
    if (!existsSync('/proc/self/status')) this.skip()
    const options = { directory: at('.'), minutes: MINUTES, seed: SEED }
    const { events, changes, pauses, peakMegabytes } = await soakSlowConsumer(options)
    assert.ok(pauses > 0 && events >= changes / 2)
    assert.ok(peakMegabytes > 0 && peakMegabytes < ANONYMOUS_MEGABYTES_MAX, String(peakMegabytes))
  }).timeout(240_000)
})
