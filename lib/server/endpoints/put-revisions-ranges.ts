import { setImmediate as nextTurn } from 'node:timers/promises'
import { RANGES_REVISIONS_MAX } from '../../core/index.js'
import {
  decodeRevision,
  encodeRevision,
  encodeRevisionLanes,
  INVALID_REVISION,
  revision,
  type Revision,
} from '../../values/index.js'
import { answers, body, fails, queryFlag, queryText } from '../about.js'
import { jsonTextAnswer } from '../answer.js'
import { defineEndpoint, type Endpoint, type EndpointRequest } from '../endpoint.js'
import { booleanParameter, textParameter } from '../parameters.js'
import { badRequest } from '../request-error.js'
import { readRanges } from '../revision-lists.js'
import {
  BAD_LIST,
  DOCUMENTED_REVISIONS,
  TARGET_FAILURES,
  TARGET_PARAMETERS,
} from '../revisions-about.js'
import {
  readTarget,
  useRevisions,
  type RevisionsTarget,
  type RevisionsUse,
} from '../use-revisions.js'

/** Ranges after which others have their turn: about a millisecond. */
const SLICE_RANGES = 128

interface Input {
  readonly target: RevisionsTarget
  /** Revisions below it were answered before. */
  readonly resume: Revision
  /** Fill encoded revisions up to 11 characters. */
  readonly pad: boolean
}

/** What is answered: revisions of the ranges from the first one that is not done. */
interface FoundRanges {
  /** One JSON array each. */
  readonly ranges: readonly string[]
  /** Where the next request goes on; undefined when all ranges are done. */
  readonly resume: Revision | undefined
}

/**
 * `PUT /_api/replication/revisions/ranges`: `resume` and `resumeHLC` only where more may follow; the
 * same request with them gives the rest.
 */
export const putRevisionsRanges: Endpoint = defineEndpoint<Input>({
  method: 'PUT',
  path: '/_api/replication/revisions/ranges',
  access: 'collection-ro',
  bodyKind: 'list',
  about: {
    summary: 'the revisions that a collection has inside ranges, ends included',
    parameters: [
      ...TARGET_PARAMETERS,
      queryText('resume', 'revision from which on to answer'),
      queryText('resumeHLC', 'the same; counts before `resume`'),
      queryFlag('encodeAsHLC', 'given: revisions are not filled up to 11 characters'),
      body('array', '`[first, last]`, ascending'),
    ],
    documented: DOCUMENTED_REVISIONS,
    statuses: [
      answers(200, '`{ranges[, resume, resumeHLC]}`, 65,536 revisions at most'),
      ...BAD_LIST,
      fails(400, 400, '`resume` is no revision'),
      ...TARGET_FAILURES,
    ],
  },

  read: (request) => ({
    target: readTarget(request.query),
    resume: readResume(request),
    pad: !isOfCurrentClient(request),
  }),

  async answer({ target, resume, pad }, request, context) {
    const use = useRevisions(target, request, context)
    try {
      const ends = readRanges(request, { isStrict: context.compat !== 'documented' })
      const found = await findRanges(use, { ends, resume, pad, signal: request.signal })
      return jsonTextAnswer(formatRanges(found, pad))
    } finally {
      use.batch.release()
    }
  },
})

function readResume({ query }: EndpointRequest): Revision {
  const text = textParameter(query, 'resumeHLC') ?? textParameter(query, 'resume') ?? ''
  const resume = decodeRevision(text)
  if (resume === INVALID_REVISION) throw badRequest('invalid resume parameter')
  return resume
}

/** Whoever asks so gets texts as servers write them today (design, "The leader's two forms"). */
function isOfCurrentClient({ query, answerFormat }: EndpointRequest): boolean {
  const isNamed =
    booleanParameter(query, 'encodeAsHLC') !== undefined ||
    textParameter(query, 'resumeHLC') !== undefined
  return isNamed || answerFormat === 'velocypack'
}

interface Search {
  /** First and last revision of all ranges, in turn. */
  readonly ends: BigUint64Array
  readonly resume: Revision
  readonly pad: boolean
  readonly signal: AbortSignal
}

async function findRanges(
  { collection, batch: { snapshot } }: RevisionsUse,
  { ends, resume, pad, signal }: Search,
): Promise<FoundRanges> {
  const ranges: string[] = []
  let limit = RANGES_REVISIONS_MAX
  for (let index = 0; index < ends.length; index += 2) {
    const through = revision(ends[index + 1] as bigint)
    if (through < resume) continue
    const first = ends[index] as bigint
    const from = revision(first < resume ? resume : first)
    const found = await snapshot.readRevisions(collection, { from, through, limit, signal })
    ranges.push(formatRevisions(found, pad))
    limit -= found.length
    if (limit === 0) return { ranges, resume: resumePoint(ends, index, found.at(-1) as bigint) }
    if (ranges.length % SLICE_RANGES === 0) await nextTurn()
    signal.throwIfAborted()
  }
  return { ranges, resume: undefined }
}

/** The revision after the last one, or where the next range begins if there it ended. */
function resumePoint(ends: BigUint64Array, index: number, last: bigint): Revision | undefined {
  if (last < (ends[index + 1] as bigint)) return revision(last + 1n)
  const next = ends[index + 2]
  return next === undefined ? undefined : revision(next)
}

function formatRevisions(revisions: BigUint64Array, pad: boolean): string {
  const lanes = new Uint32Array(revisions.buffer, revisions.byteOffset, 2 * revisions.length)
  const texts: string[] = []
  for (let lane = 0; lane < lanes.length; lane += 2) {
    const text = encodeRevisionLanes(lanes[lane] as number, lanes[lane + 1] as number, pad)
    texts.push(`"${text}"`)
  }
  return `[${texts.join(',')}]`
}

/** Both attributes are read with the same rule here, so they are the same text. */
function formatRanges({ ranges, resume }: FoundRanges, pad: boolean): string {
  const attributes = [`"ranges":[${ranges.join(',')}]`]
  if (resume !== undefined) {
    const text = encodeRevision(resume, { pad })
    attributes.push(`"resume":"${text}"`, `"resumeHLC":"${text}"`)
  }
  return `{${attributes.join(',')}}`
}
