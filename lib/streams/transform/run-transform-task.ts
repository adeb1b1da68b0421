import type { EntryChunk } from '../entry-chunk.js'
import { ChunkTransform } from './chunk-transform.js'
import { CollectionPaths, unusedRulesOf } from './collection-paths.js'
import type { DocumentTransform } from './document-transform.js'
import { resolveTransforms } from './load-transform.js'
import { TransformCounter } from './transform-counter.js'
import type { TransformCounts, TransformedChunk } from './transform-runner.js'
import {
  answerError,
  fromPlainChunk,
  toPlainChunk,
  type PlainLetter,
  type TransformAnswer,
  type TransformTask,
} from './transform-task.js'

/** What a thread keeps from task to task: a pool's threads all have the same transforms. */
let loading: Promise<readonly DocumentTransform[]> | undefined
const habits = { changesInPlace: false }
let known: { readonly version: number; readonly paths: CollectionPaths } | undefined

/**
 * Transforms a part of a chunk; the transforms are loaded at the first call.
 *
 * @throws TransformSetupError when a transform cannot be loaded, or fails over a collection
 */
export async function runTransformTask(task: TransformTask): Promise<TransformAnswer> {
  loading ??= resolveTransforms(task.specs, task.setup)
  const transforms = await loading
  if (known?.version !== task.knownVersion) {
    known = { version: task.knownVersion, paths: new CollectionPaths(transforms, task.known) }
  }
  const { paths } = known
  const letters: PlainLetter[] = []
  const options = {
    ...task.options,
    onDeadLetter: ({ line, ...letter }: { readonly line: Buffer }): void => {
      letters.push({ ...letter, line: new Uint8Array(line) } as PlainLetter)
    },
  }
  const counter = new TransformCounter()
  const chunk = fromPlainChunk(task.chunk)
  const parts = { transforms, options, paths, counter, habits }
  try {
    const run = new ChunkTransform(parts, chunk, task.path)
    const done = answerDone(chunk, await run.run(), counter, letters)
    return { ...done, unused: unusedRulesOf(transforms) }
  } catch (error) {
    return answerError(error)
  }
}

function answerDone(
  chunk: EntryChunk,
  { chunks, routed }: TransformedChunk,
  counter: TransformCounter,
  letters: readonly PlainLetter[],
): Omit<Extract<TransformAnswer, { readonly kind: 'done' }>, 'unused'> {
  const isSame = chunks.length === 1 && chunks[0] === chunk
  return {
    kind: 'done',
    chunks: isSame ? 'same' : chunks.map(toPlainChunk),
    routed: [...routed].map(([name, others]) => [name, others.map(toPlainChunk)] as const),
    counts: { ...(counter as TransformCounts) },
    letters,
  }
}
