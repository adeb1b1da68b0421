import type { GlobalSyncEvent, KeptCollection, SyncEvent } from '../../sync/index.js'
import { plural } from '../human.js'

/** What shows events of one database, or of all. */
interface View<Event> {
  readonly show: (event: Event) => void
  readonly end: () => void
}

/** Shows collections of which nothing was read as equal, since nothing was copied of them either. */
export function tellingKept<Event extends GlobalSyncEvent | SyncEvent>(
  view: View<Event>,
  kept: readonly KeptCollection[],
): View<Event> {
  return {
    show: (event) => {
      view.show(toTold(event, kept))
    },
    end: () => {
      view.end()
    },
  }
}

/** The line that tells what was kept of an earlier run; empty when nothing was. */
export function summariseKept(kept: readonly KeptCollection[]): string {
  if (kept.length === 0) return ''
  const count = plural(kept.length, 'collection')
  return `kept of an earlier run, since the source is as it was: ${count}\n`
}

function toTold<Event extends GlobalSyncEvent | SyncEvent>(
  event: Event,
  kept: readonly KeptCollection[],
): Event {
  const database = 'database' in event ? event.database : undefined
  const isKept = (name: string): boolean =>
    kept.some(
      (one) => one.collection === name && (database === undefined || one.database === database),
    )
  if (event.kind === 'collection-finished') {
    return isKept(event.collection) ? { ...event, outcome: 'equal' } : event
  }
  if (event.kind !== 'finished') return event
  const collections = event.collections.map((one) =>
    isKept(one.name) ? ({ ...one, outcome: 'equal' } as const) : one,
  )
  return { ...event, collections }
}
