import type { SeekOptions } from '../replica/index.js'
import { encodeRevision, formatRevision, type RevisionRange } from '../values/index.js'
import type { CollectionDefinition } from '../wire/index.js'
import { askRevisions } from './ask-revisions.js'
import type { BatchSession } from './batch-session.js'
import { parseOr1401 } from './parse-or-1401.js'
import { isHlcTrusted, parseRangesAnswer } from './parse-ranges-answer.js'
import { RangeWalk, toAskedRanges } from './range-walk.js'

/** Ranges of one request: a body of 1.8 MB. */
const RANGES_MAX = 65_536
/** Revisions of one block, and of one answer of ArangoDB. */
const BLOCK_REVISIONS = 65_536
/** Room for the revisions of one answer and a list for each range, several times over. */
const ANSWER_BYTES_MAX = 16 * 1024 * 1024

/**
 * Reads the revisions inside ranges, in ascending order: one request after the other, each when its
 * revisions are asked for, with the same body as long as an answer says where to go on.
 *
 * @throws RemoteError; a RemoteAnswerError when an answer is not what was asked for
 */
export async function* fetchRevisions(
  session: BatchSession,
  definition: CollectionDefinition,
  ranges: readonly RevisionRange[],
  options: SeekOptions = {},
): AsyncGenerator<BigUint64Array> {
  const asked = toAskedRanges(ranges)
  for (let start = 0; start < asked.length; start += RANGES_MAX) {
    const part = asked.slice(start, start + RANGES_MAX)
    const [first, ...others] = part
    if (first === undefined) return
    const walk = new RangeWalk([first, ...others])
    const body = formatRanges(part)
    while (!walk.isDone) {
      const revisions = await fetchPage(session, definition, { ...options, walk, body })
      for (let offset = 0; offset < revisions.length; offset += BLOCK_REVISIONS) {
        yield revisions.subarray(offset, offset + BLOCK_REVISIONS)
      }
    }
  }
}

interface PageOptions extends SeekOptions {
  readonly walk: RangeWalk
  readonly body: Buffer
}

async function fetchPage(
  session: BatchSession,
  definition: CollectionDefinition,
  { walk, body, signal, onTransfer }: PageOptions,
): Promise<BigUint64Array> {
  const { connection, opened } = session
  const task = `read revisions of collection "${definition.name}"`
  const query = {
    resume: walk.resume === 0n ? ZERO : formatRevision(walk.resume),
    resumeHLC: encodeRevision(walk.resume) || ZERO,
    encodeAsHLC: 'true',
  }
  const request = { definition, command: 'ranges', task, query, body, signal, onTransfer } as const
  const bytes = await askRevisions(session, request, (answer) =>
    answer.jsonBytes({ bytesMax: ANSWER_BYTES_MAX }),
  )
  return parseOr1401({ task, address: connection.address }, () =>
    walk.take(parseRangesAnswer(bytes, isHlcTrusted(opened.version))),
  )
}

/** The revision 0 as a parameter: its own text is empty, and `0` is read as 54. */
const ZERO = '-'

/** Padded: servers that know decimal revisions too take none of these texts for one. */
function formatRanges(ranges: readonly RevisionRange[]): Buffer {
  const pairs = ranges.map(({ from, through }) => [
    encodeRevision(from, { pad: true }),
    encodeRevision(through, { pad: true }),
  ])
  return Buffer.from(JSON.stringify(pairs))
}
