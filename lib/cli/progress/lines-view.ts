import type { Writable } from 'node:stream'
import type {
  CollectionCompared,
  CollectionProgress,
  SyncEvent,
  SyncStarted,
} from '../../sync/index.js'
import { unreachable } from '../../core/index.js'
import { printable } from '../printable.js'
import { formatBytes, formatCount, formatSeconds, plural } from '../human.js'
import { comparisonParts, describeOutcome, repairParts } from './describe-outcome.js'
import { paceOf } from './pace.js'
import { Stopwatches } from './stopwatches.js'
import type { ProgressView } from './view.js'

const LINE_INTERVAL_MS = 2000

/** Shows progress as plain lines: one a collection, and one every two seconds meanwhile. */
export function createLinesView(out: Writable, now: () => number = Date.now): ProgressView {
  let collectionCount = 0
  const begun = new Stopwatches(now)
  const shownMs = new Map<string, number>()
  const say = (line: string): void => {
    out.write(`${printable(line)}\n`)
  }
  const sayNowAndThen = (collection: string, line: () => string): void => {
    const nowMs = now()
    if (nowMs - (shownMs.get(collection) ?? -Infinity) < LINE_INTERVAL_MS) return
    shownMs.set(collection, nowMs)
    say(line())
  }
  const sayDifference = (event: CollectionCompared): void => {
    if (event.ranges > 0) say(partsLine(event.collection, comparisonParts(event)))
  }
  const show = (event: SyncEvent): void => {
    switch (event.kind) {
      case 'started':
        collectionCount = event.collections.length
        say(startLine(event))
        return
      case 'collection-started':
        begun.begin(event.collection)
        shownMs.set(event.collection, now())
        return
      case 'progress':
        sayNowAndThen(event.collection, () => progressLine(event, begun.seconds(event.collection)))
        return
      case 'compared':
        sayDifference(event)
        return
      case 'repair-progress':
        sayNowAndThen(event.collection, () =>
          partsLine(event.collection, repairParts(event.totals)),
        )
        return
      case 'collection-finished': {
        const outcome = describeOutcome(event, begun.end(event.collection))
        say(`${event.index + 1}/${collectionCount} ${event.collection}: ${outcome}`)
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

function startLine({ collections, source, target, isIncremental }: SyncStarted): string {
  const what = plural(collections.length, 'collection')
  return isIncremental === true
    ? `comparing ${what} of ${target} with ${source}`
    : `copying ${what} of ${source} to ${target}`
}

function partsLine(collection: string, parts: readonly string[]): string {
  return `  ${collection}: ${parts.join(', ')}`
}

function progressLine(event: CollectionProgress, seconds: number): string {
  const { part, secondsLeft, bytesPerSecond } = paceOf(event, seconds)
  const share = part === undefined ? '' : ` (${Math.floor(part * 100)} %)`
  const left = secondsLeft === undefined ? '' : `, ${formatSeconds(secondsLeft)} left`
  const documents = `${formatCount(event.totals.documents)} documents${share}`
  return `  ${event.collection}: ${documents}, ${formatBytes(bytesPerSecond)}/s${left}`
}
