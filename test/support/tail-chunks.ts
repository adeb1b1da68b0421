import { Observable } from 'rxjs'
import { MarkerChunk } from '../../lib/streams/index.js'
import type { TailChunk, TailLeader, TailNames } from '../../lib/sync/tail/tail-item.js'
import { tick } from '../../lib/values/index.js'
import { parseMarkerLine, type Marker } from '../../lib/wire/index.js'
import { chunkOf } from './chunk.js'

/** A piece of a log that nobody has read from anywhere, and who holds it. */
export interface FakeTailChunk extends TailChunk {
  /** How many hold it now. */
  readonly holdCount: number
  /** How often it was held at all. */
  readonly holdTotal: number
}

/** What {@link tailChunkOf} does not take from the lines. */
export interface FakeTailChunkOptions {
  /** Default: the last line's. */
  readonly tick?: bigint
  readonly leader?: Partial<TailLeader>
  readonly names?: TailNames
  readonly rest?: () => Observable<TailChunk>
}

const FAKE_LEADER: TailLeader = {
  serverId: '77',
  database: 'd',
  lastTick: tick(1000n),
  isLevel: false,
}

/** Knows no names but those that stand in markers. */
const NO_NAMES: TailNames = {
  collectionName: () => undefined,
  databaseName: ({ databaseName }) => databaseName,
}

/** Names of collections by their globallyUniqueIds. */
export function namesOf(names: Readonly<Record<string, string>>): TailNames {
  return {
    collectionName: ({ globallyUniqueId }) => names[globallyUniqueId ?? ''],
    databaseName: ({ databaseName }) => databaseName,
  }
}

/** A chunk of a tail with the given lines. */
export function tailChunkOf(
  lines: readonly string[],
  options: FakeTailChunkOptions = {},
): FakeTailChunk {
  const markers = new MarkerChunk(chunkOf(lines, 'log'))
  const last = options.tick ?? (lines.length === 0 ? 0n : parse(lines.at(-1) ?? '').tick)
  let holdCount = 0
  let holdTotal = 0
  return {
    markers,
    tick: tick(last),
    leader: { ...FAKE_LEADER, ...options.leader },
    names: options.names ?? NO_NAMES,
    rest: options.rest ?? (() => new Observable()),
    get holdCount() {
      return holdCount
    },
    get holdTotal() {
      return holdTotal
    },
    hold() {
      let isHolding = true
      holdCount += 1
      holdTotal += 1
      return () => {
        if (isHolding) holdCount -= 1
        isHolding = false
      }
    },
  }
}

function parse(line: string): Marker {
  return parseMarkerLine(Buffer.from(line))
}

/** Of what a line speaks. */
interface LineObject {
  readonly cuid?: string
  readonly db?: string
}

/** As {@link LineObject}, of an operation. */
interface LineOperation extends LineObject {
  /** Of the transaction. */
  readonly id?: number
  /** Further attributes of the document, with a comma before each. */
  readonly more?: string
}

/** Lines of the log as our leader writes them, without newlines. */
export const line = {
  begin: (at: number, id: number): string => frame(2200, at, id),
  commit: (at: number, id: number): string => frame(2201, at, id),
  abort: (at: number, id: number): string => frame(2202, at, id),
  put: (at: number, key: string, of: LineOperation = {}): string =>
    operation(2300, at, of, `{"_key":"${key}","_id":"n/${key}","_rev":"_r${at}"${of.more ?? ''}}`),
  remove: (at: number, key: string, of: LineOperation = {}): string =>
    operation(2302, at, of, `{"_key":"${key}","_rev":"_r"}`),
  truncate: (at: number, { cuid = 'c', db = 'd' }: LineObject = {}): string =>
    `{"tick":"${at}","type":2004,"db":"${db}","cuid":"${cuid}"}`,
  create: (at: number, name: string, { cuid = 'c', db = 'd' }: LineObject = {}): string =>
    `{"tick":"${at}","db":"${db}","cuid":"${cuid}","type":2000,"data":{"name":"${name}"}}`,
  unknown: (at: number): string => `{"tick":"${at}","type":2102,"db":"d","tid":"0"}`,
} as const

function frame(type: number, at: number, id: number): string {
  return `{"tick":"${at}","type":${type},"tid":"${id}","db":"d"}`
}

function operation(type: number, at: number, of: LineOperation, data: string): string {
  const { id = 0, cuid = 'c', db = 'd' } = of
  const head = `{"tick":"${at}","type":${type},"db":"${db}","cuid":"${cuid}","tid":"${id}"`
  return `${head},"data":${data}}`
}
