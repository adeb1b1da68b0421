import { formatTick, parseTick, type Tick } from '../values/index.js'
import { WireFormatError } from './wire-format-error.js'

/** Names of the protocol's headers, as they stand on the wire. */
export const REPLICATION_HEADER = {
  checkMore: 'x-arango-replication-checkmore',
  lastIncluded: 'x-arango-replication-lastincluded',
  lastScanned: 'x-arango-replication-lastscanned',
  lastTick: 'x-arango-replication-lasttick',
  fromPresent: 'x-arango-replication-frompresent',
  active: 'x-arango-replication-active',
} as const

/** What the headers of a protocol answer say; undefined where a header is absent. */
export interface ReplicationHeaders {
  readonly checkMore?: boolean | undefined
  readonly lastIncluded?: Tick | undefined
  readonly lastScanned?: Tick | undefined
  readonly lastTick?: Tick | undefined
  readonly fromPresent?: boolean | undefined
  readonly active?: boolean | undefined
}

/** Headers by lower-case name, as HTTP clients give them. */
export type HeaderValues = Readonly<Record<string, string | readonly string[] | undefined>>

/** @throws {@link WireFormatError} when a header that is present has no value of its kind */
export function parseReplicationHeaders(headers: HeaderValues): ReplicationHeaders {
  return {
    checkMore: readBoolean(headers, REPLICATION_HEADER.checkMore),
    lastIncluded: readTick(headers, REPLICATION_HEADER.lastIncluded),
    lastScanned: readTick(headers, REPLICATION_HEADER.lastScanned),
    lastTick: readTick(headers, REPLICATION_HEADER.lastTick),
    fromPresent: readBoolean(headers, REPLICATION_HEADER.fromPresent),
    active: readBoolean(headers, REPLICATION_HEADER.active),
  }
}

/** The headers as text by name: the inverse of {@link parseReplicationHeaders}. */
export function formatReplicationHeaders(headers: ReplicationHeaders): Record<string, string> {
  const result: Record<string, string> = {}
  for (const [field, name] of Object.entries(REPLICATION_HEADER)) {
    const value = headers[field as keyof ReplicationHeaders]
    if (value !== undefined)
      result[name] = typeof value === 'boolean' ? `${value}` : formatTick(value)
  }
  return result
}

function readText(headers: HeaderValues, name: string): string | undefined {
  const value = headers[name]
  if (value === undefined || typeof value === 'string') return value
  throw new WireFormatError('replication headers', name, 'present once')
}

function readBoolean(headers: HeaderValues, name: string): boolean | undefined {
  const text = readText(headers, name)
  if (text === undefined) return undefined
  if (text !== 'true' && text !== 'false') {
    throw new WireFormatError('replication headers', name, 'true or false')
  }
  return text === 'true'
}

function readTick(headers: HeaderValues, name: string): Tick | undefined {
  const text = readText(headers, name)
  if (text === undefined) return undefined
  try {
    return parseTick(text)
  } catch (cause) {
    throw new WireFormatError('replication headers', name, 'a tick (decimal text)', { cause })
  }
}
