import type { Writable } from 'node:stream'
import { MultiBar, Presets, type SingleBar } from 'cli-progress'
import type { CollectionFinished, CollectionProgress, SyncEvent } from '../../sync/index.js'
import { unreachable } from '../../core/index.js'
import { formatBytes, formatCount, formatSeconds } from '../human.js'
import { comparisonParts, describeOutcome, repairParts } from './describe-outcome.js'
import { paceOf } from './pace.js'
import type { ProgressView } from './view.js'

const STEPS = 1000
const FORMAT = '{name} {bar} {share} {documents} {rate} {left}'
const NAME_WIDTH = 24

/** Shows a bar for the collection under way, and a line above it for each finished one. */
export function createBarsView(out: Writable, now: () => number = Date.now): ProgressView {
  const bars = new MultiBar(
    { format: FORMAT, hideCursor: true, clearOnComplete: true, stream: out, barsize: 24, fps: 8 },
    Presets.shades_classic,
  )
  let bar: SingleBar | undefined
  let collectionCount = 0
  let begunMs = now()
  const seconds = (): number => (now() - begunMs) / 1000
  const begin = (collection: string): void => {
    begunMs = now()
    const name = collection.slice(0, NAME_WIDTH).padEnd(NAME_WIDTH)
    bar ??= bars.create(STEPS, 0, { name, share: '', documents: '', rate: '', left: '' })
    bar.update(0, { name, share: '', documents: '', rate: '', left: '' })
  }
  const finish = (event: CollectionFinished): void => {
    const { collection, index } = event
    bars.log(
      `${index + 1}/${collectionCount} ${collection}: ${describeOutcome(event, seconds())}\n`,
    )
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
        showProgress(bar, event, seconds())
        return
      case 'compared':
        showRepair(bar, comparisonParts(event))
        return
      case 'repair-progress':
        showRepair(bar, repairParts(event.totals))
        return
      case 'collection-finished':
        finish(event)
        return
      case 'warning':
      case 'retry':
        bars.log(`${event.kind}: ${event.message}\n`)
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
