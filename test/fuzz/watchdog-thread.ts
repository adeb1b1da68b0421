import { writeSync } from 'node:fs'
import { workerData } from 'node:worker_threads'
import { Random } from './random.js'
import { makeSliceInput } from './slice-check.js'
import type { WatchedRun } from './watchdog.js'

const { kind, seed, place, standstillMs } = workerData as WatchedRun
const [STDERR, ROUNDS] = [2, 3]
const numbers = new Float64Array(place)
let seen = -1
let rounds = 0

setInterval(() => {
  const begun = numbers[1] as number
  rounds = begun === seen ? rounds + 1 : 0
  seen = begun
  if (rounds < ROUNDS) return
  const index = numbers[0] as number
  const input = kind === 'slices' ? makeSliceInput(new Random(seed, index)).bytes : Buffer.alloc(0)
  writeSync(
    STDERR,
    `stands still at ${kind} ${index} of seed ${seed}\n  input: ${input.toString('hex')}\n`,
  )
  process.kill(process.pid, 'SIGKILL')
}, standstillMs / ROUNDS)
