import { CHUNK_BYTES, IN_FLIGHT_BYTES_MAX } from '../core/index.js'
import type { DumpedChunk, SeekOptions } from '../replica/index.js'
import { chunkLines } from '../streams/index.js'
import { formatTick, tick } from '../values/index.js'
import type { CollectionDefinition } from '../wire/index.js'
import type { BatchSession } from './batch-session.js'
import { dumpPath, fetchDumpAnswer, type DumpRequest } from './fetch-dump-answer.js'
import { identify } from './ask-revisions.js'
import { gatherBlocks } from './gather-blocks.js'
import { RemoteAnswerError } from './remote-error.js'

/** Sizes that followers ask for (client notes, 1.6). */
const FIRST_CHUNK_BYTES = 2 * 1024 * 1024
const CHUNK_GROWTH = 1.25
const LAST_CHUNK_BYTES = 10 * 1024 * 1024
/** The last 3.x that takes `flush`. */
const FLUSH_MINOR_MAX = 10

/**
 * Reads a collection of the batch as chunks of whole lines, in whatever form the server gives them.
 * Bodies are passed on as they come; none is held as a whole.
 */
export async function* dumpCollection(
  session: BatchSession,
  definition: CollectionDefinition,
  { maxInFlightBytes = IN_FLIGHT_BYTES_MAX, signal, onTransfer }: SeekOptions,
): AsyncGenerator<DumpedChunk> {
  const collection = identify(definition)
  const task = `read collection "${definition.name}"`
  const request = { task, query: { collection }, signal, onTransfer }
  let newBytes = 0
  const countBytes = async function* (): AsyncGenerator<Buffer> {
    for await (const block of fetchParts(session, request, maxInFlightBytes)) {
      newBytes += block.length
      yield block
    }
  }
  const blocks = gatherBlocks(countBytes(), Math.min(CHUNK_BYTES, maxInFlightBytes))
  for await (const chunk of chunkLines(blocks, { source: dumpPath(session, collection) })) {
    signal?.throwIfAborted()
    yield { chunk, readBytes: newBytes }
    newBytes = 0
  }
}

/** Sends one request after the other, each for what comes after the one before. */
async function* fetchParts(
  session: BatchSession,
  request: DumpRequest,
  chunkBytesMax: number,
): AsyncGenerator<Buffer> {
  const { batch, version } = session.opened
  let from = tick(0n)
  let chunkBytes = FIRST_CHUNK_BYTES
  for (let isFirst = true; ; isFirst = false) {
    const query = {
      ...request.query,
      ...session.query,
      includeSystem: 'true',
      useEnvelope: 'false',
      to: `${batch.lastTick + 1n}`,
      from: formatTick(from),
      chunkSize: `${Math.min(chunkBytes, chunkBytesMax)}`,
      ...(version.minor <= FLUSH_MINOR_MAX ? { flush: `${isFirst}` } : {}),
    }
    const { checkMore, lastIncluded } = yield* fetchDumpAnswer(session, { ...request, query })
    if (!checkMore) return
    if (lastIncluded <= from) {
      const place = { task: request.task, address: session.connection.address }
      throw new RemoteAnswerError(place, 'there is more, but lastincluded does not grow')
    }
    from = lastIncluded
    chunkBytes = Math.min(Math.trunc(chunkBytes * CHUNK_GROWTH), LAST_CHUNK_BYTES)
  }
}
