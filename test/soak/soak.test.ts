import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { useTemporaryDirectory } from '../support/temporary-directory.js'
import { soakAppliers } from './applier.js'
import { soakDump } from './dump.js'
import { soakImports } from './import.js'
import { soakKills } from './kill.js'
import { soakSlowConsumer } from './slow.js'
import { soakWrites } from './write.js'

const SEED = 1
const POINTS = 2
const MINUTES = 0.03
const WRITE_MINUTES = 0.02
const IMPORT_MEGABYTES = 40
const DUMP_MEGABYTES = 20
const ANONYMOUS_MEGABYTES_MAX = 300

describe(`Soaks of seed ${SEED}, short ones`, () => {
  const { at } = useTemporaryDirectory()

  it('lose nothing and do nothing twice when processes are killed', async () => {
    const options = { directory: at('.'), points: POINTS, seed: SEED }
    const { kills, changes, events } = await soakKills(options)
    assert.ok(kills >= POINTS)
    assert.ok(changes > 50 && events > 50)
  }).timeout(240_000)

  it('bring a background follower to what its leader has, whoever is killed', async () => {
    const options = { directory: at('.'), points: POINTS, seed: SEED }
    const { leaderKills, followerKills, changes } = await soakAppliers(options)
    assert.deepEqual([leaderKills, followerKills], [1, 1])
    assert.ok(changes > 50)
  }).timeout(240_000)

  it('keep a slow consumer within its memory, and ask no more than it takes', async function () {
    if (!existsSync('/proc/self/status')) this.skip()
    const options = { directory: at('.'), minutes: MINUTES, seed: SEED }
    const { events, changes, pauses, peakMegabytes } = await soakSlowConsumer(options)
    assert.ok(pauses > 0 && events >= changes / 2)
    assert.ok(peakMegabytes > 0 && peakMegabytes < ANONYMOUS_MEGABYTES_MAX, String(peakMegabytes))
  }).timeout(240_000)

  it('keep what was acknowledged to many writers, and fail none', async () => {
    const options = { directory: at('.'), minutes: WRITE_MINUTES, connections: 8, seed: SEED }
    const { requests, written, p99Ms, maxMs } = await soakWrites(options)
    assert.ok(requests >= 8 && written >= 8)
    assert.ok(p99Ms > 0 && p99Ms <= maxMs)
  }).timeout(240_000)

  it('import more than there is memory for', async function () {
    if (!existsSync('/proc/self/status')) this.skip()
    const options = { directory: at('.'), megabytes: IMPORT_MEGABYTES }
    const { grownMegabytes } = await soakImports({ ...options, types: ['array'] })
    assert.ok(grownMegabytes < IMPORT_MEGABYTES, String(grownMegabytes))
  }).timeout(240_000)

  it('dump, pipe and restore with a heap of 96 MB', async function () {
    if (!existsSync('/proc/self/status')) this.skip()
    const steps: string[] = []
    const { peakMegabytes } = await soakDump({
      directory: at('.'),
      megabytes: DUMP_MEGABYTES,
      onStep: (step) => steps.push(step),
    })
    assert.deepEqual(steps, ['restore', 'dump', 'pipe', 'restore', 'serve'])
    assert.ok(peakMegabytes > 0 && peakMegabytes < ANONYMOUS_MEGABYTES_MAX, String(peakMegabytes))
  }).timeout(240_000)
})
