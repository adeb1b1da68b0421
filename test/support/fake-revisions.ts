import type { ServerResponse } from 'node:http'
import { formatTree, MerkleTree } from '../../lib/merkle/index.js'
import { decodeRevision, encodeRevision, revision } from '../../lib/values/index.js'
import { VelocyPackWriter } from '../../lib/wire/velocypack/velocypack-writer.js'
import { sendError, type Call } from './fake-leader.js'

export const TREE = 'GET /_api/replication/revisions/tree'
export const RANGES = 'PUT /_api/replication/revisions/ranges'
export const DOCUMENTS = 'PUT /_api/replication/revisions/documents'

type Pair = readonly [bigint, bigint]

/** A collection of a leader that is synced by revision. */
export interface FakeRevisions {
  /** JSON texts of documents, by revision. */
  readonly documents: ReadonlyMap<bigint, string>
  /** Where the tree begins. */
  readonly rangeMin: bigint
  /** What answers are in. Default: JSON. */
  readonly isVelocyPack?: boolean
  /** Revisions of one answer. Default: 65,536. */
  readonly revisionsMax?: number
  /** Documents of one answer. Default: as many as were asked for. */
  readonly documentsMax?: number
  /** Takes the place of an answer's JSON text; undefined keeps it. */
  readonly alter?: (call: Call, text: string) => string | undefined
}

/** Makes an interceptor that answers for one collection as ArangoDB does; false for other calls. */
export function answerRevisions(
  collection: FakeRevisions,
): (call: Call, response: ServerResponse) => boolean {
  return (call, response) => {
    const answer = COMMANDS[call.name]
    if (answer === undefined) return false
    const text = answer(collection, call)
    if (text === undefined) return sendError(response, 400, 400)
    send(response, collection.alter?.(call, text) ?? text, collection.isVelocyPack === true)
    return true
  }
}

/** Sends JSON text, as VelocyPack if that is wanted. */
function send(response: ServerResponse, text: string, isVelocyPack: boolean): void {
  const type = isVelocyPack ? 'application/x-velocypack' : 'application/json'
  response.writeHead(200, { 'content-type': type })
  response.end(isVelocyPack ? new VelocyPackWriter().write(Buffer.from(text)) : text)
}

const COMMANDS: Readonly<
  Record<string, ((collection: FakeRevisions, call: Call) => string | undefined) | undefined>
> = { [TREE]: treeText, [RANGES]: rangesText, [DOCUMENTS]: documentsText }

function treeText({ documents, rangeMin }: FakeRevisions): string {
  const tree = new MerkleTree({ rangeMin })
  tree.insertMany([...documents.keys()])
  return [...formatTree(tree, { form: 'onlyPopulated' })].join('')
}

function rangesText(
  { documents, revisionsMax = 65_536 }: FakeRevisions,
  { body, query }: Call,
): string | undefined {
  const pairs = (JSON.parse(body) as [string, string][]).map(([from, through]): Pair => [
    decodeRevision(from),
    decodeRevision(through),
  ])
  if (!areRanges(pairs)) return undefined
  const resume = decodeRevision(query['resumeHLC'] ?? '')
  const all = [...documents.keys()].toSorted((a, b) => (a < b ? -1 : 1))
  const ranges: string[][] = []
  let left = revisionsMax
  for (const [from, through] of pairs) {
    if (through < resume) continue
    const inside = all.filter((one) => one >= from && one <= through && one >= resume)
    const given = inside.slice(0, left)
    left -= given.length
    ranges.push(given.map(textOf))
    if (left > 0) continue
    const next = inside.length > given.length ? (given.at(-1) ?? 0n) + 1n : through + 1n
    return JSON.stringify({ ranges, ...resumeAt(next, pairs) })
  }
  return JSON.stringify({ ranges })
}

/** No range of one revision, and none that goes back (server notes, section 5). */
function areRanges(pairs: readonly Pair[]): boolean {
  let before = -1n
  return pairs.every(([from, through]) => {
    const isRange = from < through && from >= before
    before = through
    return isRange
  })
}

function resumeAt(next: bigint, pairs: readonly Pair[]): object {
  const [, last] = pairs.at(-1) ?? [0n, 0n]
  return next > last ? {} : { resume: textOf(next), resumeHLC: textOf(next) }
}

function textOf(value: bigint): string {
  return encodeRevision(revision(value))
}

function documentsText({ documents, documentsMax }: FakeRevisions, { body }: Call): string {
  const wanted = (JSON.parse(body) as string[]).slice(0, documentsMax)
  return `[${wanted.map((text) => documents.get(decodeRevision(text)) ?? '{}').join(',')}]`
}
