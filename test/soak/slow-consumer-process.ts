/*
 * Takes the changes of a leader one by one, slowly: `node slow-consumer-process.js URL`, with a
 * channel to the parent that sets the pace and asks how far it has come.
 */
import assert from 'node:assert/strict'
import { subscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { openRemote } from '../../lib/remote/index.js'
import { parseAddress } from '../../lib/replica/index.js'
import { tailChanges } from '../../lib/sync/tail/index.js'

/** How the consumer takes events: not at all, a few hundred a second, or as they come. */
export type Pace = 'paused' | 'slow' | 'fast'

/** What the consumer is told. */
export type ConsumerOrder =
  | { readonly kind: 'pace'; readonly pace: Pace }
  | { readonly kind: 'report' }
  /** Report once the event of that tick was taken. */
  | { readonly kind: 'report-at'; readonly tick: string }

/** What the consumer tells. */
export interface ConsumerReport {
  /** Events taken until now. */
  readonly events: number
  /** Requests for the log until now. */
  readonly requests: number
}

const SLOW_MS = 3

const [url = ''] = process.argv.slice(2)
let pace = 'slow' as Pace
let events = 0
let requests = 0
let last = 0n
let reportAt: bigint | undefined

subscribe('undici:request:create', (message) => {
  const { request } = message as { readonly request: { readonly path: string } }
  if (request.path.includes('/_api/wal/tail?')) requests += 1
})

process.on('message', (order: ConsumerOrder) => {
  if (order.kind === 'pace') pace = order.pace
  else if (order.kind === 'report') report()
  else {
    reportAt = BigInt(order.tick)
    reportIfThere()
  }
})
process.once('disconnect', () => {
  process.exit()
})

function report(): void {
  process.send?.({ events, requests } satisfies ConsumerReport)
}

function reportIfThere(): void {
  if (reportAt === undefined || last < reportAt) return
  reportAt = undefined
  report()
}

const address = parseAddress(url)
assert.equal(address.kind, 'remote')
for await (const event of tailChanges(openRemote(address, {}), { from: 'start' })) {
  assert.ok(event.tick > last, 'in order, and once')
  last = event.tick
  events += 1
  reportIfThere()
  // The event is held meanwhile, and so is the tail.
  if (pace === 'slow') await delay(SLOW_MS)
  while (pace === 'paused') await once(process, 'message')
}
