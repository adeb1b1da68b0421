import { Worker } from 'node:worker_threads'

/** Where the run is, for a thread that looks at it. */
export interface Watchdog {
  /** Says that the work on an input begins. */
  readonly begin: (index: number) => void
  readonly close: () => Promise<unknown>
}

/** What the thread is told. */
export interface WatchedRun {
  readonly kind: 'slices' | 'requests'
  readonly seed: number
  /** The index of the input in work, and how many were begun. */
  readonly place: SharedArrayBuffer
  /** Milliseconds without a step after which the run counts as hanging. */
  readonly standstillMs: number
}

const STANDSTILL_MS = 30_000

/**
 * Starts a thread that ends the process when no input is begun for a while: a loop without an end
 * leaves no other way to tell of it.
 */
export function startWatchdog(kind: WatchedRun['kind'], seed: number): Watchdog {
  const place = new SharedArrayBuffer(2 * Float64Array.BYTES_PER_ELEMENT)
  const numbers = new Float64Array(place)
  const workerData: WatchedRun = { kind, seed, place, standstillMs: STANDSTILL_MS }
  const worker = new Worker(new URL('./watchdog-thread.js', import.meta.url), { workerData })
  worker.unref()
  return {
    begin(index) {
      numbers[0] = index
      numbers[1] = (numbers[1] as number) + 1
    },
    close: () => worker.terminate(),
  }
}
