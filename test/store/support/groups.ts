import type { ChangeGroup, LogPosition } from '../../../lib/replica/index.js'
import { MarkerChunk } from '../../../lib/streams/index.js'
import { tick, type Tick } from '../../../lib/values/index.js'
import { parseMarkerLine, type Marker } from '../../../lib/wire/index.js'
import { chunkOf } from '../../support/chunk.js'

/** A position of leader 7 in its database `shop`, which it calls by that name. */
export function positionAt(at: bigint, database: string | undefined = 'shop'): LogPosition {
  const resumeTick = tick(at)
  return { serverId: '7', database, tick: tick(at), resumeTick, openTransactions: [] }
}

/** How a group is made. */
export interface GroupOptions {
  readonly transactionId?: Tick | undefined
  readonly database?: string | undefined
  /** Lines of each chunk. Default: 3. */
  readonly chunkLines?: number | undefined
}

/** A group of marker lines, which lack their newline. */
export function groupOf(lines: readonly string[], options: GroupOptions = {}): ChangeGroup {
  const { transactionId, database, chunkLines = 3 } = options
  const last = lines.at(-1)
  return {
    transactionId,
    databaseName: undefined,
    markerCount: lines.length,
    bytes: lines.join('\n').length,
    position: positionAt(last === undefined ? 0n : parseLine(last).tick, database),
    *chunks() {
      for (let at = 0; at < lines.length; at += chunkLines) {
        yield new MarkerChunk(chunkOf(lines.slice(at, at + chunkLines)))
      }
    },
  }
}

/** Cuts a log into groups as a follower does: transactions without their frame, others one by one. */
export function toGroups(lines: readonly string[], database?: string): ChangeGroup[] {
  const groups: ChangeGroup[] = []
  let open: string[] | undefined
  for (const line of lines) {
    const marker = parseLine(line)
    if (marker.kind === 'begin') {
      open = []
    } else if (marker.kind === 'commit') {
      const group = groupOf(open ?? [], { transactionId: marker.transactionId, database })
      groups.push({ ...group, position: positionAt(marker.tick, database) })
      open = undefined
    } else if (open !== undefined) {
      open.push(line)
    } else {
      groups.push(groupOf([line], { database }))
    }
  }
  return groups
}

function parseLine(line: string): Marker {
  return parseMarkerLine(Buffer.from(line))
}
