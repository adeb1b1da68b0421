import type { Writable } from 'node:stream'
import { MultiBar, Presets, type SingleBar } from 'cli-progress'
import type { CollectionFinished, CollectionProgress, SyncEvent } from '../../sync/index.js'
import { unreachable } from '../../core/index.js'
import { formatBytes, formatCount, formatSeconds } from '../human.js'
import { noticeLine, printable } from '../printable.js'
import { comparisonParts, describeOutcome, repairParts } from './describe-outcome.js'
import { paceOf } from './pace.js'
import { Stopwatches } from './stopwatches.js'
import type { ProgressView } from './view.js'

const STEPS = 1000
const FORMAT = '{name} {bar} {share} {documents} {rate} {left}'
const NAME_WIDTH = 24

/** Shows a bar for each collection under way, and a line above them for each finished one. */
export function createBarsView(out: Writable, now: () => number = Date.now): ProgressView {
  const bars = new MultiBar(
    { format: FORMAT, hideCursor: true, clearOnComplete: true, stream: out, barsize: 24, fps: 8 },
    Presets.shades_classic,
  )
  const underWay = new Map<string, SingleBar>()
  /** Bars of collections that are finished: the next ones take them over. */
  const free: SingleBar[] = []
  const begun = new Stopwatches(now)
  let collectionCount = 0
  const begin = (collection: string): void => {
    begun.begin(collection)
    const bar = free.pop() ?? bars.create(STEPS, 0, blankOf(collection))
    bar.update(0, blankOf(collection))
    underWay.set(collection, bar)
  }
  const finish = (event: CollectionFinished): void => {
    const { collection, index } = event
    const bar = underWay.get(collection)
    if (bar !== undefined) free.push(bar)
    underWay.delete(collection)
    const outcome = describeOutcome(event, begun.end(collection))
    bars.log(`${index + 1}/${collectionCount} ${collection}: ${outcome}\n`)
  }
  const show = (event: SyncEvent): void => {
    switch (event.kind) {
      case 'started':
        collectionCount = event.collections.length
        return
      case 'collection-started':
        begin(event.collection)
        return
      case 'progress':
        showProgress(underWay.get(event.collection), event, begun.seconds(event.collection))
        return
      case 'compared':
        showRepair(underWay.get(event.collection), comparisonParts(event))
        return
      case 'repair-progress':
        showRepair(underWay.get(event.collection), repairParts(event.totals))
        return
      case 'collection-finished':
        finish(event)
        return
      case 'warning':
      case 'retry':
        bars.log(noticeLine(event))
        return
      case 'finished':
        return
      default:
        unreachable(event, 'sync event')
    }
  }
  const end = (): void => {
    bars.update()
    bars.stop()
  }
  return { show, end }
}

/** What stands beside a bar at its beginning. */
function blankOf(collection: string): object {
  const name = printable(collection).slice(0, NAME_WIDTH).padEnd(NAME_WIDTH)
  return { name, share: '', documents: '', rate: '', left: '' }
}

/** A repair has no end that is known beforehand, so the bar stays empty. */
function showRepair(bar: SingleBar | undefined, parts: readonly string[]): void {
  bar?.update(0, { share: '', documents: parts.join(', '), rate: '', left: '' })
}

function showProgress(
  bar: SingleBar | undefined,
  event: CollectionProgress,
  seconds: number,
): void {
  const { part, secondsLeft, bytesPerSecond } = paceOf(event, seconds)
  bar?.update(Math.floor((part ?? 0) * STEPS), {
    share: part === undefined ? '' : `${Math.floor(part * 100)} %`,
    documents: `${formatCount(event.totals.documents)} documents`,
    rate: `${formatBytes(bytesPerSecond)}/s`,
    left: secondsLeft === undefined ? '' : `${formatSeconds(secondsLeft)} left`,
  })
}
