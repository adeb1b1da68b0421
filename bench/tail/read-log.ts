import assert from 'node:assert/strict'
import { lastValueFrom } from 'rxjs'
import { TAIL_CHUNK_BYTES } from '../../lib/core/index.js'
import { openRemote } from '../../lib/remote/index.js'
import { parseAddress, type Source } from '../../lib/replica/index.js'
import { openStoreTarget, type Store } from '../../lib/store/index.js'
import { followTail, groupTransactions, inTurn, toChangeEvents } from '../../lib/sync/tail/index.js'
import { chunkMarkers, type MarkerChunk } from '../../lib/streams/index.js'
import { tick, type Tick } from '../../lib/values/index.js'
import { MARKER_TYPE, MarkerHeadScanner } from '../../lib/wire/index.js'
import { readBlocks } from '../support/generate-lines.js'

const NEWLINE = 0x0a
const DOCUMENT_BYTES_MIN = 300
/** As much as a socket gives at one time. */
const SOCKET_BYTES = 64 * 1024

/** A source of the leader's database. */
export function openLeader(url: string): Source {
  const address = parseAddress(url)
  assert.equal(address.kind, 'remote')
  return openRemote(address, {})
}

/** Reads the log of a store in this process, as the leader does. @returns its lines */
export async function scanLog(store: Store): Promise<number> {
  let lines = 0
  for await (const { count } of readChunks(store)) lines += count
  return lines
}

/** The bytes of the log, as a leader sends them. */
export async function holdLog(store: Store): Promise<Buffer[]> {
  const answers: Buffer[] = []
  for await (const { blocks } of readChunks(store)) answers.push(Buffer.concat(blocks))
  return answers
}

async function* readChunks(
  store: Store,
): AsyncGenerator<{ readonly blocks: readonly Buffer[]; readonly count: number }> {
  const snapshot = await store.openSnapshot()
  try {
    for (let after: Tick = tick(0n); ;) {
      const chunk = await snapshot.readLog({
        after,
        form: 'wal',
        system: { includeSystem: false },
        chunkBytes: TAIL_CHUNK_BYTES,
      })
      if (chunk.count === 0) return
      yield chunk
      after = chunk.lastIncluded
    }
  } finally {
    snapshot.close()
  }
}

/** Reads the log over HTTP and looks at the head of each line. @returns lines of documents */
export async function readRaw(source: Source): Promise<number> {
  const scanner = new MarkerHeadScanner()
  let documents = 0
  const chunks$ = followTail(source, { from: 'start', follow: false })
  await chunks$.forEach(({ markers }) => {
    documents += countDocuments(markers, scanner)
  })
  return documents
}

/** Does the same with the bytes of answers that are there already. @returns lines of documents */
export async function cutEach(answers: readonly Buffer[]): Promise<number> {
  const scanner = new MarkerHeadScanner()
  let documents = 0
  for await (const chunk of chunkMarkers(readAnswers(answers))) {
    documents += countDocuments(chunk, scanner)
  }
  return documents
}

function countDocuments(
  { buffer, offsets, lineCount }: MarkerChunk,
  scanner: MarkerHeadScanner,
): number {
  let documents = 0
  for (let line = 0; line < lineCount; line += 1) {
    scanner.scan(buffer, offsets[line] as number, offsets[line + 1] as number)
    if (scanner.type === MARKER_TYPE.document) documents += 1
  }
  return documents
}

async function* readAnswers(answers: readonly Buffer[]): AsyncGenerator<Uint8Array> {
  for (const answer of answers) yield* readBlocks(answer, SOCKET_BYTES)
}

/** Reads the log over HTTP as events, and looks at each. @returns events that put a document */
export async function readEvents(source: Source): Promise<number> {
  let documents = 0
  const events$ = followTail(source, { from: 'start', follow: false }).pipe(
    groupTransactions(),
    toChangeEvents(),
  )
  await events$.forEach(({ kind, key, document }) => {
    if (kind !== 'put' || key === undefined || document === undefined) return
    if (document.length >= DOCUMENT_BYTES_MIN) documents += 1
  })
  return documents
}

/** What many tailers do: an object for each line. @returns lines of documents */
export function parseEach(answers: readonly Buffer[]): number {
  let documents = 0
  for (const answer of answers) {
    let start = 0
    for (;;) {
      const end = answer.indexOf(NEWLINE, start)
      if (end === -1) break
      const { type } = JSON.parse(answer.toString('utf8', start, end)) as { readonly type: number }
      if (type === MARKER_TYPE.document) documents += 1
      start = end + 1
    }
  }
  return documents
}

/** Applies the whole log to a new store. @returns documents that were written */
export async function applyLog(source: Source, path: string): Promise<number> {
  const target = await openStoreTarget(path, '_system')
  try {
    const follower = await target.openFollow?.()
    assert.ok(follower !== undefined)
    let documents = 0
    const applied$ = followTail(source, { from: 'start', follow: false }).pipe(
      groupTransactions(),
      inTurn(async (group) => {
        documents += (await follower.apply([group], group.position)).documents
      }),
    )
    await lastValueFrom(applied$, { defaultValue: undefined })
    return documents
  } finally {
    await target.close()
  }
}
