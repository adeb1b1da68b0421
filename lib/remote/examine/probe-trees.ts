import { encodeRevision, revision, REVISION_LOWER_BOUND } from '../../values/index.js'
import { CONTENT_TYPE, type CollectionDefinition } from '../../wire/index.js'
import { identify, mayKnowRevisions } from '../ask-revisions.js'
import { isHlcTrusted } from '../parse-ranges-answer.js'
import type { RemoteAnswer } from '../remote-answer.js'
import type { ToldTreeForm } from './examination.js'
import type { ProbedBatch } from './probed-batch.js'
import { valueOf, type Outcome, type Prober } from './prober.js'

/** How the revisions of a collection are told. */
export interface TreeProbes {
  /** Whether the tree came as VelocyPack; undefined where no collection is synced by revision. */
  readonly tree: Outcome<boolean> | undefined
  readonly unasked: ToldTreeForm | undefined
  readonly ranges: Outcome<undefined> | undefined
  readonly isHlc: boolean | undefined
}

/** The members of a tree come before its nodes, of which the first ones tell enough. */
const HEAD_BYTES = 4096
const LEVELS = /"branchingFactor"|"hash"\s*:\s*"/
const LEAVES = /"hash"\s*:\s*\d/
const NOTHING: TreeProbes = {
  tree: undefined,
  unasked: undefined,
  ranges: undefined,
  isHlc: undefined,
}

/** Asks for the tree of a collection, of which only the beginning is read, and for a few revisions. */
export async function probeTrees(prober: Prober, batch: ProbedBatch): Promise<TreeProbes> {
  const collection = batch.collections.find((one) => mayKnowRevisions(batch, one))
  if (collection === undefined) return NOTHING
  const asked = { batch, collection, command: 'tree' }
  const populated = { onlyPopulated: 'true' }
  const tree = await askRevisions(prober, asked, populated, CONTENT_TYPE.velocypack, isPacked)
  if (!tree.isAnswered) return { ...NOTHING, tree }
  const unasked = await askRevisions(prober, asked, {}, CONTENT_TYPE.json, readForm)
  const ranges = await probeRanges(prober, batch, collection)
  return {
    tree,
    unasked: valueOf(unasked),
    ranges,
    isHlc: ranges.isAnswered ? isHlcTrusted(batch.opened.version) : undefined,
  }
}

interface AskedRevisions {
  readonly batch: ProbedBatch
  readonly collection: CollectionDefinition
  readonly command: string
  /** JSON text; makes the request a PUT. */
  readonly body?: string | undefined
}

/** A range of two revisions at the beginning of 2021, in which hardly any document is. */
function probeRanges(
  prober: Prober,
  batch: ProbedBatch,
  collection: CollectionDefinition,
): Promise<Outcome<undefined>> {
  const from = encodeRevision(REVISION_LOWER_BOUND)
  const through = encodeRevision(revision(REVISION_LOWER_BOUND + 1n))
  const body = JSON.stringify([[from, through]])
  const query = { resume: from, resumeHLC: from, encodeAsHLC: 'true' }
  const asked = { batch, collection, command: 'ranges', body }
  return askRevisions(prober, asked, query, CONTENT_TYPE.json, async (answer) => {
    await answer.finish()
    return undefined
  })
}

function askRevisions<Value>(
  prober: Prober,
  { batch, collection, command, body }: AskedRevisions,
  query: Readonly<Record<string, string>>,
  accept: string,
  read: (answer: RemoteAnswer) => Promise<Value>,
): Promise<Outcome<Value>> {
  const question = {
    task: `read the ${command} of collection "${collection.name}"`,
    method: body === undefined ? 'GET' : 'PUT',
    path: `/_api/replication/revisions/${command}`,
    query: { collection: identify(collection), ...batch.query, ...query },
    body,
    accept,
  } as const
  return prober.ask(question, read)
}

async function isPacked(answer: RemoteAnswer): Promise<boolean> {
  answer.discard()
  return Promise.resolve(answer.contentType === CONTENT_TYPE.velocypack)
}

async function readForm(answer: RemoteAnswer): Promise<ToldTreeForm | undefined> {
  let head = ''
  for await (const block of answer.blocks()) {
    head += block.toString('latin1')
    if (head.length >= HEAD_BYTES) break
  }
  if (LEVELS.test(head)) return 'levels'
  return LEAVES.test(head) ? 'leaves' : undefined
}
