import { JSON_BYTES_MAX } from '../core/index.js'
import {
  parseTree,
  parseTreeVelocyPack,
  TreeError,
  TreeFormatError,
  type MerkleTree,
} from '../merkle/index.js'
import type { SeekOptions } from '../replica/index.js'
import { formatTick } from '../values/index.js'
import { CONTENT_TYPE, type CollectionDefinition } from '../wire/index.js'
import { askRevisions, isUnsupported, mayKnowRevisions } from './ask-revisions.js'
import type { BatchSession } from './batch-session.js'
import type { RemoteAnswer } from './remote-answer.js'
import { RemoteAnswerError } from './remote-error.js'

/**
 * Reads the revision tree that a server keeps of a collection, in any of its forms, from VelocyPack
 * or from a stream of JSON.
 *
 * @returns undefined when the server does not sync the collection by revision
 * @throws RemoteError; a RemoteAnswerError when the answer is not a tree
 */
export async function fetchTree(
  session: BatchSession,
  definition: CollectionDefinition,
  { signal, onTransfer }: SeekOptions = {},
): Promise<MerkleTree | undefined> {
  if (!mayKnowRevisions(session, definition)) return undefined
  const task = `read the revision tree of collection "${definition.name}"`
  const query = { onlyPopulated: 'true', to: formatTick(session.opened.batch.lastTick) }
  try {
    return await askRevisions(
      session,
      { definition, command: 'tree', task, query, signal, onTransfer },
      async (answer) => {
        try {
          return await readTree(answer, signal)
        } catch (error) {
          if (!(error instanceof TreeFormatError || error instanceof TreeError)) throw error
          const reason = `the answer is not a revision tree (${error.message})`
          const place = { task, address: session.connection.address }
          throw new RemoteAnswerError(place, reason, { cause: error })
        }
      },
    )
  } catch (error) {
    if (isUnsupported(error)) return undefined
    throw error
  }
}

async function readTree(
  answer: RemoteAnswer,
  signal: AbortSignal | undefined,
): Promise<MerkleTree> {
  if (answer.contentType === CONTENT_TYPE.velocypack) {
    return parseTreeVelocyPack(await answer.bytes()).tree
  }
  const { tree } = await parseTree(
    answer.blocks(JSON_BYTES_MAX),
    signal === undefined ? {} : { signal },
  )
  return tree
}
