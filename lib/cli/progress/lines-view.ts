import type { Writable } from 'node:stream'
import type { CollectionProgress, SyncEvent } from '../../sync/index.js'
import { unreachable } from '../../core/index.js'
import { formatBytes, formatCount, formatRate, formatSeconds, plural } from '../human.js'
import { paceOf } from './pace.js'
import type { ProgressView } from './view.js'

const LINE_INTERVAL_MS = 2000

/** Shows progress as plain lines: one a collection, and one every two seconds meanwhile. */
export function createLinesView(out: Writable, now: () => number = Date.now): ProgressView {
  let collectionCount = 0
  let begunMs = now()
  let shownMs = now()
  const say = (line: string): void => {
    out.write(`${line}\n`)
  }
  const showProgress = (event: CollectionProgress): void => {
    if (now() - shownMs < LINE_INTERVAL_MS) return
    shownMs = now()
    say(progressLine(event, (now() - begunMs) / 1000))
  }
  const show = (event: SyncEvent): void => {
    switch (event.kind) {
      case 'started':
        collectionCount = event.collections.length
        say(
          `copying ${plural(collectionCount, 'collection')} of ${event.source} to ${event.target}`,
        )
        return
      case 'collection-started':
        begunMs = shownMs = now()
        return
      case 'progress':
        showProgress(event)
        return
      case 'collection-finished': {
        const { documents, bytes } = event.totals
        const seconds = (now() - begunMs) / 1000
        const figures = `${plural(documents, 'document')}, ${formatBytes(bytes)}, ${formatRate(bytes, seconds)}`
        say(`${event.index + 1}/${collectionCount} ${event.collection}: ${figures}`)
        return
      }
      case 'warning':
      case 'retry':
        say(`${event.kind}: ${event.message}`)
        return
      case 'finished':
        return
      default:
        unreachable(event, 'sync event')
    }
  }
  return { show, end: () => undefined }
}

function progressLine(event: CollectionProgress, seconds: number): string {
  const { part, secondsLeft, bytesPerSecond } = paceOf(event, seconds)
  const share = part === undefined ? '' : ` (${Math.floor(part * 100)} %)`
  const left = secondsLeft === undefined ? '' : `, ${formatSeconds(secondsLeft)} left`
  const documents = `${formatCount(event.totals.documents)} documents${share}`
  return `  ${event.collection}: ${documents}, ${formatBytes(bytesPerSecond)}/s${left}`
}
