import type { Writable } from 'node:stream'
import type { GlobalSyncEvent, SyncEvent } from '../../sync/index.js'
import { noticeLine, printable } from '../printable.js'
import type { GlobalView } from './global-view.js'
import type { ProgressView } from './view.js'

/** Shows what went differently than asked, and nothing of how far a copy is. */
export function createQuietView(out: Writable): GlobalView & ProgressView {
  const show = (event: GlobalSyncEvent | SyncEvent): void => {
    switch (event.kind) {
      case 'warning':
      case 'retry':
        out.write(noticeLine(event))
        return
      case 'database-failed':
        out.write(`${printable(`failed: database "${event.database}": ${event.message}`)}\n`)
        return
      default:
        return
    }
  }
  return { show, end: () => undefined }
}
