import { formatTick } from '../values/index.js'
import {
  asArray,
  asBoolean,
  asObject,
  asText,
  asTick,
  attribute,
  optional,
  read,
  refused,
  WireFormatError,
  type Reader,
} from '../wire/index.js'
import type { FollowedCollections, LogPosition } from './log-position.js'

const WHAT = 'a position in a log'
const SERVER_ID = /^\d{1,20}$/

/**
 * Writes a position as JSON text, `{serverId, database, tick, resumeTick, openTransactions}`, and
 * `selection` where it is of some collections: ids and ticks as decimal text, since numbers would
 * lose their last digits; `database` null for all.
 */
export function formatPosition(position: LogPosition): string {
  const { serverId, database, tick, resumeTick, openTransactions, selection } = position
  return JSON.stringify({
    serverId,
    database: database ?? null,
    tick: formatTick(tick),
    resumeTick: formatTick(resumeTick),
    openTransactions: openTransactions.map(formatTick),
    selection,
  })
}

/**
 * Reads what {@link formatPosition} wrote; attributes that it does not know are passed over.
 *
 * @throws WireFormatError when the text is not JSON, an attribute is missing or of another type, or
 *   the position reads on behind its own tick
 */
export function parsePosition(text: string): LogPosition {
  const reader = read(parseJson(text), WHAT)
  const resume = attribute(reader, 'resumeTick')
  const selection = optional(attribute(reader, 'selection'), asSelection)
  const position = {
    serverId: asServerId(attribute(reader, 'serverId')),
    database: asDatabase(reader),
    tick: asTick(attribute(reader, 'tick')),
    resumeTick: asTick(resume),
    openTransactions: asArray(attribute(reader, 'openTransactions')).map(asTick),
    ...(selection === undefined ? {} : { selection }),
  }
  if (position.resumeTick > position.tick) throw refused(resume, 'at or below "tick"')
  return position
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new WireFormatError(WHAT, '', 'JSON', { cause })
  }
}

function asServerId(reader: Reader): string {
  const text = asText(reader)
  if (!SERVER_ID.test(text)) throw refused(reader, 'a server id (decimal text)')
  return text
}

function asSelection(reader: Reader): FollowedCollections {
  const namesOf = (name: string): readonly string[] | undefined =>
    optional(attribute(reader, name), (names) => asArray(names).map(asText))
  const collections = namesOf('collections')
  const exclude = namesOf('exclude')
  const includeSystem = optional(attribute(reader, 'includeSystem'), asBoolean)
  const includeFoxxQueues = optional(attribute(reader, 'includeFoxxQueues'), asBoolean)
  return {
    ...(collections === undefined ? {} : { collections }),
    ...(exclude === undefined ? {} : { exclude }),
    ...(includeSystem === undefined ? {} : { includeSystem }),
    ...(includeFoxxQueues === undefined ? {} : { includeFoxxQueues }),
  }
}

/** A missing name must not be taken for all databases. */
function asDatabase(reader: Reader): string | undefined {
  const name = attribute(reader, 'database')
  if (!Object.hasOwn(asObject(reader), 'database')) throw refused(name, 'a name, or null')
  return optional(name, asText)
}
