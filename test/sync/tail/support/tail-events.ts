import { lastValueFrom, toArray, type Observable } from 'rxjs'
import type { Source } from '../../../../lib/replica/index.js'
import {
  followTail,
  groupTransactions,
  resumeOnError,
  toChangeEvents,
  type ChangeEvent,
  type GroupOptions,
  type TailOptions,
} from '../../../../lib/sync/tail/index.js'

const QUICK = { minDelayMs: 1, maxDelayMs: 2 }

/** Lines of a log that is written by hand. */
export const begin = (at: number, tid: number): string =>
  `{"tick":"${at}","type":2200,"tid":"${tid}","db":"s/p"}`
export const commit = (at: number, tid: number): string =>
  `{"tick":"${at}","type":2201,"tid":"${tid}","db":"s/p"}`
export const abort = (at: number, tid: number): string =>
  `{"tick":"${at}","type":2202,"tid":"${tid}","db":"s/p"}`
export const put = (at: number, key: string, tid = 0): string =>
  `{"tick":"${at}","type":2300,"db":"s/p","cuid":"h1/c","tid":"${tid}","data":{"_key":"${key}"}}`

/** The events of a source, to the end of its log unless told otherwise. */
export function eventsOf(
  source: Source,
  options: Partial<TailOptions> = {},
  grouping: GroupOptions = {},
): Observable<ChangeEvent> {
  return followTail(source, { from: 'start', follow: false, ...options }).pipe(
    resumeOnError(QUICK),
    groupTransactions(grouping),
    toChangeEvents(),
  )
}

/** Keys of the events, in order. */
export async function keysOf(events$: Observable<ChangeEvent>): Promise<(string | undefined)[]> {
  const events = await lastValueFrom(events$.pipe(toArray()))
  return events.map(({ key }) => key)
}
