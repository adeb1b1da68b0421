import { readFileSync } from 'node:fs'

/** A process that has something for itself, written down where others see it. */
export interface ProcessOwner {
  readonly pid: number
  /** Clock ticks between boot and the start of the process; absent where the system has none. */
  readonly startTime?: string | undefined
  /** Absent where the system has none. */
  readonly bootId?: string | undefined
}

/** This process. */
export function currentOwner(): ProcessOwner {
  const { pid } = process
  return { pid, startTime: readStat(pid)?.startTime, bootId: readBootId() }
}

/** Tells whether the process of a record still runs: same boot, same start, not a zombie. */
export function isAlive({ pid, startTime, bootId }: ProcessOwner): boolean {
  if (bootId !== undefined && bootId !== readBootId()) return false
  if (startTime === undefined) return hasProcess(pid)
  const stat = readStat(pid)
  return stat?.startTime === startTime && !'ZX'.includes(stat.state)
}

function hasProcess(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it runs, but belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function readBootId(): string | undefined {
  return readText('/proc/sys/kernel/random/boot_id')?.trim()
}

/** The state and start time of a process: fields 3 and 22 of proc(5), after the name in brackets. */
function readStat(pid: number): { state: string; startTime: string } | undefined {
  const text = readText(`/proc/${pid}/stat`)
  if (text === undefined) return undefined
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const [state, startTime] = [fields[0], fields[19]]
  return state === undefined || startTime === undefined ? undefined : { state, startTime }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
