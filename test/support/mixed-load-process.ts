/*
 * A leader under mixed load, in a process of its own: `node mixed-load-process.js PATH OPTIONS`, the
 * options being those of `LoadProcessOptions` in JSON. It tells on stdout, a line of JSON each, its
 * address, each step before it begins and once it is on the disk, and the end of the load. It begins
 * the load when it reads a line, ends it at a second one, and ends itself when stdin does.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { startLeader } from '../../lib/server/index.js'
import { openStore } from '../../lib/store/index.js'
import { prepareMixedLoad, runMixedLoad } from './mixed-load.js'
import type { DoneStep } from './mixed-load-model.js'
import type { LoadStep } from './mixed-load-step.js'

/** What the process is told. */
export interface LoadProcessOptions {
  readonly seed: number
  readonly operations: number
  readonly round: number
  /** 0 takes any free one. */
  readonly port: number
  readonly fillerLength?: number | undefined
}

/** What the process tells. */
export type LoadMessage =
  | { readonly kind: 'listening'; readonly url: string }
  | { readonly kind: 'begin'; readonly step: LoadStep }
  | { readonly kind: 'done'; readonly step: DoneStep }
  | { readonly kind: 'finished' }

const [path = '', text = '{}'] = process.argv.slice(2)
const { port, ...load } = JSON.parse(text) as LoadProcessOptions

function tell(message: LoadMessage): void {
  // A pipe is written to at once: what was told stays told when the process is killed.
  process.stdout.write(`${JSON.stringify(message)}\n`)
}

const store = await openStore(path, { mode: 'write', create: true })
const database = store.database('_system')
assert.ok(database !== undefined)
await prepareMixedLoad(store, database)
const leader = await startLeader({ store, port, auth: { kind: 'off' } })
tell({ kind: 'listening', url: leader.url })

const controller = new AbortController()
const lines = createInterface({ input: process.stdin })
const ended = once(lines, 'close')
await Promise.race([once(lines, 'line'), ended])
const endLoad = (): void => {
  controller.abort()
}
lines.once('line', endLoad).once('close', endLoad)
await runMixedLoad(store, database, {
  ...load,
  signal: controller.signal,
  onBegin: (step) => {
    tell({ kind: 'begin', step })
  },
  onDone: (step) => {
    tell({ kind: 'done', step })
  },
})
tell({ kind: 'finished' })
await ended
await leader.close()
await store.close()
