import type { Writable } from 'node:stream'
import { MultiBar, Presets, type SingleBar } from 'cli-progress'
import type { SyncEvent } from '../../sync/index.js'
import { unreachable } from '../../core/index.js'
import { formatBytes, formatCount, formatSeconds } from '../human.js'
import { paceOf } from './pace.js'
import type { ProgressView } from './progress-view.js'

const STEPS = 1000
const NAME_WIDTH = 24
const FORMAT = '{name} {bar} {share} {documents} documents {rate} {left}'

/** Shows one bar a collection, the finished ones above. */
export function createBarsView(out: Writable, now: () => number = Date.now): ProgressView {
  const bars = new MultiBar(
    { format: FORMAT, hideCursor: true, stream: out as NodeJS.WriteStream, barsize: 24, fps: 8 },
    Presets.shades_classic,
  )
  let bar: SingleBar | undefined
  let begunMs = now()
  const begin = (collection: string): void => {
    begunMs = now()
    const name = collection.slice(0, NAME_WIDTH).padEnd(NAME_WIDTH)
    bar = bars.create(STEPS, 0, { name, share: '    ', documents: '0', rate: '', left: '' })
  }
  const show = (event: SyncEvent): void => {
    switch (event.kind) {
      case 'collection-started':
        begin(event.collection)
        return
      case 'progress': {
        const pace = paceOf(event, (now() - begunMs) / 1000)
        const { part, secondsLeft, bytesPerSecond } = pace
        bar?.update(Math.floor((part ?? 0) * STEPS), {
          share: part === undefined ? '   ?' : `${Math.floor(part * 100)}%`.padStart(4),
          documents: formatCount(event.totals.documents),
          rate: `${formatBytes(bytesPerSecond)}/s`,
          left: secondsLeft === undefined ? '' : `${formatSeconds(secondsLeft)} left`,
        })
        return
      }
      case 'collection-finished': {
        const documents = formatCount(event.totals.documents)
        bar?.update(STEPS, { share: '100%', documents, left: '' })
        bar?.stop()
        return
      }
      case 'warning':
      case 'retry':
        bars.log(`${event.kind}: ${event.message}\n`)
        return
      case 'started':
      case 'finished':
        return
      default:
        unreachable(event, 'sync event')
    }
  }
  return {
    show,
    end: () => {
      bars.stop()
    },
  }
}
