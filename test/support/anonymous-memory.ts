import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'

const SAMPLE_INTERVAL_MS = 10

/** Peak of the anonymous memory of a process. */
export interface MemoryWatch {
  /** Largest RssAnon seen until now, in MB. */
  readonly peakMegabytes: number
  stop(): void
}

/** Looks at RssAnon of a running process again and again; mapped files do not count. Linux only. */
export function watchAnonymousMemory({ pid }: ChildProcess): MemoryWatch {
  let peakMegabytes = 0
  const sample = (): void => {
    try {
      peakMegabytes = Math.max(peakMegabytes, anonymousMegabytes(pid))
    } catch {
      // The process has ended.
    }
  }
  const timer = setInterval(sample, SAMPLE_INTERVAL_MS)
  return {
    get peakMegabytes() {
      return peakMegabytes
    },
    stop: () => {
      clearInterval(timer)
    },
  }
}

/** RssAnon of a process, in MB. Linux only. */
export function anonymousMegabytes(pid: number | undefined): number {
  const status = readFileSync(`/proc/${String(pid)}/status`, 'utf8')
  const kilobytes = Number(/^RssAnon:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0)
  return (kilobytes * 1024) / 1e6
}
