import {
  JSON_BYTES_MAX,
  TARGET_REQUEST_BYTES,
  TARGET_REQUEST_KEYS_MAX,
  TARGET_REQUESTS_IN_FLIGHT,
} from '../core/index.js'
import { addResults, NOTHING_WRITTEN, type WriteResult } from '../replica/index.js'
import type { EntryChunk } from '../streams/index.js'
import { parseRevision } from '../values/index.js'
import { asArray, asText, attribute, ERROR_NUMBER, read, type Reader } from '../wire/index.js'
import { parseOr1401 } from './parse-or-1401.js'
import { planWrites, type WriteBatch } from './plan-writes.js'
import { RemoteRefusedError, type RefusedDocument } from './refused-documents-error.js'
import { sendInOrder } from './send-in-order.js'
import type { TargetPlace } from './target-place.js'

/**
 * `isRestore` makes a server keep the `_rev` of a document, where it has that; the schema and the
 * computed values of a collection, and the rule that keys are made, are not for such documents.
 * Nothing documents it, but ArangoDB's replication and every 3.x know it.
 */
const WRITE_QUERY = { overwriteMode: 'replace', isRestore: 'true' }
const ERROR_WORDS_MAX = 300
/** A document that is not there, or has been changed, needs no removal any more. */
const GONE: readonly number[] = [ERROR_NUMBER.documentNotFound, ERROR_NUMBER.conflict]

/** A document of one revision. */
export interface RevisedKey {
  readonly key: string
  readonly revision: string
}

/** What was written of a chunk, and what not. */
export interface PartlyWritten {
  readonly result: WriteResult
  /** The lines that were refused, ascending. */
  readonly refusedLines: readonly number[]
}

/** What an answer says of one item: the revision that it has, or why it was refused. */
type ItemAnswer =
  { readonly revision: string } | { readonly errorNum: number; readonly errorMessage: string }

/** Writes and removes documents of one collection of a server, in arrays. */
export class RemoteDocuments {
  readonly #place: TargetPlace
  readonly #collection: string

  constructor(place: TargetPlace, collection: string) {
    this.#place = place
    this.#collection = collection
  }

  /**
   * Writes the entries of a chunk, of each key in its order. A document takes the place of the one
   * with its key.
   *
   * @throws RemoteRefusedError when the server refuses any; RemoteError
   */
  async write(chunk: EntryChunk): Promise<WriteResult> {
    return (await this.#write(chunk, () => false)).result
  }

  /**
   * As {@link write}, but documents that another one stands in the way of, by a unique index, are
   * passed over.
   */
  writeWhereFree(chunk: EntryChunk): Promise<PartlyWritten> {
    return this.#write(chunk, (errorNum) => errorNum === ERROR_NUMBER.uniqueConstraintViolated)
  }

  /**
   * Removes documents by their keys, or those alone that still have the revision; those that are gone
   * are passed over.
   *
   * @returns how many were removed
   * @throws RemoteRefusedError, RemoteError
   */
  async remove(documents: readonly (string | RevisedKey)[]): Promise<number> {
    const batches = Array.from(
      { length: Math.ceil(documents.length / TARGET_REQUEST_KEYS_MAX) },
      (_, index) =>
        removalOf(
          documents.slice(index * TARGET_REQUEST_KEYS_MAX).slice(0, TARGET_REQUEST_KEYS_MAX),
        ),
    )
    const results = await sendInOrder(
      batches,
      (batch) => this.#remove(batch),
      TARGET_REQUESTS_IN_FLIGHT,
    )
    return results.reduce((sum, { count }) => sum + count, 0)
  }

  async #write(
    chunk: EntryChunk,
    isPassedOver: (errorNum: number) => boolean,
  ): Promise<PartlyWritten> {
    // Small chunks, as of little memory, are spread over the requests too.
    const share = Math.ceil(chunk.buffer.length / TARGET_REQUESTS_IN_FLIGHT)
    const batches = planWrites(chunk, Math.min(share, TARGET_REQUEST_BYTES))
    const send = async (batch: WriteBatch): Promise<PartlyWritten> => {
      if (batch.kind === 'write') return this.#put(batch, isPassedOver)
      await this.#remove(batch)
      const result = { ...NOTHING_WRITTEN, removals: batch.keys.length }
      return { result, refusedLines: [] }
    }
    const parts = await sendInOrder(batches, send, TARGET_REQUESTS_IN_FLIGHT)
    return {
      result: parts.map(({ result }) => result).reduce(addResults, NOTHING_WRITTEN),
      refusedLines: parts.flatMap(({ refusedLines }) => refusedLines),
    }
  }

