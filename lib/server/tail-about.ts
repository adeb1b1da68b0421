import { TAIL_CHUNK_BYTES } from '../core/index.js'
import {
  answers,
  BAD_BODY,
  fails,
  queryFlag,
  queryNumber,
  queryText,
  UNKNOWN_COLLECTION,
  type ParameterAbout,
  type StatusAbout,
} from './about.js'

/** Who asks, as it says itself. */
export const CLIENT_PARAMETERS: readonly ParameterAbout[] = [
  queryNumber('serverId', 'the server that asks'),
  queryNumber('syncerId', 'the one that asks among several in that server; 1 at least'),
  queryText('clientInfo', 'what it says of itself; 256 characters are kept'),
]

/** A `syncerId` that is none. */
export const BAD_CLIENT: StatusAbout = fails(400, 10, '`syncerId` is not a number from 1 on')

/** A part of the log. */
export const RANGE_PARAMETERS: readonly ParameterAbout[] = [
  queryNumber('from', 'only markers above this tick', 0),
  queryNumber('to', 'only markers up to this tick'),
]

/** A part of the log that is none. */
export const BAD_RANGE: StatusAbout = fails(400, 400, '`from` is above `to`, or `to` is 0')

/** What `logger-follow` takes. */
export const FOLLOW_PARAMETERS: readonly ParameterAbout[] = [
  ...RANGE_PARAMETERS,
  queryText('collection', 'only markers of this collection'),
  queryFlag('includeSystem', 'markers of collections that begin with `_` too', true),
  queryFlag('includeFoxxQueues', 'those of `_jobs` and `_queues` too', false),
  queryNumber(
    'chunkSize',
    'bytes after which no line is added; 16 KiB to 128 MiB',
    TAIL_CHUNK_BYTES,
  ),
  ...CLIENT_PARAMETERS,
]

/** What `wal/tail` takes besides. */
export const TAIL_PARAMETERS: readonly ParameterAbout[] = [
  ...FOLLOW_PARAMETERS,
  queryFlag('global', 'markers of all databases; only in `_system`', false),
  queryNumber('wait', 'seconds to wait for a first marker, 60 at most; an extension', 0),
]

/** What `logger-follow` answers. */
export const FOLLOW_STATUSES: readonly StatusAbout[] = [
  answers(200, 'lines, and headers that tell where they end'),
  answers(204, 'no line, and the same headers'),
  BAD_RANGE,
  BAD_CLIENT,
  UNKNOWN_COLLECTION,
]

/** What `wal/tail` answers. */
export const TAIL_STATUSES: readonly StatusAbout[] = [
  ...FOLLOW_STATUSES,
  fails(403, 11, 'a global tail outside `_system`'),
]

/** A body that lists no transactions. */
export const BAD_TRANSACTION_IDS: readonly StatusAbout[] = [
  BAD_BODY,
  fails(400, 400, 'the body is no array of texts'),
]
