import type { ServerResponse } from 'node:http'
import { formatReplicationHeaders } from '../../lib/wire/index.js'
import { tick } from '../../lib/values/index.js'
import type { Call } from './fake-leader.js'
import { sendError } from './fake-leader.js'

/**
 * One answer of `wal/tail`, good or broken. What is not told is as it should be: the ticks are those
 * of the lines, there is nothing more, and nothing is missing.
 */
export interface FakeTail {
  /** Markers; without any the status is 204. */
  readonly lines?: readonly string[]
  /** In place of the lines: the body of a 200. */
  readonly body?: string | Buffer
  readonly checkMore?: boolean
  readonly lastIncluded?: bigint
  readonly lastScanned?: bigint
  readonly lastTick?: bigint
  readonly fromPresent?: boolean
  /** By name, in place of those above; undefined leaves one out. */
  readonly headers?: Readonly<Record<string, string | undefined>>
  /** Breaks the connection before the answer, or after so many bytes of its body. */
  readonly cut?: 'before' | number
  /** An error in place of markers. */
  readonly refusal?: { readonly status: number; readonly errorNum: number }
}

/** The tick of a line of `wal/tail`. */
export function tickOfLine(line: string): bigint {
  return BigInt(/"tick":"(\d+)"/.exec(line)?.[1] ?? '0')
}

/** Sends an answer; what is broken in it is broken on the wire. */
export function sendTail({ query }: Call, response: ServerResponse, tail: FakeTail): void {
  const { refusal, cut } = tail
  if (cut === 'before') response.destroy()
  else if (refusal !== undefined) sendError(response, refusal.status, refusal.errorNum)
  else sendMarkers(response, tail, BigInt(query['from'] ?? '0'), cut)
}

function sendMarkers(
  response: ServerResponse,
  tail: FakeTail,
  from: bigint,
  cutAfterBytes: number | undefined,
): void {
  const body = tail.body ?? (tail.lines ?? []).map((line) => `${line}\n`).join('')
  const bytes = Buffer.from(body)
  const length = body === '' ? {} : { 'content-length': `${bytes.length}` }
  const headers: Readonly<Record<string, string | undefined>> = {
    ...length,
    ...headersOf(tail, from),
    ...tail.headers,
  }
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) response.setHeader(name, value)
  }
  response.writeHead(tail.body === undefined && bytes.length === 0 ? 204 : 200)
  if (cutAfterBytes === undefined) {
    response.end(bytes)
    return
  }
  response.flushHeaders()
  response.write(bytes.subarray(0, cutAfterBytes), () => response.destroy())
}

function headersOf(tail: FakeTail, from: bigint): Record<string, string> {
  const last = tail.lines?.at(-1)
  const { lastIncluded = last === undefined ? 0n : tickOfLine(last) } = tail
  const end = lastIncluded > from ? lastIncluded : from
  const { checkMore = false, lastScanned = end, lastTick = end, fromPresent = true } = tail
  return {
    'content-type': 'application/x-arango-dump',
    ...formatReplicationHeaders({
      checkMore,
      lastIncluded: tick(lastIncluded),
      lastScanned: tick(lastScanned),
      lastTick: tick(lastTick),
      fromPresent,
    }),
  }
}