  async #put(
    batch: WriteBatch,
    isPassedOver: (errorNum: number) => boolean,
  ): Promise<PartlyWritten> {
    const answers = await this.#send('POST', batch, WRITE_QUERY)
    this.#assertNoneRefused('write', batch, answers, isPassedOver)
    const refusedLines = batch.lines.filter((_, index) => isRefused(answers[index]))
    const replaced = answers.filter((answer, index) => {
      return !isRefused(answer) && !isSameRevision(answer.revision, batch.revisions[index])
    })
    const result = {
      ...NOTHING_WRITTEN,
      documents: batch.keys.length - refusedLines.length,
      bytes: batch.bytes,
      replacedRevisions: replaced.length,
    }
    return { result, refusedLines }
  }

  async #remove(batch: Removal): Promise<{ readonly count: number }> {
    const answers = await this.#send('DELETE', batch, { ignoreRevs: 'false' })
    const isGone = (errorNum: number): boolean => GONE.includes(errorNum)
    this.#assertNoneRefused('remove', batch, answers, isGone)
    return { count: answers.filter((answer) => !isRefused(answer)).length }
  }

  async #send(
    method: 'POST' | 'DELETE',
    { keys, body }: Removal,
    query: Readonly<Record<string, string>>,
  ): Promise<readonly ItemAnswer[]> {
    const { connection, signal } = this.#place
    const task = this.#taskOf(method === 'POST' ? 'write' : 'remove')
    const path = `/_api/document/${encodeURIComponent(this.#collection)}`
    const request = {
      task: task.task,
      method,
      path,
      query,
      body,
      repeat: 'always',
      signal,
    } as const
    const value = await connection.exchange(request, async (answer) => {
      const bytes = await answer.jsonBytes({ bytesMax: JSON_BYTES_MAX })
      return parseOr1401(task, () => JSON.parse(bytes.toString()) as unknown)
    })
    return parseOr1401(task, () => readAnswers(value, keys.length))
  }

  #assertNoneRefused(
    verb: 'write' | 'remove',
    { keys }: Removal,
    answers: readonly ItemAnswer[],
    isPassedOver: (errorNum: number) => boolean,
  ): void {
    const refused = answers.flatMap((answer, index): RefusedDocument[] =>
      isRefused(answer) && !isPassedOver(answer.errorNum)
        ? [{ key: keys[index] as string, ...answer }]
        : [],
    )
    const [first] = refused
    if (first !== undefined) throw new RemoteRefusedError(this.#taskOf(verb), first, refused.length)
  }

  #taskOf(verb: 'write' | 'remove'): { readonly task: string; readonly address: string } {
    const { address } = this.#place.connection
    return { task: `${verb} documents of collection "${this.#collection}"`, address }
  }
}

/** What a request needs to have. */
type Removal = Pick<WriteBatch, 'keys' | 'body'>

function removalOf(documents: readonly (string | RevisedKey)[]): Removal {
  const keys = documents.map((one) => (typeof one === 'string' ? one : one.key))
  const items = documents.map((one) =>
    typeof one === 'string' ? one : { _key: one.key, _rev: one.revision },
  )
  return { keys, body: Buffer.from(JSON.stringify(items)) }
}

function readAnswers(value: unknown, count: number): readonly ItemAnswer[] {
  const items = asArray(read(value, 'an answer to an array'))
  if (items.length === count) return items.map(readItem)
  throw new RangeError(`it has ${items.length} items for ${count} documents`)
}

function readItem(item: Reader): ItemAnswer {
  if (attribute(item, 'error').value !== true) {
    return { revision: asText(attribute(item, '_rev')) }
  }
  const errorNum = attribute(item, 'errorNum').value
  const words = attribute(item, 'errorMessage').value
  return {
    errorNum: typeof errorNum === 'number' ? errorNum : ERROR_NUMBER.leaderError,
    errorMessage: typeof words === 'string' ? words.slice(0, ERROR_WORDS_MAX) : '',
  }
}

function isRefused(
  answer: ItemAnswer | undefined,
): answer is Extract<ItemAnswer, { errorNum: number }> {
  return answer !== undefined && 'errorNum' in answer
}

/** Servers write a revision in a form of their own. */
function isSameRevision(answered: string, given: string | undefined): boolean {
  return (
    given !== undefined && (answered === given || parseRevision(answered) === parseRevision(given))
  )
}
