import { parseExactJson } from '../../streams/index.js'
import { CONTENT_TYPE, type CollectionDefinition } from '../../wire/index.js'
import { identify } from '../ask-revisions.js'
import type { RemoteAnswer } from '../remote-answer.js'
import type { LineForm } from './examination.js'
import type { ProbedBatch } from './probed-batch.js'
import { partOf, textOf, valueOf, type Outcome, type Prober } from './prober.js'

/** The ways in which a dump is answered. */
export interface DumpProbes {
  /** Asked as tidemark asks; undefined inside where nothing was there to look at. */
  readonly lines: Outcome<LineForm | undefined>
  readonly linesUnasked: LineForm | undefined
  readonly isVelocyPack: boolean | undefined
}

/** Of the first part of an answer: what is longer is no document that tells more. */
const LINE_BYTES_MAX = 1024 * 1024
/** Collections that are looked at for a document. */
const COLLECTIONS_MAX = 8
const NEWLINE = 0x0a
const NO_CONTENT = 204
/** The smallest answer that there is: one document. */
const SMALLEST = { chunkSize: '1' }

/** Asks for the first document that there is, in each of the forms. */
export async function probeDump(prober: Prober, batch: ProbedBatch): Promise<DumpProbes> {
  const bare = { useEnvelope: 'false' }
  let lines: Outcome<LineForm | undefined> = { isAnswered: true, value: undefined }
  for (const collection of batch.collections.slice(0, COLLECTIONS_MAX)) {
    const asked = { batch, collection, query: bare }
    lines = await askDump(prober, asked, CONTENT_TYPE.dump, readForm)
    // The next one would be refused in the same way.
    if (!lines.isAnswered) break
    if (lines.value === undefined) continue
    const unasked = await askDump(prober, { ...asked, query: {} }, CONTENT_TYPE.dump, readForm)
    const packed = await askDump(prober, asked, CONTENT_TYPE.velocypack, isPacked)
    return { lines, linesUnasked: valueOf(unasked), isVelocyPack: valueOf(packed) }
  }
  return { lines, linesUnasked: undefined, isVelocyPack: undefined }
}

interface AskedDump {
  readonly batch: ProbedBatch
  readonly collection: CollectionDefinition
  readonly query: Readonly<Record<string, string>>
}

/**
 * Asks for one document. ArangoDB moves a position of its own with each answer, and begins again after
 * the end: an answer that says no more than that is asked for once more.
 */
async function askDump<Value>(
  prober: Prober,
  { batch, collection, query }: AskedDump,
  accept: string,
  read: (answer: RemoteAnswer) => Promise<Value>,
): Promise<Outcome<Value | undefined>> {
  const question = {
    task: `read collection "${collection.name}"`,
    path: '/_api/replication/dump',
    query: { collection: identify(collection), ...batch.query, from: '0', ...SMALLEST, ...query },
    accept,
  }
  const readOne = async (answer: RemoteAnswer): Promise<Value | undefined> => {
    if (answer.status !== NO_CONTENT) return read(answer)
    await answer.finish()
    return undefined
  }
  const outcome = await prober.ask(question, readOne)
  if (!outcome.isAnswered || outcome.value !== undefined) return outcome
  return prober.ask(question, readOne)
}

async function isPacked(answer: RemoteAnswer): Promise<boolean> {
  answer.discard()
  return Promise.resolve(answer.contentType === CONTENT_TYPE.velocypack)
}

/** Tells the form of the first line; undefined where it is too long to be looked at. */
async function readForm(answer: RemoteAnswer): Promise<LineForm | undefined> {
  const line = await readLine(answer)
  return line === undefined ? undefined : formOf(parseExactJson(line))
}

function formOf(line: unknown): LineForm | undefined {
  if (textOf(line, '_key') !== undefined) return 'document'
  const isEnvelope = typeof partOf(line, 'data') === 'object' || partOf(line, 'type') !== undefined
  if (!isEnvelope) return undefined
  return partOf(line, 'tick') === undefined ? 'type,data' : 'tick,type,key,rev,data'
}

async function readLine(answer: RemoteAnswer): Promise<string | undefined> {
  const blocks: Buffer[] = []
  let bytes = 0
  for await (const block of answer.blocks()) {
    const end = block.indexOf(NEWLINE)
    blocks.push(end < 0 ? block : block.subarray(0, end))
    bytes += block.length
    if (end >= 0) return Buffer.concat(blocks).toString()
    if (bytes > LINE_BYTES_MAX) return undefined
  }
  return bytes === 0 ? undefined : Buffer.concat(blocks).toString()
}
