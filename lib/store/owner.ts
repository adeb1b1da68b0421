import { readFileSync } from 'node:fs'
import type { MetaTable } from './layout.js'
import { META, putRow, readRow } from './meta-rows.js'

/** Who has a store open for writing. */
export interface StoreOwner {
  readonly pid: number
  /** Clock ticks between boot and the start of the process; absent where the system has none. */
  readonly startTime?: string | undefined
  /** Absent where the system has none. */
  readonly bootId?: string | undefined
}

/** This process. */
export function currentOwner(): StoreOwner {
  const { pid } = process
  return { pid, startTime: readStat(pid)?.startTime, bootId: readBootId() }
}

/**
 * Takes the store for this process; call it inside a write transaction, which no two processes can
 * be in at one time.
 *
 * @returns undefined when done, else the owner that lives
 */
export function takeOwnership(meta: MetaTable): StoreOwner | undefined {
  const owner = readRow(meta, META.owner) as StoreOwner | undefined
  if (owner !== undefined && isAlive(owner)) return owner
  putRow(meta, META.owner, currentOwner())
  return undefined
}

/** Gives the store back; inside a write transaction. */
export function releaseOwnership(meta: MetaTable): void {
  meta.removeSync(META.owner)
}

/** Tells whether the process of an owner record still runs: same boot, same start, not a zombie. */
export function isAlive({ pid, startTime, bootId }: StoreOwner): boolean {
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
