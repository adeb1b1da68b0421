import { setTimeout as pause } from 'node:timers/promises'
import { ask, type Reply } from './ask.js'
import { valueOf } from './documents.js'

/** Leaves the processor to whom is waited for. */
const PAUSE_MS = 10

/** What of a state document tests look at. */
export interface AppliedState {
  readonly started: string
  readonly running: boolean
  readonly phase: string
  readonly lastAppliedContinuousTick: string | null
  readonly totalDocuments: number
  readonly totalResyncs: number
  readonly lastError: { readonly errorNum: number; readonly errorMessage?: string }
}

/** A leader whose followers are asked about, and which of them. */
export interface AskedApplier {
  readonly url: string
  /** Default: `_system`. */
  readonly database?: string
  readonly isGlobal?: boolean
}

/** Asks for a command of the followers, such as `PUT applier-start`. */
export function askApplier(
  { url, database = '_system', isGlobal = false }: AskedApplier,
  request: string,
  body?: unknown,
): Promise<Reply> {
  const [method = '', command = ''] = request.split(' ')
  const mark = command.includes('?') ? '&' : '?'
  const path = `${command}${isGlobal ? `${mark}global=true` : ''}`
  return ask(`${url}/_db/${encodeURIComponent(database)}/_api/replication/${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
}

/** The state of a follower. */
export async function askState(applier: AskedApplier): Promise<AppliedState> {
  return stateIn(await askApplier(applier, 'GET applier-state'))
}

/** The state in an answer. */
export function stateIn(reply: Reply): AppliedState {
  return valueOf(reply)['state'] as AppliedState
}

/** Asks for the state of a follower until it is the right one. */
export async function untilState(
  applier: AskedApplier,
  isRight: (state: AppliedState) => boolean,
): Promise<AppliedState> {
  for (;;) {
    const state = await askState(applier)
    if (isRight(state)) return state
    await pause(PAUSE_MS)
  }
}

/** Waits until everything up to a tick of its leader is applied. */
export async function untilApplied(applier: AskedApplier, tick: bigint): Promise<AppliedState> {
  return untilState(applier, ({ lastAppliedContinuousTick: applied, running, lastError }) => {
    if (!running) throw new Error(`it does not run: ${JSON.stringify(lastError)}`)
    return BigInt(applied ?? 0) >= tick
  })
}
