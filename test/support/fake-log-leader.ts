import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import type { RemoteOptions } from '../../lib/remote/index.js'
import type { ChangeLog, ChangeLogOptions, Source } from '../../lib/replica/index.js'
import {
  loggerStateOf,
  sendJson,
  SERVER_ID,
  withLeader,
  type Call,
  type FakeLeader,
  type Script,
} from './fake-leader.js'
import { sendTail, type FakeTail } from './fake-tail.js'

export const TAIL = 'PUT /_api/wal/tail'
export const SIGN_OFF = 'DELETE /_api/wal/tail'
export const LOGGER_STATE = 'GET /_api/replication/logger-state'
export const FIRST_TICK = 'GET /_api/replication/logger-first-tick'
export const WAL_RANGE = 'GET /_api/wal/range'

/** How a leader with a log behaves. */
export interface LogScript extends Script {
  /** Gives the answer of each request, by its 0-based place among those of `wal/tail`. */
  readonly tail: (call: Call, index: number) => FakeTail | Promise<FakeTail>
  /** Who the leader is at the moment. Default: always the same. */
  readonly serverId?: () => string
  /** Where its log ends at the moment. Default: 1001. */
  readonly lastTick?: () => bigint
  /** Where its log begins at the moment. Default: 1. */
  readonly firstTick?: () => bigint | undefined
}

/** A leader with a log that does what its script says, and the source that reads it. */
export interface FakeLogLeader extends FakeLeader {
  /** The requests of `wal/tail`, in order. */
  readonly tails: () => Call[]
}

/** Gives answers in order; once there is no further one, the last again and again. */
export function inOrder(...answers: readonly FakeTail[]): LogScript['tail'] {
  return (_call, index) => answers[Math.min(index, answers.length - 1)] ?? {}
}

/** Starts a leader with a log, opens it as a source, and closes both at the end. */
export async function withLogLeader(
  script: LogScript,
  use: (leader: FakeLogLeader) => Promise<void>,
  options: RemoteOptions = {},
): Promise<void> {
  let asked = 0
  const intercept: Script['intercept'] = async (call, response) => {
    if ((await script.intercept?.(call, response)) === true) return true
    if (call.name !== TAIL) return answerAround(script, call, response)
    asked += 1
    sendTail(call, response, await script.tail(call, asked - 1))
    return true
  }
  await withLeader(
    { ...script, intercept },
    (leader) => {
      const tails = (): Call[] => leader.calls.filter(({ name }) => name === TAIL)
      return use({ ...leader, tails })
    },
    options,
  )
}

/** As {@link withLogLeader}; opens the log too. */
export function withLog(
  script: LogScript,
  use: (log: ChangeLog, leader: FakeLogLeader) => Promise<void>,
  options: ChangeLogOptions = {},
): Promise<void> {
  return withLogLeader(script, async (leader) => {
    const log = openLog(leader.source, options)
    await use(log, leader)
    await log.close()
  })
}

/** Opens the log of a source that has one. */
export function openLog(source: Source, options: ChangeLogOptions = {}): ChangeLog {
  const log = source.openLog?.(options)
  assert.ok(log !== undefined)
  return log
}

/** Begins an answer of `wal/tail` with a marker at tick 10, for whoever writes its body. */
export function sendTailHead(response: ServerResponse, bytes: number): void {
  response.writeHead(200, {
    'content-type': 'application/x-arango-dump',
    'content-length': `${bytes}`,
    'x-arango-replication-checkmore': 'false',
    'x-arango-replication-lastincluded': '10',
    'x-arango-replication-lasttick': '10',
  })
}

/** Answers what followers ask besides. */
function answerAround(script: LogScript, { name }: Call, response: ServerResponse): boolean {
  const { lastTick = () => 1001n, firstTick = () => 1n } = script
  const first = firstTick()?.toString()
  switch (name) {
    case LOGGER_STATE:
      return sendJson(response, stateOf(script, lastTick()))
    case FIRST_TICK:
      return sendJson(response, { firstTick: first ?? null })
    case WAL_RANGE:
      return sendJson(response, { tickMin: first ?? `${lastTick()}`, tickMax: `${lastTick()}` })
    case SIGN_OFF:
      return sendJson(response, { error: false, code: 200 })
    default:
      return false
  }
}

function stateOf({ version, serverId = () => SERVER_ID }: LogScript, lastTick: bigint): object {
  const server = { ...(version === undefined ? {} : { version }), serverId: serverId() }
  return loggerStateOf(server, { lastLogTick: `${lastTick}` })
}
