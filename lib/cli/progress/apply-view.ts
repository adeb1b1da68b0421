import type { Writable } from 'node:stream'
import { unreachable } from '../../core/index.js'
import type { ApplyEvent } from '../../sync/index.js'

const LINE_INTERVAL_MS = 2000

/** Shows how a patch is applied: what it is, and how far it is every two seconds. */
export function createApplyView(
  out: Writable,
  now: () => number = Date.now,
): (event: ApplyEvent) => void {
  let shownMs = now()
  return (event) => {
    switch (event.kind) {
      case 'started':
        out.write(`applying "${event.patch}" to ${event.target}\n`)
        out.write(`  it makes ${event.makes} equal to ${event.equalTo}\n`)
        return
      case 'progress':
        if (now() - shownMs < LINE_INTERVAL_MS) return
        shownMs = now()
        out.write(`  ${event.phase}: ${Math.floor((100 * event.bytes) / event.bytesTotal)} %\n`)
        return
      case 'finished':
        return
      default:
        unreachable(event, 'apply event')
    }
  }
}
